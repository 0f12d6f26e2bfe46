"""What a browser cannot have as it is written: the nearest is taken, and one table says so."""

import hashlib
import json

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.packages import pip_program
from pyrt_build.packages.search import search
from pyrt_build.rehearsal import rehearse
from tests.support.workspace import BROWSER_TAG

APP = "from dash import Dash\napp = Dash(__name__)\n"
LINUX = "cp314-cp314-manylinux_2_28_x86_64"


@pytest.fixture
def build(workspace, capsys):
    """Build an app; the versions in its site, and the rows of the table."""

    def built(files, *options):
        files = {"app.py": APP, **files}
        assert workspace.build(files, "--json", *options) == 0, capsys.readouterr().err
        document = json.loads(capsys.readouterr().out)
        rows = [(r["package"], r["wanted"], r["taken"], r["why"]) for r in document["relaxed"]]
        versions = {p["name"]: p["version"] for p in document["packages"]}
        return versions, rows

    return built


def test_pins_of_an_older_year(workspace, build, capsys):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    workspace.add_wheel("numpy", "1.26.2", {"numpy/__init__.py": ""}, tag=LINUX)
    for version in ("1.4", "1.7", "2.0"):
        workspace.add_wheel("own", version, {"own.py": ""})
    workspace.add_wheel("met", "1.0", {"met.py": ""})
    files = {
        "app.py": APP + "import numpy, own, met\n",
        "requirements.txt": "dash==2.14.2\nnumpy==1.26.2\nown==1.5\nmet==1.0\ngunicorn==21.2.0\n",
    }
    options = ("--pyodide", str(workspace.distribution))
    versions, rows = build(files, *options)
    assert versions == {"numpy": "2.4.3", "own": "1.7", "met": "1.0"}
    assert rows == [
        (
            "dash",
            "==2.14.2 (requirements.txt:1)",
            "4.4.1",
            "a site has the API and the components of Dash 4.4",
        ),
        (
            "numpy",
            "==1.26.2 (requirements.txt:2)",
            "2.4.3",
            "it has compiled code, and Pyodide's build is 2.4.3",
        ),
        (
            "own",
            "==1.5 (requirements.txt:3)",
            "1.7",
            "no wheel of this version runs in a browser",
        ),
    ]
    assert workspace.build(files, *options, "--strict") == 1
    refused = capsys.readouterr().err
    for package in ("dash", "numpy", "own"):
        assert f"{package}: wanted ==" in refused
    assert "met: wanted" not in refused


def test_pins_of_releases_that_the_python_of_a_site_cannot_import(workspace, build):
    """A pin that somebody wrote, and one of a lock file."""
    for version in ("1.14.0", "1.16.0", "1.17.0"):
        workspace.add_wheel("six", version, {"six.py": ""})
    workspace.add_wheel("own", "1.0", {"own.py": ""}, ["six"])
    why = "no wheel of this version runs in a browser"
    files = {"app.py": APP + "import own\n", "requirements.txt": "own\nsix==1.14.0\n"}
    versions, rows = build(files)
    assert versions == {"own": "1.0", "six": "1.16.0"}
    assert rows == [("six", "==1.14.0 (requirements.txt:2)", "1.16.0", why)]
    (workspace.app / "requirements.txt").unlink()
    package = {"own": {"version": "==1.0"}, "six": {"version": "==1.14.0"}}
    pipfile = '[packages]\nown = "*"\ndash = "*"\n'
    locked = {"Pipfile": pipfile, "Pipfile.lock": json.dumps({"default": package})}
    versions, rows = build({"app.py": APP + "import own\n", **locked})
    assert versions == {"own": "1.0", "six": "1.16.0"}
    assert [row[0] for row in rows] == ["six"]


def test_a_bound_of_a_package_that_cannot_be_met_after_older_versions_were_tried(workspace, build):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    workspace.add_wheel("own", "2.0", {"own.py": ""}, ["numpy<2"])
    files = {"app.py": APP + "import own\n", "requirements.txt": "own\n"}
    options = ("--pyodide", str(workspace.distribution))
    versions, rows = build(files, *options)
    assert versions == {"numpy": "2.4.3", "own": "2.0"}
    assert [row[:3] for row in rows] == [("numpy", "<2 (own 2.0)", "2.4.3")]
    workspace.add_wheel("own", "1.0", {"own.py": ""}, ["numpy"])
    (workspace.root / "cache" / "asked").rename(workspace.root / "cache" / "asked-before")
    (workspace.root / "cache" / "resolved").rename(workspace.root / "cache" / "resolved-before")
    versions, rows = build(files, *options)
    assert versions == {"numpy": "2.4.3", "own": "1.0"}
    assert rows == [
        (
            "own",
            "the newest (requirements.txt:1)",
            "1.0",
            "2.0 is newer: it needs numpy<2, of which no version runs in a browser",
        )
    ]


def test_a_release_whose_newest_one_needs_what_cannot_be_had_or_another_bound_keeps(
    workspace, build
):
    """It is in the table, and is no warning: the requirement is met."""
    workspace.add_wheel("maps", "1.0", {"maps.py": ""})
    workspace.add_wheel("maps", "2.0", {"maps.py": ""}, ["speedups"])
    workspace.add_wheel("speedups", "1.0", {"speedups.so": ""}, tag=LINUX)
    for version in ("1.0", "2.0"):
        workspace.add_wheel("shared", version, {"shared.py": ""})
    workspace.add_wheel("other", "1.0", {"other.py": ""}, ["shared<2"])
    files = {
        "app.py": APP + "import maps, shared, other\n",
        "requirements.txt": "maps\nshared>=1\nother\n",
    }
    versions, rows = build(files, "--strict")
    assert versions == {"maps": "1.0", "shared": "1.0", "other": "1.0"}
    assert rows == [
        (
            "maps",
            "the newest (requirements.txt:1)",
            "1.0",
            "2.0 is newer: it needs speedups, which cannot be had",
        ),
        (
            "shared",
            ">=1 (requirements.txt:2)",
            "1.0",
            "2.0 is newer: other 1.0 needs shared<2",
        ),
    ]


def test_a_pin_that_what_pyodide_has_contradicts(workspace, build):
    workspace.add_to_pyodide("pandas", "3.0", {"pandas/__init__.py": ""}, ["seven"], ["seven>=1.5"])
    for version in ("1.0", "1.6", "2.0"):
        workspace.add_wheel("seven", version, {"seven.py": ""})
    files = {
        "app.py": APP + "import pandas, seven\n",
        "requirements.txt": "pandas==2.1.4\nseven==1.0\n",
    }
    versions, rows = build(files, "--pyodide", str(workspace.distribution))
    assert versions == {"pandas": "3.0", "seven": "1.6"}
    assert [row[:3] for row in rows] == [
        ("pandas", "==2.1.4 (requirements.txt:1)", "3.0"),
        ("seven", "==1.0 (requirements.txt:2)", "1.6"),
    ]
    assert rows[1][3] == "pandas 3.0 needs seven>=1.5"


def test_contradictions_are_found_before_other_versions_are_tried(workspace, build, monkeypatch):
    """A list of a whole environment of an older year: each version costs a question."""
    workspace.add_to_pyodide("pandas", "3.0", {"pandas/__init__.py": ""}, ["seven"], ["seven>=1.5"])
    for version in ("1.0", "1.6", "2.0"):
        workspace.add_wheel("seven", version, {"seven.py": ""})
    for minor in range(20):
        workspace.add_wheel("many", f"1.{minor}", {"many.py": ""}, ["loose"])
        workspace.add_wheel("loose", f"1.{minor}", {"loose.py": ""})
    asked: list[str] = []
    run = pip_program.run

    def ask(arguments, environment=None):
        asked.extend(each for each in arguments if each.startswith(("many==", "loose==")))
        return run(arguments, environment)

    monkeypatch.setattr(pip_program, "run", ask)
    files = {
        "app.py": APP + "import pandas, seven, many\n",
        "requirements.txt": "many==0.9\npandas==2.1.4\nseven==1.0\n",
    }
    versions, rows = build(files, "--pyodide", str(workspace.distribution))
    assert versions == {"pandas": "3.0", "seven": "1.6", "many": "1.0", "loose": "1.19"}
    assert [row[0] for row in rows] == ["many", "pandas", "seven"]
    assert len({*asked}) <= 3


def test_bounds_of_extras_of_a_relaxed_package_count_for_what_is_pinned_beside_it(workspace, build):
    """pandas refuses an older openpyxl when a file is read, long after the build."""
    requires = ['openpyxl>=3.1.5; extra == "excel"', 'xlrd>=2.0; extra == "excel"']
    workspace.add_to_pyodide("pandas", "3.0", {"pandas/__init__.py": ""}, requires=requires)
    for version in ("3.0.10", "3.1.5"):
        workspace.add_wheel("openpyxl", version, {"openpyxl.py": ""})
    files = {
        "app.py": APP + "import pandas, openpyxl\n",
        "requirements.txt": "pandas==1.4.2\nopenpyxl==3.0.10\n",
    }
    options = ("--pyodide", str(workspace.distribution))
    versions, rows = build(files, *options)
    assert versions == {"pandas": "3.0", "openpyxl": "3.1.5"}
    assert rows[0][:3] == ("openpyxl", "==3.0.10 (requirements.txt:2)", "3.1.5")
    assert rows[0][3] == "pandas 3.0 needs openpyxl>=3.1.5"
    files["requirements.txt"] = "pandas\nopenpyxl==3.0.10\n"  # as pip would install them
    assert build(files, *options) == ({"pandas": "3.0", "openpyxl": "3.0.10"}, [])


def test_an_app_that_does_not_start_with_an_older_release_is_told_of_it(
    workspace, monkeypatch, capsys
):
    workspace.add_wheel("maps", "1.0", {"maps.py": ""})
    workspace.add_wheel("maps", "2.0", {"maps.py": ""}, ["speedups"])
    workspace.add_wheel("speedups", "1.0", {"speedups.so": ""}, tag=LINUX)

    def fail(*_, **__):
        raise BuildError("The app does not start in a browser.")

    monkeypatch.setattr(rehearse, "rehearse", fail)
    files = {"app.py": APP + "import maps\n", "requirements.txt": "maps\n"}
    assert workspace.build(files, "--rehearsal=require") == 1
    said = capsys.readouterr().err
    assert "The app does not start in a browser." in said
    assert "maps: wanted the newest (requirements.txt:1), taken 1.0: 2.0 is newer: it needs" in said


def test_markers_of_another_python_are_in_the_table(workspace, build):
    workspace.add_wheel("own", "2.0", {"own.py": ""})
    lines = 'own==1.0; python_full_version == "3.9.16"\nwin==1; sys_platform == "win32"\n'
    versions, rows = build({"requirements.txt": lines})
    assert versions == {"own": "2.0"}
    assert rows == [
        (
            "own",
            'own==1.0; python_full_version == "3.9.16" (requirements.txt:1)',
            "2.0",
            "its marker asks for another version of Python",
        )
    ]


def test_what_the_app_can_do_without_is_left_out_by_itself(workspace, build):
    workspace.add_wheel("torch", "2.0", {"torch.so": ""}, tag=LINUX)
    workspace.add_wheel("humanize", "4.0", {"humanize.py": ""}, ["torch"])
    workspace.add_wheel("six", "1.17", {"six.py": ""})
    guarded = "try:\n    import torch, humanize, six\nexcept ImportError:\n    torch = None\n"
    versions, rows = build({"app.py": APP + guarded})
    assert versions == {"six": "1.17"}
    assert [(row[0], row[2]) for row in rows] == [("humanize", ""), ("torch", "")]
    files = {"requirements.txt": "torch\nsix\n", "app.py": APP + guarded}
    assert build(files)[0] == {"six": "1.17"}
    # Nothing imports it:
    assert build({"requirements.txt": "torch\n"})[0] == {}


def test_a_list_of_a_whole_machine_takes_few_searches(workspace, build, monkeypatch):
    """What contradicts an earlier line, or needs what no tab has, is left out."""
    names = [f"part{number}" for number in range(16)]
    requires = {"part4": ["shared==2"], "part9": ["gone"], "part13": ["shared<2"]}
    for name in names:
        workspace.add_wheel(name, "1.0", {f"{name}.py": ""}, requires.get(name, ()))
    for version in ("1.0", "2.0"):
        workspace.add_wheel("shared", version, {"shared.py": ""})
    searched = []
    once = search.Search._search

    def count(self, requirements, **options):
        searched.append(len(requirements))
        return once(self, requirements, **options)

    monkeypatch.setattr(search.Search, "_search", count)
    versions, rows = build({"requirements.txt": "".join(f"{name}==1.0\n" for name in names)})
    assert {*versions} == {*names, "shared"} - {"part9", "part13"}
    assert versions["shared"] == "2.0"
    assert [(row[0], row[2]) for row in rows] == [("part13", ""), ("part9", "")]
    assert len(searched) <= 13, searched


def test_the_developer_corrects_wrong_metadata(workspace, build):
    workspace.add_wheel("own", "1.0", {"own.py": ""}, ["shared<2", "gone"])
    for version in ("1.0", "2.0"):
        workspace.add_wheel("shared", version, {"shared.py": ""})
    settings = (
        '[tool.pyrt]\noverride-dependencies = ["shared>=2"]\nexclude-dependencies = ["gone"]\n'
    )
    files = {
        "app.py": APP + "import own\n",
        "requirements.txt": "own\n",
        "pyproject.toml": settings,
    }
    assert build(files) == ({"own": "1.0", "shared": "2.0"}, [])


def test_hashes_are_checked(workspace, build, capsys):
    wheel = workspace.add_wheel("own", "1.0", {"own.py": ""})
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    line = "own==1.0 --hash=sha256:{}\n"
    assert build({"requirements.txt": line.format(right)})[0] == {"own": "1.0"}
    files = {"app.py": APP, "requirements.txt": line.format("0" * 64)}
    assert workspace.build(files) == 1
    shown = capsys.readouterr().err
    assert f"requirements.txt:1: the hash of {wheel.name} is sha256:{right}, which" in shown


def test_versions_of_a_lock_file_count_for_what_is_needed(workspace, build):
    for version in ("1.0", "2.0"):
        workspace.add_wheel("own", version, {"own.py": ""}, ["seven"])
        workspace.add_wheel("seven", version, {"seven.py": ""})
        workspace.add_wheel("dev-thing", version, {"dev_thing.py": ""})
    lock = '{"default": {"own": {"version": "==1.0"}, "seven": {"version": "==1.0"}}}'
    files = {
        "app.py": APP + "import own\n",
        "Pipfile": '[packages]\nown = "*"\n',
        "Pipfile.lock": lock,
    }
    assert build(files) == ({"own": "1.0", "seven": "1.0"}, [])


def test_a_version_that_only_the_distribution_has_not(workspace, build):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    workspace.add_wheel("numpy", "2.9", {"numpy/__init__.py": ""}, tag=BROWSER_TAG)
    options = ("--pyodide", str(workspace.distribution))
    assert build({"requirements.txt": "numpy<2\n"}, *options)[0] == {"numpy": "2.4.3"}
