"""An app is run as `python FILE`, `python -m` or gunicorn would run it."""

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import pytest

from pyrt.app import launch
from pyrt.model.environment import Launch, decode_launch, encode_launch
from pyrt.model.failures import StartError
from tests.support.paths import ROOT
from tests.support.workspace import write_files

LOOK = (
    "import os, sys\n"
    "seen = [__name__, __package__, __file__, sys.path[0], os.getcwd(), sys.argv]\n"
    "seen.append(__spec__.name if __spec__ else None)\n"
)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder for an app, and a process that is as before afterwards."""
    main, names = sys.modules["__main__"], set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    yield tmp_path
    sys.modules["__main__"] = main
    for name in set(sys.modules) - names:
        del sys.modules[name]


def run(site, files, entry, *, as_main=True, **how):
    write_files(site, files)
    found = Launch(root=str(site), **how)
    launch.prepare(found)
    return launch.run(str(site / entry), found, as_main=as_main)


def make_module(**names):
    module = ModuleType("app")
    vars(module).update(names)
    return module


def seen(name="__main__"):
    return sys.modules[name].seen


def test_a_file_is_a_script(site):
    """As CPython: `cd SITE; python web/app.py`."""
    run(site, {"web/app.py": LOOK}, "web/app.py", path=[f"{site}/web"], working_folder=str(site))
    file = str(site / "web" / "app.py")
    assert seen() == ["__main__", None, file, f"{site}/web", str(site), [file], None]


def test_a_module_is_run_as_main_of_its_package(site):
    """As CPython: `cd SITE; python -m tides`; the package is imported first."""
    files = {"tides/__init__.py": "x = 1\n", "tides/__main__.py": LOOK + "from . import x\n"}
    run(site, files, "tides/__main__.py", module="tides.__main__", path=[str(site)])
    file = str(site / "tides" / "__main__.py")
    assert seen() == ["__main__", "tides", file, str(site), str(site), [file], "tides.__main__"]
    assert "tides" in sys.modules


def test_a_module_of_gunicorn_is_imported_by_its_name(site):
    files = {"tides/__init__.py": "", "tides/app.py": LOOK + "server = object()\n"}
    value = run(
        site, files, "tides/app.py", module="tides.app", attribute="server", path=[str(site)]
    )
    module = sys.modules["tides.app"]
    assert value is module.server
    assert seen("tides.app")[:5] == [
        "tides.app",
        "tides",
        str(site / "tides" / "app.py"),
        str(site),
        str(site),
    ]
    assert sys.argv == ["pytest"]


def test_on_a_server_a_script_is_imported(site):
    run(site, {"board.py": LOOK}, "board.py", as_main=False, path=[str(site)])
    assert seen("board")[0] == "board"
    files = {"tides/__init__.py": "", "tides/app.py": LOOK}
    run(site, files, "tides/app.py", as_main=False, module="tides.app", path=[str(site)])
    assert seen("tides.app")[0] == "tides.app"


def test_variables_and_empty_folders_are_there(site):
    run(
        site,
        {"app.py": "import os\nseen = [os.environ['TITLE'], os.listdir('logs')]\n"},
        "app.py",
        variables={"TITLE": "Tides"},
        folders=[f"{site}/logs"],
        working_folder=str(site),
    )
    assert seen() == ["Tides", []]


def test_only_the_named_folders_of_the_project_are_on_the_path(site):
    sys.path.insert(0, str(site))
    run(site, {"src/app.py": LOOK}, "src/app.py", path=[f"{site}/src", f"{site}/lib"])
    assert sys.path[:2] == [f"{site}/src", f"{site}/lib"]
    assert str(site) not in sys.path


def test_a_folder_named_dash_does_not_hide_dash(site):
    files = {"dash/__init__.py": "raise ImportError\n", "app.py": "import dash\nseen = dash\n"}
    run(site, files, "app.py", path=[str(site)])
    assert seen().Dash


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("server", 1),
        ("app.server", 2),
        ("make()", ((), {})),
        ("make('prod', debug=True)", (("prod",), {"debug": True})),
        ("app.make([1])", (([1],), {})),
    ],
)
def test_attributes_and_calls(expression, value):
    def make(*args, **options):
        return args, options

    module = make_module(server=1, make=make, app=SimpleNamespace(server=2, make=make))
    assert launch.find_attribute(module, expression) == value


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("nope", "app:nope was asked for, and app () has no 'nope'. It has: server."),
        ("server()", "it is no function"),
        ("1 + 1", "is neither a name nor a call of a function"),
        ("f(", "is neither a name nor a call of a function"),
        ("int(x)", "has no 'int'"),
    ],
)
def test_what_is_no_attribute(expression, text):
    module = make_module(server=1)
    with pytest.raises(StartError) as raised:
        launch.find_attribute(module, expression)
    assert text in str(raised.value)


def test_arguments_must_be_values():
    module = make_module(make=lambda x: x)
    with pytest.raises(StartError, match="must be a value"):
        launch.find_attribute(module, "make(name)")


def test_exit_without_an_error_ends_the_script_only(site):
    run(site, {"app.py": "x = 1\nimport sys\nsys.exit()\n"}, "app.py")
    with pytest.raises(SystemExit):
        run(site, {"app.py": "import sys\nsys.exit(3)\n"}, "app.py")


def test_a_launch_is_json():
    how = Launch(module="a", path=["b"], working_folder="c", variables={"D": "e"}, folders=["f"])
    assert decode_launch(json.loads(json.dumps(encode_launch(how)))) == how


def test_files_that_came_after_the_first_look_are_found(site):
    """A snapshot knows the folder of the app as it was: missing, or empty."""
    missing, empty = site / "missing", site / "empty"
    empty.mkdir()
    stamp = empty.stat()
    sys.path[:0] = [str(missing), str(empty)]
    for name in ("late_in_missing", "late_in_empty"):
        assert find_spec(name) is None
    write_files(site, {"missing/late_in_missing.py": "", "empty/late_in_empty.py": ""})
    os.utime(empty, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    launch.prepare(Launch(root=str(site), path=[str(missing), str(empty)]))
    for name in ("late_in_missing", "late_in_empty"):
        assert find_spec(name) is not None


def test_what_a_tab_would_have_to_download_for_that_stays_as_it_is(site):
    """Each visitor would get `importlib.metadata`, and the directory of the zip."""
    program = """
import sys, zipimport
from pyrt.app import launch
from pyrt.model.environment import Launch

read = []
zipimport._read_directory = lambda archive: read.append(archive) or {}
library = zipimport.zipimporter(sys.argv[1])
read.clear()
sys.path_importer_cache[sys.argv[1]] = library
launch.prepare(Launch(root=".", path=["."]))
assert "dash" in sys.modules
print(read, "importlib.metadata" in sys.modules)
"""
    with zipfile.ZipFile(site / "library.zip", "w") as made:
        made.writestr("module.py", "")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "pyrt" / "compat")])
    printed = subprocess.run(
        [sys.executable, "-c", program, str(site / "library.zip")],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed == "[] False\n"
