"""What appears below a cell, and what is said where an app cannot be shown."""

import sys

import pytest
from dash import html

from pyrt.app.dash import Dash
from pyrt.notebook import output
from pyrt.notebook.last_state import LINE
from pyrt.notebook.live_export import ExportError
from pyrt.notebook.options import Options
from pyrt.notebook.output import OutputError
from tests.support.notebooks import FakeNotebook


def make_app(*children):
    app = Dash("output")
    app.layout = html.Div(list(children))
    return app


def test_an_output_has_its_state_which_is_empty_and_its_widget(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    output.show(make_app(), Options())
    (state, name), (widget, _) = notebook.outputs
    assert LINE not in state
    assert widget._app["stateClass"] in state
    assert widget.state_name == name
    page = {"view": "x", "upTo": 0}
    widget.receive(widget, {**page, "kind": "files", "names": [], "number": 1}, [])
    state_left = {"kind": "state", "html": "<p>left</p>", "height": 40}
    widget.receive(widget, {**page, **state_left, "number": 2}, [])
    (updated,) = notebook.updates
    assert LINE in updated
    assert "left" in updated
    assert "height: 40px" in updated


def test_a_note_stands_above_the_app(monkeypatch, capsys):
    FakeNotebook(monkeypatch)
    output.show(make_app(), Options(note="it is shown here."))
    assert capsys.readouterr().out == "pyrt: it is shown here.\n"


def test_without_anywidget_one_message_says_what_to_install(monkeypatch):
    notebook = FakeNotebook(monkeypatch, has_anywidget=False)
    with pytest.raises(OutputError, match="%pip install anywidget") as caught:
        output.show(make_app(), Options())
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert notebook.outputs == []


def test_an_app_that_is_wrong_shows_one_message(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    with pytest.raises(OutputError, match="twice"):
        output.show(make_app(html.P(id="twice"), html.P(id="twice")), Options())
    with pytest.raises(OutputError, match="layout"):
        output.show(Dash("none"), Options())
    with pytest.raises(OutputError, match=r"object`, which is not JSON(.|\n)*Div.children > \[0\]"):
        output.show(make_app(object()), Options())
    app = Dash("function")
    app.layout = lambda: html.Div([object()])
    with pytest.raises(OutputError, match="object`, which is not JSON"):
        output.show(app, Options())
    assert notebook.outputs == []


def test_the_tools_for_developers_are_shown_unless_the_app_says_otherwise(monkeypatch):
    FakeNotebook(monkeypatch)
    assert output.make_widget(make_app(), Options())._app["manifest"]["debug"]
    assert not output.make_widget(make_app(), Options(debug=False))._app["manifest"]["debug"]


def test_an_output_may_have_the_app_itself(monkeypatch, capsys):
    notebook = FakeNotebook(monkeypatch)
    built: list[str] = []

    def build(cells, folder):
        built.extend(cells)
        return "<p>app</p>"

    monkeypatch.setattr(output, "build_page", build)
    app = make_app()
    sys.modules["IPython"].get_ipython().user_ns = {"_": app, "mine": app}
    app.run(export="live", jupyter_height=200)
    (state, name), (widget, _) = notebook.outputs
    assert name is None
    assert "&lt;p&gt;app" in state
    assert "height: 200px" in state
    assert widget._app["stateClass"] in state
    assert built == ["mine.run()"]
    assert "as one file" in capsys.readouterr().out


def test_an_app_that_cannot_be_exported_is_not_shown(monkeypatch):
    def fail(cells, folder):
        raise ExportError("no wheel")

    FakeNotebook(monkeypatch)
    monkeypatch.setattr(output, "build_page", fail)
    with pytest.raises(OutputError, match="no wheel"):
        make_app().run(export="live")


def test_another_way_to_export_is_refused(monkeypatch):
    FakeNotebook(monkeypatch)
    with pytest.raises(ValueError, match="export='pdf'"):
        make_app().run(export="pdf")
