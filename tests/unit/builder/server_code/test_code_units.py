"""Code units: the parts of a module that are kept or removed as a whole."""

import ast
from textwrap import dedent

import pytest

from pyrt_build.server_code import code_units
from pyrt_build.server_code.edits import Source
from pyrt_build.server_code.marks import Options

MARK = "@callback(Output('a', 'x'), server=True)"


def split(text, *server_modules, where="app.py", named=()):
    source = Source(dedent(text).replace("@server", MARK).encode())
    options = Options(named=frozenset(named))
    return code_units.split_module(
        where, source, options, set(server_modules), is_entry=where == "app.py"
    )


def only_unit(text, *server_modules, where="app.py"):
    """The last unit of a text."""
    return split(text, *server_modules, where=where).units[-1]


def left(module):
    """The text after the edits."""
    return module.source.apply(module.edits)


def test_files_have_dotted_names():
    assert code_units.module_name("app.py") == "app"
    assert code_units.module_name("pages/sales/home.py") == "pages.sales.home"
    assert code_units.module_name("pages/__init__.py") == "pages"


def test_each_statement_and_each_imported_name_is_a_unit():
    module = split("import a, b as c\nfrom d import e, f\nx = 1\ndef g(): pass\n")
    assert [sorted(unit.binds) for unit in module.units] == [
        ["a"],
        ["c"],
        ["e"],
        ["f"],
        ["x"],
        ["g"],
    ]
    assert module.server_code == module.edits == []


def test_a_unit_knows_what_it_reads():
    unit = only_unit("def f(a=b): return c.d(e).f\n")
    assert unit.uses == {"b", "c", "e"}
    assert unit.attributes == {"d", "f"}


@pytest.mark.parametrize(
    ("text", "where", "references"),
    [
        ("import a", "app.py", [("a", None)]),
        ("import a.b.c", "app.py", [("a", None), ("a.b", None), ("a.b.c", None)]),
        ("from a.b import c", "app.py", [("a.b", "c"), ("a.b.c", None)]),
        ("from a import *", "app.py", [("a", "*"), ("a.*", None)]),
        ("from . import b", "pages/home.py", [("pages", "b"), ("pages.b", None)]),
        ("from .a import b", "pages/home.py", [("pages.a", "b"), ("pages.a.b", None)]),
        ("from ..a import b", "x/y/home.py", [("x.a", "b"), ("x.a.b", None)]),
        ("from .. import b", "pages/home.py", [("", "b"), ("b", None)]),
        ("def f():\n  import a\n", "app.py", [("a", None)]),
        ("def f():\n  from a import b, c\n", "app.py", [
            ("a", "b"), ("a.b", None), ("a", "c"), ("a.c", None)
        ]),
    ],
)  # fmt: skip
def test_a_unit_knows_what_it_imports(text, where, references):
    assert only_unit(text, where=where).references == references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = f(1)", True),
        ("x: int = 1", True),
        ("def f(): print(1)", True),
        ("class A:\n  '''doc'''\n  x = 1", True),
        ("import a", True),
        ("if FLAG:\n  x = 1\nelse:\n  x = 2", True),
        ("from __future__ import annotations", False),
        ("print(1)", False),
        ("'''doc'''", False),
        ("if FLAG:\n  x = 1\n  print(x)", False),
        ("class A:\n  print(1)", False),
        ("app = Dash(__name__)", False),
        ("app = dash.Dash(__name__)", False),
        ("x = wrap(register_page(__name__))", False),
        ("x = app.callback(a)(f)", False),
        ("for x in y: pass", True),
    ],
)
def test_what_does_nothing_but_bind_names_may_go(text, expected):
    """And what may have an effect on the app stays."""
    assert only_unit(text).removable is expected


@pytest.mark.parametrize(
    "statement",
    ["queue.timeout = 3", "queue[0] = 1", "queue.clear()", "queue.a.b()", "queue().c()"],
)
def test_what_is_done_to_a_variable_goes_with_it(statement):
    unit = only_unit(f"queue = make()\n{statement}\n")
    assert unit.binds == {"queue"}
    assert unit.removable


@pytest.mark.parametrize("statement", ["other.timeout = 3", "queue(1)", "f().clear()"])
def test_what_is_done_to_anything_else_stays(statement):
    unit = only_unit(f"from a import other\nqueue = make()\ndef f(): pass\n{statement}\n")
    assert not unit.removable


def test_what_is_done_to_a_function_stays():
    """As `app.layout = ...` does, it may matter to the page."""
    assert not only_unit("def f(): pass\nf.x = 1\n").removable


# --- server code


def test_a_servers_function_becomes_a_stub_and_its_code_a_seed():
    module = split("""
        @server
        @cached
        def total(n=LIMIT):
            return compute(n)
        """)
    assert set().union(*(unit.uses for unit in module.server_code)) == {
        "LIMIT",
        "compute",
        "cached",
        "n",
    }
    (unit,) = module.units
    assert unit.binds == {"total"}
    assert unit.uses == {"callback", "Output"}, "of what stays"
    text = left(module)
    assert MARK in text
    assert "def total(*_, **__): raise RuntimeError(" in text
    for gone in ("cached", "LIMIT", "compute"):
        assert gone not in text
    assert text.count("\n") == module.source.bytes.count(b"\n")


def test_a_lambda_and_a_coroutine_become_stubs_of_their_kind():
    module = split("callback(a, server=True)(lambda n: SECRET)\n@server\nasync def f(n): SECRET\n")
    text = left(module)
    assert "SECRET" not in text
    assert "async def f(*_, **__): raise RuntimeError(" in text
    applied = ast.parse(text).body[0]
    assert isinstance(applied, ast.Expr)
    assert isinstance(applied.value, ast.Call)
    stub = eval(ast.unparse(applied.value.args[0]))
    with pytest.raises(RuntimeError, match=r"lambda \(app\.py:1\) runs on the server"):
        stub(1, key=2)


def test_arguments_of_what_exists_only_on_a_server_go():
    module = split(
        "import redis\nURL = 'SECRET'\nqueue = redis.Redis(URL, password='SECRET')\n"
        "queue.limit = URL\nother = make(URL)\n",
        "redis",
    )
    assert module.stub_names == {"redis", "queue"}
    text = left(module)
    assert "queue = redis.Redis()" in text
    assert "queue.limit = None" in text
    assert "other = make(URL)" in text
    assert set().union(*(unit.uses for unit in module.server_code)) == {"URL"}


def test_functions_given_to_such_a_call_stay():
    """A task is registered by a decorator's call: `app.task(f)`."""
    module = split(
        "import celery\ndef f(): pass\nx = 1\ncelery.task(f, x, name='SECRET')\n", "celery"
    )
    assert "celery.task(f)" in left(module)


def test_calls_in_functions_are_not_touched():
    """They are not run at import; what they use is found otherwise."""
    module = split("import redis\ndef f(): return redis.Redis('a')\n", "redis")
    assert "redis.Redis('a')" in left(module)


def test_the_apps_file_is_known_as_main():
    text = "@callback(a)\ndef f(): SECRET\n"
    assert "SECRET" not in left(split(text, named=["__main__:f"]))
    assert "SECRET" in left(split(text, where="pages/home.py", named=["__main__:f"]))
    assert "SECRET" not in left(split(text, where="pages/home.py", named=["pages.home:f"]))
