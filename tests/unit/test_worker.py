"""The start of an app in the worker: the script, failed starts, and the messages to the page."""

import asyncio
import importlib
import json
import marshal
import subprocess
import sys
from types import SimpleNamespace

import dash
import pytest

from pyrt import worker
from pyrt.app import hooks, pages
from pyrt.app.dash import APPS, Dash
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.component import ComponentRegistry
from pyrt.model.environment import Environment
from pyrt.model.failures import StartError

APP = """
from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div(html.Button(id="b"), id="a")

@callback(Output("a", "title"), Input("b", "n_clicks"))
def count(n):
    return str(n)

if __name__ == "__main__":
    app.run(debug=True)
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder for an app, and a process that is as before afterwards."""
    main, names = sys.modules["__main__"], set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(hooks, "hooks", hooks.Hooks())
    monkeypatch.setattr(dash, "hooks", hooks.hooks)
    yield tmp_path
    sys.modules["__main__"] = main
    for name in set(sys.modules) - names:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    APPS.forget()
    GLOBAL_CALLBACKS.clear()
    pages.forget_pages()
    environment.use(Environment())


def boot(site, source=None, name="app.py", **more):
    if source is not None:
        (site / name).write_text(source)
    worker.boot(json.dumps({"entry": str(site / name), **more}))
    app = APPS.find()
    assert isinstance(app, Dash)
    return app


def failure(site, source, name="app.py"):
    with pytest.raises(StartError) as raised:
        boot(site, source, name)
    assert raised.value.__suppress_context__
    return str(raised.value)


def test_the_script_runs_as_main_and_its_app_is_completed(site):
    """S-171: `if __name__ == "__main__"` is true."""
    app = boot(site, APP, base="/sub/")
    assert app.config.name == "__main__"
    assert app.config.requests_pathname_prefix == "/sub/"
    assert app._dev_tools.ui
    assert [each.callback_id for each in app.callbacks] == ["a.title"]
    assert sys.modules["__main__"].app is app
    assert sys.argv == [str(site / "app.py")]
    assert app.config.assets_folder == str(site / "assets")


def test_the_script_may_import_the_names_of_dash_from_pyrt(site):
    source = APP.replace("from dash", "import pyrt\npyrt.activate()\nfrom pyrt")
    assert [each.callback_id for each in boot(site, source).callbacks] == ["a.title"]


def test_the_app_that_was_run_is_mounted_and_without_run_the_last_one(site):
    """S-171."""
    source = (
        "from dash import Dash, html\n"
        "one, two = Dash(title='1'), Dash(title='2')\n"
        "one.layout = two.layout = html.Div()\n"
    )
    assert boot(site, source).title == "2"
    assert boot(site, source + "one.run()\n").title == "1"


def test_other_modules_find_the_running_script_by_its_name(site):
    (site / "callbacks.py").write_text("from app import app\nfound = app\n")
    source = APP.replace("if __name__", "import callbacks\nif __name__")
    app = boot(site, source)
    assert sys.modules["callbacks"].found is app


def test_a_script_may_end_itself_without_an_error(site):
    assert boot(site, APP + "\nimport sys\nsys.exit()\n").title == "Dash"
    assert "ended itself with sys.exit(3)" in failure(site, APP + "\nimport sys\nsys.exit(3)\n")


def test_await_is_allowed_at_the_top_level(site):
    source = "import asyncio\nasync def title():\n    return 'T'\nname = await title()\n" + APP
    app = boot(site, source.replace("Dash(__name__)", "Dash(__name__, title=name)"))
    assert app.title == "T"


def boot_without_switching(site, source):
    """Boot where Python cannot wait; what is returned has been awaited."""
    (site / "app.py").write_text(source)
    rest = worker.boot(json.dumps({"entry": str(site / "app.py"), "switching": False}))
    if rest is not None:
        asyncio.run(rest)
    app = APPS.find()
    assert isinstance(app, Dash)
    return app, rest


def test_without_switching_a_script_that_waits_is_awaited_later(site):
    source = APP.replace("Dash(__name__)", "Dash(__name__, title='T')") + (
        "import asyncio\nawait asyncio.sleep(0.01)\napp.title = 'later'\nimport sys\nsys.exit()\n"
    )
    app, rest = boot_without_switching(site, source)
    assert rest is not None
    assert app.title == "later"
    assert [each.callback_id for each in app.callbacks] == ["a.title"]


def test_without_switching_layouts_that_wait_are_awaited_before_the_check(site):
    source = (
        "import asyncio\n"
        "from dash import Dash, html, page_container, register_page\n"
        "app = Dash(__name__, pages_folder='')\n"
        "async def later():\n"
        "    await asyncio.sleep(0.01)\n"
        "    return html.P(id='late')\n"
        "register_page('a', path='/', layout=later)\n"
        "app.layout = page_container\n"
    )
    app, rest = boot_without_switching(site, source)
    assert rest is not None
    assert "late" in app.validation_layout


def test_without_switching_a_script_that_fails_later_is_a_failed_start(site):
    (site / "app.py").write_text("import asyncio\nawait asyncio.sleep(0)\n1 / 0\n")
    rest = worker.boot(json.dumps({"entry": str(site / "app.py"), "switching": False}))
    assert rest is not None
    with pytest.raises(StartError, match="line 3"):
        asyncio.run(rest)


def test_without_switching_an_ordinary_app_is_booted_at_once(site):
    app, rest = boot_without_switching(site, APP)
    assert rest is None
    assert app.title == "Dash"


def test_a_second_boot_starts_over(site):
    """S-172: hot reload restarts the app from source."""
    (site / "part.py").write_text("VALUE = 1\n")
    source = APP.replace("from dash", "import part\nfrom dash", 1)
    first = boot(site, source)
    (site / "part.py").write_text("VALUE = 22\n")
    second = boot(site, source)
    assert second is not first
    assert sys.modules["part"].VALUE == 22
    assert [each.callback_id for each in second.callbacks] == ["a.title"]


PACKAGE = """
from dash import Input, Output, callback

class Part:
    @callback(Output("a", "lang"), Input("b", "n_clicks"))
    def show(clicks):
        return clicks

def add():
    callback(Output("a", "dir"), Input("b", "n_clicks"))(print)
"""


@pytest.mark.parametrize("is_in_snapshot", [False, True])
def test_callbacks_of_packages_count_at_each_boot(
    site, tmp_path_factory, monkeypatch, is_in_snapshot
):
    """S-10: those that the import of a package registers, which a snapshot may have before."""
    folder = tmp_path_factory.mktemp("python") / "site-packages"
    folder.mkdir()
    (folder / "parts_aio.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(GLOBAL_CALLBACKS, "_of_packages", [])
    if is_in_snapshot:
        importlib.import_module("parts_aio")
    source = APP.replace("from dash", "import parts_aio\nfrom dash", 1) + "\nparts_aio.add()\n"
    expected = {"a.title", "a.lang", "a.dir"}
    try:
        for _ in range(2):
            found = [each.callback_id for each in boot(site, source).callbacks]
            assert sorted(found) == sorted(expected)
    finally:
        sys.modules.pop("parts_aio", None)


def test_a_failed_start_says_what_where_and_what_to_do(site):
    assert (
        failure(site, "x = (\n")
        == "SyntaxError in app.py, line 1: '(' was never closed\n    x = (\n        ^"
    )
    assert failure(site, "import dash\nimport not_there\n").startswith(
        "The module 'not_there' is not part of this site.\napp.py, line 2, imports it:"
    )
    assert "created no Dash app" in failure(site, "x = 1\n")
    text = failure(site, "def f():\n    return 1 / 0\n\nf()\n")
    assert text.endswith("ZeroDivisionError: division by zero")
    assert [line.strip() for line in text.splitlines() if "File" in line] == [
        f'File "{site}/app.py", line 4, in <module>',
        f'File "{site}/app.py", line 2, in f',
    ]


def test_a_layout_that_is_none_is_a_failed_start(site):
    no_layout = "from dash import Dash\napp = Dash(__name__)\n"
    assert failure(site, no_layout).startswith("NoLayoutException: The app has no layout")
    text = failure(site, no_layout + "app.layout = 5\n")
    assert f'File "{site}/app.py", line 3' in text
    assert text.endswith("or a function that returns one of these, not 5.")
    assert "pyrt/app/dash.py" not in text


def test_a_page_that_fails_is_a_failed_start_with_its_own_line(site):
    (site / "pages").mkdir()
    (site / "pages" / "bad.py").write_text("from dash import register_page\n\nregister_page(1/0)\n")
    text = failure(site, "from dash import Dash\napp = Dash(__name__, use_pages=True)\n")
    assert f'File "{site}/pages/bad.py", line 3, in <module>' in text
    assert "importlib" not in text


def test_the_page_is_told_the_text_of_a_failed_start_and_nothing_else(site, capsys):
    failure(site, "")
    for error in (StartError("the text"), ValueError("x")):
        sys.excepthook(type(error), error, None)
    assert capsys.readouterr().err == "the text\nValueError: x\n"


# --- the hand-over -------------------------------------------------------------------------------


class Page:
    """What a page does on the wire, and nothing else."""

    def __init__(self):
        self.messages = []
        self.buffers = []
        self.receive = worker.connect(self.post)

    def post(self, text, buffers):
        self.messages += json.loads(text)
        self.buffers += buffers

    def send(self, *messages):
        """Send a batch, and return the messages that answer it."""
        before = len(self.messages)
        self.receive(json.dumps(messages), [])
        return self.messages[before:]

    def hello(self):
        return self.send({"type": "Hello", "seq": 1, "lazy": []})

    def set_props(self, seq, component_id, **props):
        change = {"path": [], "id": component_id, "props": props, "origin": "internal"}
        return self.send({"type": "SetProps", "seq": seq, "seen": 0, "changes": [change]})


def types(messages):
    return [message["type"] for message in messages]


def updates(messages):
    return [
        (change["id"], change["props"])
        for message in messages
        if message["type"] == "Update"
        for change in message["changes"]
    ]


def test_document_and_callbacks_are_sent_at_once_and_the_layout_when_the_page_is_ready(site):
    """docs/wire.md: Start."""
    boot(site, APP, debug=True)
    page = Page()
    assert types(page.messages) == ["Document", "Callbacks"]
    assert page.messages[0]["title"] == "Dash"
    assert page.messages[1]["callbacks"][0]["output"] == "a.title"
    answer = page.hello()
    assert types(answer)[0] == "Layout"
    assert answer[0]["layout"]["props"]["id"] == "a"
    assert updates(answer) == [("a", {"title": "None"})]
    assert updates(page.set_props(2, "b", n_clicks=1)) == [("a", {"title": "1"})]


def test_a_large_value_comes_beside_the_text(site):
    """docs/wire.md: Batches."""
    boot(site, APP, debug=True)
    page = Page()
    page.hello()
    props = {"n_clicks": {"_pyrt_packed": 0}}
    change = {"path": [], "id": "b", "props": props, "origin": "internal"}
    message = {"type": "SetProps", "seq": 2, "seen": 0, "changes": [change]}
    buffer = SimpleNamespace(to_bytes=lambda: marshal.dumps([1, 2.5]))
    page.receive(json.dumps([message]), [buffer])
    assert updates(page.messages)[-1] == ("a", {"title": "[1, 2.5]"})


def test_callbacks_stay_out_of_the_graph_when_the_app_says_so(site):
    """S-22."""
    boot(site, APP.replace("debug=True", "hide_all_callbacks=True"))
    assert Page().messages[1]["callbacks"][0]["hidden"] is True


def test_expressions_see_what_callbacks_see_in_debug_sites_only(site):
    """`window.__pyrt_eval__` (docs/settings.md)."""
    source = APP + "values = {}\nasync def later():\n    return 5\n"
    boot(site, source.replace("return str(n)", "values['n'] = n; return str(n)"), debug=True)
    page = Page()
    page.hello()
    page.set_props(2, "b", n_clicks=3)
    ask = {"type": "Eval", "seq": 3}
    for expression, value in (
        (" values['n']", "3"),
        ("app.config.title", '"Dash"'),
        ("values", '{"n": 3}'),
        ("{1, 2}", '"{1, 2}"'),
        ("values.update(n=4)", "null"),
        ("values['n']", "4"),
        ("later()", "5"),
    ):
        (answer,) = [m for m in page.send({**ask, "expression": expression}) if "value" in m]
        assert answer == {"type": "EvalResult", "seq": 3, "value": value}
    (answer,) = [m for m in page.send({**ask, "expression": "1/0"}) if m["type"] == "EvalResult"]
    assert answer["error"].endswith("ZeroDivisionError: division by zero")
    boot(site)
    (answer,) = Page().send({**ask, "expression": "1"})[:1]
    assert "--debug" in answer["error"]


def test_without_the_modules_of_agents_no_text_is_evaluated(site, monkeypatch):
    monkeypatch.setattr(worker, "find_spec", lambda _: None)
    boot(site, APP)
    (answer,) = Page().send({"type": "Eval", "seq": 3, "expression": 'agents:{"list": {}}'})[:1]
    assert answer["type"] == "Failure"
    assert "--debug" in answer["message"]


@pytest.mark.parametrize("debug", [False, True])
def test_agents_in_the_browser_are_answered_where_the_app_offers_its_tools(site, debug):
    boot(site, APP.replace("Dash(__name__)", "Dash(__name__, enable_mcp=True)"), debug=debug)
    page = Page()
    page.hello()
    expression = 'agents:{"list": {}}'
    sent = page.send({"type": "Eval", "seq": 2, "expression": expression})
    (answer,) = [m for m in sent if m["type"] == "EvalResult"]
    names = [tool["name"] for tool in json.loads(answer["value"])["tools"]]
    assert names[0] == "count"
    assert {"read_page", "set_values", "click", "navigate"} <= set(names)


def test_an_old_path_is_replaced_before_anything_is_drawn(site):
    """S-151."""
    source = (
        "from dash import Dash, html, page_container, register_page\n"
        "app = Dash(use_pages=True, pages_folder='')\n"
        "register_page('new', path='/new', redirect_from=['/old'], layout=html.P('x'))\n"
    )
    location = {"pathname": "/sub/old", "search": "?a=1", "hash": "#b", "origin": "http://h"}
    boot(site, source, base="/sub/", location=location)
    first, second = Page().messages[:2]
    assert first == {"type": "SetDocument", "replaceUrl": "/sub/new?a=1#b"}
    assert second["type"] == "Document"
    assert environment.current().location.pathname == "/sub/new"


def test_files_of_a_package_that_is_imported_late_are_loaded_first(site):
    """R-18."""
    (site / "late_package.py").write_text(
        "from dash.development.base_component import Component\n"
        "_js_dist = [{'relative_package_path': 'late.js', 'namespace': 'late_package'}]\n"
        "_css_dist = [{'relative_package_path': 'late.css', 'namespace': 'late_package'}]\n"
        "class Thing(Component):\n"
        "    _namespace = 'late_js'\n"
        "    _type = 'Thing'\n"
        "    _prop_names = ['id']\n"
        "    _valid_wildcard_attributes = []\n"
    )
    source = APP.replace("return str(n)", "import late_package; return late_package.Thing(id='t')")
    boot(site, source.replace('"title"', '"children"'))
    page = Page()
    page.hello()
    answer = page.set_props(2, "b", n_clicks=1)
    (loaded,) = (m for m in page.messages if m["type"] == "Resources")
    assert loaded.pop("childrenProps")["late_js"] == {"Thing": None}
    assert loaded == {
        "type": "Resources",
        "scripts": [{"src": "pkg/late_package/late.js"}],
        "stylesheets": [{"src": "pkg/late_package/late.css"}],
    }
    positions = types(page.messages)
    assert positions.index("Resources") < positions.index("Update")
    assert "Resources" not in types(answer)
    ComponentRegistry.registry.discard("late_package")
    ComponentRegistry.children_props.pop("late_js")


def test_custom_data_of_hooks_is_there_in_callbacks(site):
    """S-141 (hook010)."""
    source = (
        "from dash import ctx, hooks\n"
        "@hooks.custom_data('user')\n"
        "def custom(context):\n"
        "    return context.triggered_inputs and 'Ada'\n"
    ) + APP.replace("return str(n)", "return str(ctx.custom_data.user)")
    boot(site, source)
    page = Page()
    page.hello()
    assert updates(page.set_props(2, "b", n_clicks=1)) == [("a", {"title": "Ada"})]


def test_callbacks_registered_while_one_runs_become_active(site):
    """S-34, S-10: those of `dash.callback`, too."""
    source = APP.replace(
        '@callback(Output("a", "title"), Input("b", "n_clicks"))\ndef count(n):\n',
        '@callback(Output("a", "title"), Input("b", "n_clicks"), prevent_initial_call=True,\n'
        "          _allow_dynamic_callbacks=True)\n"
        "def count(n):\n"
        '    callback(Output("a", "lang"), Input("a", "title"))(lambda title: title + "!")\n',
    )
    boot(site, source)
    page = Page()
    page.hello()
    answer = page.set_props(2, "b", n_clicks=1)
    assert "Callbacks" in types(answer)
    assert ("a", {"title": "1"}) in updates(answer)
    assert ("a", {"title": "2"}) in updates(page.set_props(3, "b", n_clicks=2))
    assert ("a", {"lang": "2!"}) in updates(page.messages)


def test_nothing_of_the_browser_is_imported_before_the_hand_over():
    """The interpreter holds no reference to JavaScript; and start-up costs no needless import."""
    script = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "for name in ('js', 'pyodide', 'plotly', 'numpy', 'pandas', 'flask'):\n"
        "    sys.modules[name] = None\n"
        "import pyrt.worker, dash\n"
        "slow = {'importlib.metadata', 'hashlib', 'uuid', 'random', 'pydoc', 'zipfile',\n"
        "        'urllib.request', 'http', 'email', 'unittest', 'html.parser'}\n"
        "print(sorted((set(sys.modules) - before) & slow))\n"
    )
    path = [entry for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys\nsys.path[:0] = {path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"
