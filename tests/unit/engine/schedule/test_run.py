"""S-71, S-73, S-81: runs, groups of them, and how they end."""

import pytest

from pyrt.engine.graph.compiled_callback import CompiledCallback, Invocation
from pyrt.engine.schedule.run import Ending, Group, Outcome, Run, State, report_layout_error
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import ClientsideFunction, Input, Output
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId


def callback(**options):
    registry = CallbackRegistry()
    registry.callback(Output("a", "x"), Input("b", "x"), **options)(lambda value: value)
    (declared,) = registry
    return declared


def test_a_new_run_waits_to_be_looked_at():
    run = Run(CompiledCallback(callback()).plain)
    assert run.state is State.REQUESTED
    assert not run.changed
    assert not run.initial
    assert run.arguments is None
    assert run.id == 0, "it has no id in messages yet"


def test_runs_are_told_apart_also_when_they_may_replace_each_other():
    compiled = CompiledCallback(callback())
    one, other = Run(compiled.plain), Run(Invocation(compiled, (), None))
    assert one.key == other.key
    assert one != other
    assert len({one, other}) == 2


@pytest.mark.parametrize(
    ("options", "expected"), [({}, True), ({"background": True}, False), ({"server": True}, True)]
)
def test_a_job_does_not_count_as_a_running_callback(options, expected):
    """S-81: the callback that cancels it must get one."""
    assert Run(CompiledCallback(callback(**options)).plain).is_limited is expected


def test_a_persistent_run_does_not_count_as_a_running_callback():
    """S-81: it may never end."""

    async def stay(value):
        return value

    registry = CallbackRegistry()
    registry.callback(Output("a", "x"), Input("b", "x"), persistent=True)(stay)
    (declared,) = registry
    assert not Run(CompiledCallback(declared).plain).is_limited


def test_a_group_collects_what_its_members_might_change_and_did():
    """S-74."""
    a, b, c = PropId("a", "x"), PropId("b", "x"), PropId("c", "x")
    group = Group()
    group.finish([a, b], [a])
    group.finish([b, c], [])
    assert group.finished
    assert group.possible == {a, b, c}
    assert group.updated == {a}


def test_a_member_that_changed_nothing_has_ended_all_the_same():
    """S-74."""
    group, unfinished = Group(), Group()
    group.finish([], [])
    assert group.finished
    assert not unfinished.finished


def test_an_outcome_changes_nothing_unless_it_says_so():
    outcome = Outcome(Ending.PREVENTED)
    assert outcome.updates == outcome.side_updates == {}
    assert (outcome.report, outcome.error) == (None, None)
    assert not outcome.replaced


def test_what_does_not_fit_the_layout_is_reported_with_its_first_line_as_title():
    declared = callback()
    run = Run(CompiledCallback(declared).plain, id=4)
    report = report_layout_error(run, LayoutError("wrong id\nDeclared by f. Add it."), "Range")
    assert report.title == "wrong id"
    assert report.message == "Range: wrong id\nDeclared by f. Add it."
    assert (report.kind, report.callback, report.run) == ("callback", declared.callback_id, 4)


def test_a_clientside_callback_is_reported_as_one():
    registry = CallbackRegistry()
    registry.clientside_callback(ClientsideFunction("ns", "f"), Output("a", "x"), Input("b", "x"))
    (declared,) = registry
    report = report_layout_error(Run(CompiledCallback(declared).plain), LayoutError("wrong id"))
    assert report.kind == "clientside"
    assert report.message == "Error: wrong id"
