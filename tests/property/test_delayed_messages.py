"""Messages between page and engine that take their time: what is shown fits in the end (S-77).

The page calls its local callbacks at once, Python writes by `set_props`, users type; the messages
of either side arrive any time later, in order. All functions are pure, so in the end each Output is
that of the values that its Inputs have, on both sides.
"""

from types import SimpleNamespace
from typing import Any

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.call.context import ctx
from pyrt.engine.tree.values import copy_value
from pyrt.model.dependencies import ClientsideFunction, Input, Output
from tests.support.fake_page import Page
from tests.support.local_page import LATER, LocalPage, settle

PROPS = [f"p{n}" for n in range(7)]


def result(name, values):
    return f"{name}({','.join(map(str, values))})"


@st.composite
def graphs(draw):
    """Per written prop: what calls its callback, its Inputs, and the prop that it sets besides.

    A prop is computed of earlier ones. The first three are the user's, and Python sets them.
    """
    made = {}
    for number in range(3, len(PROPS)):
        kind = draw(st.sampled_from(["python", "at once", "at once", "promise"]))
        inputs = draw(
            st.lists(st.sampled_from(PROPS[:number]), unique=True, min_size=1, max_size=3)
        )
        free = [p for p in PROPS[:3] if p not in inputs]
        sets = draw(st.sampled_from([None, *free])) if kind == "python" else None
        made[PROPS[number]] = (kind, inputs, sets)
    return without_loops(made)


def without_loops(made):
    """Let no `set_props` lead back to its callback."""
    edges = {target: set(inputs) for target, (_, inputs, _) in made.items()}

    def above(prop):
        seen, rest = {prop}, [prop]
        while rest:
            new = edges.get(rest.pop(), set()) - seen
            seen |= new
            rest += new
        return seen

    for target, (kind, inputs, sets) in made.items():
        if sets is None:
            continue
        if any(sets in above(source) for source in inputs):
            made[target] = kind, inputs, None
        else:
            edges.setdefault(sets, set()).update(inputs)
    return made


class Delayed:
    """A page and an engine whose messages are delivered one batch at a time."""

    def __init__(self, graph):
        self.graph = graph
        self.page = Page(html.Div([html.Div(id=prop, children="-") for prop in PROPS]))
        for target, (kind, inputs, sets) in graph.items():
            self.register(target, kind, inputs, sets)
        self.local = LocalPage(self.page, dict.fromkeys(graph, self.call_local))
        self.promises = []
        self.to_engine: list[str] = []
        self.to_page: list[Any] = []
        vars(self.page)["_on_callclientside"] = self.call_for_engine
        self.engine = self.page.session
        receive, self.engine._send = self.engine._send, lambda *batch: self.to_page.append(batch)
        self.receive = receive
        vars(self.page)["session"] = SimpleNamespace(receive_text=self.to_engine.append)

    def register(self, target, kind, inputs, sets):
        dependencies = Output(target, "children"), [Input(p, "children") for p in inputs]
        if kind != "python":
            self.page.clientside_callback(ClientsideFunction("ns", target), *dependencies)
            return

        def function(*values):
            if sets is not None:
                ctx.set_props(sets, {"children": result(f"set by {target}", values)})
            return result(target, values)

        self.page.callback(*dependencies)(function)

    def open(self):
        self.local.open()
        self.page.open()
        self.deliver_to_engine()
        self.deliver_to_page()

    def call_local(self, callback, run, _changed, values):
        target = callback.clientside.function_name
        if self.graph[target][0] == "promise":
            self.promises.append((target, callback, run, values))
            return LATER
        return [result(target, values)]

    def call_for_engine(self, message):
        target, run = message["function"]["name"], message["run"]
        values = [self.read(reference) for reference in message["inputs"]]
        if self.graph[target][0] == "promise":
            self.promises.append((target, None, run, values))
        else:
            self.answer(target, run, values)

    def read(self, reference):
        before = reference.get("before")
        return self.page._read(reference) if before is None else before[0] if before else None

    def answer(self, target, run, values):
        value = result(target, values)
        outcome = settle(lambda *_: [value], None, run, (), ())
        self.page.results[run] = {(target, "children"): value}
        self.page.send("ClientsideResult", run=run, **outcome)

    def keep(self, index):
        target, callback, run, values = self.promises.pop(index)
        if callback is None:
            self.answer(target, run, values)
        else:
            value = result(target, values)
            self.local.finish(callback, run, settle(lambda *_: [value], None, run, (), ()))

    def deliver_to_engine(self):
        self.engine.receive_text(self.to_engine.pop(0))

    def deliver_to_page(self):
        text, buffers = self.to_page.pop(0)
        self.receive(text, buffers)
        self.local.call_waiting()

    def assert_consistent(self):
        shown = {prop: self.page.find(prop)["props"].get("children") for prop in PROPS}
        nodes = {prop: self.engine.layout.find(prop) for prop in PROPS}
        known = {p: copy_value(node.props["children"]) for p, node in nodes.items() if node}
        assert shown == known
        for target, (_, inputs, _) in self.graph.items():
            assert shown[target] == result(target, [shown[p] for p in inputs])
        assert self.engine.scheduler.quiet
        assert self.local.waiting == self.local.pending == {}


@given(graphs(), st.data())
def test_what_is_shown_fits_in_the_end(graph, data):
    sides = Delayed(graph)
    sides.open()
    edits = data.draw(st.lists(st.sampled_from(PROPS[:3]), max_size=5))
    for number in range(200):
        steps = [("edit", edits), ("promise", sides.promises)]
        steps += [("engine", sides.to_engine), ("page", sides.to_page)]
        possible = [name for name, waiting in steps if waiting]
        if not possible:
            break
        match data.draw(st.sampled_from(possible)):
            case "edit":
                sides.local.change({edits.pop(): number})
            case "promise":
                sides.keep(data.draw(st.integers(0, len(sides.promises) - 1)))
            case "engine":
                sides.deliver_to_engine()
            case _:
                sides.deliver_to_page()
    else:
        raise AssertionError("it does not end")
    sides.assert_consistent()
