"""S-51, S-79, S-80: the props that a call reads and writes, and when it must not run."""

import pytest

from pyrt.engine.schedule.arguments import fix_arguments
from pyrt.engine.schedule.run import Run
from pyrt.engine.tree.layout import MISSING
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.errors import LayoutError
from pyrt.model.ids import ALL, MATCH
from tests.support.graphs import box, graph_of

OUT = Output("out", "x")
ITEMS = Input({"t": "item", "i": ALL}, "x")


def item(number, **props):
    return box({"t": "item", "i": number}, **props)


def fix(dependencies, *boxes):
    """The arguments of the only callback, with these components on the page."""
    graph = graph_of(dependencies, boxes=list(boxes))
    return fix_arguments(graph, Run(graph.callbacks[0].plain))


def ids(targets):
    """The ids of the components of targets."""
    return [
        None
        if target is None
        else [node.id for node in target]
        if isinstance(target, list)
        else target.id
        for target in targets
    ]


def test_every_dependency_has_its_component_and_its_value():
    """S-51."""
    found = fix(
        [OUT, Input("a", "x"), Input("a", "y"), State("b", "x")],
        box("a", x=1, y=[2]),
        box("b", x="three"),
        box("out"),
    )
    assert found is not None
    assert ids(found.inputs) == ["a", "a"]
    assert found.input_values == [1, [2]]
    assert (ids(found.state), found.state_values) == (["b"], ["three"])
    assert ids(found.outputs) == ["out"]


def test_a_prop_without_a_value_is_missing_and_not_none():
    """Whether that becomes None, is said where the function is called."""
    found = fix([OUT, Input("a", "x"), State("a", "y")], box("a", y=None), box("out"))
    assert found is not None
    assert found.input_values == [MISSING]
    assert found.state_values == [None]


def test_all_stands_for_a_list_in_the_order_of_the_layout():
    """S-80."""
    found = fix([OUT, ITEMS], item(2, x="two"), item(1), item(3, x="three"), box("out"))
    assert found is not None
    assert ids(found.inputs) == [['{"i":2,"t":"item"}', '{"i":1,"t":"item"}', '{"i":3,"t":"item"}']]
    assert found.input_values == [["two", MISSING, "three"]]


def test_an_empty_list_is_an_argument():
    """S-80."""
    found = fix([OUT, ITEMS], box("out"))
    assert found is not None
    assert found.inputs == found.input_values == [[]]


def test_what_is_optional_and_missing_is_no_component():
    found = fix(
        [OUT, Input("a", "x", allow_optional=True), State("b", "x", allow_optional=True)],
        box("out"),
    )
    assert found is not None
    assert found.inputs == found.state == [None]
    assert found.input_values == [MISSING]


@pytest.mark.parametrize(
    "inputs",
    [
        [Input("gone", "x")],
        [Input("gone", "x"), Input("away", "x")],
        [Input("gone", "x"), ITEMS],
    ],
    ids=["one", "two", "one and an empty list"],
)
def test_without_any_input_on_the_page_it_silently_does_not_run(inputs):
    """S-79."""
    assert fix([OUT, *inputs], box("out")) is None


def test_without_inputs_and_outputs_it_silently_does_not_run():
    """S-79: an input that is missing counts before an output."""
    assert fix([OUT, Input("gone", "x")]) is None


@pytest.mark.parametrize(
    "other", [Input("a", "x"), Input("b", "x", allow_optional=True)], ids=["there", "optional"]
)
def test_one_missing_input_among_others_is_an_error(other):
    """S-79."""
    with pytest.raises(LayoutError, match="A nonexistent object was used in an `Input`"):
        fix([OUT, other, Input("gone", "x")], box("a"), box("out"))


def test_a_missing_output_is_forgiven_where_all_inputs_are_empty_lists():
    """S-79."""
    assert fix([OUT, ITEMS]) is None
    with pytest.raises(LayoutError, match="in an `Output`"):
        fix([OUT, ITEMS], item(1))


def test_a_missing_state_is_never_forgiven():
    """S-79."""
    with pytest.raises(LayoutError, match=r"in an `State`.*`gone`"):
        fix([OUT, ITEMS, State("gone", "x")], box("out"))


def test_the_first_missing_one_is_named():
    with pytest.raises(LayoutError) as caught:
        fix([OUT, Input("a", "x"), Input("gone", "x"), State("away", "x")], box("a"))
    assert str(caught.value).startswith("A nonexistent object was used in an `Input`")
    assert "`gone` and the property is `x`" in str(caught.value)
    assert "[a]" in str(caught.value), "the ids that there are"
    assert "Add it, or use allow_optional=True." in str(caught.value)


def test_of_many_ids_some_are_named():
    boxes = [box(f"box{number}") for number in range(51)]
    with pytest.raises(LayoutError) as caught:
        fix([Output("gone", "x"), Input("box1", "x")], *boxes)
    assert "box49, ...]" in str(caught.value)
    assert "box50" not in str(caught.value)
    with pytest.raises(LayoutError) as caught:
        fix([Output("gone", "x"), Input("box1", "x")], *boxes[:50])
    assert "box49]" in str(caught.value)


def test_a_pattern_is_shown_with_its_match_values():
    graph = graph_of(
        [OUT, Input({"t": "in", "i": MATCH}, "x"), State({"t": "gone", "i": MATCH}, "x")],
        boxes=[box("out"), box({"t": "in", "i": 7})],
    )
    (invocation,) = graph.consumers(graph.node_for('{"i":7,"t":"in"}'), "x")
    with pytest.raises(LayoutError) as caught:
        fix_arguments(graph, Run(invocation))
    assert '"t":"gone"' in str(caught.value)
    assert "with MATCH values [7]" in str(caught.value)
    assert "string ids" not in str(caught.value), "they would be of no use"


def test_two_components_for_one_value_are_an_error_that_names_them():
    """S-80."""
    graph = graph_of(
        [OUT, Input("a", "x"), State({"t": "in", "i": MATCH}, "x")],
        boxes=[box("out"), box("a"), box({"t": "in", "i": 1}), box({"t": "in", "i": 2})],
    )
    with pytest.raises(LayoutError, match="Multiple objects were found for an `State`") as caught:
        fix_arguments(graph, Run(graph.callbacks[0].plain))
    assert '[{"i":1,"t":"in"}, {"i":2,"t":"in"}]' in str(caught.value)
    assert "Use ALL" in str(caught.value)


def test_arguments_stay_as_they_were_when_the_layout_changes():
    """S-51."""
    graph = graph_of([OUT, Input("a", "x")], boxes=[box("a", x=1), box("out")])
    found = fix_arguments(graph, Run(graph.callbacks[0].plain))
    assert found is not None
    graph.node_for("a").props["x"] = 2
    assert found.input_values == [1]
