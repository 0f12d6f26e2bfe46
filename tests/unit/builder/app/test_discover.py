"""Discovery of an app: imports, local modules, pages, assets, data files and omitted secrets."""

import pytest

from pyrt_build.app.config import Layout
from pyrt_build.app.discover import discover, file_notes
from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError

DASH = "from dash import Dash\napp = Dash(__name__)\n"


def write(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())


def survey(folder, files):
    write(folder, files)
    return discover(folder / "app.py")


def imports(app):
    return [(found.module, found.origin) for found in app.imports]


def failure(folder, files):
    with pytest.raises(BuildError) as caught:
        survey(folder, files)
    return str(caught.value)


def test_imports_are_found_with_file_and_line(tmp_path):
    app = survey(tmp_path, {"app.py": DASH + "import pandas as pd\nfrom plotly import express\n"})
    assert imports(app) == [
        ("dash", "app.py:1"),
        ("pandas", "app.py:3"),
        ("plotly", "app.py:4"),
        ("plotly.express", "app.py:4"),
    ]
    assert app.imports_module("plotly.express")
    assert not app.imports_module("plot")


def test_local_modules_are_followed_and_unused_ones_are_not(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": DASH + "import helper\n",
            "helper.py": "from deeper import value\n",
            "deeper.py": "import numpy\n",
            "unused.py": "import scipy\n",
        },
    )
    assert sorted(app.modules) == ["app.py", "deeper.py", "helper.py"]
    assert ("numpy", "deeper.py:1") in imports(app)
    assert not app.imports_module("scipy")


def test_a_local_package_is_taken_whole_with_relative_imports(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": DASH + "from parts import table\n",
            "parts/__init__.py": "",
            "parts/table.py": "from . import rows\nfrom .sub import cell\nfrom .. import nothing\n",
            "parts/rows.py": "",
            "parts/sub/__init__.py": "",
            "parts/sub/cell.py": "import numpy\n",
        },
    )
    assert "parts/sub/cell.py" in app.modules
    assert app.imports_module("numpy")
    assert not app.imports_module("parts")


def test_a_folder_without_init_is_a_package_when_there_is_python_in_it(tmp_path):
    app = survey(
        tmp_path, {"app.py": DASH + "from views import home\n", "views/home.py": "x = 1\n"}
    )
    assert "views/home.py" in app.modules
    assert not app.imports_module("views")


def test_a_module_imported_by_a_literal_name_is_followed(tmp_path):
    app = survey(
        tmp_path,
        {"app.py": DASH + "import importlib\nimportlib.import_module('late')\n", "late.py": ""},
    )
    assert "late.py" in app.modules


def test_the_pages_folder_is_followed(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": "from dash import Dash\napp = Dash(__name__, use_pages=True)\n",
            "pages/home.py": "import dash\ndash.register_page(__name__, path='/')\n",
            "pages/deep/my_report.py": "import dash\ndash.register_page(__name__)\n",
            "pages/item.py": "import dash\n"
            "dash.register_page(__name__, path_template='/i/<n>', redirect_from=['/old'])\n",
            "pages/given.py": "import dash\ndash.register_page(__name__, '/by/position')\n",
        },
    )
    assert "pages/deep/my_report.py" in app.modules
    assert app.pages == ["/", "/by/position", "/deep/my-report", "/old"]


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("Dash(__name__)", ""),
        ("Dash(__name__, url_base_pathname='/')", ""),
        ("Dash(__name__, url_base_pathname='/boards/tides/')", "boards/tides/"),
        ("Dash(server=flask, routes_pathname_prefix='/tides/')", "tides/"),
        ("Dash(routes_pathname_prefix='/', requests_pathname_prefix='/tides/')", "tides/"),
        ("Dash(__name__, url_base_pathname=f'/{NAME}/')", ""),
        ("Dash(__name__, url_base_pathname='/../up/')", ""),
    ],
)
def test_the_prefix_of_paths_is_read_where_it_is_a_literal(tmp_path, text, prefix):
    app = survey(tmp_path, {"app.py": f"{DASH}app = {text}\n"})
    assert app.prefix == prefix
    assert app.pages == ([f"/{prefix}"] if prefix else [])


def test_an_app_with_a_prefix_has_its_pages_below_it_too(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": "from dash import Dash\n"
            "app = Dash(__name__, use_pages=True, url_base_pathname='/shop/')\n",
            "pages/may.py": "import dash\ndash.register_page(__name__)\n",
        },
    )
    assert app.pages == ["/may", "/shop/", "/shop/may"]


def test_guarded_imports_are_optional(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": DASH
            + "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n"
            + "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import polars\n"
            + "def late():\n    import scipy\n"
        },
    )
    optional = {found.module: found.optional for found in app.imports}
    assert optional["orjson"]
    assert optional["polars"]
    assert not optional["scipy"]


def test_assets_and_data_are_collected_and_files_of_tools_are_not(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": DASH,
            "assets/style.css": "",
            "assets/img/logo.png": "",
            "data/sales.csv": "",
            "requirements.txt": "",
            "node_modules/x/index.js": "",
            "__pycache__/app.pyc": "",
            ".git/config": "",
            "env/pyvenv.cfg": "",
            "old/pyrt-lock.json": "",
        },
    )
    assert sorted(app.assets) == ["img/logo.png", "style.css"]
    assert sorted(app.data) == ["data/sales.csv"]


def test_the_assets_folder_may_have_another_name_and_stands_beside_the_module_of_the_app(tmp_path):
    app = survey(
        tmp_path,
        {
            "app.py": "from shop.main import app\n",
            "shop/__init__.py": "",
            "shop/main.py": "from dash import Dash\napp = Dash(__name__, assets_folder='static')\n",
            "shop/static/a.css": "",
            "assets/b.css": "",
        },
    )
    assert app.assets_folder == "shop/static"
    assert sorted(app.assets) == ["a.css"]


@pytest.mark.parametrize(
    "name",
    [".env", ".env.local", "server.pem", "id_rsa", "credentials.json", "secrets.toml", ".netrc"],
)
def test_secrets_are_left_out_and_named(tmp_path, name):
    app = survey(tmp_path, {"app.py": DASH, name: "hush", "notes.txt": ""})
    assert sorted(app.data) == ["notes.txt"]
    assert app.left_out == [f"{name} (may hold a secret)"]


def test_a_file_outside_of_the_folder_that_the_code_names_is_pointed_out(tmp_path):
    write(tmp_path, {"data.csv": ""})
    app = survey(tmp_path / "app", {"app.py": DASH + "open('../data.csv')\n"})
    assert app.left_out == ["../data.csv (not in the project's folder: move it there)"]


def test_a_syntax_error_is_shown_with_file_line_and_caret(tmp_path):
    text = failure(tmp_path, {"app.py": "import bad\n", "bad.py": "x = 1\nif x = 2:\n    pass\n"})
    assert text == (
        "bad.py:2: invalid syntax. Maybe you meant '==' or ':=' instead of '='?\n"
        "    if x = 2:\n"
        "       ^\n"
        "Correct this line and build again."
    )


def test_names_of_dash_may_be_imported_from_pyrt(tmp_path):
    """`from pyrt import Dash` gives the same objects."""
    for module in ("dash", "pyrt"):
        text = f"from {module} import Dash as D, dcc as core\napp = D()\ng = core.Graph\n"
        app = survey(tmp_path / module, {"app.py": text})
        assert {"dcc", "Graph"} <= app.names


def test_an_app_without_dash_is_refused(tmp_path):
    assert failure(tmp_path, {"app.py": "print('hello')\n"}).startswith(
        "app.py creates no Dash app: neither it nor a module of yours that it imports calls "
        "Dash(...). Give the file that holds `app = Dash(__name__)`."
    )


@pytest.mark.parametrize(
    "source",
    [
        "import dash\napp = dash.Dash()\n",
        "from dash import Dash as D\napp = D()\n",
        "from dash_extensions.enrich import DashProxy\napp = DashProxy()\n",
        "import dash\nclass Mine(dash.Dash): pass\napp = Mine()\n",
    ],
)
def test_ways_to_create_an_app(tmp_path, source):
    assert survey(tmp_path, {"app.py": source}).entry.name == "app.py"


def test_a_missing_app_is_named(tmp_path):
    with pytest.raises(BuildError, match=r"There is no file .*none\.py"):
        discover(tmp_path / "none.py")


def test_a_null_byte_is_no_source(tmp_path):
    assert "app.py" in failure(tmp_path, {"app.py": b"x = 1\0\n"})


def test_much_beside_the_app_is_a_warning_with_the_largest_files(tmp_path, monkeypatch):
    monkeypatch.setattr("pyrt_build.project.files.LARGE_FILE_BYTES", 2**20)
    app = survey(tmp_path, {"app.py": DASH, "big.bin": b"0" * (2 * 2**20), "small.bin": b"0"})
    (note,) = file_notes(app)
    assert note.code is Code.LARGE_FILES
    assert "1 of the app's files has more than 1 MB; the largest: big.bin 2.0 MB" in note.text


def test_a_name_in_another_case_is_a_warning(tmp_path):
    app = survey(tmp_path, {"app.py": DASH + "open('Data/x.csv')\n", "data/x.csv": "1"})
    (note,) = file_notes(app)
    assert note.code is Code.OTHER_CASE
    assert "'Data/x.csv', and the file is data/x.csv" in note.text


def test_empty_folders_and_what_keeps_them_are_found(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / ".cache" / "deep").mkdir(parents=True)
    app = survey(tmp_path, {"app.py": DASH, "logs/.gitkeep": ""})
    assert app.empty == ["out"]
    assert list(app.data) == ["logs/.gitkeep"]


def test_modules_below_src_are_found_by_name_and_relatively(tmp_path):
    write(
        tmp_path,
        {
            "src/tides/__init__.py": "",
            "src/tides/app.py": DASH + "from . import log\nfrom tides.data import x\n",
            "src/tides/log.py": "",
            "src/tides/data.py": "x = 1\n",
        },
    )
    layout = Layout(tmp_path, ("src",))
    app = discover(tmp_path / "src" / "tides" / "app.py", layout=layout)
    assert app.where == "src/tides/app.py"
    assert sorted(app.modules) == [
        f"src/tides/{name}.py" for name in ("__init__", "app", "data", "log")
    ]
    assert imports(app) == [("dash", "src/tides/app.py:1")]


def test_an_app_that_is_made_by_a_package_is_found_by_running_it(tmp_path):
    write(tmp_path, {"app.py": "from maker import make\napp = make()\n"})
    app = discover(tmp_path / "app.py", layout=Layout(tmp_path, may_make_app_when_run=True))
    assert not app.makes_app


def test_the_packages_that_a_start_imports_are_known_by_reading(tmp_path):
    source = """
import csv, pandas as pd, plotly.express
from typing import TYPE_CHECKING
try:
    import polars
except ImportError:
    pass
if TYPE_CHECKING:
    import sklearn
class Lazy:
    import numpy
    def load(self):
        import scipy
    late = lambda: __import__("xarray")
import pyodide.http, helper
"""
    app = survey(tmp_path, {"app.py": DASH + source, "helper.py": "import requests.auth\n"})
    expected = ["dash", "numpy", "pandas", "plotly.express", "polars", "requests.auth"]
    assert app.imported_packages == expected
    deferred = {found.module for found in app.imports if found.deferred}
    assert deferred == {"sklearn", "scipy", "xarray"}


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ("'static'", "web/static"),
        ("os.path.join(os.path.dirname(__file__), 'static')", "web/static"),
        ("str(Path(__file__).parent.parent / 'public' / 'files')", "public/files"),
        ("'../public/files'", "public/files"),
        ("FOLDER", "assets"),
    ],
)
def test_the_assets_folder_of_an_expression(tmp_path, given, folder):
    write(
        tmp_path,
        {
            "web/app.py": f"import dash\napp = dash.Dash(assets_folder={given})\n",
            "web/static/a.css": "",
            "public/files/b.css": "",
        },
    )
    app = discover(tmp_path / "web" / "app.py", layout=Layout(tmp_path, ("web",)))
    assert app.assets_folder == folder
