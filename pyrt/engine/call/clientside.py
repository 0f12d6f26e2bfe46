"""Clientside callbacks as messages: the call that the page makes, and the meaning of its results.

The page reads the values and keeps its results (S-98); the engine gets them as JSON for its layout.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from pyrt.engine.call.invocation import failure_title
from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.run import Ending, Outcome, Report, Run, Target, Updates, Written
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING
from pyrt.engine.tree.values import read_value
from pyrt.engine.wire.messages import (
    ON_PAGE,
    CallClientside,
    ClientsideResult,
    Dependency,
    EngineMessage,
    LocalRun,
)
from pyrt.model.errors import ProtocolError
from pyrt.model.ids import PropId
from pyrt.model.local import FIRST_LOCAL_RUN


def call_clientside(run: Run) -> CallClientside:
    """Return the message that asks the page to call the function of a run."""
    function = run.compiled.callback.clientside
    arguments = run.arguments
    assert function is not None
    assert arguments is not None
    outputs = _references(run.compiled.outputs, arguments.outputs, is_listed=True)
    return CallClientside(
        run=run.id,
        function={"namespace": function.namespace, "name": function.function_name},
        inputs=_references(run.compiled.inputs, arguments.inputs),
        state=_references(run.compiled.state, arguments.state),
        triggered=[{"propId": str(prop_id)} for prop_id in run.changed],
        outputs=(outputs if run.compiled.callback.multi else outputs[0]) if outputs else None,
    )


def _references(
    ports: Sequence[CallbackPort], targets: Sequence[Target], *, is_listed: bool = False
) -> list[object]:
    """Return `{id, property}` for each port, or a list of these for ALL and ALLSMALLER (S-50)."""
    references: list[object] = []
    for port, target in zip(ports, targets, strict=True):
        name = port.listed_property if is_listed else port.property
        if isinstance(target, Sequence):
            references.append([{"id": node.id, "property": name} for node in target])
        else:
            references.append({"id": target.id if target else port.component_id, "property": name})
    return references


def keep_arguments(outbox: list[EngineMessage], runs: Mapping[int, Run], updates: Updates) -> None:
    """Add to calls that the page has not received the values that it is about to overwrite.

    The page reads the other values itself (S-98).

    Args:
        outbox: unsent messages.
        runs: by id; their arguments have the values that the functions are to get (S-51).
        updates: the result of a local callback, which the page shows already.
    """
    for position, message in enumerate(outbox):
        if isinstance(message, CallClientside):
            outbox[position] = _add_values_before(message, runs[message.run], updates)


def _add_values_before(message: CallClientside, run: Run, updates: Updates) -> CallClientside:
    arguments = run.arguments
    assert arguments is not None

    def add(references: Sequence[Dependency], values: Sequence[object]) -> list[Dependency]:
        return [
            add(reference, value)  # type: ignore[arg-type]  # the values of a list are one
            if isinstance(reference, list)
            else _with_value_before(reference, value, updates)
            for reference, value in zip(references, values, strict=True)
        ]

    return replace(
        message,
        inputs=add(message.inputs, arguments.input_values),
        state=add(message.state, arguments.state_values),
    )


def _with_value_before(reference: Dependency, value: object, updates: Updates) -> Dependency:
    assert isinstance(reference, dict)
    if "before" in reference or reference["property"] not in updates.get(reference["id"], ()):
        return reference
    return {**reference, "before": [] if value is MISSING else [read_value(value)]}


def list_outputs(run: Run) -> list[PropId]:
    """Return each concrete output, in order; a missing optional one has the id as declared."""
    assert run.arguments is not None
    found: list[PropId] = []
    for port, target in zip(run.compiled.outputs, run.arguments.outputs, strict=True):
        if isinstance(target, IndexedComponent):
            found.append(PropId(target.id, port.property))
        elif target is None:
            found.append(PropId(port.component_id, port.property))  # type: ignore[arg-type]  # optional: no pattern
        else:
            found.extend(PropId(node.id, port.property) for node in target)
    return found


def make_local_run(graph: CallbackGraph, message: LocalRun, known: Container[int]) -> Run:
    """Return the run of a call that the page has made on its own decision.

    Args:
        graph: the callbacks.
        message: what the page has called.
        known: ids of runs.

    Raises:
        ProtocolError: the page may not call this, or not with this id.
    """
    compiled = graph.by_index.get(message.callback_index)
    if compiled is None or compiled.callback.clientside is None or compiled.match_keys:
        raise ProtocolError(f"There is no local callback {message.callback_index}.")
    if message.run in known or message.run < FIRST_LOCAL_RUN:
        raise ProtocolError(f"{message.run} is no id for a new local run.")
    changed = {PropId(*prop): -1 for prop in message.changed}
    run = Run(compiled.plain, changed, id=message.run, is_local=True, seen=message.seen)
    run.taken = message.taken or ()
    return run


def read_clientside(run: Run, message: ClientsideResult | LocalRun) -> Outcome:
    """Return the outcome for a result of the page (S-94, S-96)."""
    if message.outcome == "prevented":
        return Outcome(Ending.PREVENTED)
    if message.outcome == "error":
        error = message.error or {}
        report = Report(
            "clientside",
            failure_title(run),
            str(error.get("message", "")),
            str(error.get("stack", "")),
            callback=run.compiled.callback.callback_id,
            run=run.id,
        )
        return Outcome(Ending.FAILED, report=report)
    updates: dict[str, dict[str, Written]] = {}
    for (component_id, prop), entry in zip(list_outputs(run), message.values or (), strict=False):
        # A function without `return` whose Output is an id: Dash finds the component by it all the
        # same.
        is_undefined_id = prop == "id" and "value" not in entry
        if not entry.get("noUpdate") and not is_undefined_id:
            value = entry.get("value", MISSING)
            written = Written(value, ON_PAGE)
            updates.setdefault(component_id, {})[prop] = written
    return Outcome(Ending.DONE, updates)
