"""Which runs a change of the layout asks for: at page load, on insertion, on removal.

Each function looks up the graph and returns new runs; none changes anything. `Requests` merges
requests of the same invocation.
"""

from collections.abc import Collection, Iterable, Sequence

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import Invocation, InvocationKey
from pyrt.engine.schedule.run import Group, Run
from pyrt.engine.tree.index import IndexedComponent
from pyrt.model.ids import PropId


class Requests:
    """The runs that one change asks for, one per invocation, in order of the first request.

    Args:
        attributes: of each new `Run`.
    """

    def __init__(self, **attributes: object) -> None:
        self._attributes = attributes
        self._runs: dict[InvocationKey, Run] = {}

    def add(self, invocation: Invocation, *changed: PropId, initial: bool = False) -> None:
        """Ask for an invocation; several requests of one are merged."""
        run = self._runs.get(invocation.key)
        if run is None:
            run = self._runs[invocation.key] = Run(invocation, **self._attributes)  # type: ignore[arg-type]  # fields of Run
        run.changed.update(dict.fromkeys(changed, run.after))
        run.initial = run.initial or initial

    def runs(self) -> list[Run]:
        """Return the runs."""
        return list(self._runs.values())


def request_consumers(
    graph: CallbackGraph,
    node: IndexedComponent,
    props: Iterable[str],
    predecessors: frozenset[int] = frozenset(),
    drawn: int = -1,
) -> list[Run]:
    """Return a run for each callback that has one of these props as an Input (S-75, S-76).

    Args:
        graph: the callbacks.
        node: the component that has been changed.
        props: names of the props.
        predecessors: see `Run`.
        drawn: `update_seq` of the `Update` with the change. A callback that also reads another
            prop of the component waits until the page has drawn it: the component may answer with
            a change of that prop, and then the callback runs once with both (S-87).
    """
    return [
        Run(
            invocation,
            {PropId(node.id, prop): drawn},
            predecessors=predecessors,
            after=drawn if prop in invocation.compiled.answered else -1,
        )
        for prop in props
        for invocation in graph.consumers(node, prop)
    ]


def request_initial(
    graph: CallbackGraph, nodes: Sequence[IndexedComponent], after: int
) -> list[Run]:
    """Return the initial runs of a page, first those of S-63, then those of S-66."""
    requests = Requests(group=Group(), after=after)
    for node in nodes:
        _add_producers(graph, node, requests)
    special = [
        Run(compiled.plain, initial=True, after=after)
        for compiled in graph.callbacks
        if not compiled.callback.prevent_initial_call and _runs_at_load(graph, compiled.plain)
    ]
    return [*_without_inputs_removed(graph, requests.runs()), *special]


def request_inserted(
    graph: CallbackGraph,
    added: Sequence[IndexedComponent],
    predecessors: frozenset[int],
    after: int,
) -> list[Run]:
    """Return the runs that added components ask for, as one group (S-68).

    Callbacks with an Output among them get an initial call. Those with an Input among them and an
    Output outside are triggered, regardless of `prevent_initial_call`.
    """
    requests = Requests(group=Group(), predecessors=predecessors, after=after)
    inside = set(added)
    for node in added:
        _add_producers(graph, node, requests)
        for prop in graph.input_props(node):
            for invocation in graph.consumers(node, prop):
                if _writes_outside(graph, invocation, inside):
                    requests.add(invocation, PropId(node.id, prop))
    return _without_inputs_removed(graph, requests.runs())


def list_consumers_of_removed(
    graph: CallbackGraph, removed: Sequence[IndexedComponent]
) -> list[Invocation]:
    """Return, before a removal, the invocations of which an Input list becomes shorter (S-69).

    These have one of the components in an ALL or ALLSMALLER Input, and an Output outside of them.
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
    """Return, after the removal, their runs: no trigger, and only if an Output is left (S-69)."""
    group = Group()
    return [
        Run(invocation, initial=True, group=group, predecessors=predecessors)
        for invocation in invocations
        if graph.outputs(invocation)
    ]


def _add_producers(graph: CallbackGraph, node: IndexedComponent, requests: Requests) -> None:
    for invocation in graph.producers(node):
        if not invocation.compiled.callback.prevent_initial_call:
            requests.add(invocation, initial=True)


def _runs_at_load(graph: CallbackGraph, invocation: Invocation) -> bool:
    """Return whether S-66 applies: no Outputs and an Input present, or no Inputs and an Output.

    If Outputs have MATCH, S-63 has requested each of their invocations already.
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
    """Remove runs all of whose Inputs are missing, or are Outputs of removed runs (S-65)."""
    inputs = {run: graph.inputs(run.invocation) for run in runs}
    excluded: set[PropId] = set()
    while True:
        removed = [
            run
            for run in runs
            if not run.compiled.all_inputs_multi and excluded.issuperset(inputs[run])
        ]
        if not removed:
            return runs
        for run in removed:
            excluded.update(graph.outputs(run.invocation))
        runs = [run for run in runs if run not in set(removed)]
