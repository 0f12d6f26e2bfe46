"""No file of a built site contains code or names that belong to the server."""

import json

import pytest

from tests.support.site_files import everything

APP = """
# /// script
# dependencies = ["celery", "heavylib", "lightlib"]
# [tool.pyrt]
# bridge = "https://calc.example.org:8443"
# bridge-timeout = 5
# server = ["app:named"]
# server-only = ["L3AK_warehouse"]
# ///
import os
import heavylib  # L3AK comment
import lightlib
import L3AK_warehouse
from celery import Celery
from dash import Dash, Input, Output, callback, html
from helpers import L3AK_query, tidy

KEY = "L3AK_key"
queue = Celery(__name__, broker="redis://:L3AK_password@host")
app = Dash(__name__, background_callback_manager=queue)


def L3AK_compute(n):
    return heavylib.run(n, KEY)


@callback(Output("a", "children"), Input("b", "n_clicks"), server=True)
def marked(n):
    return L3AK_compute(n) + L3AK_query(n) + L3AK_warehouse.read("L3AK_table.bin")


@callback(Output("c", "children"), Input("b", "n_clicks"))
def named(n):
    return "L3AK_named"


@callback(Output("d", "children"), Input("b", "n_clicks"), background=True)
def long(n):
    return "L3AK_long"


@callback(Output("e", "children"), Input("b", "n_clicks"))
def here(n):
    return tidy(lightlib.light(n), os.sep)
"""
FILES = {
    "app.py": APP,
    "helpers.py": "import L3AK_deep\ndef L3AK_query(n): return L3AK_deep.x\n"
    "def tidy(*n): return n\n",
    "L3AK_deep.py": "x = 1\n",
    "L3AK_warehouse.py": "def read(name): return 'L3AK'\n",
    "L3AK_table.bin": "L3AK",
    "pyproject.toml": "[project]\nname = 'L3AK'\n",
}


def found(site, marker):
    return [
        name
        for path, data in site.items()
        for name, content in everything(path, data)
        if marker in content or marker in name.encode()
    ]


@pytest.fixture
def shop(workspace):
    workspace.add_wheel("heavylib", "1.0", {"heavylib/__init__.py": "L3AK = 1"})
    workspace.add_wheel("lightlib", "1.0", {"lightlib/__init__.py": ""})
    return workspace


def test_no_byte_of_the_servers_code_is_in_the_site(shop, capsys):
    assert shop.build(FILES) == 0
    output = capsys.readouterr().out
    site = shop.site()
    assert found(site, b"L3AK") == [], output
    assert found(site, b"return tidy(lightlib.light(n), os.sep)")
    assert [p["name"] for p in json.loads(site["pyrt-lock.json"])["packages"]] == [
        "dash",
        "lightlib",
    ]
    for line in (
        "Only on the server: L3AK_warehouse.py: all of it",
        (
            "Only on the server: app.py: marked(), named(), long(), KEY, L3AK_compute, L3AK_query, "
            "L3AK_warehouse, heavylib"
        ),
        "Only on the server: helpers.py: L3AK_deep, L3AK_query",
        "Left out: L3AK_table.bin (only the server names it)",
        "Note PB103: app.py names heavylib, which only the server needs",
        "connect-src 'self' https://calc.example.org:8443 wss://calc.example.org:8443;",
    ):
        assert line in output


def test_the_search_finds_what_is_there(shop):
    """The search above can fail: the same app without its marks leaks all of it."""
    shop.build({**FILES, "app.py": APP.replace(", server=True", "")})
    assert found(shop.site(), b"L3AK_key")


def test_the_manifest_tells_the_page_where_the_bridge_is(shop):
    shop.build(FILES)
    manifest = shop.manifest()
    assert manifest["bridge"] == {
        "url": "https://calc.example.org:8443",
        "timeoutMs": 5000,
        "credentials": "same-origin",
    }
    assert manifest["server"] == ["app:long", "app:marked", "app:named"]  # none has a body
    assert manifest["serverOnly"] == ["celery"]


def test_the_command_line_names_another_bridge(shop, capsys):
    shop.build(FILES, "--bridge", "/calc/")
    assert shop.manifest()["bridge"]["url"] == "/calc"
    assert "connect-src 'self';" in capsys.readouterr().out


def test_what_the_app_can_do_without_has_no_stub(workspace):
    """`except ImportError` must find that the module is not there."""
    workspace.build(
        {
            "app.py": "from dash import Dash\nimport diskcache\napp = Dash(__name__)\n"
            "try:\n    import redis\nexcept ImportError:\n    redis = None\n",
        }
    )
    assert workspace.manifest()["serverOnly"] == ["diskcache"]


def test_sqlalchemy_is_itself_over_sqlite_and_stands_in_over_a_servers_database(workspace):
    """Pyodide runs it over SQLite (docs/decisions.md)."""
    workspace.add_wheel("sqlalchemy", "3.0", {"sqlalchemy/__init__.py": ""})
    app = "import sqlalchemy\nfrom dash import Dash\napp = Dash(__name__)\n"
    app += "e = sqlalchemy.create_engine({})\n"
    workspace.build({"app.py": app.format("'sqlite://'")})
    assert workspace.manifest()["serverOnly"] == []
    assert found(workspace.site(), b"sqlalchemy/__init__.py")
    workspace.build({"app.py": app.format("'postgresql+psycopg://u:L3AK@host/db'")})
    assert workspace.manifest()["serverOnly"] == ["sqlalchemy"]
    assert not found(workspace.site(), b"sqlalchemy/__init__.py")
    assert not found(workspace.site(), b"L3AK")


def test_an_own_module_of_the_server_that_the_tab_imports_all_the_same_gets_a_stub(workspace):
    workspace.build(
        {
            "app.py": "# /// script\n# [tool.pyrt]\n# server-only = ['warehouse']\n# ///\n"
            "from dash import Dash\nimport warehouse\napp = Dash(__name__)\nx = warehouse.open()\n",
            "warehouse/__init__.py": "import redis\nL3AK = 1\n",
        }
    )
    assert workspace.manifest()["serverOnly"] == ["warehouse"]
    assert not found(workspace.site(), b"L3AK")
