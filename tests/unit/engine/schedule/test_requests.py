"""S-63 to S-69, S-75, S-76: the runs that a change of the layout requests."""

import pytest

from pyrt.engine.schedule.requests import (
    Requests,
    list_consumers_of_removed,
    request_consumers,
    request_consumers_of_removed,
    request_initial,
    request_inserted,
)
from pyrt.engine.schedule.run import Group
from pyrt.model.dependencies import Input, Output
from pyrt.model.ids import ALL, MATCH, PropId
from tests.support.graphs import box, graph_of, name_call

INITIAL = {"prevent_initial_call": False}


def row(kind, value):
    return {"t": kind, "i": value}


def nodes(graph, *ids):
    return [graph.node_for(component_id) for component_id in ids]


def names(runs):
    return [name_call(run.invocation) for run in runs]


def causes(run):
    return list(map(str, run.changed))


def at_load(*declarations, ids=("a", "b", "c", "d")):
    graph = graph_of(*declarations, ids=ids)
    return request_initial(graph, list(graph.layout.index.nodes.values()), after=0)


# --- merging


def test_a_call_is_asked_for_once_with_all_its_causes_in_order():
    graph = graph_of([Output("b", "x"), Input("a", "x"), Input("a", "y")])
    group = Group()
    requests = Requests(group=group, after=3)
    call = graph.callbacks[0].plain
    for prop in ("y", "x", "y"):
        requests.add(call, PropId("a", prop))
    (run,) = requests.runs()
    assert causes(run) == ["a.y", "a.x"]
    assert (run.group, run.after) == (group, 3)
    assert not run.initial


def test_a_call_that_was_initial_once_stays_it():
    graph = graph_of([Output("b", "x"), Input("a", "x")])
    for order in ((True, False), (False, True)):
        requests = Requests()
        for initial in order:
            requests.add(graph.callbacks[0].plain, initial=initial)
        (run,) = requests.runs()
        assert run.initial


def test_calls_stand_in_the_order_of_their_first_request():
    graph = graph_of(
        [Output("b", "x"), Input("a", "x")], [Output("c", "x"), Input("a", "x")], ids="abc"
    )
    first, second = graph.callbacks
    requests = Requests()
    for compiled in (second, first, second):
        requests.add(compiled.plain)
    assert names(requests.runs()) == ["f1", "f0"]


# --- a changed prop


def test_each_reader_of_a_changed_prop_is_asked_for_with_its_cause():
    """S-75; and S-87: who reads several props of a component waits until it may have answered."""
    graph = graph_of(
        [Output("b", "x"), Input("a", "x"), Input("a", "y")], [Output("c", "x"), Input("a", "y")]
    )
    runs = request_consumers(graph, graph.node_for("a"), ["x", "y"], drawn=5)
    assert [(name, *causes(run)) for name, run in zip(names(runs), runs, strict=True)] == [
        ("f0", "a.x"),
        ("f0", "a.y"),
        ("f1", "a.y"),
    ]
    assert [run.after for run in runs] == [5, 5, -1]


def test_a_prop_that_is_no_input_asks_for_nothing():
    """S-75."""
    graph = graph_of([Output("b", "x"), Input("a", "x")])
    assert request_consumers(graph, graph.node_for("b"), ["x"]) == []
    assert request_consumers(graph, graph.node_for("a"), []) == []


# --- at load


def test_at_load_each_producer_is_called_once_in_the_order_of_the_layout():
    """S-63."""
    runs = at_load(
        [Output("c", "x"), Output("c", "y"), Output("d", "x"), Input("a", "x"), INITIAL],
        [Output("b", "x"), Input("a", "x"), INITIAL],
    )
    assert names(runs) == ["f1", "f0"]
    assert all(run.initial and not run.changed for run in runs)
    first, second = runs
    assert first.group is second.group is not None


def test_at_load_prevented_ones_are_not_called():
    """S-67."""
    assert at_load([Output("b", "x"), Input("a", "x")], [Input("a", "x")], [Output("b", "y")]) == []


def test_at_load_each_match_is_a_call():
    """S-63."""
    runs = at_load(
        [Output(row("out", MATCH), "x"), Input("a", "x"), INITIAL],
        ids=["a", row("out", 1), row("out", 2)],
    )
    assert names(runs) == ["f0[1]", "f0[2]"]


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ([Output("b", "x"), INITIAL], {"f0"}),
        ([Output("gone", "x"), INITIAL], set()),
        ([Input("a", "x"), INITIAL], {"f0"}),
        ([Input("gone", "x"), INITIAL], set()),
        ([Input("gone", "x"), Input("a", "x"), INITIAL], {"f0"}),
        ([INITIAL], {"f0"}),
    ],
    ids=["output", "no output", "input", "no input", "some input", "nothing at all"],
)
def test_at_load_those_without_inputs_or_without_outputs(declaration, expected):
    """S-66."""
    runs = at_load(declaration)
    assert set(names(runs)) == expected, "the scheduler merges what is asked for twice"
    assert all(run.initial for run in runs)


def test_at_load_a_callback_without_inputs_is_no_call_for_each_match_and_one_more():
    """S-66: its Outputs with MATCH ask for it already."""
    runs = at_load([Output(row("out", MATCH), "x"), INITIAL], ids=[row("out", 1)])
    assert names(runs) == ["f0[1]"]


def test_at_load_what_has_no_input_on_the_page_is_left_out_and_so_is_what_reads_it():
    """S-65."""
    runs = at_load(
        [Output("d", "x"), Input("c", "x"), INITIAL],
        [Output("b", "x"), Input("gone", "x"), INITIAL],
        [Output("c", "x"), Input("b", "x"), INITIAL],
        [Output("d", "y"), Input("c", "x"), Input("a", "x"), INITIAL],
    )
    assert names(runs) == ["f3"]


def test_at_load_empty_lists_are_no_reason_to_leave_out():
    """S-65."""
    runs = at_load([Output("b", "x"), Input(row("in", ALL), "x"), INITIAL])
    assert names(runs) == ["f0"]


# --- components come


def test_new_components_call_what_writes_them_and_what_reads_them():
    """S-68: the second although its initial call is prevented."""
    graph = graph_of(
        [Output("a", "x"), Input("c", "x"), INITIAL],
        [Output("d", "x"), Input("b", "x"), Input("b", "y")],
        [Output("b", "x"), Input("d", "y")],
        ids=["a", "b", "c", "d"],
    )
    runs = request_inserted(graph, nodes(graph, "a", "b"), frozenset({9}), 4)
    assert [
        (name, run.initial, causes(run)) for name, run in zip(names(runs), runs, strict=True)
    ] == [
        ("f0", True, []),
        ("f1", False, ["b.x", "b.y"]),
    ]
    first, second = runs
    assert first.group is second.group is not None
    assert all(run.predecessors == {9} and run.after == 4 for run in runs)


def test_a_callback_within_the_new_components_is_not_triggered_by_them():
    """S-68: all it writes came with them."""
    graph = graph_of([Output("b", "x"), Input("a", "x")], ids=["a", "b"])
    assert request_inserted(graph, nodes(graph, "a", "b"), frozenset(), 0) == []
    assert names(request_inserted(graph, nodes(graph, "a"), frozenset(), 0)) == ["f0"]


# --- components go


def lists():
    return graph_of(
        [Output("sum", "x"), Input(row("in", ALL), "x"), Input(row("in", ALL), "y")],
        [Output(row("in", MATCH), "y"), Input(row("in", MATCH), "x")],
        [Output(row("in", ALL), "z"), Input(row("in", ALL), "x")],
        [Output("sum", "y"), Input("plain", "x")],
        boxes=[box("sum"), box(row("in", 1)), box(row("in", 2)), box("plain")],
    )


def test_a_removal_concerns_callbacks_that_lose_an_item_of_a_list_and_write_other_components():
    """S-69: each once, though it has two lists."""
    graph = lists()
    gone = nodes(graph, '{"i":1,"t":"in"}', '{"i":2,"t":"in"}', "plain")
    found = list_consumers_of_removed(graph, gone)
    assert [name_call(invocation) for invocation in found] == ["f0"]


def test_a_removal_of_one_item_concerns_those_that_write_to_the_rest():
    """S-69."""
    graph = lists()
    found = list_consumers_of_removed(graph, nodes(graph, '{"i":1,"t":"in"}'))
    assert [name_call(invocation) for invocation in found] == ["f0", "f2"]


def test_after_a_removal_they_are_called_without_a_cause_while_they_have_an_output():
    """S-69."""
    graph = lists()
    found = list_consumers_of_removed(graph, nodes(graph, '{"i":1,"t":"in"}'))
    graph.layout.load([box("sum"), box("plain")])
    runs = request_consumers_of_removed(graph, found, frozenset({3}))
    assert names(runs) == ["f0"], "f2 has nothing left to write"
    (run,) = runs
    assert run.initial
    assert not run.changed
    assert run.group is not None
    assert run.predecessors == {3}
