"""Output, Input and State: how declarations are read, checked and matched with results."""

from typing import Any

import pytest

from pyrt.model.components import LIBRARIES
from pyrt.model.dependencies import (
    ClientsideFunction,
    Input,
    Output,
    State,
    declare,
    declare_clientside,
    flatten,
    regroup,
)
from pyrt.model.errors import (
    CallbackException,
    IncorrectTypeException,
    InvalidCallbackReturnValue,
    InvalidComponentIdError,
)
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, PropId

Div = LIBRARIES["html"].make("Div")
out, inp, state = Output("o", "p"), Input("i", "p"), State("s", "p")


def arguments(*args, **keywords):
    """Return what a function would be called with; the value of a dependency is its text."""
    declaration = declare(args, keywords)
    values = [str(dependency) for dependency in (*declaration.inputs, *declaration.state)]
    return declaration.group_arguments(values)


def test_a_dependency_prints_as_its_prop_id():
    assert str(out) == "o.p"
    assert repr(Input({"b": ALL, "a": 1}, "p")) == '<Input `{"a":1,"b":["ALL"]}.p`>'
    assert out.prop_id == PropId("o", "p")


def test_dependencies_are_equal_if_they_may_denote_a_common_prop():
    """S-11."""
    assert Input("a", "x") == State("a", "x")
    assert Input("a", "x") != Input("a", "y")
    assert Input({"a": MATCH}, "x") == Output({"a": 3}, "x")
    assert Input({"a": MATCH}, "x") != Input({"a": ALLSMALLER}, "x")
    assert Input("a", "x") != "a.x"
    assert hash(Input("a", "x")) == hash(State("a", "x"))


def test_flags_and_the_entry_of_the_callback_table():
    """S-11, S-22."""
    assert Output("a", "x", True).allow_duplicate  # noqa: FBT003  # Dash's positional form
    assert Output("a", "x", allow_duplicate=True).to_dict() == {"id": "a", "property": "x"}
    assert State("a", "x", allow_optional=True).to_dict() == {
        "id": "a",
        "property": "x",
        "allow_optional": True,
    }
    assert Input({"a": ALL}, "x").has_wildcard()


def test_a_component_stands_for_its_id():
    """S-8."""
    assert Input(Div(id="mine"), "x").component_id == "mine"
    made = Div()
    assert Input(made, "x").component_id == Output(made, "y").component_id == made.id


def test_reserved_names_of_clientside_functions_are_refused():
    for namespace in ("_dashprivate_x", "PreventUpdate", "no_update"):
        with pytest.raises(ValueError, match="Choose another name"):
            ClientsideFunction(namespace, "f")
    assert repr(ClientsideFunction("ns", "f")) == "ClientsideFunction(ns, f)"


def test_positional_dependencies_may_be_in_lists():
    """S-2."""
    for args in ((out, inp, state), ([out], [inp], [state]), ((out,), (inp,), (state,))):
        declaration = declare(args, {})
        assert declaration.outputs == (out,)
        assert declaration.inputs == (inp,)
        assert declaration.state == (state,)


def test_inputs_and_states_come_in_the_order_of_the_declaration():
    """S-3."""
    other = Input("j", "p")
    assert arguments(out, state, inp, State("t", "p"), other) == (
        ["s.p", "i.p", "t.p", "j.p"],
        {},
    )


def test_the_same_dependency_may_be_used_twice():
    assert arguments(out, inp, inp, state, state) == (["i.p", "i.p", "s.p", "s.p"], {})


def test_one_input_is_one_positional_argument():
    """S-5."""
    assert arguments(out, inp) == (["i.p"], {})
    assert arguments(out, [inp]) == (["i.p"], {})
    assert arguments(out) == ([], {})


def test_one_dict_gives_keyword_arguments_of_its_shape():
    """S-5."""
    args, keywords = arguments(out, {"a": inp, "b": {"c": state, "d": [inp, state]}})
    assert args == []
    assert keywords == {"a": "i.p", "b": {"c": "s.p", "d": ["i.p", "s.p"]}}
    assert keywords["b"].c == "s.p"


def test_keywords_for_all_roles():
    """S-4."""
    assert arguments(output=out, inputs=inp, state=state) == (["i.p", "s.p"], {})
    assert arguments(output=[out], inputs=[inp], state=(state,)) == (["i.p", "s.p"], {})
    assert arguments(out, inputs={"a": inp}, state={"b": state}) == ([], {"b": "s.p", "a": "i.p"})
    nested = arguments(out, inputs=[inp, {"a": [inp, state]}])
    assert nested == (["i.p", {"a": ["i.p", "s.p"]}], {})


def test_declaring_does_not_change_the_arguments():
    groups = {"inputs": {"a": inp}, "state": {"b": state}}
    declare((out,), groups)
    assert groups == {"inputs": {"a": inp}, "state": {"b": state}}


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"inputs": {"a": inp}, "state": [state]}, "a dict, but its state argument is a list"),
        ({"inputs": [inp], "state": {"a": state}}, "a list, but its state argument is a dict"),
        ({"inputs": "i"}, "may be a dict, a list or a tuple, but it is of type"),
        ({"state": state}, "`state=` needs `inputs=` as well"),
        ({"output": [inp], "inputs": inp}, "where an Output dependency object was expected"),
    ],
)
def test_keywords_that_do_not_fit_together_are_refused(keywords, message):
    """S-4."""
    with pytest.raises(ValueError, match=message):
        declare((), keywords)


def test_keys_of_keyword_arguments_are_identifiers():
    """S-4."""
    with pytest.raises(CallbackException, match="'a-b' is not a valid Python variable name"):
        declare((out,), {"inputs": {"a-b": inp}})


def test_outputs_come_first():
    """S-2."""
    with pytest.raises(IncorrectTypeException) as error:
        declare((inp, out), {})
    assert str(error.value) == (
        "A callback is declared with all Outputs first,\nthen all Inputs, then all States.\n"
        "Here <Input `i.p`> is followed by <Output `o.p`>."
    )


@pytest.mark.parametrize("wrong", ["o.p", None, 3, [["o"]]])
def test_what_is_no_dependency_is_refused(wrong):
    """S-2."""
    with pytest.raises(IncorrectTypeException, match="must be `Output`, `Input`, or `State`"):
        declare((out, inp, wrong), {})


def test_properties_and_ids_are_checked_when_a_callback_is_declared():
    """S-30."""
    with pytest.raises(IncorrectTypeException, match="component_property must be a string"):
        declare((Output("o", 3), inp), {})  # type: ignore[arg-type]
    with pytest.raises(InvalidComponentIdError):
        declare((out, Input("a.b", "p")), {})
    with pytest.raises(IncorrectTypeException, match="component_id must be a string or dict"):
        declare((out, Input(["a"], "p")), {})


def test_a_trailing_bool_is_prevent_initial_call():
    """S-2."""
    assert declare((out, inp, True), {}).prevent_initial_call is True
    assert declare((out, inp), {"prevent_initial_call": "initial_duplicate"}).prevent_initial_call
    assert declare((out, inp), {}).prevent_initial_call is None
    with pytest.raises(IncorrectTypeException):
        declare((out, inp, True), {"prevent_initial_call": False})


def test_one_output_without_a_list_is_scalar():
    """S-6."""
    scalar: list[Any] = [((out, inp), {}), ((inp,), {"output": out})]
    for args, keywords in scalar:
        declaration = declare(args, keywords)
        assert not declaration.multi
        assert declaration.flatten_outputs([1, 2]) == [[1, 2]]
    multi: list[Any] = [
        (([out], inp), {}),
        (((out,), inp), {}),
        ((inp,), {"output": [out]}),
        ((inp,), {"output": {"a": out}}),
        ((out, out, inp), {}),
        ((inp,), {}),
    ]
    for args, keywords in multi:
        assert declare(args, keywords).multi


def test_results_have_the_shape_of_the_outputs():
    """S-6."""
    grouped = declare(
        (), {"output": {"a": out, "b": [Output("x", "y"), {"c": out}]}, "inputs": inp}
    )
    assert grouped.flatten_outputs({"b": (2, {"c": 3}), "a": 1}) == [1, 2, 3]
    assert declare(([out, out], inp), {}).flatten_outputs((1, [2])) == [1, [2]]


@pytest.mark.parametrize(
    ("value", "wanted", "found"),
    [
        ([1], "a dict with the keys ['a', 'b']", "list with 1 items: [1]"),
        ({"a": 1}, "a dict with the keys ['a', 'b']", "dict: {'a': 1}"),
        ({"a": 1, "b": "xy"}, "a list or tuple with 2 items at ['b']", "str: 'xy'"),
        ({"a": 1, "b": [7]}, "a list or tuple with 2 items at ['b']", "list with 1 items: [7]"),
    ],
)
def test_results_of_another_shape_are_refused(value, wanted, found):
    """S-61."""
    declaration = declare((), {"output": {"a": out, "b": [out, out]}, "inputs": inp})
    with pytest.raises(InvalidCallbackReturnValue) as error:
        declaration.flatten_outputs(value, "add (app.py:3)")
    assert str(error.value) == (
        f"add (app.py:3) must return {wanted}, one value per Output, but it returned a {found}"
    )


def test_callbacks_without_outputs_or_inputs_can_be_declared():
    """S-7."""
    assert declare((inp,), {}).outputs == ()
    assert declare((out,), {}).inputs == ()
    nothing = declare((), {})
    assert (nothing.outputs, nothing.inputs, nothing.group_arguments([])) == ((), (), ([], {}))


def test_clientside_callbacks_take_outputs_inputs_and_states_in_this_order():
    """S-3."""
    declaration = declare_clientside(([out], [inp], [state]), {})
    assert declaration.multi
    assert declaration.group_arguments([1, 2]) == ([1, 2], {})
    assert not declare_clientside((out, inp, state), {}).multi
    assert declare_clientside((), {"output": out, "inputs": [inp], "state": state}).state == (
        state,
    )
    with pytest.raises(IncorrectTypeException, match="followed by <Input"):
        declare_clientside((out, state, inp), {})
    with pytest.raises(IncorrectTypeException, match="must be `Output`, `Input`, or `State`"):
        declare_clientside((out, {"a": inp}), {})


def test_a_lone_value_is_given_in_a_list_to_clientside_callbacks():
    assert declare_clientside((out, inp), {}).group_arguments([1]) == ([1], {})


def test_groupings_are_flattened_and_restored():
    shape = {"a": [1, (2, 3)], "b": {"c": 4}}
    assert flatten(shape) == [1, 2, 3, 4]
    assert flatten(5) == [5]
    assert regroup({"a": [0, [1, 2]], "b": {"c": 3}}, "wxyz") == {
        "a": ["w", ["x", "y"]],
        "b": {"c": "z"},
    }
