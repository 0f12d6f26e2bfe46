"""Which wheels are chosen, by the real pip from a folder of tiny wheels."""

import json

from tests.support.workspace import BROWSER_TAG, library

PURE = "py3-none-any"
APP = "from dash import Dash\napp = Dash(__name__)\n"


def versions(workspace):
    lock = json.loads((workspace.out / "pyrt-lock.json").read_text())
    return {p["name"]: p["version"] for p in lock["packages"] if p["name"] != "dash"}


def build(workspace, requirements, *options):
    files = {"app.py": APP, "requirements.txt": "\n".join(requirements)}
    assert workspace.build(files, *options) == 0
    return versions(workspace)


def test_the_newest_version_that_the_requirements_allow(workspace):
    for version in ("1.0", "2.0", "3.0rc1"):
        workspace.add_wheel("own", version, {"own.py": ""})
    assert build(workspace, ["own"]) == {"own": "2.0"}
    assert build(workspace, ["own<2"]) == {"own": "1.0"}


def test_a_later_requirement_may_take_back_an_earlier_choice(workspace):
    workspace.add_wheel("one", "1.0", {"one.py": ""}, ["shared"])
    workspace.add_wheel("two", "1.0", {"two.py": ""}, ["three"])
    workspace.add_wheel("three", "1.0", {"three.py": ""}, ["shared<2"])
    for version in ("1.0", "2.0"):
        workspace.add_wheel("shared", version, {"shared.py": ""})
    assert build(workspace, ["one", "two"])["shared"] == "1.0"


def test_markers_are_read_for_the_browser_and_not_for_this_machine(workspace):
    workspace.add_wheel(
        "own",
        "1.0",
        {"own.py": ""},
        [
            'browser; sys_platform == "emscripten"',
            'linux; sys_platform == "linux"',
            'older; python_version < "3.14"',
        ],
    )
    workspace.add_wheel("browser", "1.0", {"browser.py": ""})
    assert build(workspace, ["own"]) == {"own": "1.0", "browser": "1.0"}


def test_extras_bring_their_requirements(workspace):
    workspace.add_wheel("own", "1.0", {"own.py": ""}, ['more; extra == "all"'])
    workspace.add_wheel("more", "1.0", {"more.py": ""})
    assert build(workspace, ["own"]) == {"own": "1.0"}
    assert build(workspace, ["own[all]"]) == {"own": "1.0", "more": "1.0"}


def test_a_wheel_for_the_abi_of_the_browser_is_taken_and_one_for_linux_is_not(workspace):
    workspace.add_wheel("fast", "1.0", {"fast.so": library()}, tag=BROWSER_TAG)
    workspace.add_wheel("fast", "2.0", {"fast.so": ""}, tag="cp314-cp314-manylinux_2_28_x86_64")
    assert build(workspace, ["fast"]) == {"fast": "1.0"}
    assert workspace.manifest()["packages"] == ["fast"]


def test_pyodides_own_build_is_preferred_for_compiled_packages(workspace):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    workspace.add_wheel("numpy", "2.9", {"numpy/__init__.py": ""}, tag=BROWSER_TAG)
    options = ("--pyodide", str(workspace.distribution))
    assert build(workspace, ["numpy"], *options) == {"numpy": "2.4.3"}
    assert build(workspace, ["numpy>2.5"], *options) == {"numpy": "2.9"}


def test_a_pure_build_of_pyodide_is_preferred_only_if_it_is_patched_for_browsers(workspace):
    """Unless `prefer-index` names it. Its needs are those of its metadata, too."""
    for name in ("httpx", "six", "idna"):
        workspace.add_to_pyodide(
            name, "1.0", {f"{name}.py": ""}, [], ["idna"] * (name == "httpx"), PURE
        )
        workspace.add_wheel(name, "2.0", {f"{name}.py": ""})
    options = ("--pyodide", str(workspace.distribution))
    chosen = {"httpx": "1.0", "idna": "2.0", "six": "2.0"}
    assert build(workspace, ["httpx", "six"], *options) == chosen
    assert build(workspace, ["httpx>1"], *options) == {"httpx": "2.0"}
    (workspace.app / "pyproject.toml").write_text('[tool.pyrt]\nprefer-index = ["httpx"]\n')
    assert build(workspace, ["httpx"], *options) == {"httpx": "2.0"}


def test_versions_for_the_needs_of_pyodides_build_come_from_its_metadata(workspace):
    workspace.add_to_pyodide("pandas", "3.0", {"pandas/__init__.py": ""}, ["six"])
    for version in ("1.0", "2.0"):
        workspace.add_wheel("six", version, {"six.py": ""})
    assert build(workspace, ["pandas"], "--pyodide", str(workspace.distribution))["six"] == "2.0"


def test_source_is_built_only_if_that_is_allowed(workspace):
    """A build runs code of the package: here it leaves a mark."""
    workspace.add_wheel("old-thing", "0.9", {"old_thing.py": ""})
    workspace.add_source("old-thing", "1.0", BACKEND)
    workspace.add_source("old-thing", "2.0rc1", BACKEND)
    assert build(workspace, ["old-thing"]) == {"old-thing": "0.9"}
    assert build(workspace, ["old-thing==1.0"]) == {"old-thing": "0.9"}
    assert not (workspace.root / "mark").exists()
    assert build(workspace, ["old-thing"], "--allow-build", "old_thing") == {"old-thing": "1.0"}
    assert (workspace.root / "mark").exists()


def test_a_source_by_its_address_is_built_only_if_that_is_allowed(workspace, capsys):
    workspace.add_source("old-thing", "1.0", BACKEND)
    address = (workspace.wheels / "old_thing-1.0.tar.gz").as_uri()
    files = {"app.py": APP, "requirements.txt": f"old-thing @ {address}\n"}
    assert workspace.build(files) == 0  # nothing imports it
    shown = capsys.readouterr().out
    assert "old-thing" in shown
    assert "building it would run its code" in " ".join(shown.split())
    assert workspace.build({**files, "app.py": f"{APP}import other_name\n"}) == 1
    shown = capsys.readouterr().err
    assert "If it comes from old-thing (requirements.txt:1), which is source: --allow-b" in shown
    files["app.py"] = f"{APP}import old_thing\n"
    assert workspace.build(files) == 1
    assert "If you trust it: --allow-build old-thing" in capsys.readouterr().err
    assert not (workspace.root / "mark").exists()
    (workspace.app / "pyproject.toml").write_text('[tool.pyrt]\nallow-build = ["old-thing"]\n')
    assert workspace.build(files) == 0
    assert versions(workspace) == {"old-thing": "1.0"}


def test_packages_of_a_server_are_left_out(workspace):
    assert build(workspace, ["dash", "pyrt-dash", "gunicorn", "Flask==3.0"]) == {}


def test_parts_of_a_server_that_packages_import_get_stubs(workspace):
    """Without them, packages such as dash_extensions.enrich could not be imported."""
    workspace.add_wheel(
        "own", "1.0", {"own.py": ""}, ["Flask-Caching>=2", 'gunicorn; extra == "x"']
    )
    assert build(workspace, ["own"]) == {"own": "1.0"}
    index = (workspace.out / "index.html").read_text()
    assert '"serverOnly":["flask","flask_caching","werkzeug"]' in index.replace(": ", ":").replace(
        ", ", ","
    )


def test_a_second_build_asks_no_index(workspace, capsys):
    workspace.add_wheel("own", "1.0", {"own.py": ""})
    build(workspace, ["own"])
    assert "index for own" in capsys.readouterr().err
    build(workspace, ["own"])
    assert "index for own" not in capsys.readouterr().err


def test_an_answer_of_yesterday_serves_when_the_index_is_out_of_reach(
    workspace, capsys, monkeypatch
):
    wheel = workspace.add_wheel("own", "1.0", {"own.py": ""})
    build(workspace, ["own"])
    wheel.unlink()
    monkeypatch.setattr("pyrt_build.packages.pip.MAX_AGE_S", -1)
    monkeypatch.setattr("pyrt_build.packages.lock.MAX_AGE_S", -1)
    assert build(workspace, ["own"]) == {"own": "1.0"}
    warning = "Warning PB104: The index has no own; using own-1.0-py3-none-any.whl as before"
    assert warning in capsys.readouterr().out.splitlines()


BACKEND = """
import os
import zipfile

with open(os.path.join(os.path.dirname(os.environ["PYRT_CACHE"]), "mark"), "w"):
    pass

ABOUT = "Metadata-Version: 2.1\\nName: old-thing\\nVersion: 1.0\\n"
KIND = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "old_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        archive.write("old_thing/__init__.py")
        archive.writestr("old_thing-1.0.dist-info/METADATA", ABOUT)
        archive.writestr("old_thing-1.0.dist-info/WHEEL", KIND)
        archive.writestr("old_thing-1.0.dist-info/RECORD", "")
    return name
"""
