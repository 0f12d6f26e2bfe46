"""The registry of callbacks: ids, order, options, duplicate outputs and clientside functions."""

import functools
import hashlib
import inspect
from pathlib import Path

import pytest

from pyrt.model import environment
from pyrt.model.callback import (
    GLOBAL_CALLBACKS,
    CallbackRegistry,
    NoUpdate,
    callback,
    clientside_callback,
    is_no_update,
    no_update,
)
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.environment import Environment
from pyrt.model.errors import DefinitionError, DuplicateCallback, WildcardInLongCallback
from pyrt.model.ids import ALL, MATCH

out, inp, state = Output("o", "p"), Input("i", "p"), State("s", "p")


@pytest.fixture
def registry():
    return CallbackRegistry()


@pytest.fixture
def add(registry):
    """Register a callback with a new function, and return it."""

    def add(*args, **options):
        def function(*values, **named):
            return values, named

        assert registry.callback(*args, **options)(function) is function
        return list(registry)[-1]

    return add


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_decorator_returns_the_function_itself(registry):
    """S-1."""

    @registry.callback(out, inp)
    def update(value):
        return value

    assert update(3) == 3
    (made,) = registry
    assert made.function is update
    assert (made.outputs, made.inputs, made.state) == ((out,), (inp,), ())
    assert (made.multi, made.no_output) == (False, False)


def test_a_callback_knows_where_its_function_is(registry):
    @registry.callback(out, inp)
    @functools.cache
    def update(value):
        return value

    (made,) = registry
    assert made.origin.name == "update"
    assert Path(made.origin.file) == Path(__file__)
    assert str(made).startswith("update (")
    assert str(made).endswith(f":{made.origin.line})")
    assert made.origin.line == inspect.unwrap(update).__code__.co_firstlineno


def test_order_is_that_of_the_declarations_not_of_the_decorating(registry):
    """S-22: stacked decorators are applied from the inside out."""
    first = registry.callback(out, inp)
    second = registry.callback(Output("o", "q"), inp)
    second(len)
    first(len)
    assert [made.callback_id for made in registry] == ["o.p", "o.q"]


def test_decorating_twice_replaces_the_function(registry):
    decorate = registry.callback(out, inp)
    decorate(len)
    decorate(max)
    assert [made.function for made in registry] == [max]


def test_a_callback_that_decorates_nothing_is_not_registered(registry):
    registry.callback(out, inp)
    assert list(registry) == []


def test_indexes_are_unique_even_where_ids_are_not(add):
    """S-9."""
    first, second = add(out, inp), add(out, inp)
    assert first.callback_id == second.callback_id
    assert first.index < second.index


def test_callback_ids_are_those_of_dash(add):
    """S-9."""
    assert add(out, inp).callback_id == "o.p"
    assert add([out], inp).callback_id == "..o.p.."
    assert add([out, Output("x", "y")], inp).callback_id == "..o.p...x.y.."
    pattern = Output({"type": "a.b", "index": MATCH}, "p")
    assert add(pattern, inp).callback_id == r'{"index":["MATCH"],"type":"a\.b"}.p'


def test_duplicate_outputs_carry_the_hash_of_the_inputs(add):
    """S-9."""
    duplicate = Output("o", "p", allow_duplicate=True)
    made = add([duplicate, Output("x", "y")], inp, Input("j", "q"), prevent_initial_call=True)
    assert made.callback_id == f"..o.p@{sha256('i.p.j.q')}...x.y.."


def test_without_outputs_the_inputs_are_the_id_and_without_these_the_place(registry):
    """S-7, S-9."""
    registry.callback(inp, state)(len)
    registry.callback()(len)
    registry.callback()(len)
    first, second, third = registry
    assert first.callback_id == sha256("i.p")
    assert second.no_output
    assert len({second.callback_id, third.callback_id}) == 2


def test_a_source_position_is_named_alike_in_the_tab_and_on_a_server(registry):
    """The app lies in another folder there, and a callback is known by its name."""
    folder, _, name = __file__.rpartition("/")
    environment.use(Environment(entry=f"{folder}/app.py"))
    try:
        line = inspect.currentframe().f_lineno + 1  # type: ignore[union-attr]  # CPython has frames
        registry.callback()(len)
    finally:
        environment.use(Environment())
    assert [made.callback_id for made in registry] == [sha256(f"{name}:{line}")]


def test_the_initial_call_is_prevented_by_the_callback_or_else_by_the_app(add, registry):
    """S-21, S-23."""
    assert not add(out, inp).prevent_initial_call
    assert add(out, inp, True).prevent_initial_call  # noqa: FBT003  # Dash's positional form
    assert add(out, inp, prevent_initial_call=True).prevent_initial_call
    registry.prevent_initial_callbacks = True
    assert add(out, inp).prevent_initial_call
    assert not add(out, inp, prevent_initial_call=False).prevent_initial_call


def test_initial_duplicate_keeps_the_initial_call(add, registry):
    """S-36."""
    duplicate = Output("o", "p", allow_duplicate=True)
    assert not add(duplicate, inp, prevent_initial_call="initial_duplicate").prevent_initial_call
    registry.prevent_initial_callbacks = "initial_duplicate"
    assert not add(duplicate, inp).prevent_initial_call


def test_allow_duplicate_needs_prevent_initial_call(registry):
    """S-36."""
    with pytest.raises(DuplicateCallback) as error:
        registry.callback(Output("o", "p", allow_duplicate=True), inp)
    line = error.traceback[0].lineno + 1
    assert str(error.value).startswith("allow_duplicate requires prevent_initial_call to be True")
    assert f"test_callback.py:{line}) writes o.p without it" in str(error.value)
    assert len(registry) == 0


def test_the_entry_of_the_callback_table(add, registry):
    """S-22."""
    add(
        [out],
        Input({"a": ALL}, "p", allow_optional=True),
        state,
        running=(Output("b", "disabled"), True, False),
        optional=True,
        websocket=True,
        _allow_dynamic_callbacks=True,
        background=True,
        interval=50,
    )
    assert [callback.spec() for callback in registry] == [
        {
            "output": "..o.p..",
            "inputs": [{"id": '{"a":["ALL"]}', "property": "p", "allow_optional": True}],
            "state": [{"id": "s", "property": "p"}],
            "clientside_function": None,
            "prevent_initial_call": False,
            "background": {"interval": 50},
            "running": {"running": {"b.disabled": True}, "runningOff": {"b.disabled": False}},
            "dynamic_creator": True,
            "no_output": False,
            "optional": True,
            "hidden": False,
            "websocket": True,
            "persistent": False,
        }
    ]


def test_a_callback_that_does_not_set_hidden_takes_the_setting_of_the_app(add, registry):
    """S-22, S-23."""
    add(out, inp)
    add(out, inp, hidden=False)
    assert [entry["hidden"] for entry in (callback.spec(hide=True) for callback in registry)] == [
        True,
        False,
    ]
    assert "running" not in next(iter(registry)).spec()


def test_running_takes_one_entry_or_a_list(add):
    """S-99."""
    entry = (Output("b", "disabled"), True, False)
    assert add(out, inp, running=entry).running == (entry,)
    assert add(out, inp, running=[entry, entry]).running == (entry, entry)
    assert add(out, inp).running == ()


def test_options_of_background_callbacks_count_only_with_background(add):
    """S-23."""
    assert add(out, inp, interval=5, progress=[out]).background is None
    made = add(
        out,
        inp,
        background=True,
        progress=out,
        progress_default="-",
        cancel=[inp],
        cache_args_to_ignore=[0],
        manager="manager",
    )
    assert made.background.interval_ms == 1000
    assert made.background.progress == (out,)
    assert made.background.progress_default == ("-",)
    assert made.background.cancel == (inp,)
    assert made.background.cache_args_to_ignore == (0,)
    assert made.background.manager == made.manager == "manager"


def test_progress_and_cancel_have_fixed_ids(registry):
    """S-42."""
    pattern = {"a": ALL}
    for options in ({"progress": [Output(pattern, "p")]}, {"cancel": Input(pattern, "p")}):
        with pytest.raises(WildcardInLongCallback, match="cannot have a pattern-matching id"):
            registry.callback(out, inp, background=True, **options)


def test_progress_default_has_a_value_for_each_output(registry):
    """S-122."""
    with pytest.raises(DefinitionError, match="has 1 outputs, but progress_default has 2 values"):
        registry.callback(out, inp, background=True, progress=out, progress_default=["a", "b"])


def test_a_persistent_callback_that_blocks_is_warned_of(registry):
    """S-132."""
    with pytest.warns(RuntimeWarning, match=r"update \(.*is not async"):

        @registry.callback(inp, persistent=True)
        def update(_):
            pass

    @registry.callback(inp, persistent=True)
    async def stream(_):
        pass

    assert [made.persistent for made in registry] == [True, True]


def test_unknown_keywords_are_ignored_as_in_dash(add):
    assert add(out, inp, no_such_option=1).callback_id == "o.p"


def test_inline_clientside_callbacks_are_named_by_their_source(registry):
    """S-92."""
    source = "x => x + 1"
    registry.clientside_callback(source, out, inp, prevent_initial_call=True)
    registry.clientside_callback(source, Output("o", "q"), inp)
    first, second = registry
    assert first.spec()["clientside_function"] == {
        "namespace": "_dashprivate_clientside_funcs",
        "function_name": sha256(source),
    }
    assert registry.inline_sources == {sha256(source): source}
    assert (first.prevent_initial_call, second.prevent_initial_call) == (True, False)
    assert first.function is None


def test_named_clientside_callbacks_have_no_source(registry):
    """S-92."""
    registry.clientside_callback(ClientsideFunction("ns", "f"), [out], [inp], [state], hidden=True)
    (made,) = registry
    assert (made.clientside.namespace, made.clientside.function_name) == ("ns", "f")
    assert (made.source, made.multi, made.hidden) == (None, True, True)
    assert registry.inline_sources == {}
    assert made.origin.file == __file__


def test_api_paths_give_the_bare_functions(registry):
    """S-23."""
    registry.callback(out, inp, api_endpoint="/sum")(sum)
    registry.callback(out, inp)(len)
    assert registry.api_paths == {"/sum": sum}


def test_global_callbacks_move_into_the_app(registry):
    """S-10."""
    early = CallbackRegistry(prevent_initial_callbacks=True)
    early.callback(out, inp)(len)
    registry.callback(Output("o", "q"), inp)(max)
    before = registry.revision
    registry.absorb(early)
    assert [made.function for made in registry] == [len, max]
    assert len(early) == 0
    assert registry.revision > before


def test_the_same_callback_id_in_app_and_globals_is_refused(registry):
    """S-10."""
    early = CallbackRegistry()
    registry.callback(out, inp)(len)
    early.callback(out, Input("j", "p"))(max)
    with pytest.raises(DuplicateCallback) as error:
        registry.absorb(early)
    assert "was already assigned to with `app.callback`: o.p" in str(error.value)
    assert [made.function for made in registry] == [len]
    assert len(early) == 1


def test_an_app_may_give_all_python_callbacks_but_background_ones_a_websocket():
    """S-131, S-21."""
    registry, other = CallbackRegistry(websocket_callbacks=True), CallbackRegistry()
    registry.callback(out, inp)(lambda value: value)
    registry.callback(Output("b", "p"), inp, background=True)(lambda value: value)
    registry.clientside_callback("(value) => value", Output("c", "p"), inp)
    other.callback(Output("g", "p"), inp)(lambda value: value)
    registry.absorb(other)
    assert {each.callback_id: each.websocket for each in registry} == {
        "o.p": True,
        "b.p": False,
        "c.p": False,
        "g.p": True,
    }


def test_dash_callback_fills_the_global_registry():
    """S-10."""
    try:
        callback(out, inp)(len)
        clientside_callback("x => x", out, inp)
        assert len(GLOBAL_CALLBACKS) == 2
    finally:
        GLOBAL_CALLBACKS.clear()


def test_the_decorator_shows_its_options():
    names = set(inspect.signature(callback).parameters)
    assert {"background", "interval", "progress", "running", "cancel", "on_error"} <= names


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (no_update, True),
        (NoUpdate(), True),
        (NoUpdate, True),
        ({"_dash_no_update": "_dash_no_update"}, True),
        (None, False),
        ({}, False),
        ("_dash_no_update", False),
    ],
)
def test_no_update_has_three_forms(value, expected):
    """S-52."""
    assert is_no_update(value) is expected


def test_callbacks_can_be_removed_by_their_index():
    registry = CallbackRegistry()
    for output in ("a", "b"):
        registry.callback(Output(output, "children"), Input("c", "value"))(lambda value: value)
    first, second = registry
    revision = registry.revision
    registry.remove([first.index])
    assert list(registry) == [second]
    assert registry.revision > revision
    registry.remove([first.index])
    assert registry.revision == revision + 1


def test_what_is_registered_while_a_callback_runs_goes_to_its_app():
    registry, of_app = CallbackRegistry(), CallbackRegistry()
    with registry.passing_to(of_app):
        registry.callback(Output("a", "children"), Input("c", "value"))(lambda value: value)
    registry.callback(Output("b", "children"), Input("c", "value"))(lambda value: value)
    assert [each.callback_id for each in of_app] == ["a.children"]
    assert [each.callback_id for each in registry] == ["b.children"]
