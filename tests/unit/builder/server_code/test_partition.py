"""The partition of an app into the code of the site and the code of the server."""

import sys
from textwrap import dedent
from typing import Any

import pytest

from pyrt.app import module_stubs
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.server_code.partition import partition
from tests.support.workspace import write_files

DASH = "from dash import Dash, Input, Output, callback\napp = Dash(__name__)\n"


@pytest.fixture
def parts(tmp_path):
    """Read an app of these files; the first is app.py."""

    def read(app, files=None, **settings):
        sources = {"app.py": DASH + dedent(app), **(files or {})}
        write_files(tmp_path, {where: dedent(text) for where, text in sources.items()})
        return partition(SiteConfig(tmp_path / "app.py", tmp_path / "dist"), Settings(**settings))

    return read


SERVER = """
    import {module}

    @callback(Output("a", "x"), Input("b", "x"), server=True)
    def total(n):
        return {module}.total(n)
    """


def test_an_app_without_marks_is_whole(parts):
    found = parts("import json\nimport math\n", {"helper.py": "x = 1"})
    assert found.removal.removed == {}
    assert found.server_only == set()
    assert found.stubs == []
    assert list(found.app.modules) == ["app.py"]


def test_what_only_the_server_imports_is_of_its_packages(parts):
    found = parts(SERVER.format(module="torch"))
    assert found.server_only == {"torch"}
    assert "torch" not in {i.module for i in found.app.imports}


def test_what_both_import_is_the_browsers_as_well(parts):
    found = parts("import numpy\nnumpy.zeros(1)\n" + dedent(SERVER).format(module="numpy"))
    assert found.server_only == set()


def test_what_exists_only_on_servers_is_a_stub_where_the_browser_imports_it(parts):
    found = parts("import redis\nqueue = redis.Redis()\nprint(queue)\n")
    assert "redis" in found.stubs
    assert "celery" not in found.stubs, "it is not imported"
    assert "celery" in found.server_modules, "and would be one"


def test_an_import_that_the_app_can_do_without_finds_nothing(parts):
    found = parts("try:\n    import redis\nexcept ImportError:\n    redis = None\n")
    assert found.stubs == []


def test_an_own_module_of_such_a_name_is_the_apps(parts):
    found = parts("import redis\n", {"redis.py": "x = 1\n"})
    assert "redis" not in found.server_modules
    assert "redis.py" in found.app.modules


def test_sqlalchemy_is_a_stub_only_over_a_servers_database(parts):
    text = "import sqlalchemy\nengine = sqlalchemy.create_engine({!r})\nprint(engine)\n"
    assert parts(text.format("sqlite:///a.db")).stubs == []
    assert parts(text.format("postgresql://host/db")).stubs == ["sqlalchemy"]
    driver = "import psycopg2\nprint(psycopg2)\n"
    assert parts(driver + text.format("sqlite:///a.db")).stubs == ["psycopg2", "sqlalchemy"]


def test_sqlalchemy_stays_where_a_text_only_names_such_a_database(parts):
    text = """
        import os
        import sqlalchemy

        try:
            import psycopg2
        except ImportError:
            psycopg2 = None
        url = os.environ.get("URL", "sqlite:///a.db").replace("postgres://", "postgresql://")
        engine = sqlalchemy.create_engine(url)
        """
    assert parts(text).stubs == []


def test_the_settings_name_more_modules_of_the_server(parts):
    files = {"store/__init__.py": "", "store/db.py": "SECRET = 1\n"}
    found = parts("import store.db\nprint(store.db.SECRET)\n", files, server_only=("store.db",))
    assert found.stubs == ["store.db"], "also below a package of the site"
    assert "store/db.py" not in found.app.modules


def test_a_callback_named_in_the_settings_is_the_servers(parts):
    text = """
        import torch

        @callback(Output("a", "x"), Input("b", "x"))
        def total(n):
            return torch.total(n)
        """
    assert parts(text, server=("app:total",)).server_only == {"torch"}
    assert parts(text).server_only == set()


def test_a_file_that_only_the_server_names_stays_out(parts):
    found = parts(
        """
        @callback(Output("a", "x"), Input("b", "x"), server=True)
        def total(n):
            return open("prices.csv").read()

        names = open("names.csv").read()
        """,
        {"prices.csv": "1", "names.csv": "a", "other.csv": "b"},
    )
    assert sorted(found.app.data) == ["names.csv", "other.csv"]
    assert "prices.csv (only the server names it)" in found.app.left_out


def test_a_file_that_both_name_is_in_the_site(parts):
    found = parts(
        """
        FILE = "prices.csv"
        print(FILE)

        @callback(Output("a", "x"), Input("b", "x"), server=True)
        def total(n):
            return open("prices.csv").read()
        """,
        {"prices.csv": "1"},
    )
    assert list(found.app.data) == ["prices.csv"]


BACKEND = """
    from fastapi import FastAPI, Request
    import uvicorn
    from waitress import serve

    server = FastAPI(title="x")
    app = Dash(__name__, server=server, backend="fastapi")

    @server.get("/health")
    async def health(request: Request):
        return {"ok": True}

    @app.callback(Output("p", "children"), Input("b", "n_clicks"))
    def show(n):
        return f"clicks {n}"

    if __name__ == "__main__":
        uvicorn.run(server, host="0.0.0.0")
        serve(app.server, port=8080)
    """


def test_another_backend_of_dash_is_a_stub_and_its_packages_stay_away(parts):
    found = parts(BACKEND)
    assert {"fastapi", "uvicorn", "waitress"} <= set(found.stubs)
    source = found.app.read("app.py")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    known = dict(sys.modules)
    for name in known:
        if name.partition(".")[0] in found.stubs:  # another test has imported it
            del sys.modules[name]
    module_stubs.install(found.stubs)
    try:
        exec(source, namespace)
    finally:
        module_stubs.install(())
        sys.modules.clear()
        sys.modules.update(known)
    app = namespace["app"]
    assert app.config.name == "__main__"
    assert [c.callback_id for c in app.callbacks] == ["p.children"]
    assert "exists only on a server" in repr(app.server)
