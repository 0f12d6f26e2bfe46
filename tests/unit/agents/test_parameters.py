"""The names of arguments."""

from dash import MATCH, Input, Output, State, callback

from pyrt.agents.parameters import MAX_NAME, Parameter, name_arguments, shorten
from pyrt.model.callback import GLOBAL_CALLBACKS


def names(function, *dependencies, **options):
    callback(*dependencies, **options)(function)
    (made,) = GLOBAL_CALLBACKS
    return [name for _, name in name_arguments(made)]


def test_positional_arguments_have_the_names_of_the_function():
    def f(clicks, name):
        pass

    assert names(f, Output("o", "c"), Input("b", "n"), State("i", "v")) == ["clicks", "name"]


def test_keyword_arguments_have_their_keys_in_the_order_of_inputs_and_state():
    def f(name, trigger):
        pass

    inputs = {"name": State("i", "v"), "trigger": Input("b", "n")}
    assert names(f, output=Output("o", "c"), inputs=inputs) == ["trigger", "name"]


def test_a_parameter_for_several_props_gives_an_argument_for_each():
    def f(pair):
        pass

    inputs = {"pair": (Input("a-1", "value"), Input("b", "value"))}
    assert names(f, output=Output("o", "c"), inputs=inputs) == ["pair_a_1__value", "pair_b__value"]


def test_set_progress_is_no_argument_of_a_tool():
    def f(set_progress, value):
        pass

    options = {"background": True, "progress": Output("p", "c")}
    assert names(f, Output("o", "c"), Input("i", "v"), **options) == ["value"]


def test_what_has_no_name_is_numbered():
    def f(*values):
        pass

    assert names(f, Output("o", "c"), Input("a", "v"), Input("b", "v")) == ["param_0", "param_1"]


def test_long_names_are_cut_and_stay_different():
    one, two = shorten("a" * 100), shorten("a" * 101)
    assert len(one) == len(two) == MAX_NAME
    assert one != two
    assert shorten("short") == "short"


def test_the_wildcard_of_a_parameter():
    assert Parameter("x", Input({"type": "a", "index": MATCH}, "value")).wildcard == "MATCH"
    assert Parameter("x", State("a", "value")).wildcard == ""
    assert not Parameter("x", State("a", "value")).is_input
