"""The cost of the engine without a browser: it must not grow with the size of the layout.

    .venv/bin/python -m benchmarks.engine

Runs on CPython and, by engine.mjs, in Pyodide: its figures are the worker's. A change is given
as the text that the page sends, and the answer is text, too. The functions of the callbacks do
nothing, so all of the time is the engine's. Each row is the best of several rounds, in microseconds
or milliseconds (for the budget: all rounds), and where there is a baseline, the ratio to it and the
limit of the ratio.
"""

import gc
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "pyrt" / "compat")]

from dash import dcc, html  # noqa: E402

from benchmarks.measurements import Rows  # noqa: E402
from pyrt.engine.session import Session  # noqa: E402
from pyrt.engine.session_config import SessionConfig  # noqa: E402
from pyrt.model.callback import CallbackRegistry  # noqa: E402
from pyrt.model.dependencies import Input, Output, State  # noqa: E402
from pyrt.model.ids import ALL, MATCH, stringify_id  # noqa: E402

# Baselines.
SMALLER = "the smaller one"
OTHER = "some other Python"
WHY = "the same Python reads a JSON text of 0.3 kB, groups it, writes it; a callback is 290 calls"


class Bench:
    """A session without a page."""

    def __init__(self, *children):
        self.registry = CallbackRegistry()
        self.layout = html.Div(list(children))
        self.session = Session(
            self.registry,
            lambda: self.layout,
            lambda _text, _buffers: None,
            SessionConfig(loaded=gc.freeze),  # as the worker does
        )
        self.seq = 0

    def text(self, kind, **fields):
        """Return the next message of the page as it comes over the wire."""
        self.seq += 1
        return json.dumps([{"type": kind, "seq": self.seq, **fields}])

    def open_ms(self):
        """Return how long loading takes, initial calls included."""
        hello = self.text("Hello", lazy=[])
        start = time.perf_counter()
        self.session.receive_text(hello)
        return (time.perf_counter() - start) * 1e3

    def change(self, key, prop):
        """Return the text of one change."""
        change = {"path": [], "id": key, "props": {prop: self.seq}, "origin": "internal"}
        return self.text("SetProps", seen=2**40, changes=[change])

    def changes_us(self, component_id, prop, rounds=30, per_round=20):
        """Return what one change of a prop costs, from its text to that of the answer, by round."""
        key = stringify_id(component_id)
        times = []
        for _ in range(rounds):
            texts = [self.change(key, prop) for _ in range(per_round)]
            start = time.perf_counter()
            for text in texts:
                self.session.receive_text(text)
            times.append((time.perf_counter() - start) / per_round * 1e6)
        return times

    def change_us(self, component_id, prop, rounds=30, per_round=20):
        """Return the best of these rounds."""
        return min(self.changes_us(component_id, prop, rounds, per_round))


def one_of_many(size, *, insert):
    """A click on one of many components; its callback inserts a component, or only text."""
    others = [html.Div(id={"i": n}) for n in range(size)]
    bench = Bench(html.Div(id="out"), html.Button(id="in"), *others)

    @bench.registry.callback(Output("out", "children"), Input("in", "n_clicks"))
    def function(n):
        return html.B(n, id={"i": -1}) if insert else n

    bench.open_ms()
    return bench.changes_us("in", "n_clicks", rounds=60)


def all_of(size):
    bench = Bench(html.Div(id="out"), *(html.Button(id={"i": n}) for n in range(size)))
    bench.registry.callback(Output("out", "children"), Input({"i": ALL}, "n_clicks"))(len)
    bench.open_ms()
    return bench.change_us({"i": size // 2}, "n_clicks", rounds=40, per_round=1)


def match_of(size):
    return min(match_once(size) for _ in range(6))


def match_once(size):
    ids = [{"i": n, "t": t} for n in range(size) for t in ("in", "out")]
    bench = Bench(*(html.Div(id=component_id) for component_id in ids))
    bench.registry.callback(
        Output({"t": "out", "i": MATCH}, "children"), Input({"t": "in", "i": MATCH}, "title")
    )(lambda title: title)
    return bench.open_ms()


def chain_of(length):
    bench = Bench(*(html.Div(id=f"c{n}") for n in range(length + 1)))
    for n in range(length):
        bench.registry.callback(Output(f"c{n + 1}", "children"), Input(f"c{n}", "children"))(
            lambda value: value
        )
    bench.open_ms()
    return bench.change_us("c0", "children", rounds=60, per_round=1) / length


def with_state(rows):
    data = [{"name": f"row {n}", "value": n / 2, "tags": ["a", "b"]} for n in range(rows)]
    bench = Bench(html.Div(id="out"), html.Button(id="in"), dcc.Store(id="store", data=data))
    bench.registry.callback(
        Output("out", "children"), Input("in", "n_clicks"), State("store", "data")
    )(lambda _, data: len(data))
    bench.open_ms()
    return bench.changes_us("in", "n_clicks", rounds=5, per_round=1), data


def read_json_us(data):
    """What a server cannot do without, for the same call: it reads the State from text."""
    text = json.dumps(data, separators=(",", ":"))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        json.loads(text)
        times.append((time.perf_counter() - start) * 1e6)
    return times


def fixed_work(text):
    """Some Python that does not belong to pyrt, of the kind that an engine consists of."""
    data = json.loads(text)
    found: dict[str, list[tuple[str, object, str]]] = {}
    for entry in data:
        for name, value in entry["props"].items():
            found.setdefault(entry["id"], []).append((name, value, f"{entry['id']}.{name}"))
    return json.dumps(
        [{"id": key, "props": dict(each[:2] for each in props)} for key, props in found.items()]
    )


def fixed_us(rounds=60, per_round=20):
    """Return what that costs, by round: the measure of this machine's Python."""
    text = json.dumps([{"id": f"c{n}", "props": {"a": n, "b": str(n), "c": [n]}} for n in range(8)])
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(per_round):
            fixed_work(text)
        times.append((time.perf_counter() - start) / per_round * 1e6)
    return times


def main():
    in_worker = sys.platform == "emscripten"
    rows = Rows("engine in Pyodide" if in_worker else "engine")

    def show(name, value, unit, baseline=None, limit=None):
        if baseline is None:
            rows.add(name, [value], unit=unit, limit=limit)
        else:
            against = SMALLER if limit else OTHER
            rows.compare(name, [value], against, [baseline], unit=unit, limit=limit)

    fixed = min(fixed_us())
    rounds = one_of_many(1, insert=False)
    budget = "overhead" if in_worker else None
    limit = 60 if in_worker else 500
    fixed = min(fixed, *fixed_us())
    more = {"limit": limit, "budget": budget, "floor": [fixed], "why": WHY}
    rows.add("own cost of a trivial callback", rounds, unit="us", **more)
    show("own cost of a trivial callback, best round", min(rounds), "us", fixed, None)
    for insert, what in ((False, "text"), (True, "a component")):
        small = min(one_of_many(100, insert=insert))
        show(f"1 of 100 components, result is {what}", small, "us")
        large = min(one_of_many(10_000, insert=insert))
        show(f"1 of 10,000 components, result is {what}", large, "us", small, 1.5)
    show("ALL over 1,000 components, one changed", all_of(1000), "us", all_of(100), 15)
    show("1,000 MATCH callbacks at load", match_of(1000), "ms", match_of(100), 15)
    show("chain of 100, per callback", chain_of(100), "us", chain_of(10), 1.5)
    costs, data = with_state(150_000)
    baseline = "json.loads of it, which a Dash server does at least"
    read = read_json_us(data)
    size = len(json.dumps(data)) / 1e6
    rows.compare(f"State of {size:.0f} MB", costs, baseline, read, unit="us", limit=1)


if __name__ == "__main__":
    main()
