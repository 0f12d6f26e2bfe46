"""Modules of the project that have to be compiled."""

import pytest

from pyrt_build.app import extensions
from pyrt_build.app.config import Layout
from pyrt_build.app.discover import discover
from pyrt_build.errors import BuildError
from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\n"


def needed(folder, files, entry="app.py", path=("",)):
    write_files(folder, {entry: APP, **files})
    app = discover(folder / entry, layout=Layout(folder, path))
    return [(e.module, e.source, e.origin) for e in extensions.needed_extensions(app)]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from tides import _fast", "tides._fast"),
        ("from tides._fast import height", "tides._fast"),
        ("import tides._fast as fast", "tides._fast"),
    ],
)
def test_cython_that_the_app_imports(tmp_path, line, module):
    files = {"tides/__init__.py": "", "tides/_fast.pyx": "", "app.py": f"{APP}{line}\n"}
    assert needed(tmp_path, files) == [(module, "tides/_fast.pyx", "app.py:3")]


def test_a_relative_import_in_a_package_below_src(tmp_path):
    files = {
        "src/tides/__init__.py": "from . import _fast\nfrom .deep._core import x\n",
        "src/tides/_fast.pyx": "",
        "src/tides/deep/__init__.py": "",
        "setup.py": 'setup(\n  ext_modules=[Extension("tides.deep._core", ["src/core.c"])])\n',
        "app.py": f"{APP}import tides\n",
    }
    assert needed(tmp_path, files, path=("src", "")) == [
        ("tides._fast", "src/tides/_fast.pyx", "src/tides/__init__.py:1"),
        ("tides.deep._core", "setup.py:2", "src/tides/__init__.py:2"),
    ]


def test_modules_that_a_pyproject_names(tmp_path):
    files = {
        "pyproject.toml": '[[tool.setuptools.ext-modules]]\nname = "fast"\nsources = ["fast.c"]\n',
        "app.py": f"{APP}import fast\n",
    }
    assert needed(tmp_path, files) == [("fast", "pyproject.toml", "app.py:3")]
    files["pyproject.toml"] = (
        '[project]\nname = "rusty-tides"\n[build-system]\nbuild-backend = "maturin"\n'
    )
    files["app.py"] = f"{APP}from rusty_tides import x\n"
    assert needed(tmp_path, files) == [("rusty_tides", "pyproject.toml", "app.py:3")]


def test_what_is_not_imported_or_guarded_or_there_in_python_is_not_needed(tmp_path):
    guarded = "try:\n    from tides import _fast\nexcept ImportError:\n    _fast = None\n"
    files = {
        "tides/__init__.py": "",
        "tides/_fast.pyx": "",
        "tides/both.pyx": "",
        "tides/both.py": "",
        "tides/other.pyx": "",
        "app.py": f"{APP}{guarded}import tides.both\n",
    }
    assert needed(tmp_path, files) == []


def test_all_are_refused_with_what_to_do(tmp_path):
    library = "tides/old.cpython-311-x86_64-linux-gnu.so"
    files = {
        "tides/__init__.py": "",
        "tides/_fast.pyx": "",
        library: "",
        "app.py": f"{APP}from tides import _fast, old\n",
    }
    needed(tmp_path, files)
    found = extensions.needed_extensions(discover(tmp_path / "app.py"))
    with pytest.raises(BuildError) as refused:
        extensions.refuse(found, "tides")
    compiled, only = str(refused.value).splitlines()
    assert compiled.startswith("app.py:3 imports tides._fast, a module of the project that has to")
    assert compiled.endswith("if you want that: --allow-build tides")
    assert only.startswith(f"app.py:3 imports tides.old, of which there is only {library}, for an")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": '[project]\nname = "High_Tides"\n'}, "high-tides"),
        ({"setup.cfg": "[metadata]\nname = tides\n"}, "tides"),
        ({"setup.py": 'setup(name="Tides", version="1")\n'}, "tides"),
        ({"setup.py": "setup(**options)\n"}, "folder"),
    ],
)
def test_the_name_of_a_project(tmp_path, files, name):
    write_files(tmp_path / "folder", files)
    assert extensions.project_name(tmp_path / "folder") == name
