"""What a run reads and writes, fixed when it starts (S-51, S-79, S-80)."""

from collections.abc import Sequence

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.run import Arguments, Run, Target
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING, Layout
from pyrt.model.errors import LayoutError

_SHOWN_IDS = 50  # ids of the layout that an error message lists


def fix_arguments(graph: CallbackGraph, run: Run) -> Arguments | None:
    """Return the components and values of a run, or None to skip it without an error (S-79).

    Raises:
        LayoutError: some, but not all, of its components are missing, or a port that stands for one
            component fits several.
    """
    compiled = run.compiled
    inputs, wrong = _resolve(graph, run, compiled.inputs, "Input")
    if wrong:
        if len(wrong) + _count_empty(inputs) == len(inputs):
            return None
        raise LayoutError(wrong[0])
    outputs, wrong = _resolve(graph, run, compiled.outputs, "Output")
    if wrong:
        if _count_empty(inputs) == len(inputs):  # lists only, all empty: as if they were missing
            return None
        raise LayoutError(wrong[0])
    state, wrong = _resolve(graph, run, compiled.state, "State")
    if wrong:
        raise LayoutError(wrong[0])
    return Arguments(
        inputs=inputs,
        state=state,
        outputs=outputs,
        input_values=_values(graph.layout, compiled.inputs, inputs),
        state_values=_values(graph.layout, compiled.state, state),
    )


def _count_empty(targets: Sequence[Target]) -> int:
    """Return how many ports stand for a list of no components."""
    return sum(not target for target in targets if isinstance(target, Sequence))


def _resolve(
    graph: CallbackGraph, run: Run, ports: Sequence[CallbackPort], role: str
) -> tuple[list[Target], list[str]]:
    """Return the target of each port, and an error message for each that has no valid one."""
    targets: list[Target] = []
    wrong: list[str] = []
    for port in ports:
        nodes = graph.resolve(port, run.invocation)
        if port.multi:
            targets.append(list(nodes))
        elif len(nodes) == 1 or (port.optional and not nodes):
            targets.append(nodes[0] if nodes else None)
        else:
            targets.append(None)
            wrong.append(_explain(graph.layout, run, port, role, nodes))
    return targets, wrong


def _values(
    layout: Layout, ports: Sequence[CallbackPort], targets: Sequence[Target]
) -> list[object]:
    values: list[object] = []
    for port, target in zip(ports, targets, strict=True):
        if isinstance(target, IndexedComponent):
            values.append(layout.peek(target, port.property))
        elif target is None:
            values.append(MISSING)
        else:
            values.append([layout.peek(node, port.property) for node in target])
    return values


def _explain(
    layout: Layout, run: Run, port: CallbackPort, role: str, nodes: Sequence[IndexedComponent]
) -> str:
    """Return Dash's message in the first line, then the callback and what to do."""
    match = f" with MATCH values {list(run.invocation.match)}" if run.invocation.match else ""
    meant = f"`{port.component_id or port.text.rpartition('.')[0]}`{match}"
    if nodes:
        return (
            f"Multiple objects were found for an `{role}` of a callback that only takes one value. "
            f"The id spec is {meant} and the property is `{port.property}`. "
            f"The objects we found are: [{', '.join(node.id for node in nodes)}]\n"
            f"Declared by {run.compiled.callback}. Use ALL to get a list of them."
        )
    message = (
        f"A nonexistent object was used in an `{role}` of a Dash callback. "
        f"The id of this object is {meant} and the property is `{port.property}`."
    )
    if port.component_id is not None:
        ids = layout.string_ids()
        more = ", ..." if len(ids) > _SHOWN_IDS else ""
        shown = ", ".join(ids[:_SHOWN_IDS])
        message += f" The string ids in the current layout are: [{shown}{more}]"
    remedy = "Add the component" if role == "Output" else "Add it, or use allow_optional=True"
    return f"{message}\nDeclared by {run.compiled.callback}. {remedy}."
