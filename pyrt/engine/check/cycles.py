"""Circular dependencies between callbacks (S-32).

A directed graph of props has an edge from each Input to each Output of a callback. State does not
count. A prop may be Input and Output of the same callback: its Output is then a separate node,
`a.value__output`, with edges to the Outputs of all other callbacks that read `a.value`.

    a.value -> [callback 1] -> a.value__output -> [callback 2] -> b.value

Wildcards are replaced by sample values: for each key, those that callbacks name, and for ALLSMALLER
some before and after them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from pyrt.engine.graph.compiled_callback import CallbackPort, CompiledCallback
from pyrt.engine.schedule.run import Report
from pyrt.model.callback import Callback
from pyrt.model.errors import BackgroundCallbackError
from pyrt.model.ids import (
    ALL,
    ALLSMALLER,
    IdValue,
    Wildcard,
    id_value_order,
    ids_overlap,
    stringify_id,
)

type Samples = Mapping[str, Sequence[IdValue]]
type Edges = dict[str, dict[str, None]]


def find_cycle(callbacks: Sequence[CompiledCallback]) -> Report | None:
    """Return a report about one cycle, or None."""
    edges = _make_edges(callbacks)
    cycle = _search(edges)
    if cycle is None:
        return None
    text = " -> ".join(cycle)
    return Report(
        "validation",
        "Circular Dependencies",
        f"Dependency Cycle Found: {text}\nThe callbacks go once around this circle and stop. Break "
        "it by a State, or by one callback that has these props as Input and Output.",
    )


def refuse_background_loops(callbacks: Iterable[Callback]) -> None:
    """Check that no background callback is started again by what it shows (S-42).

    Raises:
        BackgroundCallbackError: the `progress` or `running` values of one call it again.
    """
    known = list(callbacks)
    for callback in known:
        if callback.background is None:
            continue
        shown = (*callback.background.progress, *(entry.output for entry in callback.running))
        for between in known:
            if not any(item == prop for item in between.inputs for prop in shown):
                continue
            for output in between.outputs:
                if any(output == item for item in callback.inputs):
                    raise BackgroundCallbackError(
                        f"Background callback circular error!\nWhat {callback} shows while it runs "
                        f"calls {between}, which writes {output}, an Input of {callback}: it would "
                        "start itself again and again. Make that a State."
                    )


@dataclass(slots=True)
class _Props:
    """The props that one callback reads and writes, as nodes of the graph."""

    reads: set[str] = field(default_factory=set)
    writes: dict[str, None] = field(default_factory=dict)
    split: set[str] = field(default_factory=set)  # those it both reads and writes


def _make_edges(callbacks: Sequence[CompiledCallback]) -> Edges:
    samples = _collect_samples(callbacks)
    edges: Edges = {}
    all_props = [_connect(compiled, samples, edges) for compiled in callbacks]
    for split in {prop for props in all_props for prop in props.split}:
        node = f"{split}__output"
        for props in all_props:
            if split in props.reads and node not in props.writes:
                edges.setdefault(node, {}).update(props.writes)
    return edges


def _connect(compiled: CompiledCallback, samples: Samples, edges: Edges) -> _Props:
    """Add the edges of one callback."""
    props = _Props()
    for output in compiled.outputs:
        is_input = any(_overlap(output, port) for port in compiled.inputs)
        for output_id in _concrete_ids(output, {}, samples):
            node = f"{stringify_id(output_id)}.{output.key_property}"
            if is_input:
                props.split.add(node)
                node += "__output"
            props.writes[node] = None
            bound = output_id if isinstance(output_id, dict) else {}
            for port in compiled.inputs:
                for input_id in _concrete_ids(port, bound, samples):
                    source = f"{stringify_id(input_id)}.{port.property}"
                    props.reads.add(source)
                    edges.setdefault(source, {})[node] = None
    return props


def _overlap(output: CallbackPort, port: CallbackPort) -> bool:
    return output.key_property == port.property and ids_overlap(
        output.dependency.component_id, port.dependency.component_id
    )


# --- samples of wildcards


def _collect_samples(callbacks: Iterable[CompiledCallback]) -> Samples:
    named: dict[str, dict[IdValue, None]] = {}
    smaller: dict[str, int] = {}
    for port in _patterns(callbacks):
        assert port.pattern is not None
        for key, value in zip(port.pattern.keys, port.pattern.values, strict=True):
            values = named.setdefault(key, {})
            if value is ALLSMALLER:
                smaller[key] = smaller.get(key, 0) + 1
            elif not isinstance(value, Wildcard):
                values[value] = None
    return {key: _samples(list(values), smaller.get(key, 0)) for key, values in named.items()}


def _patterns(callbacks: Iterable[CompiledCallback]) -> Iterator[CallbackPort]:
    for compiled in callbacks:
        for port in (*compiled.outputs, *compiled.inputs):
            if port.pattern is not None:
                yield port


def _samples(named: list[IdValue], smaller: int) -> list[IdValue]:
    """Return sorted values of one key: those named, and enough neighbours for ALLSMALLER."""
    samples = sorted(named, key=id_value_order)
    if not samples:
        return list(range(max(smaller, 1)))
    for _ in range(smaller):
        kind, first = id_value_order(samples[0])
        samples.insert(0, float(first) - 1 if kind == 0 else 0)
        last = samples[-1]
        samples.append(f"{last}z" if isinstance(last, str) else "z")
    return samples


def _concrete_ids(
    port: CallbackPort, bound: Mapping[str, IdValue], samples: Samples
) -> Iterator[object]:
    """Yield the ids that a port may mean, given the id of an Output (`bound`)."""
    if port.pattern is None:
        yield port.component_id
        return
    keys = port.pattern.keys
    choices = [
        _choices(value, bound.get(key), samples[key])
        for key, value in zip(keys, port.pattern.values, strict=True)
    ]
    for values in product(*choices):
        yield dict(zip(keys, values, strict=True))


def _choices(
    value: IdValue | Wildcard, bound: IdValue | None, samples: Sequence[IdValue]
) -> Sequence[IdValue]:
    if not isinstance(value, Wildcard):
        return [value]
    if value is ALLSMALLER:
        return samples[: samples.index(bound)] if bound in samples else ()
    if value is ALL or bound is None:
        return samples
    return [bound]


# --- searching


def _search(edges: Edges) -> list[str] | None:
    """Return the nodes of one cycle, the first also last. Depth first, without recursion."""
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        path, iterators = [start], [iter(edges[start])]
        on_path = {start}
        while path:
            following = next(iterators[-1], None)
            if following is None:
                iterators.pop()
                done.add(node := path.pop())
                on_path.discard(node)
            elif following in on_path:
                return [*path[path.index(following) :], following]
            elif following not in done:
                path.append(following)
                on_path.add(following)
                iterators.append(iter(edges.get(following, ())))
    return None
