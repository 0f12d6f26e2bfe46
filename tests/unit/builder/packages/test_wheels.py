"""Which files of a wheel go to Python and which to the page; wheels that are refused."""

import zipfile

import pytest

from pyrt_build import cache
from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))


METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 1.0\n{}\nA long description.\n"


def make(folder, name, files, requires=()):
    path = folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    lines = "".join(f"Requires-Dist: {line}\n" for line in requires)
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for where, text in files.items():
            archive.writestr(where, text)
        archive.writestr(f"{info}/METADATA", METADATA.format(name, lines))
        archive.writestr(f"{info}/RECORD", "")
    return path


def test_a_component_package_is_split_between_python_and_page(tmp_path):
    """R-11, R-12: a package that serves files to the page names them in its Python."""
    wheel = wheels.read_wheel(
        make(
            tmp_path,
            "dash-thing",
            {
                "dash_thing/__init__.py": "_js_dist = []",
                "dash_thing/Thing.py": "",
                "dash_thing/thing.min.js": "",
                "dash_thing/thing.min.js.map": "",
                "dash_thing/font.woff2": "",
                "dash_thing/package-info.json": "{}",
                "dash_thing/metadata.json": "{}",
                "dash_thing-1.0.dist-info/licenses/LICENSE": "MIT",
            },
        )
    )
    assert sorted(wheel.page) == ["dash_thing/font.woff2", "dash_thing/thing.min.js"]
    assert wheels.read_development_files(wheel.path) == {"dash_thing/thing.min.js.map": b""}
    assert sorted(wheel.python) == [
        "dash_thing-1.0.dist-info/RECORD",
        "dash_thing-1.0.dist-info/licenses/LICENSE",
        "dash_thing/Thing.py",
        "dash_thing/__init__.py",
    ]
    assert sorted(wheel.data) == [
        "dash_thing-1.0.dist-info/METADATA",
        "dash_thing/metadata.json",
        "dash_thing/package-info.json",
    ]
    assert list(wheel.licenses.values()) == ["MIT"]


def test_an_ordinary_package_keeps_its_files_whatever_they_are(tmp_path):
    wheel = wheels.read_wheel(
        make(tmp_path, "charts", {"charts/__init__.py": "", "charts/a.js": "js"})
    )
    assert wheel.page == {}
    assert wheel.data["charts/a.js"] == b"js"


def test_what_no_tab_reads_stays_out(tmp_path):
    """Sources of compiled code, headers, and libraries for other systems."""
    names = ("a.pyx", "a.pxd", "a.c", "a.h", "a.dll", "a.py", "a.pyi", "a.csv")
    wheel = wheels.read_wheel(make(tmp_path, "fast", {f"fast/{name}": "" for name in names}))
    assert {*wheel.python, *wheel.data} == {
        *(f"fast/{name}" for name in ("a.py", "a.pyi", "a.csv")),
        *(f"fast-1.0.dist-info/{name}" for name in ("METADATA", "RECORD")),
    }


def test_hundreds_of_small_files_are_no_files_of_the_site(tmp_path):
    """They stay in the image, as those of tzdata; large ones among them do not."""
    few = {f"few/{n}.csv": "x" for n in range(wheels.MANY_FILES - 1)}
    many = {f"many/{n}.csv": "x" for n in range(wheels.MANY_FILES)}
    large = {"many/large.csv": "x" * (wheels.SMALL_BYTES + 1)}
    assert few.keys() < wheels.read_wheel(make(tmp_path, "few", few)).data.keys()
    wheel = wheels.read_wheel(make(tmp_path, "many", many | large))
    assert many.keys() < wheel.python.keys()
    assert set(wheel.data) == {"many/large.csv"}


def test_only_metadata_of_the_dash_wheel_goes_to_python_and_only_bundles_go_to_the_page(tmp_path):
    """R-10."""
    wheel = wheels.read_wheel(
        make(
            tmp_path,
            "dash",
            {
                "dash/__init__.py": "_js_dist = []",
                "dash/dcc/dash_core_components.js": "",
                "dash/dcc/async-graph.js": "",
                "dash/html/dash_html_components.min.js": "",
                "dash/dash_table/bundle.js": "",
                "dash/dash_table/demo.js": "",
                "dash/dash_table/commons.js": "",
                "dash/deps/react@18.3.1.min.js": "",
                "dash/deps/react@16.14.0.min.js": "",
                "dash/dash-renderer/build/dash_renderer.min.js": "",
            },
        )
    )
    assert {*wheel.python, *wheel.data} == {
        "dash-1.0.dist-info/METADATA",
        "dash-1.0.dist-info/RECORD",
    }
    assert sorted(wheel.page) == [
        "dash/dash_table/bundle.js",
        "dash/dcc/async-graph.js",
        "dash/dcc/dash_core_components.js",
        "dash/deps/react@18.3.1.min.js",
        "dash/html/dash_html_components.min.js",
    ]


def test_plotly_js_goes_to_the_page_and_its_templates_to_python(tmp_path):
    """R-19."""
    wheel = wheels.read_wheel(
        make(
            tmp_path,
            "plotly",
            {
                "plotly/__init__.py": "",
                "plotly/package_data/plotly.min.js": "",
                "plotly/package_data/widgetbundle.js": "",
                "plotly/package_data/templates/seaborn.json": "",
                "plotly/labextension/static/x.js": "",
            },
        )
    )
    assert list(wheel.page) == ["plotly/package_data/plotly.min.js"]
    assert sorted(wheel.python) == ["plotly-1.0.dist-info/RECORD", "plotly/__init__.py"]
    assert sorted(wheel.data) == [
        "plotly-1.0.dist-info/METADATA",
        "plotly/package_data/templates/seaborn.json",
    ]


def test_metadata_has_the_long_description(tmp_path):
    wheel = wheels.read_wheel(make(tmp_path, "own", {"own.py": ""}))
    assert wheel.data["own-1.0.dist-info/METADATA"] == METADATA.format("own", "").encode()


def test_credentials_in_requirements_stay_out(tmp_path):
    path = make(tmp_path, "own", {"own.py": ""}, ["other @ https://me:token@host/other.whl"])
    metadata = wheels.read_wheel(path).data["own-1.0.dist-info/METADATA"]
    assert b"other @ https://host/other.whl" in metadata
    assert b"token" not in metadata


def test_data_folders_are_installed_and_paths_that_lead_out_are_not(tmp_path):
    wheel = wheels.read_wheel(
        make(
            tmp_path,
            "own",
            {
                "own-1.0.data/purelib/own/__init__.py": "",
                "own-1.0.data/scripts/own": "",
                "../../escape.py": "",
            },
        )
    )
    assert sorted(wheel.python) == ["own-1.0.dist-info/RECORD", "own/__init__.py"]
    assert wheels.top_level_modules(wheel.path) == {"own"}


def test_requirements_keep_their_markers(tmp_path):
    path = make(tmp_path, "own", {}, ["numpy>=2", 'click; extra == "cli"'])
    assert [str(r) for r in wheels.dependencies(path)] == ["numpy>=2", 'click; extra == "cli"']


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ("Metadata-Version: 2.1\nVersion: 1.0\n", "its METADATA has no name"),
        ("<html>not found</html>", "its METADATA has no name and no version"),
        ("Name: own\nVersion: 1.0\nRequires-Dist: numpy >>> 2\n", "numpy >>> 2"),
    ],
)
def test_metadata_that_says_too_little_or_nonsense_is_named_with_its_wheel(
    tmp_path, metadata, problem
):
    path = tmp_path / "own-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("own-1.0.dist-info/METADATA", metadata)
    with pytest.raises(BuildError) as caught:
        wheels.read_wheel(path)
    assert str(caught.value).startswith(f"The wheel {path} is damaged")
    assert problem in str(caught.value)


def test_fields_that_no_build_reads_may_be_as_they_are(tmp_path):
    """Old tools wrote fields twice, in other encodings, and of names that are not standard."""
    path = tmp_path / "own-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "own-1.0.dist-info/METADATA",
            b"Metadata-Version: 9.9\nName: own\nVersion: 1.0\nAuthor: Andr\xe9\nSummary: a\n"
            b"Summary: b\nX-Own: c\nLicense-Expression: MIT\nLicense: long text\n",
        )
    wheel = wheels.read_wheel(path)
    assert (wheel.name, wheel.version, wheel.license_name) == ("own", "1.0", "MIT")


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"<html>not found</html>"])
def test_a_damaged_wheel_is_named(tmp_path, damage):
    path = tmp_path / "own-1.0-py3-none-any.whl"
    path.write_bytes(damage)
    for use in (wheels.read_wheel, wheels.dependencies):
        with pytest.raises(BuildError) as caught:
            use(path)
        assert str(caught.value).startswith(f"The wheel {path} is damaged")


def test_a_wheel_that_was_changed_after_it_was_locked_is_refused(tmp_path):
    path = make(tmp_path, "own", {"own.py": ""})
    wheels.check(path, wheels.read_wheel(path).sha256)
    with pytest.raises(BuildError, match="its SHA-256 is not the one it was locked with"):
        wheels.check(path, "0" * 64)


def test_source_maps_and_development_bundles_are_for_developers():
    assert wheels.is_development_file("dash/dcc/async-graph.js.map")
    assert wheels.is_development_file("dash/deps/react@18.3.1.js")
    assert wheels.is_development_file("dash_cytoscape/dash_cytoscape.dev.js")
    assert not wheels.is_development_file("dash/deps/react@18.3.1.min.js")
    assert not wheels.is_development_file("dash/deps/polyfill@7.12.1.min.js")


def forget():
    for function in (wheels.read_wheel, wheels.read_about, wheels.top_level_modules):
        function.cache_clear()


def test_what_a_wheel_says_is_read_without_its_files(tmp_path):
    files = {"thing/__init__.py": "code", "thing-1.0.dist-info/LICENSE": "MIT"}
    path = make(tmp_path, "thing", files, ["left>=1"])
    whole, about = wheels.read_wheel(path), wheels.read_about(path)
    assert (about.python, about.page) == ({}, {})
    assert (about.name, about.version, about.sha256) == ("thing", "1.0", whole.sha256)
    assert (about.licenses, about.requires) == (whole.licenses, whole.requires)
    assert wheels.dependencies(path) == whole.requires


def test_a_wheel_that_was_read_before_is_not_unzipped_again(tmp_path, monkeypatch):
    files = {"thing/__init__.py": "_js_dist = []", "thing/a.js": "js"}
    path = make(tmp_path, "thing", files, ["dash>=2; python_version > '3'"])
    first = wheels.read_wheel(path)
    forget()
    monkeypatch.setattr(wheels, "open_archive", lambda _: pytest.fail("unzipped again"))
    again = wheels.read_wheel(path)
    assert again == first
    assert [str(requirement) for requirement in again.requires] == ['dash>=2; python_version > "3"']


def test_a_wheel_that_has_changed_is_read_again(tmp_path):
    path = make(tmp_path, "thing", {"thing/__init__.py": "old"})
    assert wheels.read_wheel(path).python["thing/__init__.py"] == b"old"
    forget()
    make(tmp_path, "thing", {"thing/__init__.py": "newer"})
    assert wheels.read_wheel(path).python["thing/__init__.py"] == b"newer"


def test_a_damaged_file_of_the_cache_is_made_again(tmp_path):
    path = make(tmp_path, "thing", {"thing/__init__.py": "code"})
    first = wheels.read_wheel(path)
    for damaged in cache.folder("unpacked").iterdir():
        damaged.write_bytes(damaged.read_bytes()[:-5])
    forget()
    assert wheels.read_wheel(path) == first
