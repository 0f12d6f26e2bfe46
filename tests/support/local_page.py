"""The page's half of local callbacks, as `web/src/session/local_callbacks.ts` does it.

The page calls a local callback by itself, in rounds, and reports to the engine in one batch. The
functions are those of a test: they return one value per output, GONE for `no_update`, or
raise PreventUpdate or ValueError; or LATER for a promise, which `finish` settles.
"""

import json
from typing import Any

from pyrt.model.errors import PreventUpdate
from pyrt.model.local import FIRST_LOCAL_RUN, callback_table, find_local
from tests.support.fake_page import GONE

LATER = object()


class LocalPage:
    """The local callbacks of a fake page. All props are `children`; call `open` after `page.open`.

    Args:
        page: a `tests.support.fake_page.Page`.
        functions: by name: `(changed ids, values) -> values`.
    """

    def __init__(self, page, functions):
        self.page = page
        self.functions = functions
        self.runs = FIRST_LOCAL_RUN
        self.pending = {}
        self.waiting = {}

    def open(self):
        registry = list(self.page.registry)
        self.local = sorted(find_local(registry), key=lambda callback: callback.index)
        entries: list[Any] = callback_table(registry)
        self.order = {
            entry["local"]["index"]: entry["local"]["order"]
            for entry in entries
            if "local" in entry
        }
        self.reach: dict[int, set[Any]] = {}
        for callback in sorted(self.local, key=lambda c: -self.order[c.index]):
            reach = set(outputs_of(callback))
            for reader in self.local:
                if reader.index in self.reach and reach & set(inputs_of(reader)):
                    reach |= self.reach[reader.index]
            self.reach[callback.index] = reach

    def change(self, props):
        """The user changes props; all local callbacks that these call are called."""
        for prop, value in props.items():
            self.page.find(prop)["props"]["children"] = value
        requested: dict[int, dict[Any, None]] = {}
        taken = self.request(requested, list(props))
        changes = [
            {"path": [], "id": prop, "props": {"children": value}, "origin": "internal"}
            for prop, value in props.items()
        ]
        first = {"type": "SetProps", "seen": self.page.seen, "changes": changes, "taken": taken}
        self.send(first, *self.advance(requested))

    def finish(self, callback, run, outcome):
        """The promise of a run is settled."""
        if self.pending.get(callback.index) != run:
            self.send({"type": "ClientsideResult", "run": run, "outcome": "prevented"})
            return
        del self.pending[callback.index]
        requested, self.waiting = self.waiting, {}
        taken = self.request(requested, self.write(callback, outcome))
        result = {"type": "ClientsideResult", "run": run, **outcome, "taken": taken}
        self.send(result, *self.advance(requested))

    def send(self, *messages):
        batch = []
        for message in messages:
            self.page.seq += 1
            batch.append({**message, "seq": self.page.seq})
        self.page.session.receive_text(json.dumps(batch))

    def request(self, requested, props):
        taken: dict[int, None] = {}
        for prop in props:
            for callback in self.local:
                if prop in inputs_of(callback):
                    requested.setdefault(callback.index, {})[prop] = None
                    taken[callback.index] = None
        return list(taken)

    def advance(self, requested):
        messages = []
        while requested:
            called = [self.call(index, list(changed)) for index, changed in self.take(requested)]
            for callback, message, outcome in called:
                if outcome is None:
                    messages.append(message)
                    continue
                taken = self.request(requested, self.write(callback, outcome))
                messages.append({**message, **outcome, "taken": taken})
        return messages

    def take(self, requested):
        by_index = {callback.index: callback for callback in self.local}
        for index in sorted(requested, key=self.order.__getitem__):
            behind = [i for i in (*self.pending, *self.waiting) if i != index]
            if any(self.reach[i] & set(inputs_of(by_index[index])) for i in behind):
                waiting = self.waiting.setdefault(index, {})
                waiting.update(requested.pop(index))
        left = list(requested)
        ready = [
            index
            for index in left
            if not any(
                other != index and self.reach[other] & set(inputs_of(by_index[index]))
                for other in left
            )
        ]
        return [(index, requested.pop(index)) for index in ready]

    def call(self, index, changed):
        callback = next(c for c in self.local if c.index == index)
        self.runs += 1
        message = {
            "type": "LocalRun",
            "callbackIndex": index,
            "run": self.runs,
            "changed": [{"id": prop, "property": "children"} for prop in changed],
        }
        values = [
            self.page.find(d.component_id)["props"].get("children") for d in reads_of(callback)
        ]
        outcome = self.outcome(callback, changed, values)
        if outcome is None:
            self.pending[index] = self.runs
        else:
            self.pending.pop(index, None)
        return callback, message, outcome

    def outcome(self, callback, changed, values):
        function = self.functions[callback.clientside.function_name]
        return settle(function, callback, self.runs, changed, values)

    def write(self, callback, outcome):
        written = []
        if outcome["outcome"] == "value":
            for prop, entry in zip(outputs_of(callback), outcome["values"], strict=True):
                if "value" in entry:
                    self.page.find(prop)["props"]["children"] = entry["value"]
                    written.append(prop)
        return written


def settle(function, callback, run, changed, values):
    """Call a function, and return the outcome as the page sends it; None for a promise."""
    try:
        result = function(callback, run, changed, tuple(values))
    except PreventUpdate:
        return {"outcome": "prevented"}
    except ValueError as error:
        return {"outcome": "error", "error": {"message": str(error)}}
    if result is LATER:
        return None
    entries = [{"noUpdate": True} if value is GONE else {"value": value} for value in result]
    return {"outcome": "value", "values": entries}


def inputs_of(callback):
    return [dependency.component_id for dependency in callback.inputs]


def outputs_of(callback):
    return [dependency.component_id for dependency in callback.outputs]


def reads_of(callback):
    return [*callback.inputs, *callback.state]
