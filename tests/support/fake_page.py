"""A page for tests: callbacks, a session, and a component tree that is built from messages only.

page = Page(html.Div([...]))

    @page.callback(Output("b", "children"), Input("a", "value"))
    def double(value): ...

    page.open()
    page.set("a", value=2)
    assert page.take_calls() == ["double"]
    assert page["b", "children"] == 4
"""

import json
from functools import wraps
from typing import Any

from pyrt.engine.session import Session, SessionConfig
from pyrt.engine.tree.values import copy_value
from pyrt.model.callback import CallbackRegistry
from pyrt.model.ids import stringify_id
from pyrt.model.patch import apply_patch, is_patch

GONE = object()


class Page:
    """See above. `clientside` are the page's JavaScript functions, by name, written in Python."""

    def __init__(self, layout, *, rendered=False, clientside=None, lazy=(), **config):
        self.registry = CallbackRegistry()
        self.layout = layout
        self.rendered = rendered
        self.lazy = list(lazy)
        self.clientside = clientside or {}
        self.messages: list[Any] = []
        self.batches = 0
        self.calls = []
        self.arguments = []
        self.mirror: Any = None
        self.seen = 0
        self.seq = 0
        self.kept = {}
        self.results: dict[int, dict[tuple[str, str], object]] = {}  # by run, else in `kept`
        self.changed_here: dict[tuple[str, str], int] = {}
        self.asked = []
        self.reported = set()
        self.buffers = []
        self.session = Session(self.registry, self._serve, self._take, SessionConfig(**config))

    def _serve(self):
        return self.layout() if callable(self.layout) else self.layout

    # --- the app

    def callback(self, *args, **kwargs):
        """Register a callback that notes its calls."""
        register = self.registry.callback(*args, **kwargs)

        def decorate(function):
            @wraps(function)
            def noted(*values, **named):
                self.calls.append(function.__name__)
                self.arguments.append((*values, *named.values()))
                return function(*values, **named)

            register(noted)
            return function

        return decorate

    def clientside_callback(self, *args, **kwargs):
        self.registry.clientside_callback(*args, **kwargs)

    # --- the page

    def open(self):
        self.send("Hello", lazy=self.lazy, rendered=self.rendered)
        return self

    def send(self, kind, **fields):
        self.seq += 1
        self.session.receive_text(json.dumps([{"type": kind, "seq": self.seq, **fields}]))
        while self.asked:
            message = self.asked.pop(0)
            function = self.clientside[message["function"]["name"]]
            self.answer(message, function(*map(self._read, message["inputs"] + message["state"])))

    def set(self, component_id, *, seen=None, origin="internal", **props):
        self.change((component_id, props), seen=seen, origin=origin)

    def change(self, *edits, seen=None, origin="internal"):
        """Change props of several components at once."""
        changes = [
            {"path": [], "id": stringify_id(i), "props": props, "origin": origin}
            for i, props in edits
        ]
        for component_id, props in edits:
            component = self.find(component_id)
            if component is not None:
                component["props"].update(json.loads(json.dumps(props)))
        self.send("SetProps", seen=self.seen if seen is None else seen, changes=changes)

    def set_path(self, path, *, seen=None, **props):
        """Change props of a component without an id."""
        component = self.mirror
        for step in path:
            component = component[step]
        component["props"].update(props)
        change = {"path": path, "props": props, "origin": "internal"}
        self.send("SetProps", seen=self.seen if seen is None else seen, changes=[change])

    def remote_calls(self):
        """Return the calls that the page was asked for and that have not ended."""
        over = {message["run"] for message in self.of_type("EndRemote")} | self.reported
        return [call for call in self.of_type("CallRemote") if call["run"] not in over]

    def show_remote(self, call, **props):
        """A function that is called remotely has set props: `a={"children": 1}`."""
        self.send("RemoteUpdate", run=call["run"], props=props)

    def end_remote(self, call, outcome="value", **fields):
        """The remote call of a function has ended."""
        self.reported.add(call["run"])
        self.send("RemoteResult", run=call["run"], outcome=outcome, **fields)

    def show(self):
        """Report that everything has been rendered."""
        self.send("Rendered", updateSeq=self.seen)

    def _take(self, text, buffers):
        self.batches += 1
        self.buffers = buffers
        for message in json.loads(text):
            self.messages.append(message)
            getattr(self, f"_on_{message['type'].lower()}", lambda _: None)(message)

    def _on_layout(self, message):
        self.mirror = message["layout"]

    def _on_update(self, message):
        for change in message["changes"]:
            component = self.find(change["id"])
            if component is None:
                continue
            results = self.results.get(message.get("run"), self.kept)
            kept = {name: results[change["id"], name] for name in change.get("kept", ())}
            for prop, value in {**change["props"], **kept}.items():
                if self.changed_here.get((change["id"], prop), -1) > message["seq"]:
                    continue  # the page has sent a newer value
                old = component["props"].get(prop)
                new = apply_patch(value["operations"], old) if is_patch(value) else value
                if new is GONE:
                    component["props"].pop(prop, None)
                else:
                    component["props"][prop] = new
        self.seen = message["updateSeq"]

    def _on_callclientside(self, message):
        if message["function"]["name"] in self.clientside:
            self.asked.append(message)

    def answer(self, message, *values):
        """Return one value per output from a clientside function; none at all is `undefined`."""
        outputs = message["outputs"] or []
        outputs = outputs if isinstance(outputs, list) else [outputs]
        flat = [o for output in outputs for o in (output if isinstance(output, list) else [output])]
        values = values or (GONE,) * len(flat)
        for output, value in zip(flat, values, strict=False):
            self.kept[output["id"], output["property"].partition("@")[0]] = value
        entries = [{} if value is GONE else {"value": value} for value in values]
        self.send("ClientsideResult", run=message["run"], outcome="value", values=entries)

    def _read(self, reference):
        if isinstance(reference, list):
            return [self._read(each) for each in reference]
        component = self.find(reference["id"])
        return component and component["props"].get(reference["property"])

    # --- looking

    def find(self, component_id):
        """Return a component of the mirror."""
        wanted = stringify_id(component_id)
        return next((c for c in walk(self.mirror) if _id_of(c) == wanted), None)

    def __getitem__(self, key):
        """Return a prop; page and worker must agree about it."""
        component_id, prop = key
        component = self.find(component_id)
        node = self.session.layout.find(stringify_id(component_id))
        assert (component is None) == (node is None), f"only one side has {component_id}"
        if component is None:
            return GONE
        mirrored = component["props"].get(prop)
        assert node is not None
        assert mirrored == copy_value(node.props.get(prop))
        return mirrored

    def of_type(self, kind):
        return [message for message in self.messages if message["type"] == kind]

    @property
    def failures(self):
        return [message["title"] for message in self.of_type("Failure")]

    def take_calls(self):
        """Return the names of the functions called since this was last asked, in order."""
        calls, self.calls = self.calls, []
        self.arguments = []
        return calls

    def take_messages(self):
        messages, self.messages = self.messages, []
        return messages

    def assert_quiet(self):
        """Assert that nothing is pending or loading."""
        assert self.session.scheduler.quiet
        started = {message["run"] for message in self.of_type("RunStarted")}
        ended = {message["run"] for message in self.of_type("RunEnded")}
        assert started == ended
        assert self.of_type("Status")[-1] == {"type": "Status", "seq": self.seq, "pending": 0}
        assert self.mirror == copy_value(self.session.layout.root)


def walk(value):
    """Yield all components in a tree of `children`."""
    if isinstance(value, list):
        for item in value:
            yield from walk(item)
    elif isinstance(value, dict) and isinstance(value.get("props"), dict):
        yield value
        yield from walk(value["props"].get("children"))


def _id_of(component):
    component_id = component["props"].get("id")
    return None if component_id is None else stringify_id(component_id)
