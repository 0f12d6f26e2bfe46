"""Which runs a change of the layout asks for: at page load, on insertion, on removal.

Each function asks the graph and returns new runs; none changes anything. `Requests` merges what is
asked for twice. May import `graph`, `run` and what is below them.
"""

from collections.abc import Collection, Iterable, Sequence

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import Invocation, InvocationKey
from pyrt.engine.schedule.run import Group, Run
from pyrt.engine.tree.index import IndexedComponent
from pyrt.model.ids import PropId


class Requests:
    """Runs asked for by one change, each invocation once, in the order of the first request."""

    def __init__(self, **attributes: object) -> None:
        self._attributes = attributes
        self._runs: dict[InvocationKey, Run] = {}

    def add(self, invocation: Invocation, *changed: PropId, initial: bool = False) -> None:
        """Ask for an invocation; what was asked before is kept, too."""
        run = self._runs.get(invocation.key)
        if run is None:
            run = self._runs[invocation.key] = Run(invocation, **self._attributes)  # type: ignore[arg-type]
        run.changed.update(dict.fromkeys(changed))
        run.initial = run.initial or initial

    def runs(self) -> list[Run]:
        """Return what was asked for."""
        return list(self._runs.values())


def request_consumers(
    graph: CallbackGraph, node: IndexedComponent, props: Iterable[str], **attributes: object
) -> list[Run]:
    """Return a run for each callback that has one of these props as an Input (S-75, S-76)."""
    return [
        Run(invocation, {PropId(node.id, prop): None}, **attributes)  # type: ignore[arg-type]
        for prop in props
        for invocation in graph.consumers(node, prop)
    ]


def request_initial(
    graph: CallbackGraph, nodes: Sequence[IndexedComponent], after: int
) -> list[Run]:
    """Return the initial runs of a page (S-63), then those of S-66."""
    wanted = Requests(group=Group(), after=after)
    for node in nodes:
        _add_producers(graph, node, wanted)
    special = [
        Run(compiled.plain, initial=True, after=after)
        for compiled in graph.callbacks
        if not compiled.callback.prevent_initial_call and _runs_at_load(graph, compiled.plain)
    ]
    return [*_without_inputs_removed(graph, wanted.runs()), *special]


def request_inserted(
    graph: CallbackGraph,
    added: Sequence[IndexedComponent],
    predecessors: frozenset[int],
    after: int,
) -> list[Run]:
    """Return the runs that new components ask for, as one group (S-68).

    Callbacks with an Output among them get an initial call; those with an Input among them and an
    Output elsewhere are triggered, whatever their `prevent_initial_call` says.
    """
    wanted = Requests(group=Group(), predecessors=predecessors, after=after)
    inside = set(added)
    for node in added:
        _add_producers(graph, node, wanted)
        for prop in graph.input_props(node):
            for invocation in graph.consumers(node, prop):
                if _writes_outside(graph, invocation, inside):
                    wanted.add(invocation, PropId(node.id, prop))
    return _without_inputs_removed(graph, wanted.runs())


def list_consumers_of_removed(
    graph: CallbackGraph, removed: Sequence[IndexedComponent]
) -> list[Invocation]:
    """Return, before a removal, the invocations that will lose an item of a list (S-69).

    That is, those with one of these components in an ALL or ALLSMALLER Input, writing elsewhere.
    """
    inside = set(removed)
    found: dict[InvocationKey, Invocation] = {}
    for node in removed:
        for prop in graph.input_props(node) if node.keys else ():
            for invocation in graph.list_readers(node, prop):
                if _writes_outside(graph, invocation, inside):
                    found.setdefault(invocation.key, invocation)
    return list(found.values())


def request_consumers_of_removed(
    graph: CallbackGraph, invocations: Iterable[Invocation], predecessors: frozenset[int]
) -> list[Run]:
    """Return their runs, after the removal: without a trigger, and if an Output is left (S-69)."""
    group = Group()
    return [
        Run(invocation, initial=True, group=group, predecessors=predecessors)
        for invocation in invocations
        if graph.outputs(invocation)
    ]


def _add_producers(graph: CallbackGraph, node: IndexedComponent, wanted: Requests) -> None:
    for invocation in graph.producers(node):
        if not invocation.compiled.callback.prevent_initial_call:
            wanted.add(invocation, initial=True)


def _runs_at_load(graph: CallbackGraph, invocation: Invocation) -> bool:
    """Return whether S-66 applies: no Outputs and some Input there, or no Inputs and an Output.

    Where Outputs have MATCH, each of their invocations is asked for by S-63 already.
    """
    compiled = invocation.compiled
    if not compiled.outputs:
        return not compiled.inputs or bool(graph.inputs(invocation))
    if compiled.inputs or compiled.match_keys:
        return False
    return bool(graph.outputs(invocation))


def _writes_outside(
    graph: CallbackGraph, invocation: Invocation, inside: Collection[IndexedComponent]
) -> bool:
    return any(
        node not in inside
        for output in invocation.compiled.outputs
        for node in graph.resolve(output, invocation)
    )


def _without_inputs_removed(graph: CallbackGraph, runs: list[Run]) -> list[Run]:
    """Leave out runs all of whose Inputs are missing, or are Outputs of runs left out (S-65)."""
    inputs = {run: graph.inputs(run.invocation) for run in runs}
    excluded: set[PropId] = set()
    while True:
        out = [
            run
            for run in runs
            if not run.compiled.all_inputs_multi and excluded.issuperset(inputs[run])
        ]
        if not out:
            return runs
        for run in out:
            excluded.update(graph.outputs(run.invocation))
        runs = [run for run in runs if run not in set(out)]
