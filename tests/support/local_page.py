"""The page's half of local callbacks, as `web/src/session/callbacks/local_callbacks.ts` does it.

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
        self.of_worker: set[int] = set()
        self.left: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.called_here: set[int] = set()  # which the page has taken over by its last message
        vars(page)["_on_status"] = self.follow

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

    def follow(self, status):
        """The engine has runs of its own of some local callbacks."""
        seq, listed = status["seq"], status.get("local", ())
        self.of_worker = {index for index in listed if seq >= self.taken.get(index, 0)}
        for index, told in list(self.left.items()):
            if seq >= told and index not in self.of_worker:
                del self.left[index]
        for waiting in (self.pending, self.waiting):
            for index in self.of_worker & set(waiting):
                del waiting[index]

    def call_waiting(self):
        """Call those that wait for nothing any more."""
        requested, self.waiting = self.waiting, {}
        messages = self.advance(requested)
        if messages:
            self.send(*messages)

    def change(self, props):
        """The user changes props; all local callbacks that these call are called."""
        for prop, value in props.items():
            self.show(prop, value)
        requested: dict[int, dict[Any, None]] = {}
        self.called_here = set()
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
        self.called_here = set(requested)
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
        asked: dict[int, dict[Any, None]] = {}
        for prop in props:
            for callback in self.local:
                if prop in inputs_of(callback):
                    asked.setdefault(callback.index, {})[prop] = None
        for index in sorted(asked, key=self.order.__getitem__):
            if not self.take_over(index):
                del asked[index]
        for index, changed in asked.items():
            requested.setdefault(index, {}).update(changed)
        return list(asked)

    def take_over(self, index):
        told = self.page.seq + 1
        if index in self.left or self.is_behind(index, self.of_worker | set(self.left)):
            self.left[index] = told
            self.waiting.pop(index, None)
            self.pending.pop(index, None)
            return False
        self.taken[index] = told
        self.called_here.add(index)
        self.of_worker.discard(index)
        return True

    def is_behind(self, index, pending):
        inputs = set(inputs_of(next(c for c in self.local if c.index == index)))
        return any(self.reach[other] & inputs for other in pending if other != index)

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
        for index in sorted(requested, key=self.order.__getitem__):
            if self.is_behind(index, [*self.pending, *self.waiting, *self.of_worker, *self.left]):
                self.pending.pop(index, None)  # S-77
                waiting = self.waiting.setdefault(index, {})
                waiting.update(requested.pop(index))
        left = list(requested)
        ready = [index for index in left if not self.is_behind(index, left)]
        return [(index, requested.pop(index)) for index in ready]

    def call(self, index, changed):
        callback = next(c for c in self.local if c.index == index)
        self.runs += 1
        message = {
            "type": "LocalRun",
            "callbackIndex": index,
            "run": self.runs,
            "seen": self.page.seen,
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

    def show(self, prop, value):
        self.page.find(prop)["props"]["children"] = value
        self.page.changed_here[prop, "children"] = self.page.seq + 1

    def write(self, callback, outcome):
        written = []
        if outcome["outcome"] == "value":
            for prop, entry in zip(outputs_of(callback), outcome["values"], strict=True):
                if "value" in entry:
                    self.show(prop, entry["value"])
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
