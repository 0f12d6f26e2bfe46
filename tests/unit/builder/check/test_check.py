"""What `pyrt check` finds in an app, and what it does not."""

from textwrap import dedent

import pytest

from pyrt_build.check import check as checks
from pyrt_build.commands.base import app_config
from pyrt_build.errors import BuildError
from tests.support.paths import EXAMPLES, ROOT

HEAD = """
from dash import ALL, MATCH, Dash, Input, Output, State, callback, clientside_callback, dcc, html
app = Dash(__name__)
app.layout = html.Div([html.P(id="a"), html.P(id="b"), html.Button(id="go"), html.P(id={"t": 1})])
"""
LINES = HEAD.count("\n")


@pytest.fixture
def check(tmp_path, monkeypatch):
    def check_app(source, **files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "app.py").write_text(HEAD + dedent(source))
        monkeypatch.chdir(tmp_path)
        return checks.check(app_config("app.py"))

    return check_app


def found(checked):
    return [(each.file, each.line - LINES, each.code) for each in checked.findings]


WRONG = {
    "an import that nothing provides": ("import helprs", 1, "PY101", "helprs"),
    "a package without a build": ("import tensorflow as tf", 1, "PY102", "no build"),
    "a module of a window system": ("import tkinter", 1, "PY103", "no tkinter"),
    "another program": ("import subprocess as s\ns.run(['ls'])", 2, "PY201", "subprocess.run"),
    "a program by a name": ("from os import system\nsystem('ls')", 2, "PY201", "os.system"),
    "a loop of the start": ("while True:\n    print(1)", 1, "PY202", "never starts"),
    "a thread": (
        (
            "import threading\n"
            "def work():\n    while True:\n        print(1)\n"
            "threading.Thread(target=work, daemon=True).start()"
        ),
        5,
        "PY202",
        "work never ends",
    ),
    "a terminal": ("name = input('Name? ')", 1, "PY203", "dcc.Input"),
    "a long sleep": (
        (
            "import time\n@callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
            "def show(n):\n    time.sleep(5)"
        ),
        4,
        "PY203",
        "show sleeps for 5 seconds",
    ),
    "a login": ("import dash_auth", 1, "PY204", "password"),
    "an id that is misspelt": (
        (
            "app.layout.children.append(html.P(id='total-sales'))\n"
            "@callback(Output('totl-sales', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
        ),
        2,
        "PY301",
        "do you mean 'total-sales'",
    ),
    "an id of a constant": (
        (
            "@callback(\n    Output('a', 'children'),\n    Input(component_id='none',\n"
            "        component_property='value'))\ndef f(n): pass"
        ),
        3,
        "PY301",
        "'none'",
    ),
    "an Output of two callbacks": (
        (
            "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
            "@app.callback(Output('a', 'children'), Input('b', 'title'))\ndef g(n): pass"
        ),
        3,
        "PY302",
        "written by f (app.py:5)",
    ),
    "a circle": (
        (
            "@callback(Output('a', 'title'), Input('b', 'title'))\ndef f(n): pass\n"
            "@callback(Output('b', 'title'), Input('a', 'title'))\ndef g(n): pass"
        ),
        1,
        "PY303",
        "Cycle",
    ),
    "too few arguments": (
        (
            "@callback(Output('a', 'title'), [Input('b', 'title')], [State('go', 'title')])\n"
            "def f(n): pass"
        ),
        2,
        "PY304",
        "f takes 1 arguments, and its callback gives 2",
    ),
    "too few results": (
        (
            "@callback(Output('a', 'title'), Output('b', 'title'), Input('go', 'title'))\n"
            "def f(n):\n    if n:\n        return 1, 2, 3\n    return 1, 2"
        ),
        4,
        "PY304",
        "returns 3 values here",
    ),
    "MATCH alone": (
        "@callback(Output({'t': MATCH}, 'title'), Input({'u': MATCH}, 'title'))\ndef f(n): pass",
        1,
        "PY305",
        "MATCH",
    ),
    "MATCH alone in a callback of a function": (
        (
            "def register():\n    @app.callback(output=dict(x=Output({'t': MATCH}, 'title')),\n"
            "        inputs=dict(y=Input({'u': MATCH}, 'title')))\n    def f(y): pass"
        ),
        2,
        "PY305",
        "MATCH",
    ),
    "Outputs with MATCH at different keys": (
        (
            "if app:\n    @callback(Output({'t': MATCH}, 'title'), Output({'u': MATCH}, 'title'),\n"
            "        Input('a', 'title'))\n    def f(n): pass"
        ),
        2,
        "PY305",
        "same keys",
    ),
    "ALLSMALLER of an Output": (
        (
            "from dash import ALLSMALLER\n"
            "@callback(Output({'t': ALLSMALLER}, 'title'), Input('a', 'title'),\n"
            "    State(app.x, 'title'))\ndef f(n, m): pass"
        ),
        2,
        "PY305",
        "ALLSMALLER",
    ),
    "a driver of a database": (
        "import psycopg2\nc = psycopg2.connect('')",
        1,
        "PY102",
        "sockets",
    ),
    "a package in place of its module": ("import mysqlclient", 1, "PY101", "module is MySQLdb"),
    "a table that is not there": (
        "import pandas as pd\ndf = pd.read_csv('data/none.csv', index_col=0)",
        2,
        "PY403",
        "data/none.csv",
    ),
    "a file that is not there": (
        "import json\nwith open('none.json', encoding='utf-8') as file:\n    x = json.load(file)",
        2,
        "PY403",
        "none.json",
    ),
    "a file of a variable": (
        "from pandas import read_csv\nFILE = './none.csv'\ndf = read_csv(FILE).dropna()",
        3,
        "PY403",
        "none.csv",
    ),
    "a file beside the module": (
        (
            "from pathlib import Path\nHERE = Path(__file__).resolve().parent\n"
            "x = (HERE / 'data' / 'none.txt').read_text()"
        ),
        3,
        "PY403",
        "data/none.txt",
    ),
    "a file of a joined path": (
        "import os\nx = open(os.path.join(os.path.dirname(__file__), 'none.txt'))",
        2,
        "PY403",
        "none.txt",
    ),
    "a duplicate that is called initially": (
        (
            "@callback(Output('a', 'title', allow_duplicate=True), Input('b', 'title'))\n"
            "def f(n): pass"
        ),
        1,
        "PY306",
        "prevent_initial_call",
    ),
    "a path of one machine": (
        "import json\njson.load(open('/home/ada/data.json'))",
        2,
        "PY402",
        "one machine",
    ),
    "a variable": ("import os\nkey = os.environ['KEY_OF_SHOP']", 2, "PY501", "KEY_OF_SHOP"),
    "a route": ("@app.server.route('/csv')\ndef csv(): pass", 1, "PB203", "/csv"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_found_with_its_line(name, check):
    source, line, code, text = WRONG[name]
    checked = check(source)
    assert found(checked) == [("app.py", line, code)]
    assert text in checked.findings[0].text


RIGHT = {
    "guarded imports": "try:\n    import tkinter, psutil\nexcept ImportError:\n    pass",
    "a loop that ends": "while True:\n    break",
    "a loop that waits": "async def f():\n    while True:\n        await g()",
    "a loop in a function that nothing starts": "def f():\n    while True:\n        pass",
    "its own input": "def input(x): return x\ninput(1)",
    "a short sleep": (
        "import time\n@callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
        "def show(n): time.sleep(.1)"
    ),
    "a sleep in the background": (
        "import time\n@callback(Output('a', 'children'), Input('go', 'title'), background=True)\n"
        "def show(n): time.sleep(9)"
    ),
    "programs of server callbacks": (
        "import subprocess\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'), server=True)\n"
        "def show(n): return subprocess.run(['ls'])"
    ),
    "ids from a pattern": (
        "rows = [html.P(id=f'row-{n}') for n in range(3)]\n"
        "@callback(Output('row-1', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    ),
    "ids from data": (
        "rows = [html.P(id=n) for n in app.title]\n"
        "@callback(Output('x', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    ),
    "optional ids": (
        "@callback(Output('x', 'children'), Input('go', 'n_clicks'), optional=True)\ndef f(n): pass"
    ),
    "duplicates that are allowed": (
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
        "@callback(Output('a', 'children', allow_duplicate=True), Input('b', 'title'),\n"
        "    prevent_initial_call=True)\ndef g(n): pass"
    ),
    "one of two by a condition": (
        "if app:\n    @callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
        "    def f(n): pass\nelse:\n"
        "    @callback(Output('a', 'children'), Input('go', 'n_clicks'))\n    def f(n): pass"
    ),
    "a callback that reads what it writes": (
        "@callback(Output('a', 'title'), Input('a', 'title'))\ndef f(n): pass"
    ),
    "arguments with defaults and progress": (
        "@callback(Output('a', 'title'), Input('b', 'title'), background=True,\n"
        "    progress=Output('b', 'children'))\ndef f(set_progress, n, more=1): pass\n"
        "@callback(Output('a', 'children'), [Input('b', 'title'), Input('go', 'title')])\n"
        "def g(*args): pass"
    ),
    "a function that another decorator wraps": (
        "import functools\n@callback(Output('a', 'title'), Input('b', 'title'))\n"
        "@functools.partial\ndef f(): pass"
    ),
    "arguments by name": (
        "@callback(output=dict(x=Output('a', 'title')), inputs=dict(y=Input('b', 'title')))\n"
        "def f(y): return dict(x=y)"
    ),
    "results of inner functions": (
        "@callback(Output('a', 'title'), Output('b', 'title'), Input('go', 'title'))\n"
        "def f(n):\n    def inner():\n        return 1, 2, 3\n    return inner()[:2]"
    ),
    "wildcards that fit": (
        "@callback(Output({'t': MATCH}, 'title'), Input({'t': MATCH}, 'children'))\n"
        "def f(n): pass\n"
        "@callback(Output('a', 'children'), Input({'t': ALL}, 'title'))\ndef g(n): pass"
    ),
    "MATCH of an Input alone, as of Dash 4.2": (
        "@callback(Output({'t': ALL}, 'title'), Input({'t': MATCH}, 'children'))\n"
        "def f(n): pass\n"
        "@callback(Output('a', 'children'), Input({'t': MATCH}, 'title'))\ndef g(n): pass"
    ),
    "drivers of server callbacks": (
        "import psycopg2\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'), server=True)\n"
        "def show(n): return psycopg2.connect('').info"
    ),
    "a driver that may be missing": "try:\n    import psycopg2\nexcept ImportError:\n    pass",
    "files that are there": (
        "import os, pandas as pd\nfrom pathlib import Path\nHERE = Path(__file__).parent\n"
        "open('app.py')\nopen(HERE / 'app.py')\npd.read_csv('https://example.com/a.csv')"
    ),
    "files that are written": (
        "import os, pandas as pd\nopen('a.txt', 'w')\nopen('b.txt', mode='a')\n"
        "pd.DataFrame().to_csv('c.csv')\nd = pd.read_csv('c.csv')"
    ),
    "files that are looked for": (
        "import os, sys, pandas as pd\nFILE = 'a.csv'\nif not os.path.exists(FILE):\n"
        "    sys.exit()\nd = pd.read_csv(FILE)\n"
        "e = pd.read_csv('b.csv') if os.path.exists('b.csv') else None\n"
        "try:\n    f = pd.read_csv('c.csv')\nexcept OSError:\n    pass\n"
        "import contextlib\nwith contextlib.suppress(OSError):\n    g = open('d.csv')"
    ),
    "files that are read later": (
        "import pandas as pd\ndef f(): return pd.read_csv('a.csv')\ng = lambda: open('b.csv')"
    ),
    "members of archives, and files of another folder": (
        "import os, zipfile, pandas as pd\nz = app.z\nx = z.open('a.csv')\n"
        "y = pd.read_csv(z.open('b.csv'))\nw = pd.read_csv(app.folder + 'c.csv')"
    ),
    "variables with a default": "import os\nkey = os.environ.get('KEY', '')",
    "programs of one system": ("import os, sys\nif sys.platform == 'win32':\n    os.system('cls')"),
    "paths of one machine in a branch": (
        "if app.title:\n    text = open('/home/ada/data.json').read()"
    ),
    "relative files": "import os\nos.chdir('x')\nopen('data.json')",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_found(name, check):
    assert check(RIGHT[name]).findings == []


def test_modules_that_are_not_imported_do_not_count(check):
    old = HEAD + "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    new = (
        "from dash import Input, Output, callback\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    )
    checked = check(
        "import parts.new", parts____init___dot_py="", parts__new_dot_py=new, parts__old_dot_py=old
    )
    assert (checked.findings, checked.count) == ([], 4)


def test_transforms_of_dash_extensions_allow_what_dash_does_not(check):
    source = (
        "from dash_extensions.enrich import DashProxy, MultiplexerTransform\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
        "@callback(Output('a', 'children'), Input('b', 'title'))\ndef g(n): pass"
    )
    assert check(source, requirements_dot_txt="dash\ndash-extensions\n").findings == []


def test_files_that_stay_are_named_where_the_code_names_them(check):
    checked = check("key = open('token.pem').read()", token_dot_pem="x")
    assert found(checked) == [("app.py", 1, "PY401")]


def test_secrets_are_found_in_modules(check):
    token = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    checked = check(f"token = '{token}'")
    assert found(checked) == [("app.py", 1, "PY701")]
    assert token not in checked.findings[0].text


def test_a_comment_silences_its_line(check):
    source = "import tkinter  # pyrt: ignore[PY101, PY103]\nimport curses  # pyrt: ignore\n"
    checked = check(source + "import turtle  # pyrt: ignore[PY101]")
    assert found(checked) == [("app.py", 3, "PY103")]
    assert checked.ignored == 2


def test_an_app_that_does_not_parse_is_one_finding(check):
    checked = check("def f(:\n    pass")
    assert found(checked) == [("app.py", 1, "PY001")]
    assert "invalid syntax" in checked.findings[0].text


def test_nothing_of_the_app_is_run(check, tmp_path):
    check("open('ran', 'w')\nraise SystemExit(3)")
    assert not (tmp_path / "ran").exists()


def test_what_the_start_costs_is_told(check):
    checked = check("import pandas", big_dot_csv="x" * 200_000, small_dot_csv="x")
    assert [name for name, _ in checked.imports] == ["pandas"]
    assert checked.files == [("big.csv", 200_000)]


def test_without_an_app_there_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError, match="There is no Dash app"):
        checks.check(app_config(""))


APPS = [
    *sorted(EXAMPLES.glob("*/app.py")),
    *sorted((ROOT / "build/pyrt_build/starters").glob("*/app.py")),
]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.parent.name)
def test_nothing_is_found_in_examples_and_starters(app):
    assert checks.check(app_config(str(app))).findings == []
