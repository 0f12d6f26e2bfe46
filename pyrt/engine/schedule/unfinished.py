"""Which runs a page asks for whose worker has ended, and which goes on with a new one (`Resume`).

The page keeps a journal: what has requested callbacks, and which calls have begun. What was
requested and has not begun is requested again, with the layout as it is now.
"""

from collections.abc import Collection, Sequence

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import Invocation
from pyrt.engine.schedule.requests import request_consumers, request_initial, request_inserted
from pyrt.engine.schedule.run import Run
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import ComponentRef
from pyrt.engine.wire.messages import JournalEntry, KeptRun, PropKey


def request_unfinished(
    graph: CallbackGraph, nodes: Sequence[IndexedComponent], journal: Sequence[JournalEntry]
) -> list[Run]:
    """Return the runs that were requested and have not begun.

    Args:
        graph: the callbacks, and the layout that the page shows.
        nodes: the components of the layout, in its order.
        journal: what has happened, in order.
    """
    runs: list[Run] = []
    for entry in journal:
        if entry.callback is not None:
            ids = _ids(entry.outputs or ())
            runs = [run for run in runs if not _is_call(graph, run.invocation, entry.callback, ids)]
        elif entry.initial:
            runs += request_initial(graph, nodes, after=-1)
        elif entry.inserted is not None:
            runs += _request_inserted(graph, *entry.inserted)
        else:
            runs += _request_consumers(graph, entry.changed or (), entry.taken or ())
    return runs


def request_kept(graph: CallbackGraph, kept: Sequence[KeptRun]) -> list[Run]:
    """Return a run, with the id of the page, for each call that goes on outside of the worker."""
    runs = []
    for each in kept:
        ids = _ids(each.outputs)
        found = (
            invocation
            for compiled in graph.callbacks
            if compiled.callback.callback_id == each.callback
            for invocation in graph.invocations(compiled)
            if _is_call(graph, invocation, each.callback, ids)
        )
        runs += [Run(invocation, id=each.run) for invocation in [next(found, None)] if invocation]
    return runs


def _request_consumers(
    graph: CallbackGraph, changed: Sequence[PropKey], taken: Collection[int]
) -> list[Run]:
    runs = []
    for component_id, prop in changed:
        node = graph.layout.find(component_id) or graph.node_for(component_id)
        requested = request_consumers(graph, node, [prop])
        runs += [run for run in requested if run.compiled.index not in taken]
    return runs


def _request_inserted(graph: CallbackGraph, component_id: str, prop: str) -> list[Run]:
    node = graph.layout.find(component_id)
    if node is None:
        return []
    added = graph.layout.nodes_below(ComponentRef(node.component, node), prop)
    return request_inserted(graph, added, frozenset(), after=-1)


def _is_call(
    graph: CallbackGraph, invocation: Invocation, callback_id: str, ids: Sequence[str]
) -> bool:
    if invocation.compiled.callback.callback_id != callback_id:
        return False
    return [prop_id.component_id for prop_id in graph.outputs(invocation)] == ids


def _ids(outputs: Sequence[PropKey]) -> list[str]:
    return [component_id for component_id, _ in outputs]
