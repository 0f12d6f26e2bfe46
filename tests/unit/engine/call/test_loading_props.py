"""S-99, S-122: the values that props have while a callback runs, and afterwards."""

import pytest

from pyrt.engine.call.invocation import write
from pyrt.engine.call.loading_props import apply
from pyrt.engine.schedule.effects import Effects, Update
from pyrt.engine.schedule.run import Report, Run, State
from pyrt.model.dependencies import Input, Output
from pyrt.model.ids import ALL, MATCH, PropId
from tests.support.graphs import box, graph_of, name_call

BUTTON, BAR = Output("button", "disabled"), Output("bar", "value")


class World:
    """The layout of a callback with these options; what was sent and reported."""

    def __init__(self, *declarations, boxes):
        self.graph = graph_of(*declarations, boxes=boxes)
        self.updates: list[Update] = []
        self.reports: list[Report] = []
        self.effects = Effects(
            self.graph.layout, self.graph, self.updates.append, self.reports.append
        )

    def run(self, number=0, **attributes):
        return Run(self.graph.callbacks[number].plain, **attributes)

    def sent(self):
        """All changes so far: (id, prop, value)."""
        return [
            (component_id, prop, value)
            for update in self.updates
            for component_id, props in update.changes
            for prop, value in props.items()
        ]


def world(boxes=("button", "bar"), **options):
    declaration = [Output("out", "x"), Input("in", "x"), options]
    reader = [Output("out", "y"), Input("button", "disabled")]
    return World(declaration, reader, boxes=[box(each) for each in boxes])


def test_a_property_has_one_value_before_and_another_afterwards():
    """S-99."""
    page = world(running=[(BUTTON, True, False)])
    run = page.run()
    apply(page.effects, run, is_running=True)
    assert page.sent() == [("button", "disabled", True)]
    apply(page.effects, run, is_running=False)
    assert page.sent()[1:] == [("button", "disabled", False)]
    assert page.graph.layout.peek(page.graph.node_for("button"), "disabled") is False


def test_what_counts_only_while_a_callback_runs_is_told_from_what_set_props_sets():
    """S-172: after a hot reload set_props is put back, and these are not."""
    page = world(background=True, progress=[BAR], running=[(BUTTON, True, False)])
    run = page.run()
    apply(page.effects, run, is_running=True)
    for component_id, prop in (("bar", "value"), ("bar", "max"), ("out", "title")):
        written = write(run, PropId(component_id, prop), 1)
        page.effects.apply_side_updates(run, {component_id: {prop: written}})
    assert [update.origin for update in page.updates] == ["loading", "loading", "sideUpdate"]


def test_a_pattern_of_running_counts_only_while_a_callback_runs():
    """S-172."""
    row = {"row": 1}
    page = world(boxes=[row], running=[(Output({"row": ALL}, "title"), "on", "off")])
    apply(page.effects, page.run(), is_running=True)
    assert [update.origin for update in page.updates] == ["loading"]


def test_without_running_nothing_is_sent():
    """S-99."""
    page = world()
    for on in (True, False):
        assert apply(page.effects, page.run(), is_running=on) == []
    assert page.updates == page.reports == []


def test_callbacks_that_read_such_a_property_are_asked_for():
    """S-90, S-99."""
    page = world(running=[(BUTTON, True, False), (BAR, 1, 0)])
    asked = apply(page.effects, page.run(), is_running=True)
    assert [name_call(run.invocation) for run in asked] == ["f1"]


def test_progress_gets_its_default_afterwards_only():
    """S-122."""
    page = world(background=True, progress=[BAR], progress_default=["0"])
    apply(page.effects, page.run(), is_running=True)
    assert page.sent() == []
    apply(page.effects, page.run(), is_running=False)
    assert page.sent() == [("bar", "value", "0")]


def test_progress_without_a_default_stays_as_it_is():
    """S-122."""
    page = world(background=True, progress=[BAR])
    apply(page.effects, page.run(), is_running=False)
    assert page.sent() == []


@pytest.mark.parametrize("on", [True, False])
def test_a_component_that_is_missing_is_reported_and_the_others_are_set(on):
    """S-99."""
    page = world(running=[(Output("gone", "x"), 1, 2), (BUTTON, 1, 2)])
    apply(page.effects, page.run(), is_running=on)
    (report,) = page.reports
    assert '"gone"' in report.message
    assert page.sent() == [("button", "disabled", 1 if on else 2)]


def test_a_run_that_was_dropped_has_taken_its_components_along():
    """S-99: that they are missing is no mistake."""
    page = world(running=[(Output("gone", "x"), 1, 2), (BUTTON, 1, 2)])
    apply(page.effects, page.run(state=State.DROPPED), is_running=False)
    assert page.reports == []
    assert page.sent() == [("button", "disabled", 2)]


def test_a_value_that_is_no_json_is_reported_and_the_others_are_set():
    """S-61, S-99."""
    page = world(running=[(BAR, {1, 2}, 0), (BUTTON, True, False)])
    apply(page.effects, page.run(), is_running=True)
    (report,) = page.reports
    assert "bar.value" in report.message
    assert page.sent() == [("button", "disabled", True)]


def test_a_pattern_means_the_components_of_the_call():
    """S-15, S-99."""
    rows = [{"t": kind, "i": i} for kind in ("out", "in", "go") for i in (1, 2)]
    page = World(
        [
            Output({"t": "out", "i": MATCH}, "x"),
            Input({"t": "in", "i": MATCH}, "x"),
            {"running": [(Output({"t": "go", "i": MATCH}, "disabled"), True, False)]},
        ],
        boxes=[box(row) for row in rows],
    )
    (invocation,) = page.graph.consumers(page.graph.node_for('{"i":2,"t":"in"}'), "x")
    apply(page.effects, Run(invocation), is_running=True)
    assert page.sent() == [('{"i":2,"t":"go"}', "disabled", True)]
