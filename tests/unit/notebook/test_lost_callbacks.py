"""Callbacks of a notebook that a real Dash has got."""

import sys
from types import SimpleNamespace

import dash
from dash import html

from pyrt.app.dash import Dash
from pyrt.model.component import ONE_DASH
from pyrt.notebook import lost_callbacks, output
from pyrt.notebook.notebook import this_notebook
from pyrt.notebook.options import Options
from tests.support.notebooks import FakeNotebook


def callback(output, *inputs):
    return {"output": output, "inputs": [{"id": each, "property": "n_clicks"} for each in inputs]}


def install_real_dash(monkeypatch):
    """Let a real Dash be imported; returns the list of its global callbacks."""
    found: list[dict[str, object]] = []
    monkeypatch.setitem(sys.modules, "dash", SimpleNamespace(__file__="/lib/dash/__init__.py"))
    monkeypatch.setitem(sys.modules, "dash._callback", SimpleNamespace(GLOBAL_CALLBACK_LIST=found))
    return found


def test_those_that_read_components_of_the_app_are_found(monkeypatch):
    found = install_real_dash(monkeypatch)
    assert not lost_callbacks.has_real_callbacks()
    found += [callback("a.children", "other", "button"), callback("b.children", "other")]
    assert lost_callbacks.has_real_callbacks()
    assert list(lost_callbacks.find_lost_callbacks({"button", "a"})) == ["a.children"]


def test_those_of_pyrt_are_not_lost(monkeypatch):
    assert dash.__file__ is not None
    found = [callback("a.children", "button")]
    monkeypatch.setitem(sys.modules, "dash._callback", SimpleNamespace(GLOBAL_CALLBACK_LIST=found))
    assert list(lost_callbacks.find_lost_callbacks({"button"})) == []


def test_a_notebook_names_each_once_when_it_shows_the_app_or_a_cell_has_ended(monkeypatch, capsys):
    FakeNotebook(monkeypatch)
    app = Dash("lost")
    app.layout = html.Div([html.Button(id="button"), html.P(id="a")])
    found = install_real_dash(monkeypatch)
    found.append(callback("a.children", "button"))
    output.show(app, Options())
    found.append(callback("a.title", "button"))
    found.append(callback("b.title", "other"))
    for _ in range(2):
        this_notebook().end_cell(succeeded=True)
    assert capsys.readouterr().err == "".join(
        f"pyrt: the callback of {each} is one of the Dash that is installed beside pyrt, which the "
        f"app does not call. {ONE_DASH}\n"
        for each in ("a.children", "a.title")
    )
