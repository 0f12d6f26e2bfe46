"""Removal of server code from an app's source."""

import ast
import builtins
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.server_code import marks, removal, scopes
from pyrt_build.server_code.marks import Options

DASH = "from dash import Dash, Input, Output, callback\napp = Dash(__name__)\n"
PLAIN = Options()
BRIDGE = Options(bridge=True)


MARK = "@callback(Output('a', 'b'), Input('c', 'd'), server=True)"
MARKED = f"{MARK}\n"


def write(text):
    return dedent(text).replace("@server", MARK)


def part(files, options=PLAIN, server_modules=frozenset(), roots=("app.py",)):
    contents = {where: write(text).encode() for where, text in files.items()}
    return removal.plan(contents, roots, options, server_modules)


def cut(text, options=PLAIN, server_modules=frozenset()):
    """The one module of an app, as it goes to the browser."""
    whole = DASH + write(text)
    found = part({"app.py": whole}, options, server_modules)
    left = found.sources.get("app.py", whole.encode()).decode()
    assert len(left.splitlines()) <= len(whole.splitlines())
    assert left.count("\n") == whole.count("\n")  # tracebacks stay right
    ast.parse(left)
    return left


def test_the_body_of_a_marked_callback_goes_and_its_decorator_stays():
    left = cut(MARKED + "def total(n, key='SECRET'):\n    '''SECRET'''\n    return SECRET(n)\n")
    assert "SECRET" not in left
    assert MARKED in left


def test_the_stub_explains_itself_in_its_own_line():
    left = cut(MARKED + "def total(n):\n    return n\n\n\ndef next(): pass\n")
    names: dict[str, Any] = {}
    exec(left[left.index("def total") :], names)
    with pytest.raises(RuntimeError) as caught:
        names["total"](1)
    assert str(caught.value) == (
        "total (app.py:4) runs on the server, and its code is not part of this site. Build with "
        "--bridge URL, and its callback is called there; fallback='browser' would keep its code "
        "for the tab as well."
    )
    assert names["next"].__code__.co_firstlineno == 5  # of 8, without the three lines before


def test_an_async_callback_stays_async():
    left = cut(MARKED + "async def total(n):\n    return SECRET\n")
    assert "async def total(*_, **__): raise" in left
    assert "SECRET" not in left


def test_imports_functions_classes_and_constants_used_only_there_go_too():
    left = cut("""
        import os, SECRET_a
        from SECRET_b import (
            c,
            d as SECRET_d,
        )
        KEY = "SECRET"
        URL: str = f"db://{KEY}"

        class Store:  # SECRET comment
            def read(self):
                return SECRET_a.read(URL)

        def compute(n):
            return helper(n) + Store().read() + SECRET_d

        def helper(n):
            return compute(n - 1) if n else c

        @server
        def total(n):
            return compute(n)

        print(os.sep)
        """)
    assert "SECRET" not in left
    assert "compute" not in left
    assert "helper" not in left
    assert "import os" in left
    assert "print(os.sep)" in left


def test_what_the_tab_uses_stays_and_what_is_unused_stays():
    left = cut("""
        import effect
        import math
        LIMIT = 3
        UNUSED = 4

        def shared(n):
            return math.sqrt(n + LIMIT)

        @server
        def total(n):
            return shared(n)

        @callback(Output('e', 'f'), Input('g', 'h'))
        def show(n):
            return shared(n)
        """)
    for kept in ("import effect", "import math", "LIMIT = 3", "UNUSED = 4", "math.sqrt(n + LIMIT)"):
        assert kept in left


def test_a_local_variable_of_the_tab_keeps_no_constant_of_the_server():
    left = cut("""
        key = "SECRET"
        @server
        def total(n):
            return key
        def show(key):
            return [key for key in key]
        """)
    assert "SECRET" not in left
    assert "return [key for key in key]" in left


def test_variables_made_by_calls_go_with_the_statements_that_configure_them():
    left = cut("""
        from SECRET_db import connect
        engine = connect("SECRET")
        engine.timeout = "SECRET"
        engine.listen("SECRET", 1)
        with open("SECRET") as file:
            table = file.read()
        try:
            import SECRET_fast as fast
        except ImportError:
            fast = None
        @server
        def total(n):
            return engine.query(table, fast)
        """)
    assert "SECRET" not in left


def test_a_statement_with_an_effect_of_its_own_stays():
    left = cut("""
        import logging
        logging.basicConfig()
        page = app.register_page("x")
        @server
        def total(n):
            logging.info(page)
        """)
    assert "logging.basicConfig()" in left
    assert "register_page" in left


def test_statements_that_share_a_line_keep_their_neighbours():
    left = cut("""
        SECRET = ("SECRET",
            "x"); kept = 1
        also = 2; SECRET_b = 3
        @server
        def total(n):
            return SECRET, SECRET_b
        """)
    assert "SECRET" not in left
    names: dict[str, Any] = {}
    exec(left.split(MARKED, maxsplit=1)[0].replace(DASH, ""), names)
    assert (names["kept"], names["also"]) == (1, 2)


def test_decorators_below_the_callback_go_those_above_stay():
    left = cut("""
        from tools import above, SECRET_cached
        @above
        @server
        @SECRET_cached(
            "SECRET"
        )
        def total(n):
            return 1
        """)
    assert "SECRET" not in left
    assert "@above" in left


def test_callbacks_named_in_the_settings_are_the_servers():
    named = Options(named=frozenset({"app:total", "__main__:mean"}))
    left = cut(
        "@callback(Output('a', 'b'), Input('c', 'd'))\ndef total(n):\n    return SECRET\n"
        "@app.callback(Output('e', 'b'), Input('c', 'd'))\ndef mean(n):\n    return SECRET\n",
        named,
    )
    assert "SECRET" not in left


def test_a_name_that_no_callback_has_is_refused_with_the_nearest():
    with pytest.raises(BuildError) as caught:
        cut("def totals(n):\n    pass\n", Options(named=frozenset({"app:total"})))
    assert str(caught.value) == (
        "[tool.pyrt] server names 'app:total', but app.py has no callback of that name. Did you "
        "mean app:totals? It is the name of a function below `@callback(...)`."
    )


BACKGROUND = "@callback(Output('a', 'b'), Input('c', 'd'), background=True{})\n"


@pytest.mark.parametrize(
    ("bridge", "option", "app_has_manager", "goes"),
    [
        (True, ", manager=m", False, True),
        (True, ", manager=m, **more", False, True),
        (True, "", True, True),
        (True, ", manager=None", False, False),
        (True, "", False, False),
        (False, ", manager=m", True, False),
        (True, ", manager=m, fallback='browser'", True, False),
    ],
)
def test_background_callbacks_are_the_servers_with_a_bridge_and_a_manager(
    bridge, option, app_has_manager, goes
):
    text = "m = 1\n" + BACKGROUND.format(option) + "def total(n):\n    return SECRET\n"
    if app_has_manager:
        text += "other = Dash(__name__, background_callback_manager=m)\n"
    assert ("SECRET" not in cut(text, Options(bridge=bridge))) is goes


def test_with_a_fallback_in_the_tab_the_code_stays():
    text = MARKED.replace(")\n", ", fallback='browser')\n") + "def total(n):\n    return CODE\n"
    assert "return CODE" in cut(text)


def test_a_callback_applied_as_a_function_is_found_and_so_is_a_lambda():
    left = cut("""
        def total(n):
            return SECRET
        callback(Output('a', 'b'), Input('c', 'd'), server=True)(total)
        callback(Output('e', 'b'), Input('c', 'd'), server=True)(lambda n: SECRET)
        """)
    assert "SECRET" not in left


def test_a_marked_callback_whose_function_is_not_in_the_file_is_refused():
    with pytest.raises(BuildError, match=r"app\.py:3: this callback runs on the server, but its"):
        cut("callback(Output('a', 'b'), Input('c', 'd'), server=True)(make())\n")


def test_the_page_is_told_which_functions_have_no_body():
    """So that it never calls a stub, whatever manager the app chooses when it runs."""
    found = part(
        {
            "app.py": """
                import pages.home
                class Shop:
                    def wire(self, app):
                        @server
                        def total(n): pass
                """,
            "pages/home.py": "from dash import callback\n@server\ndef mean(n): pass\n",
        }
    )
    assert found.callbacks == {"app:Shop.wire.<locals>.total", "pages.home:mean"}


def test_callbacks_inside_functions_are_found():
    left = cut("""
        from SECRET import x
        def register(app):
            @server
            def total(n):
                return x
        """)
    assert "SECRET" not in left


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("server=HERE", "total has options that are no literals"),
        ("**options", "total has options that are no literals"),
        ("background=HERE, manager=1", "total has background= that is no literal"),
    ],
)
def test_what_cannot_be_read_stays_and_is_said(option, why):
    text = f"@callback(Output('a', 'b'), {option})\ndef total(n):\n    return 1\n"
    found = part({"app.py": DASH + text}, BRIDGE)
    assert found.sources == {}
    text = (
        f"app.py:3: {why}: the build cannot tell whether only a server runs it, and leaves its "
        "code in the site"
    )
    assert found.warnings == (Note(Code.UNDECIDED, text),)


def test_a_function_that_is_a_callback_of_the_tab_as_well_stays():
    tab = "@callback(Output('e', 'f'), Input('g', 'h'))\n"
    found = part({"app.py": DASH + MARKED + tab + "def total(n):\n    return 1\n"})
    assert found.sources == {}
    assert "total is a callback of the tab as well" in found.warnings[0].text


def test_arguments_of_what_exists_only_on_a_server_are_removed():
    left = cut(
        """
        import os
        from celery import Celery
        import redis as r
        URL = os.environ["SECRET"]
        queue = Celery(__name__, broker="redis://:SECRET@host", backend=URL)
        queue.conf.result_backend = "SECRET"
        queue.conf.update(password="SECRET")
        client = r.Redis(
            password="SECRET",
        )

        @queue.task(name="SECRET")
        def add(n):
            return n + 1

        twice = queue.task(add)
        if "REDIS_URL" in os.environ:
            from celery import Celery as Queue
            other = Queue(broker="SECRET")
            other.conf.update(password="SECRET")
        """,
        server_modules=frozenset({"celery", "redis"}),
    )
    assert "SECRET" not in left
    for kept in ("queue = Celery()", "@queue.task()", "return n + 1", "queue.task(add)"):
        assert kept in left


def test_a_function_of_the_tab_that_uses_a_stub_is_named():
    text = "import redis\nclient = redis.Redis()\ndef show(n):\n    return client.get(n)\n"
    found = part({"app.py": DASH + text}, server_modules=frozenset({"redis"}))
    said = (
        "app.py:5: show uses client, which exists only on a server; called in the tab, it will "
        "say so"
    )
    assert found.warnings == (Note(Code.STUB_USED, said),)


def test_a_route_that_uses_a_stub_has_its_own_warning():
    text = (
        "from fastapi import FastAPI\nimport redis\nclient = redis.Redis()\napi = FastAPI()\n"
        "@api.get('/x')\ndef shown():\n    return client.get('x')\n"
        "@app.server.route('/y')\ndef other():\n    return client.get('y')\n"
        "@app.server.before_request\ndef count():\n    client.incr('z')\n"
    )
    found = part({"app.py": DASH + text}, server_modules=frozenset({"fastapi", "redis"}))
    assert found.warnings == ()


MOUNTED = """
from fastapi import FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
import uvicorn
import boards

api = FastAPI(title="SECRET")
api.mount("/dash", WSGIMiddleware(boards.make("/dash/").server))
if __name__ == "__main__":
    uvicorn.run(api, port=8000)
"""
BOARDS = """
from dash import Dash

def make(prefix):
    return Dash(__name__, requests_pathname_prefix=prefix)
"""


@pytest.mark.parametrize(
    "mount",
    [
        'api.mount("/dash", WSGIMiddleware(boards.make("/dash/").server))',
        'api = FastAPI(routes=[Mount("/dash", app=WSGIMiddleware(boards.make("/dash/").server))])',
    ],
)
def test_the_app_that_another_server_mounts_stays(mount):
    text = MOUNTED.replace(MOUNTED.splitlines()[7], mount)
    stubs = frozenset({"fastapi", "uvicorn"})
    files = {"main.py": text, "boards.py": BOARDS}
    found = part(files, server_modules=stubs, roots=("main.py",))
    assert not found.files, "boards.py makes the app"
    assert "main.py:8" in found.mounts
    left = found.sources["main.py"].decode()
    assert 'boards.make("/dash/")'.replace('"', "'") in left
    assert "SECRET" not in left
    assert "api = FastAPI(" in left, "the start names it: main:api"
    assert "port=8000" not in left


def test_another_app_that_a_server_mounts_goes():
    text = MOUNTED.replace("import boards", "import boards\nimport tables").replace(
        "if __name__", 'api.mount("/tables", tables.make())\nif __name__'
    )
    files = {"main.py": text, "boards.py": BOARDS, "tables.py": "def make(): return 'SECRET'\n"}
    stubs = frozenset({"fastapi", "uvicorn"})
    found = part(files, server_modules=stubs, roots=("main.py",))
    assert found.files == {"tables.py"}
    assert found.mounts == {"main.py:9"}, "the site has the Dash app, and not the other one"
    assert "tables" not in found.sources["main.py"].decode()


def test_modules_that_only_removed_code_imports_go_whole():
    found = part(
        {
            "app.py": """
                from dash import callback
                from services import db, view
                import heavy
                @server
                def total(n):
                    import local_only
                    return db.read(heavy.run(n))
                view.draw()
                """,
            "heavy.py": "import deeper\n",
            "deeper.py": "",
            "local_only.py": "",
            "services/__init__.py": "",
            "services/db.py": "",
            "services/view.py": "",
            "pages/home.py": "import shared\n",
            "shared.py": "",
        },
        roots=("app.py", "pages/home.py"),
    )
    assert found.files == {"heavy.py", "deeper.py", "local_only.py", "services/db.py"}
    assert "from services import view" in found.sources["app.py"].decode()


def test_functions_of_other_modules_that_only_removed_code_names_go():
    found = part(
        {
            "app.py": """
                from dash import callback
                from tools import show, SECRET_one
                import more
                @server
                def total(n):
                    return SECRET_one(n) + more.SECRET_two(n)
                show(more.kept)
                """,
            "tools.py": """
                import SECRET
                __all__ = ["show", "SECRET_one"]
                def show(x): pass
                def SECRET_one(n): return SECRET.x
                """,
            "more.py": "def SECRET_two(n): pass\nkept = 1\nunused = 2\n",
        }
    )
    for where in ("app.py", "tools.py", "more.py"):
        assert "SECRET" not in found.sources[where].decode(), where
    assert b"kept = 1\nunused = 2" in found.sources["more.py"]
    assert b"__all__ = ['show']" in found.sources["tools.py"]
    assert found.removed["tools.py"] == ["SECRET", "SECRET_one"]
    assert found.imports >= {"SECRET", "tools.SECRET_one"}


def test_an_app_without_marks_is_left_alone():
    found = part({"app.py": DASH + "# a comment\nKEY = 1\n"}, BRIDGE)
    assert found == removal.Removal()


def test_other_encodings_and_line_ends_are_read():
    text = f"# coding: latin-1\r\n{MARKED}def total(n):\r\n    return 'é'\r\nx = 'ü'\r\n"
    found = removal.plan({"app.py": text.encode("latin-1")}, (), Options(), frozenset())
    left = found.sources["app.py"].decode()
    assert left.splitlines()[-1] == "x = 'ü'"
    assert "é" not in left


def test_long_expressions_are_read_as_any_other():
    """A thousand strings that are added are a thousand levels of a tree."""
    terms = " + ".join(["'SECRET'"] * 900)
    assert "SECRET" not in cut(f"TEXT = {terms}\n{MARKED}def total(n):\n    return TEXT\n")


ROOT = Path(__file__).parents[4]
APPS = [
    path
    for folder in ("examples", "tests/browser/apps", "tests/server/apps")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "callback(" in path.read_text()
]


@pytest.mark.parametrize("path", APPS, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_is_left_of_an_app_is_python_on_the_same_lines(path):
    """All callbacks of every app in this repository on the server at once."""
    text = path.read_text()
    before = ast.parse(text)
    functions = [
        n for n in ast.walk(before) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    named = {
        f"app:{n.name}"
        for n in functions
        if "callback(" in "".join(map(ast.unparse, n.decorator_list))
    }
    everything = Options(frozenset(named))
    marked = marks.find_server_functions(before, "app.py", ("app",), everything).functions
    found = removal.plan({"app.py": text.encode()}, ("app.py",), everything, frozenset({"redis"}))
    left = found.sources["app.py"].decode() if marked else text
    assert left.count("\n") == text.count("\n")
    stubs = left.count("runs on the server, and its code")  # some functions are inside of others
    assert bool(stubs) == bool(marked)
    assert stubs <= len(marked)
    after = ast.parse(left)
    kept = [n for n in ast.walk(after) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {(n.name, n.lineno) for n in kept} <= {(n.name, n.lineno) for n in functions}
    assert undefined(after) <= undefined(before)


def undefined(tree):
    """Names that a module reads and does not have."""
    return scopes.free_names(tree) - scopes.bound_names(tree) - set(dir(builtins))
