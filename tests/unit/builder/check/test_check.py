"""What `pyrt check` finds in an app, and what it does not."""

import pytest

from pyrt_build.check import check as checks
from pyrt_build.commands.base import app_config
from pyrt_build.errors import BuildError
from tests.support.checked_apps import HEAD, LINES, assert_finding, found
from tests.support.paths import EXAMPLES, ROOT

WRONG = {
    "an import that nothing provides": ("import helprs", 1, "PY101", "helprs"),
    "a package without a build": ("import tensorflow as tf", 1, "PY102", "no build"),
    "a module of a window system": ("import tkinter", 1, "PY103", "no tkinter"),
    "a login": ("import dash_auth", 1, "PY204", "password"),
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
    "a path of one machine": (
        "import json\njson.load(open('/home/ada/data.json'))",
        2,
        "PY402",
        "one machine",
    ),
    "a variable": ("import os\nkey = os.environ['KEY_OF_SHOP']", 2, "PY501", "KEY_OF_SHOP"),
    "a route": ("@app.server.route('/csv')\ndef csv(): pass", 1, "PB203", "/csv"),
    "a part of a module that nothing provides": (
        "def f():\n    from helprs.a import x",
        2,
        "PY101",
        "helprs",
    ),
    "a name that Dash does not have": ("from dash import htlm", 1, "PY101", "do you mean 'html'"),
    "a module that Python had": ("import distutils.util", 1, "PY103", "since 3.12"),
    "a module of users": ("import pwd", 1, "PY103", "no pwd"),
    "a file of a home folder": (
        "import os\nopen(os.path.expanduser('~/data.csv'))",
        2,
        "PY402",
        "one machine",
    ),
    "a path that is put together": (
        "HOME = '/home/ada'\nopen(HOME + '/data.csv')",
        2,
        "PY402",
        "one machine",
    ),
    "a file of assets": ("html.Img(src='/assets/none.png')", 1, "PY403", "assets/none.png"),
    "a file of get_asset_url": ("import dash\ndash.get_asset_url('none.png')", 2, "PY403", "none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_found_with_its_line(name, check):
    source, line, code, text = WRONG[name]
    assert_finding(check(source), line, code, text)


RIGHT = {
    "guarded imports": "try:\n    import tkinter, psutil\nexcept ImportError:\n    pass",
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
    "paths of one machine in a branch": (
        "if app.title:\n    text = open('/home/ada/data.json').read()"
    ),
    "relative files": "import os\nos.chdir('x')\nopen('data.json')",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_found(name, check):
    assert check(RIGHT[name]).findings == []


def test_relative_imports_of_nothing_are_found(check):
    (finding,) = check("from .helpers import x").findings
    assert (finding.line - LINES, finding.code) == (1, "PY101")
    assert "no module .helpers" in finding.text


def test_a_package_of_source_only_is_found_unless_it_may_be_built(check):
    assert found(check("import dash_bio")) == [("app.py", 1, "PY102")]
    allowed = '[tool.pyrt]\nallow-build = ["dash-bio"]\n'
    assert check("import dash_bio", pyproject_dot_toml=allowed).findings == []


def test_a_requirement_may_bring_a_module_back(check):
    assert [e.code for e in check("import cgi").findings] == ["PY103"]
    assert check("import cgi", requirements_dot_txt="dash\nlegacy-cgi\n").findings == []


def test_what_a_requirement_may_have_is_not_unknown(check):
    known = check("import helprs", requirements_dot_txt="dash\npandas\n")
    assert [e.code for e in known.findings] == ["PY101"]
    other = check("import helprs", requirements_dot_txt="dash\npandas\nsome-package-of-ours\n")
    assert other.findings == []


def test_names_of_own_modules_are_known(check, tmp_path):
    for name, text in {
        "own.py": "if True:\n    one = two = 1\n",
        "parts/__init__.py": "",
        "parts/inner.py": "",
        "star.py": "from math import *\n",
        "lazy.py": "def __getattr__(name): return name\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    checked = check(
        "from own import one, tow\nfrom parts import inner, other\nfrom star import any_name\n"
        "from lazy import any_name"
    )
    assert [each.text for each in checked.findings] == [
        "own has no 'tow': do you mean 'two'?",
        "parts has no 'other', and the import fails",
    ]


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


def test_all_syntax_errors_are_told_of_modules_that_are_imported(check):
    checked = check(
        "import one, two",
        one_dot_py="x = (",
        two_dot_py="def f(:\n",
        other_dot_py="y = [",
    )
    assert [(e.file, e.code) for e in checked.findings] == [
        ("one.py", "PY001"),
        ("two.py", "PY001"),
    ]


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
