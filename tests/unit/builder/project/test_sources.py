"""What modules say: imports, names, apps, and whether they lead to Dash."""

import pytest

from pyrt_build.project.files import Tree
from pyrt_build.project.imports import OwnModules
from pyrt_build.project.sources import Sources
from tests.support.workspace import write_files


def source(folder, text):
    write_files(folder, {"a.py": text})
    return Sources(Tree(folder)).source("a.py")


def test_names_of_the_top_level(tmp_path):
    text = (
        "import x.y\ntry:\n    from a import b as c\nexcept ImportError:\n    c = d = None\n"
        "if 1:\n    def f(): g = 1\nfor i in []: pass\nclass K: k = 1\n"
    )
    names = source(tmp_path, text).names
    assert names is not None
    assert {"x", "c", "d", "f", "i", "K"} <= names
    assert "g" not in names
    assert source(tmp_path, "from a import *\n").names is None


def test_apps_and_what_runs(tmp_path):
    found = source(
        tmp_path, "a = Dash()\nb = dash.Dash(__name__)\nb.run()\ndef f():\n    c = Dash()\n"
    )
    assert found.apps == {"a": 1, "b": 2}
    assert found.runs == {"b"}


@pytest.mark.parametrize(
    ("text", "climbs"),
    [
        ("Path(__file__).parent", 0),
        ("Path(__file__).resolve().parent.parent / 'x'", 1),
        ("Path(__file__).parents[2]", 2),
        ("os.path.dirname(os.path.dirname(os.path.abspath(__file__)))", 1),
        ("os.path.join(os.path.dirname(__file__), '..', 'x')", 1),
        ("os.path.join(os.path.dirname(__file__), os.pardir, os.pardir)", 2),
        ("Path('x').parent.parent", 0),
    ],
)
def test_how_far_a_path_goes_up(tmp_path, text, climbs):
    assert source(tmp_path, f"x = {text}\n").climbs == climbs


@pytest.mark.parametrize(
    ("files", "leads"),
    [
        ({"a.py": "import dash\n"}, True),
        ({"a.py": "from dash_bootstrap_components import Row\n"}, True),
        ({"a.py": "import b\n", "b.py": "from c.d import x\n", "c/d.py": "import dash\n"}, True),
        ({"a.py": "from c.d import x\n", "c/__init__.py": "import dash\n", "c/d.py": ""}, True),
        ({"a.py": "import vizro.models as vm\nfrom vizro import Vizro\n"}, True),
        ({"a.py": "import b\n", "b.py": "import a\n"}, False),
        ({"a.py": "import dashboard\n"}, False),
        ({"a.py": "import dash ("}, True),
        ({"a.py": "x = ("}, False),
        ({"a.py": b"\xff\xfe"}, False),
    ],
)
def test_what_leads_to_dash(tmp_path, files, leads):
    write_files(tmp_path, files)
    tree = Tree(tmp_path)
    assert Sources(tree).leads_to_dash("a.py", OwnModules(tree, [""])) is leads


@pytest.mark.parametrize(
    ("arguments", "pages"),
    [
        ("__name__", []),
        ("use_pages=False", []),
        ("use_pages=True", ["web/pages/a.py"]),
        ("pages_folder='views'", ["web/views/b.py"]),
        ("pages_folder='other', use_pages=True", ["other/c.py"]),
    ],
)
def test_an_app_imports_its_pages(tmp_path, arguments, pages):
    files = {
        "web/app.py": f"from dash import Dash\napp = Dash({arguments})\n",
        "web/pages/a.py": "import tides\n",
        "web/views/b.py": "",
        "other/c.py": "",
        "tides.py": "",
    }
    write_files(tmp_path, files)
    tree = Tree(tmp_path)
    found = Sources(tree).closure("web/app.py", OwnModules(tree, [""]))
    assert found == ["web/app.py", *pages, *(["tides.py"] if "web/pages/a.py" in pages else [])]
