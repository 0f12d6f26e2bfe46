"""S-14, S-16, S-20, S-37: a callback made ready to be matched with components."""

import pytest

from pyrt.engine.graph.compiled_callback import CallbackPort, CompiledCallback, Invocation
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH


def compiled(*dependencies, **options):
    registry = CallbackRegistry()
    registry.callback(*dependencies, prevent_initial_call=True, **options)(lambda *_: None)
    (callback,) = registry
    return CompiledCallback(callback)


def test_a_text_id_has_no_pattern():
    port = CallbackPort(Input("a", "value"), 3)
    assert (port.component_id, port.property, port.pattern) == ("a", "value", None)
    assert not port.multi
    assert not port.optional
    assert port.match_keys == ()
    assert port.text == "a.value"


def test_a_dict_id_has_a_pattern_also_without_wildcards():
    port = CallbackPort(Input({"type": "a", "i": 1}, "value"), 3)
    assert port.component_id is None
    assert port.pattern is not None
    assert not port.multi
    assert port.match_keys == ()


@pytest.mark.parametrize(
    ("wildcard", "is_multi", "match_keys"),
    [(ALL, True, ()), (ALLSMALLER, True, ()), (MATCH, False, ("i",))],
)
def test_all_and_allsmaller_stand_for_lists(wildcard, is_multi, match_keys):
    """S-14."""
    port = CallbackPort(Input({"type": "a", "i": wildcard}, "value"), 3)
    assert port.multi is is_multi
    assert port.match_keys == match_keys


def test_an_allowed_duplicate_has_a_name_of_its_own_for_each_callback():
    """S-37: the prop on the page is the same."""
    first, second = (CallbackPort(Output("a", "value", allow_duplicate=True), n) for n in (1, 2))
    assert first.property == second.property == "value"
    assert len({first.key_property, second.key_property, "value"}) == 3
    assert CallbackPort(Output("a", "value"), 1).key_property == "value"


def test_a_component_that_may_be_missing_is_optional():
    assert CallbackPort(Input("a", "value", allow_optional=True), 1).optional


def test_inputs_outputs_and_states_are_told_apart():
    found = compiled(
        Output("a", "x"), Output("b", "y"), Input("c", "z"), State("d", "s"), State("e", "t")
    )
    assert [port.text for port in found.outputs] == ["a.x", "b.y"]
    assert [port.text for port in found.inputs] == ["c.z"]
    assert [port.text for port in found.state] == ["d.s", "e.t"]
    assert found.multi


def test_a_callback_of_one_output_returns_no_container():
    assert not compiled(Output("a", "x"), Input("b", "x")).multi


def test_running_and_progress_are_outputs_as_well():
    """S-99, S-122."""
    found = compiled(
        Output("a", "x"),
        Input("b", "x"),
        background=True,
        running=[(Output("go", "disabled"), True, False)],
        progress=[Output("bar", "value"), Output("bar", "max")],
    )
    assert [port.text for port in found.running] == ["go.disabled"]
    assert [port.text for port in found.progress] == ["bar.value", "bar.max"]


def test_a_callback_in_the_page_has_no_progress():
    assert compiled(Output("a", "x"), Input("b", "x")).progress == ()


def row(kind, value):
    return {"type": kind, "i": value}


def test_outputs_with_match_say_which_calls_there_are():
    """S-20: one of them that stands for a single component is enough."""
    found = compiled(
        Output({**row("a", MATCH), "j": ALL}, "x"),
        Output(row("b", MATCH), "x"),
        Output(row("c", MATCH), "x"),
        Input(row("d", MATCH), "x"),
    )
    assert found.match_keys == ("i",)
    assert list(found.enumerators) == [found.outputs[1]]


def test_lists_say_it_together_where_no_output_is_single():
    """S-20."""
    found = compiled(
        Output({**row("a", MATCH), "j": ALL}, "x"),
        Output({**row("b", MATCH), "j": ALL}, "x"),
        Input("c", "x"),
    )
    assert found.enumerators == found.outputs


@pytest.mark.parametrize(
    "outputs", [[], [Output("a", "x")], [Output(row("a", ALL), "x")]], ids=["none", "fixed", "list"]
)
def test_without_match_in_the_outputs_nothing_is_enumerated(outputs):
    """S-16."""
    found = compiled(*outputs, Input(row("b", MATCH), "x"))
    assert found.match_keys == ()
    assert found.enumerators == ()


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ([], True),
        ([Input(row("a", ALL), "x")], True),
        ([Input(row("a", ALL), "x"), Input("b", "x")], False),
        ([Input(row("a", MATCH), "x")], False),
    ],
    ids=["none", "lists", "list and one", "match"],
)
def test_inputs_of_lists_only_are_known(inputs, expected):
    """S-65, S-80."""
    assert compiled(Output(row("o", MATCH), "x"), *inputs).all_inputs_multi is expected


def test_calls_with_the_same_match_values_are_the_same_call():
    """S-15, S-20."""
    found = compiled(Output(row("a", MATCH), "x"), Input(row("b", MATCH), "x"))
    one, again, other = (Invocation(found, (value,), None) for value in (1, 1, 2))
    assert one.key == again.key
    assert one.key != other.key
    assert found.plain.key == (found.index, ())


def test_messages_name_the_callback_and_its_place():
    found = compiled(Output("a", "x"), Input("b", "x"))
    assert found.label.startswith("The callback ")
    assert "test_compiled_callback.py:" in found.label
    assert found.label is found.label, "made once"
