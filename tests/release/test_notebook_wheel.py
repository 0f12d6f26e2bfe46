"""The distribution for notebooks whose kernel is a browser: its content, and that it is enough."""

import subprocess
import sys
import zipfile

import pytest

from tests.support.paths import ROOT
from tools.notebook_wheel import LARGEST, make_wheel

SHOW = """
import sys
from pyrt import Dash, Input, Output, callback, html
from pyrt.notebook.notebook import Notebook
app = Dash()
app.layout = html.Div([html.Button(id="add"), html.P(id="count")])
callback(Output("count", "children"), Input("add", "n_clicks"))(str)
files = Notebook().add(app, debug=None).describe()["files"]
print(len(files), "pyrt_build" in sys.modules)
"""


@pytest.fixture(scope="module")
def notebook_wheel(tmp_path_factory):
    return make_wheel(ROOT, tmp_path_factory.mktemp("notebook-wheel"))


def test_it_is_pure_small_and_has_its_notices(notebook_wheel):
    assert notebook_wheel.name.endswith("-py3-none-any.whl")
    assert notebook_wheel.stat().st_size <= LARGEST
    with zipfile.ZipFile(notebook_wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if name.endswith("licenses/NOTICE")]
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "pyrt",
        "pyrt_dash_notebook",
    }


def test_the_same_sources_give_the_same_bytes(notebook_wheel, tmp_path):
    assert make_wheel(ROOT, tmp_path).read_bytes() == notebook_wheel.read_bytes()


def test_an_app_can_be_described_with_nothing_else(notebook_wheel, tmp_path):
    with zipfile.ZipFile(notebook_wheel) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", "-c", SHOW],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    count, has_builder = done.stdout.split()
    assert int(count) > 15
    assert has_builder == "False"
