"""Cells that are run again: what open pages show afterwards."""

import pytest
from dash import Input, Output, callback, dcc, html

from pyrt.app.dash import APPS, Dash
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.notebook.notebook import Notebook
from tests.support.notebooks import FakePage


class Run:
    """A notebook whose cells are functions."""

    def __init__(self):
        self.notebook = Notebook()

    def cell(self, function, cell="a"):
        """Run a cell; return what it returns."""
        self.notebook.begin_cell(cell)
        try:
            found = function()
        except BaseException:
            self.notebook.end_cell(succeeded=False)
            raise
        self.notebook.end_cell(succeeded=True)
        return found

    def show(self, app):
        return self.notebook.add(app, debug=None)


def layout(text="x"):
    return html.Div([dcc.Input(id="text", value=text), html.P(id="out"), html.B(id="other")])


def shout(value):
    return value.upper()


def test_an_app_and_its_callbacks_in_three_cells():
    run, app = Run(), None

    def before():
        callback(Output("out", "children"), Input("text", "value"))(shout)

    def make():
        nonlocal app
        app = Dash("three cells")
        app.layout = layout()

    run.cell(before, "a")
    run.cell(make, "b")
    page = FakePage(run.cell(lambda: run.show(app), "c")).open()
    assert page.props["out"]["children"] == "X"

    def after():
        @callback(Output("other", "children"), Input("text", "value"))
        def whisper(value):
            return value.lower()

    run.cell(after, "d")
    page.draw()
    assert page.props["other"]["children"] == "x"
    assert not list(GLOBAL_CALLBACKS)


def test_a_callback_that_is_run_again_answers_in_the_open_page_which_keeps_what_was_typed():
    run = Run()
    app = Dash("again")
    app.layout = layout()

    def cell(mark):
        @callback(Output("out", "children"), Input("text", "value"))
        def show(value):
            return f"{value}{mark}"

    run.cell(lambda: cell("!"), "a")
    page = FakePage(run.cell(lambda: run.show(app), "b")).open()
    page.set("text", value="typed")
    run.cell(lambda: cell("?"), "a")
    page.draw()
    assert page.props["text"]["value"] == "typed"
    assert page.props["out"]["children"] == "typed?"
    assert page.of_type("Layout")[-1]["layout"]["props"]["children"][0]["props"]["value"] == "typed"
    assert len(page.of_type("Callbacks")[-1]["callbacks"]) == 1


def test_a_new_layout_appears_in_the_open_page():
    run = Run()
    app = Dash("layout")
    app.layout = layout()
    page = FakePage(run.cell(lambda: run.show(app))).open()
    page.set("text", value="typed")

    def change():
        app.layout = html.Div([layout(), html.I("new", id="new")])

    run.cell(change, "b")
    assert page.props["new"]["children"] == "new"
    assert page.props["text"]["value"] == "typed"


def test_a_cell_that_changes_nothing_serves_nothing():
    run = Run()
    app = Dash("same")
    app.layout = layout()
    page = FakePage(run.cell(lambda: run.show(app))).open()
    run.cell(lambda: None, "b")
    assert len(page.of_type("Layout")) == 1


def make_and_show(run, text="x", mark="!"):
    app = Dash("whole")
    app.layout = layout(text)

    @callback(Output("out", "children"), Input("text", "value"))
    def show(value):
        return f"{value}{mark}"

    return run.show(app)


@pytest.mark.parametrize("is_closed_before", [True, False])
def test_a_cell_with_the_whole_app_that_runs_again_keeps_what_was_typed(is_closed_before):
    run = Run()
    old = FakePage(run.cell(lambda: make_and_show(run))).open()
    old.set("text", value="typed")
    if is_closed_before:  # a host may remove the old output before, or after
        old.close()
    new = FakePage(run.cell(lambda: make_and_show(run, mark="?"))).open()
    assert new.props["text"]["value"] == "typed"
    assert new.props["out"]["children"] == "typed?"
    third = FakePage(run.cell(lambda: make_and_show(run, text="y"))).open()
    assert third.props["text"]["value"] == "y"
    assert len(APPS.all) == 1


def test_an_output_of_another_cell_shows_the_new_app():
    run = Run()
    made = []

    def make(mark):
        app = Dash("elsewhere")
        app.layout = layout()
        app.callback(Output("out", "children"), Input("text", "value"))(lambda v: f"{v}{mark}")
        made.append(app)

    run.cell(lambda: make("!"), "a")
    page = FakePage(run.cell(lambda: run.show(made[-1]), "b")).open()
    page.set("text", value="typed")
    run.cell(lambda: make("?"), "a")
    assert page.other[-1]["kind"] == "reload"
    page.open()
    assert page.props["text"]["value"] == "typed"
    assert page.props["out"]["children"] == "typed?"


def test_two_apps_of_one_cell_keep_their_places():
    run = Run()

    def cell():
        pages = []
        for name in ("one", "two"):
            app = Dash(name)
            app.layout = layout(name)
            pages.append(run.show(app))
        return pages

    first = [FakePage(pages).open() for pages in run.cell(cell)]
    for page, text in zip(first, ("typed one", "typed two"), strict=True):
        page.set("text", value=text)
    second = [FakePage(pages).open() for pages in run.cell(cell)]
    assert [page.props["text"]["value"] for page in second] == ["typed one", "typed two"]


@pytest.mark.parametrize("is_shown", [True, False])
def test_an_app_whose_layout_is_wrong_is_refused_and_the_old_one_goes_on(is_shown, capsys):
    run, made = Run(), []

    def make(layout):
        app = Dash("whole")
        app.layout = layout
        app.callback(Output("out", "children"), Input("text", "value"))(shout)
        made.append(app)
        return run.show(app) if is_shown and len(made) > 1 else None

    wrong = html.Div([html.P(id="twice"), html.P(id="twice")])
    run.cell(lambda: make(layout()), "a")
    page = FakePage(run.cell(lambda: run.show(made[0]), "b")).open()
    if is_shown:
        with pytest.raises(Exception, match="twice"):
            run.cell(lambda: make(wrong), "a")
    else:
        run.cell(lambda: make(wrong), "a")
        assert "the app stays as it was" in capsys.readouterr().err
    page.set("text", value="typed")
    assert page.props["out"]["children"] == "TYPED"


def test_the_output_of_a_cell_that_runs_again_is_closed():
    run, closed = Run(), []
    old = run.cell(lambda: make_and_show(run))
    old.close = lambda: closed.append("old")
    new = run.cell(lambda: make_and_show(run))
    new.close = lambda: closed.append("new")
    run.cell(lambda: None, "b")
    assert closed == ["old"]


def test_what_was_typed_survives_a_run_of_the_cell_that_fails():
    run = Run()
    page = FakePage(run.cell(lambda: make_and_show(run))).open()
    page.set("text", value="typed")
    with pytest.raises(ZeroDivisionError):
        run.cell(lambda: 1 / 0)
    assert FakePage(run.cell(lambda: make_and_show(run))).open().props["text"]["value"] == "typed"
