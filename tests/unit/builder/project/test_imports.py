"""The modules that imports name, and their files."""

import ast
import warnings

import pytest

from pyrt_build.project.files import Tree
from pyrt_build.project.imports import Name, OwnModules, imported_names, parse_module
from tests.support.workspace import write_files


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a.b, c", [Name("a.b", 1), Name("c", 1)]),
        ("from a import b", [Name("a", 1)]),
        ("from plotly import express", [Name("plotly", 1), Name("plotly.express", 1)]),
        ("from . import a, b", [Name("a", 1, 1), Name("b", 1, 1)]),
        ("from ..x import y", [Name("x", 1, 2), Name("x.y", 1, 2)]),
        ("import_module('a.b')", [Name("a.b", 1)]),
        ("importlib.import_module('.b', __package__)", [Name("b", 1, 1)]),
        ("__import__('a')", [Name("a", 1)]),
        ("import_module(name)", []),
    ],
)
def test_names_of_imports(text, names):
    assert [n for node in ast.walk(ast.parse(text)) for n in imported_names(node)] == names


@pytest.fixture
def own(tmp_path):
    files = [
        "app.py",
        "src/t/__init__.py",
        "src/t/a.py",
        "src/t/sub/b.py",
        "dash/x.py",
        "lib/t2.py",
    ]
    write_files(tmp_path, dict.fromkeys(files, ""))
    return OwnModules(Tree(tmp_path), ["", "src"])


@pytest.mark.parametrize(
    ("name", "importer", "found"),
    [
        (Name("t.a", 1), "app.py", ["src/t/__init__.py", "src/t/a.py", "src/t/sub/b.py"]),
        (Name("app", 1), "src/t/a.py", ["app.py"]),
        (Name("a", 1, 1), "src/t/__init__.py", ["src/t/a.py"]),
        (Name("sub.b", 1, 1), "src/t/a.py", ["src/t/sub/b.py"]),
        (Name("a", 1, 2), "src/t/sub/b.py", ["src/t/a.py"]),
        (Name("dash.x", 1), "app.py", []),
        (Name("numpy", 1), "app.py", []),
    ],
)
def test_files_of_the_project(own, name, importer, found):
    assert list(own.find(name, importer)) == found


def test_one_file_of_a_name(own):
    assert own.resolve(Name("t.a.thing", 1), "app.py") == "src/t/a.py"
    assert own.resolve(Name("t", 1), "app.py") == "src/t/__init__.py"
    assert own.resolve(Name("t2", 1), "app.py") is None


def test_names_are_those_of_the_folder_of_sys_path(own):
    assert own.name_of("src/t/a.py") == "t.a"
    assert own.name_of("src/t/__init__.py") == "t"
    assert own.name_of("lib/t2.py") == "lib.t2"


def test_what_python_warns_about_in_a_module_is_not_said():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        tree = parse_module(b"pattern = '\\s'", "app.py")
    assert isinstance(tree.body[0], ast.Assign)
    assert said == []
