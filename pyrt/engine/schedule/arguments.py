"""What an invocation reads and writes, fixed at the moment it starts (S-51, S-79, S-80).

May import `graph`, `run` and what is below them.
"""

from collections.abc import Sequence

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.wiring import Endpoint
from pyrt.engine.schedule.run import Arguments, Place, Run
from pyrt.engine.tree.index import Node
from pyrt.engine.tree.layout import MISSING, Layout
from pyrt.model.errors import LayoutError

_SHOWN_IDS = 50  # ids of the layout that an error message lists


def fix_arguments(graph: CallbackGraph, run: Run) -> Arguments | None:
    """Return what a run reads and writes now, or None when it must silently not run (S-79).

    Raises:
        LayoutError: some, but not all, of what it needs is missing, or there is too much of it.
    """
    wiring = run.wiring
    inputs, wrong = _places(graph, run, wiring.inputs, "Input")
    empty = sum(not place for place in inputs if isinstance(place, Sequence))
    if wrong:
        if len(wrong) + empty == len(inputs):
            return None
        raise LayoutError(wrong[0])
    outputs, wrong = _places(graph, run, wiring.outputs, "Output")
    if wrong:
        if empty == len(inputs):  # lists only, all empty: as if they were missing
            return None
        raise LayoutError(wrong[0])
    state, wrong = _places(graph, run, wiring.state, "State")
    if wrong:
        raise LayoutError(wrong[0])
    return Arguments(
        inputs=inputs,
        state=state,
        outputs=outputs,
        input_values=_values(graph.layout, wiring.inputs, inputs),
        state_values=_values(graph.layout, wiring.state, state),
    )


def _places(
    graph: CallbackGraph, run: Run, endpoints: Sequence[Endpoint], role: str
) -> tuple[list[Place], list[str]]:
    """Return the components that endpoints mean, and what is wrong with some of them."""
    places: list[Place] = []
    wrong: list[str] = []
    for endpoint in endpoints:
        nodes = graph.resolve(endpoint, run.invocation)
        if endpoint.multi:
            places.append(list(nodes))
        elif len(nodes) == 1 or (endpoint.optional and not nodes):
            places.append(nodes[0] if nodes else None)
        else:
            places.append(None)
            wrong.append(_explain(graph.layout, run, endpoint, role, nodes))
    return places, wrong


def _values(layout: Layout, endpoints: Sequence[Endpoint], places: Sequence[Place]) -> list[object]:
    values: list[object] = []
    for endpoint, place in zip(endpoints, places, strict=True):
        if isinstance(place, Node):
            values.append(layout.peek(place, endpoint.property))
        elif place is None:
            values.append(MISSING)
        else:
            values.append([layout.peek(node, endpoint.property) for node in place])
    return values


def _explain(layout: Layout, run: Run, endpoint: Endpoint, role: str, nodes: Sequence[Node]) -> str:
    """Return what is wrong in one line, as Dash says it, and below it where and what to do."""
    match = f" with MATCH values {list(run.invocation.match)}" if run.invocation.match else ""
    meant = f"`{endpoint.component_id or endpoint.text.rpartition('.')[0]}`{match}"
    if nodes:
        return (
            f"Multiple objects were found for an `{role}` of a callback that only takes one value. "
            f"The id spec is {meant} and the property is `{endpoint.property}`. "
            f"The objects we found are: [{', '.join(node.id for node in nodes)}]\n"
            f"Declared by {run.wiring.callback}. Use ALL to get a list of them."
        )
    message = (
        f"A nonexistent object was used in an `{role}` of a Dash callback. "
        f"The id of this object is {meant} and the property is `{endpoint.property}`."
    )
    if endpoint.component_id is not None:
        ids = layout.string_ids()
        more = ", ..." if len(ids) > _SHOWN_IDS else ""
        shown = ", ".join(ids[:_SHOWN_IDS])
        message += f" The string ids in the current layout are: [{shown}{more}]"
    remedy = "Add the component" if role == "Output" else "Add it, or use allow_optional=True"
    return f"{message}\nDeclared by {run.wiring.callback}. {remedy}."
