"""S-15, S-16, S-20, S-37, S-71: consumers and writers of props, and which props will change."""

from pyrt.model.dependencies import Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, stringify_id
from tests.support.graphs import box, graph_of
from tests.support.graphs import name_call as name


def consumers(graph, component_id, prop="x"):
    return [name(i) for i in graph.consumers(graph.node_for(stringify_id(component_id)), prop)]


def producers(graph, component_id):
    return [name(i) for i in graph.producers(graph.node_for(stringify_id(component_id)))]


def test_readers_and_writers_of_fixed_ids():
    graph = graph_of(
        [Output("b", "x"), Input("a", "x"), State("c", "x")],
        [Output("c", "x"), Output("c", "y"), Input("a", "x"), Input("a", "y")],
    )
    assert consumers(graph, "a") == ["f0", "f1"]
    assert consumers(graph, "a", "y") == ["f1"]
    assert consumers(graph, "c") == [], "a State calls nothing"
    assert producers(graph, "c") == ["f1", "f1"]
    assert producers(graph, "a") == []


def rows(kind, *values):
    return [{"t": kind, "i": value} for value in values]


def test_a_pattern_is_read_and_written_once_for_each_match():
    graph = graph_of(
        [Output({"t": "out", "i": MATCH}, "x"), Input({"t": "in", "i": MATCH}, "x")],
        [Output("b", "x"), Input({"t": "in", "i": ALL}, "x")],
        [Output({"t": "sum", "i": MATCH}, "x"), Input({"t": "in", "i": ALLSMALLER}, "x")],
        [Output("c", "x"), Input({"t": "in", "i": MATCH}, "x")],
        ids=[*rows("in", 1, 2), *rows("out", 1, 2), *rows("sum", 1, 2, 3), "b", "c"],
    )
    assert consumers(graph, {"t": "in", "i": 2}) == ["f0[2]", "f3[2]", "f1", "f2[3]"]
    assert producers(graph, {"t": "out", "i": 2}) == ["f0[2]"]
    assert consumers(graph, {"t": "in", "i": "elsewhere"}) == ["f3[elsewhere]", "f1"]


def test_an_invocation_means_the_components_of_its_match_values():
    graph = graph_of(
        [
            Output({"t": "out", "i": MATCH}, "x"),
            Input({"t": "in", "i": MATCH}, "x"),
            State({"t": "in", "i": ALL}, "x"),
            State("b", "x"),
            State("gone", "x"),
        ],
        ids=[*rows("in", 1, 2), *rows("out", 1, 2), "b"],
    )
    (invocation,) = graph.consumers(graph.node_for('{"i":2,"t":"in"}'), "x")
    found = [
        [node.id for node in graph.resolve(port, invocation)]
        for port in (*invocation.compiled.inputs, *invocation.compiled.state)
    ]
    assert found == [['{"i":2,"t":"in"}'], ['{"i":1,"t":"in"}', '{"i":2,"t":"in"}'], ["b"], []]


def downstream(graph, component_id):
    (invocation,) = graph.consumers(graph.node_for(component_id), "x")
    return sorted(map(str, graph.downstream(invocation)))


def test_downstream_goes_to_the_end_and_around_cycles():
    graph = graph_of(
        [Output("b", "x"), Input("a", "x")],
        [Output("c", "x"), Input("b", "x")],
        [Output("b", "y"), Output("d", "x"), Input("c", "x")],
        [Output("c", "y"), Input("d", "x")],
    )
    assert downstream(graph, "a") == ["b.x", "b.y", "c.x", "c.y", "d.x"]
    assert downstream(graph, "d") == ["c.y"]
    graph = graph_of([Output("b", "x"), Input("a", "x")], [Output("a", "x"), Input("b", "x")])
    assert downstream(graph, "a") == ["a.x", "b.x"]


def test_downstream_follows_the_layout():
    graph = graph_of([Output({"i": ALL}, "x"), Input("a", "x")], ids=["a", {"i": 1}])
    assert downstream(graph, "a") == ['{"i":1}.x']
    graph.layout.load([box("a"), box({"i": 2}), box({"i": 3})])
    assert downstream(graph, "a") == ['{"i":2}.x', '{"i":3}.x']


def test_an_allowed_duplicate_is_the_input_of_no_callback():
    """S-37."""
    graph = graph_of(
        [Output("b", "x", allow_duplicate=True), Input("a", "x")],
        [Output("c", "x"), Input("b", "x")],
    )
    assert consumers(graph, "b") == ["f1"]
    (only,) = downstream(graph, "a")
    assert only.startswith("b.x@")


def test_readers_by_list_are_those_that_lose_an_item():
    """S-69."""
    graph = graph_of(
        [Output("b", "x"), Input({"i": ALL}, "x")],
        [Output("c", "x"), Input({"i": MATCH}, "x")],
        [Output("d", "x"), Input({"i": 1}, "x")],
        ids=["b", "c", "d", {"i": 1}],
    )
    assert [name(i) for i in graph.list_readers(graph.node_for('{"i":1}'), "x")] == ["f0"]


def test_watched_props_are_those_that_are_inputs():
    """R-32."""
    graph = graph_of([Output("b", "x"), Input({"i": MATCH}, "x"), State("a", "x")])
    assert graph.is_watched(graph.node_for('{"i":9}'), "x")
    assert not graph.is_watched(graph.node_for('{"i":9}'), "y")
    assert not graph.is_watched(graph.node_for("a"), "x")
