"""What a cell that is run again replaces, and whose a callback of no app is."""

from types import SimpleNamespace

from dash import Input, Output, callback, clientside_callback, html

from pyrt.app.dash import Dash
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.notebook.cells import Cells


def make_app(*ids):
    app = Dash(f"app of {ids[0]}")
    app.layout = html.Div([html.P(id=name) for name in ids])
    return SimpleNamespace(app=app, ids=frozenset(ids))


def names(registry):
    return [each.origin.name for each in registry]


class Run:
    """Runs cells: functions that register callbacks."""

    def __init__(self, *shown):
        self.cells = Cells()
        self.shown = list(shown)

    def cell(self, function, cell="a", *, succeeded=True):
        self.cells.begin(cell)
        function()
        self.cells.end(self.shown[::-1], succeeded=succeeded)


def register(name, output, source="in"):
    def function(value):
        return value

    function.__name__ = name
    callback(Output(output, "children"), Input(source, "title"))(function)


def test_a_callback_of_no_app_goes_to_the_shown_app_that_has_its_ids():
    one, two = make_app("one"), make_app("two")
    run = Run(one, two)
    run.cell(lambda: (register("of_one", "one"), register("of_none", "three")))
    run.cell(lambda: register("of_two", "two"), "b")
    assert names(one.app.callbacks) == ["of_one"]
    assert names(two.app.callbacks) == ["of_two"]
    assert names(GLOBAL_CALLBACKS) == ["of_none"]


def test_the_newest_of_two_apps_with_the_same_ids_has_it():
    one, two = make_app("same"), make_app("same")
    Run(one, two).cell(lambda: register("f", "same"))
    assert names(one.app.callbacks) == []
    assert names(two.app.callbacks) == ["f"]


def test_a_cell_that_runs_again_replaces_its_callbacks():
    one = make_app("one", "other")
    run = Run(one)
    run.cell(lambda: register("f", "one"))
    run.cell(lambda: register("f", "one"))
    assert names(one.app.callbacks) == ["f"]
    run.cell(lambda: register("renamed", "one"))
    assert names(one.app.callbacks) == ["renamed"]
    run.cell(lambda: register("renamed", "other"))
    assert names(one.app.callbacks) == ["renamed"]
    assert one.app.callbacks.find("other.children") is not None


def test_a_clientside_callback_is_replaced_as_well():
    one = make_app("one")
    run = Run(one)
    for source in ("(x) => x", "(x) => x + 1"):
        run.cell(
            lambda source=source: clientside_callback(
                source, Output("one", "children"), Input("one", "title")
            )
        )
    (only,) = one.app.callbacks
    assert only.source == "(x) => x + 1"


def test_another_cell_replaces_nothing():
    one = make_app("one")
    run = Run(one)
    run.cell(lambda: register("f", "one"), "a")
    run.cell(lambda: register("f", "one"), "b")
    assert names(one.app.callbacks) == ["f"]
    assert names(GLOBAL_CALLBACKS) == ["f"]  # for the next app


def test_where_cells_have_no_ids_a_function_of_the_same_name_is_replaced():
    one = make_app("one")
    run = Run(one)
    run.cell(lambda: register("f", "one"), None)
    run.cell(lambda: register("f", "one"), None)
    assert names(one.app.callbacks) == ["f"]
    assert names(GLOBAL_CALLBACKS) == []


def test_a_cell_that_fails_removes_nothing_that_it_has_not_registered_again():
    one = make_app("one", "two")
    run = Run(one)
    run.cell(lambda: (register("f", "one"), register("g", "two")))
    before = list(one.app.callbacks)
    run.cell(lambda: register("f", "one"), succeeded=False)
    after = list(one.app.callbacks)
    assert names(after) == ["g", "f"]
    assert after[0] is before[1]
    assert after[1] is not before[0]
    run.cell(lambda: register("f", "one"))
    assert names(one.app.callbacks) == ["f"]


def test_a_callback_of_an_app_is_replaced_in_it():
    one = make_app("one")
    run = Run(one)
    for result in (1, 2):
        run.cell(
            lambda result=result: one.app.callback(
                Output("one", "children"), Input("one", "title")
            )(lambda _: result)
        )
    (only,) = one.app.callbacks
    assert only.function(None) == 2


def test_an_app_takes_over_what_other_cells_have_registered_for_its_predecessor():
    old, new = make_app("one", "two"), make_app("one", "two")
    run = Run(old)
    run.cell(lambda: register("of_a", "one"), "a")
    run.cell(lambda: register("of_b", "two"), "b")
    run.cells.begin("a")
    run.cells.take_over(new.app, old.app)
    assert names(new.app.callbacks) == ["of_b"]
