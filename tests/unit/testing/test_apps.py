"""What `pyrt_app` takes as an app."""

import sys

import pytest
from dash import Dash, html

from pyrt.model.errors import PyrtError
from pyrt.testing.page import Page

APP = """
import helper
from dash import Dash, Input, Output, callback, html
app = Dash(__name__)
app.layout = html.Div([html.P(id="a"), html.Button(id="b")])
@callback(Output("a", "children"), Input("b", "n_clicks"))
def show(n):
    return helper.text(n)
if __name__ == "__main__":
    app.run(debug=True)
"""


def test_a_file_is_run_anew_and_leaves_the_interpreter_as_it_was(tmp_path, capsys):
    (tmp_path / "helper.py").write_text("def text(n): return f'{n} times'")
    file = tmp_path / "app.py"
    file.write_text(APP)
    before = sys.modules["__main__"], sys.argv, list(sys.path)
    for _ in range(2):
        with Page(str(file)) as page:
            page.click("b")
            assert page["a"].children == "1 times"
    (tmp_path / "helper.py").write_text("def text(n): return 'changed since then'")
    with Page(file) as page:
        assert page["a"].children == "changed since then"
    assert (sys.modules["__main__"], sys.argv, list(sys.path)) == before
    assert capsys.readouterr().err == ""


def test_the_server_of_an_app_stands_for_it():
    app = Dash(__name__)
    app.layout = html.P("x", id="x")
    with Page(app.server) as page:
        assert page["x"].children == "x"


def test_something_else_is_refused(tmp_path):
    with pytest.raises(PyrtError, match="There is no file"):
        Page(tmp_path / "none.py")
    with pytest.raises(PyrtError, match="takes a Dash app, its server, or the path"):
        Page(3)
    real = type("Dash", (), {"__module__": "dash.dash"})
    with pytest.raises(PyrtError, match=r"pyrt_dash = true below .tool.pytest.ini_options"):
        Page(real())


def test_two_pages_have_an_address_each():
    app = Dash(__name__)
    app.layout = html.P()
    with Page(app) as one, Page(app) as two:
        one.navigate("/one")
        two.navigate("/two")
        assert (one.location.pathname, two.location.pathname) == ("/one", "/two")
