"""What a page has to do to get from the version that it has to the newest one."""

import pytest

from pyrt_build.dev.versions import FOLDER, KEPT, Versions
from pyrt_build.hashes import sha256
from pyrt_build.site.manifest import describe_file, script_json

PAGE = '<script type="application/json" id="pyrt-manifest">{}</script>'


def site(content, **more):
    """A planned site whose app has this content."""
    app = "".join(f"{where}{text}" for where, text in content.items()).encode()
    url = f"pyrt/app-{sha256(app)[:12]}.img"
    images = [{**describe_file(url, app), "mount": "/app"}]
    manifest = {"images": images, "packages": [], "worker": "pyrt/worker-1.js", **more}
    assets = {w: t.encode() for w, t in content.items() if w.startswith("assets/")}
    return {"index.html": PAGE.format(script_json(manifest)).encode(), url: app, **assets}


def add(versions, content, **more):
    files = {where: text.encode() for where, text in content.items()}
    return versions.add(site(content, **more), files, "assets/")


APP = {
    "app.py": "one",
    "data.csv": "1,2",
    "assets/a.css": "p {}",
    "assets/a.js": "window.dash_clientside = {};",
}


@pytest.fixture
def versions():
    made = Versions()
    add(made, APP)
    return made


def test_the_page_knows_its_version(versions):
    assert versions.newest.manifest["dev"] == {"server": versions.server, "version": 1}


def test_a_version_that_is_the_same_is_none(versions):
    assert not add(versions, APP)
    assert versions.newest.number == 1


@pytest.mark.parametrize("where", ["app.py", "data.csv"])
def test_a_changed_file_that_python_reads_is_sent_and_the_app_runs_again(versions, where):
    assert add(versions, APP | {where: "new"})
    changes = versions.changes(1, 1)
    url = f"{FOLDER}file/{sha256(b'new')}"
    assert changes["files"] == [{"path": f"/app/{where}", "url": url}]
    assert (changes["rerun"], changes["restart"], changes["styles"]) == (True, False, [])
    assert versions.find(url) == b"new"


def test_a_stylesheet_is_exchanged_without_a_run(versions):
    add(versions, APP | {"assets/a.css": "p { color: red }"})
    changes = versions.changes(1, 1)
    assert (changes["styles"], changes["rerun"]) == (["assets/a.css"], False)
    assert versions.changes(1, 2)["styles"] == []
    assert [file["path"] for file in versions.changes(1, 2)["files"]] == ["/app/assets/a.css"]


def test_a_stylesheet_that_is_there_again_loads_the_page_anew(versions):
    without = {where: text for where, text in APP.items() if where != "assets/a.css"}
    add(versions, without)
    assert "reload" not in versions.changes(1, 1)
    add(versions, APP)
    assert "assets/a.css is there again" in versions.changes(2, 2)["reload"]
    assert "reload" not in versions.changes(1, 1)  # a page that has not seen it go
    assert "reload" not in versions.changes(3, 3)


def test_a_picture_is_exchanged_and_the_app_runs_again(versions):
    """Python may have read it."""
    add(versions, APP | {"assets/a.png": "one"})
    assert versions.changes(1, 1)["media"] == []
    add(versions, APP | {"assets/a.png": "two"})
    changes = versions.changes(2, 2)
    assert (changes["media"], changes["rerun"]) == (["assets/a.png"], True)


def test_a_new_stylesheet_is_named_by_a_run_of_the_app(versions):
    add(versions, APP | {"assets/b.css": "p {}"})
    changes = versions.changes(1, 1)
    assert (changes["styles"], changes["rerun"]) == ([], True)


def test_a_script_is_run_again_and_then_the_app(versions):
    add(versions, APP | {"assets/a.js": "window.dash_clientside = {a: 1};"})
    changes = versions.changes(1, 1)
    assert (changes["scripts"], changes["rerun"]) == (["assets/a.js"], True)
    assert "reload" not in changes


@pytest.mark.parametrize(
    "text",
    [
        "addEventListener('x', f)",
        "setInterval(f, 9)",
        "new MutationObserver(f)",
        "customElements.define('a-b', C)",
        "const colour = 1",
    ],
)
def test_a_script_that_cannot_run_twice_loads_the_page_anew(versions, text):
    add(versions, APP | {"assets/a.js": text})
    assert "assets/a.js" in versions.changes(1, 1)["reload"]


def test_a_removed_file_has_no_address(versions):
    add(versions, {where: text for where, text in APP.items() if where != "data.csv"})
    assert versions.changes(1, 1)["files"] == [{"path": "/app/data.csv", "url": None}]


@pytest.mark.parametrize(
    "more", [{"packages": ["numpy"]}, {"images": [{"mount": "/pyrt/packages", "url": "x"}]}]
)
def test_other_packages_need_another_interpreter(versions, more):
    add(versions, APP, **more)
    assert versions.changes(1, 1)["restart"] is True


def test_another_variable_lets_the_app_run_again(versions):
    add(versions, APP, launch={"variables": {"A": "1"}})
    changes = versions.changes(1, 1)
    assert (changes["files"], changes["rerun"]) == ([], True)


def test_an_error_is_a_version_of_which_only_the_text_is_told(versions):
    assert versions.add_error("line 3")
    assert not versions.add_error("line 3")
    assert versions.changes(1, 1) == {"version": 2, "error": "line 3"}
    assert versions.find("index.html") is not None
    assert add(versions, APP)
    assert versions.changes(1, 1)["rerun"] is False


def test_a_page_that_is_too_old_is_loaded_anew(versions):
    for count in range(KEPT + 1):
        add(versions, APP | {"app.py": str(count)})
    assert "reload" in versions.changes(1, 1)
    assert "reload" not in versions.changes(3, 3)


def test_the_image_of_an_older_version_can_still_be_had(versions):
    (url,) = [path for path in versions.newest.files if path.startswith("pyrt/app-")]
    add(versions, APP | {"app.py": "new"})
    assert versions.find(url)
    add(versions, {"app.py": "without assets"})
    assert versions.find("assets/a.css") is None
