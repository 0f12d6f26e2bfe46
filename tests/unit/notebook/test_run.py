"""`app.run()` and `app` in a notebook, and where there is none."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from dash import html

from pyrt.app import main_module, notebooks
from pyrt.app.dash import Dash
from pyrt.app.old_names import JupyterDash
from tests.support.notebooks import FakeNotebook


def make_app(kind=Dash):
    app = kind("notebooks")
    app.layout = html.Div()
    return app


def shown(notebook):
    return [each for each, _ in notebook.outputs if hasattr(each, "_app")]


def test_outside_of_a_notebook_nothing_is_shown(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    make_app().run(jupyter_mode="no mode")
    make_app()._ipython_display_()
    assert "<pyrt.app.dash.Dash object" in capsys.readouterr().out


def test_run_shows_the_app_650_pixels_high(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    make_app().run()
    make_app().run(jupyter_height=300, jupyter_width="40%")
    assert [each._app["height"] for each in shown(notebook)] == [650, 300]
    assert shown(notebook)[1]._app["width"] == "40%"


def test_the_app_alone_is_as_high_as_its_content(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    make_app()._ipython_display_()
    assert [each._app["height"] for each in shown(notebook)] == [None]


def test_an_app_that_cannot_be_shown_is_told_once(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    Dash("notebooks")._ipython_display_()
    (told,) = notebook.errors
    assert "The app has no layout" in str(told)
    assert notebook.outputs == []


@pytest.mark.parametrize("mode", ["external", "TAB", "jupyterlab"])
def test_a_mode_that_needs_a_server_is_answered(monkeypatch, capsys, mode):
    notebook = FakeNotebook(monkeypatch)
    make_app().run(jupyter_mode=mode)
    assert "shown here" in capsys.readouterr().out
    assert len(shown(notebook)) == 1


def test_another_mode_is_refused(monkeypatch):
    FakeNotebook(monkeypatch)
    with pytest.raises(ValueError, match="jupyter_mode='window'"):
        make_app().run(jupyter_mode="window")


def test_the_names_of_jupyterdash_mean_the_same(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    make_app(JupyterDash).run_server(mode="inline", height=200, width="30%", port=8060)
    (widget,) = shown(notebook)
    assert (widget._app["height"], widget._app["width"]) == (200, "30%")


def test_cells_are_followed_from_the_first_app_on(monkeypatch):
    notebook = FakeNotebook(monkeypatch)
    make_app()
    assert set(notebook.events) == {"pre_run_cell", "post_run_cell"}


def test_marimo_gets_the_widget(monkeypatch):
    FakeNotebook(monkeypatch)
    appended: list[Any] = []
    marimo = SimpleNamespace(
        running_in_notebook=lambda: True, output=SimpleNamespace(append=appended.append)
    )
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    monkeypatch.setitem(sys.modules, "marimo", marimo)
    assert notebooks.is_marimo()
    assert make_app()._display_()._app["height"] is None
    make_app().run()
    assert [each._app["height"] for each in appended] == [650]


def test_the_script_of_a_kernel_is_not_served(monkeypatch):
    """In marimo `__main__` is the notebook's own file, as for `python app.py`."""
    FakeNotebook(monkeypatch)
    served: list[object] = []
    monkeypatch.setattr(main_module, "serve_program", lambda *given: served.append(given))
    make_app().run()
    assert served == []
    monkeypatch.delitem(sys.modules, "IPython")
    make_app().run(port=8051)
    assert served == [(None, 8051)]
