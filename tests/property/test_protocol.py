"""The wire: written messages can be read, and no message of a page makes a session fail."""

import json
import marshal
from string import ascii_lowercase

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.wire import messages, protocol
from pyrt.engine.wire.messages import Edit
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.ids import ALL
from tests.support.fake_page import Page
from tests.support.messages import PAGE_MESSAGES, decode_worker, encode

numbers = st.integers(0, 2**53)
texts = st.text(max_size=8)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
objects = st.dictionaries(texts, json_values, max_size=3)
text_objects = st.dictionaries(texts, texts, max_size=2)
paths = st.lists(st.one_of(st.integers(0, 9), texts), max_size=4)
components = st.fixed_dictionaries({"type": texts, "namespace": texts, "props": objects})
origins = st.sampled_from(["internal", "clientsideApi", "external", "persistence"])
edits = st.builds(
    Edit, paths, objects, st.none() | texts, origins, st.none() | components, st.booleans()
)
props_by_id = st.dictionaries(texts, objects, max_size=2)
prop_values = st.tuples(texts, objects)
page_messages = st.one_of(
    st.builds(messages.Hello, numbers, st.lists(texts), st.booleans()),
    st.builds(messages.Rendered, numbers, numbers),
    st.builds(messages.SetProps, numbers, numbers, st.lists(edits, max_size=3)),
    st.builds(
        messages.ClientsideResult,
        numbers,
        numbers,
        st.sampled_from(["value", "prevented", "error"]),
        st.lists(objects, max_size=2),
        st.none() | objects,
    ),
    st.builds(messages.Ready, numbers, numbers),
    st.builds(messages.Loaded, numbers, st.lists(texts)),
    st.builds(messages.Reload, numbers),
    st.builds(messages.Eval, numbers, texts),
    st.builds(
        messages.Precompute,
        numbers,
        st.lists(texts),
        st.sampled_from(["named", "fit", "all"]),
        numbers,
    ),
    st.builds(messages.SetEnvironment, numbers, st.none() | objects, st.none() | texts),
    st.builds(messages.RemoteUpdate, numbers, numbers, props_by_id),
    st.builds(
        messages.RemoteResult,
        numbers,
        numbers,
        st.sampled_from(["value", "prevented", "error", "unreachable", "cancelled"]),
        st.none() | props_by_id,
        st.none() | props_by_id,
        st.none() | st.lists(texts),
        st.none() | objects,
    ),
)
answer_tables = st.builds(
    messages.AnswerTable,
    texts,
    st.lists(
        st.builds(messages.PrecomputedInput, texts, texts, st.lists(objects), st.booleans()),
        max_size=2,
    ),
    numbers,
    st.lists(
        st.builds(messages.PrecomputedAnswer, st.lists(numbers), st.lists(prop_values, max_size=2)),
        max_size=2,
    ),
)
worker_messages = st.one_of(
    st.builds(messages.Layout, numbers, components),
    st.builds(messages.RunStarted, numbers, texts, st.lists(st.tuples(texts, texts))),
    st.builds(
        messages.CallClientside,
        numbers,
        text_objects,
        st.lists(objects),
        st.lists(objects),
        st.lists(text_objects),
        st.none() | objects | st.lists(objects),
    ),
    st.builds(
        messages.CallRemote,
        numbers,
        st.sampled_from(["job", "server"]),
        numbers,
        objects,
        texts,
        st.sampled_from(["fetch", "websocket"]),
        st.booleans(),
        st.booleans(),
        st.none() | numbers,
        st.none() | st.lists(texts),
        st.none() | texts,
    ),
    st.builds(messages.EndRemote, numbers),
    st.builds(messages.AwaitReady, numbers, st.lists(texts)),
    st.builds(
        messages.Update,
        numbers,
        numbers,
        st.lists(prop_values, max_size=3),
        st.sampled_from(["callback", "sideUpdate"]),
        st.none() | numbers,
    ),
    st.builds(messages.RunEnded, numbers, st.sampled_from(["done", "failed"])),
    st.builds(messages.Status, numbers, numbers),
    st.builds(
        messages.Failure,
        st.sampled_from(["callback", "layout"]),
        texts,
        texts,
        texts,
        st.none() | texts,
        st.none() | numbers,
    ),
    st.builds(messages.Callbacks, st.lists(objects, max_size=2), st.lists(text_objects)),
    st.builds(messages.EvalResult, numbers, st.none() | texts, st.none() | texts),
    st.builds(messages.Precomputed, st.lists(answer_tables, max_size=2), st.lists(texts)),
)


@given(page_messages)
def test_a_message_of_the_page_is_read_as_it_was_written(message):
    assert protocol.decode(encode(message)) == message


@given(worker_messages)
def test_a_message_of_the_worker_is_read_as_it_was_written(message):
    assert decode_worker(encode(message)) == message


def layout():
    return html.Div(
        [html.Div(id="a"), html.Div(id="b"), html.Div(id="c"), html.Div(id={"i": 1})], id="root"
    )


def open_page():
    page = Page(layout())
    page.callback(Output("b", "children"), Input("a", "children"), prevent_initial_call=True)(
        lambda value: value
    )
    page.callback(Output("c", "title"), Input({"i": ALL}, "title"), prevent_initial_call=True)(
        lambda values: str(values)[:99]
    )
    page.clientside_callback(
        ClientsideFunction("ns", "f"), Output("c", "children"), Input("b", "children")
    )
    return page.open()


WORDS = """
    type seq run outcome values error seen changes path id props origin insert remove number lazy
    types rendered location cookie value noUpdate children title a b c root
"""
names = st.sampled_from(WORDS.split())
kinds = st.sampled_from(sorted(kind.__name__ for kind in PAGE_MESSAGES))
likely = st.one_of(
    json_values, names, kinds, origins, numbers, st.just('{"i":1}'), st.just('{"i":'), components
)
junk = st.recursive(
    likely,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(names, texts), inner, max_size=5)
    ),
    max_leaves=12,
)
almost = st.builds(
    lambda kind, seq, rest: {"type": kind, "seq": seq, **rest},
    kinds.filter(lambda kind: kind != "Reload"),
    likely,
    st.dictionaries(names, junk, max_size=5),
)
edit_like = st.fixed_dictionaries(
    {"path": paths, "props": st.dictionaries(names, junk, max_size=3)},
    optional={
        "id": st.sampled_from(["a", "b", "c", "root", '{"i":1}', '{"i":', "unknown"]) | texts,
        "origin": origins,
        "insert": components,
        "remove": st.booleans(),
    },
)
set_props = st.builds(
    lambda seq, seen, changes: {"type": "SetProps", "seq": seq, "seen": seen, "changes": changes},
    numbers,
    numbers,
    st.lists(edit_like, max_size=3),
)


@given(st.lists(st.one_of(junk, almost, set_props), max_size=4))
def test_whatever_the_page_sends_the_session_lives_on(batch):
    """Wrong types, unknown ids, stale paths, numbers out of order: a report at most."""
    page = open_page()
    page.session.receive(json.loads(json.dumps(batch)))
    page.open()
    page.take_messages()
    page.set("a", children="still alive")
    assert page["b", "children"] == "still alive"
    assert [m["type"] for m in page.messages if m["type"] == "CallClientside"]


@given(st.lists(json_values, min_size=1), st.sampled_from(["internal", "clientsideApi", "inPlace"]))
def test_a_value_beside_the_text_is_the_value_in_it(value, origin):
    """Callbacks, clientside results and what reads the layout get the same."""
    text, packed = open_page(), open_page()
    for page in (text, packed):
        page.callback(Output("root", "title"), Input("b", "children"), State("a", "title"))(str)
        page.open()
    for prop in ("title", "children"):
        change = {"path": [], "id": "a", "origin": origin, "props": {prop: value}}
        message = {"type": "SetProps", "seq": 9, "seen": 0, "changes": [change]}
        text.session.receive_text(json.dumps([message]))
        change["props"] = {prop: {"_pyrt_packed": 0}}
        packed.session.receive_text(json.dumps([message]), [marshal.dumps(value)])
    calls = {"type": "ClientsideResult", "seq": 10, "outcome": "value"}
    for page, entry, rest in (
        (text, {"value": value}, ()),
        (packed, {"value": {"_pyrt_packed": 0}}, ([marshal.dumps(value)],)),
    ):
        for call in page.of_type("CallClientside")[-1:]:
            page.results[call["run"]] = {("c", "children"): value}
            result = {**calls, "run": call["run"], "values": [entry]}
            page.session.receive_text(json.dumps([result]), *rest)
    assert repr(packed.arguments) == repr(text.arguments)
    assert packed.messages == text.messages
    for component_id in "abc":
        found = [repr(p.session.read_prop(component_id, "children")) for p in (text, packed)]
        assert found[0] == found[1]


@given(st.text(alphabet=ascii_lowercase + '[]{}:,"0', max_size=20))
def test_text_that_is_no_batch_is_one_report(text):
    page = open_page()
    before = page.session.layout.root
    page.take_messages()
    page.session.receive_text(text)
    failures = page.of_type("Failure")
    assert len(failures) == (text.strip() != "[]")
    assert all(failure["kind"] == "protocol" for failure in failures)
    assert page.session.layout.root is before
