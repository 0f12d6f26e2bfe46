"""Checks of an app's callbacks when a page is opened (S-31, S-38 to S-43).

In Dash, the page does this in the browser. The titles and key phrases of its messages are kept,
because app developers search for them, and Dash's tests look for them; whole sentences of Dash are
in `dash_messages`. Each message also has file and line of the callback.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyrt.engine.check.cycles import find_cycle
from pyrt.engine.graph.callback_graph import CallbackGraph, Fixed, Patterns
from pyrt.engine.graph.compiled_callback import CallbackPort, CompiledCallback
from pyrt.engine.schedule.run import Report
from pyrt.engine.session_config import SessionConfig
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import Layout
from pyrt.model import dash_messages
from pyrt.model.component import ComponentRegistry
from pyrt.model.components import LIBRARIES
from pyrt.model.failures import format_traceback
from pyrt.model.ids import (
    ALLSMALLER,
    INVALID_ID_CHARACTERS,
    MATCH,
    Wildcard,
    ids_overlap,
    stringify_id,
)
from pyrt.model.serialize import encode

_ROLES = ("Output", "Input", "State")


def check_page(
    graph: CallbackGraph, layout: Layout, config: SessionConfig
) -> tuple[list[Report], bool]:
    """Return all reports for a page, and whether they disable its callbacks (S-31 to S-43).

    Without dev tools, mistakes in declarations are only written to the log (S-33).
    """
    wrong: list[Report] = []
    reports: list[Report] = []
    if config.validate_callbacks or config.log is not None:
        wrong = inspect_declarations(graph.callbacks)
        cycle = None if wrong else find_cycle(graph.callbacks)
        reports = [*wrong, *([cycle] if cycle else [])]
    if config.validate_callbacks:
        if wrong:
            return reports, True
    else:
        for report in reports:
            config.log(f"{report.title}: {report.message}")  # type: ignore[misc]  # not None: there are reports
        reports = []
    checked, problems = _layout_to_inspect(layout, config)
    check_ids = not config.suppress_callback_exceptions
    return [*reports, *problems, *inspect_layout(graph, checked, check_ids=check_ids)], False


def _layout_to_inspect(layout: Layout, config: SessionConfig) -> tuple[Layout, list[Report]]:
    """Return the layout to check ids against (S-43), and a report if it cannot be made."""
    make = config.validation_layout
    if make is None or config.suppress_callback_exceptions:
        return layout, []
    try:
        root = make()
        encoded = None if root is None else encode(root, where="The validation layout")
    except Exception as error:  # noqa: BLE001  # the app's code
        return layout, [layout_report("Error loading the validation layout", error)]
    if encoded is None:
        return layout, []
    made = Layout(config.children_props)
    made.load(encoded.decode())
    return made, []


def layout_report(title: str, error: Exception) -> Report:
    """Return the report of a layout function that raised."""
    return Report("layout", title, str(error), format_traceback(error))


def inspect_declarations(callbacks: Sequence[CompiledCallback]) -> list[Report]:
    """Return the mistakes that do not depend on the layout; any of them disables all (S-31)."""
    reports: list[Report] = []
    seen: list[tuple[CompiledCallback, int, CallbackPort]] = []
    for compiled in callbacks:
        if not compiled.inputs and compiled.callback.prevent_initial_call:
            reports.append(_never_called(compiled))
        for role, ports in zip(_ROLES, _by_role(compiled), strict=True):
            for index, port in enumerate(ports):
                reports += _inspect_port(compiled, role, index, port)
        reports += _find_duplicates(compiled, seen)
        seen += [(compiled, index, output) for index, output in enumerate(compiled.outputs)]
        if compiled.outputs:
            reports += _find_mismatches(compiled)
    return reports


def _by_role(compiled: CompiledCallback) -> tuple[Sequence[CallbackPort], ...]:
    return compiled.outputs, compiled.inputs, compiled.state


def _report(compiled: CompiledCallback, title: str, *lines: str) -> Report:
    head = ["In the callback for output(s):", *(f"  {dash_name(o)}" for o in compiled.outputs)]
    message = "\n".join([*head, *lines, "", f"Declared by {compiled.callback}."])
    return Report("validation", title, message, callback=compiled.callback.callback_id)


def dash_name(port: CallbackPort) -> str:
    """Return `id.prop` as Dash's page writes it: wildcards without quotes.

    >>> from pyrt.model.dependencies import Input
    >>> dash_name(CallbackPort(Input({"row": MATCH}, "value"), 0))
    '{"row":MATCH}.value'
    """
    text = port.text
    for wildcard in Wildcard:
        text = text.replace(wildcard.to_json(), wildcard.value)
    return text


def _never_called(compiled: CompiledCallback) -> Report:
    return _report(
        compiled,
        dash_messages.MISSING_INPUTS,
        dash_messages.NO_INPUTS,
        "With prevent_initial_call=True and without `Input` elements it will never get called.",
        "",
        "Add an `Input` to call it whenever that property changes,",
        "or set prevent_initial_call=False to call it once, when the page loads.",
    )


# --- ids and properties


def _inspect_port(
    compiled: CompiledCallback, role: str, index: int, port: CallbackPort
) -> Iterator[Report]:
    where = f"{role}[{index}]"
    if not port.property:
        yield _report(
            compiled,
            "Callback property error",
            f'{where}.property = ""',
            dash_messages.EMPTY_PROPERTY,
        )
    component_id = port.dependency.component_id
    if not component_id:
        yield _report(
            compiled,
            "Callback item missing ID",
            f"{where}.id = {json.dumps(component_id)}",
            "Every item linked to a callback needs an ID",
        )
    elif isinstance(component_id, dict):
        yield from _inspect_dict_id(compiled, role, where, port, component_id)
    elif any(character in str(component_id) for character in INVALID_ID_CHARACTERS):
        yield _report(
            compiled,
            "Callback invalid ID string",
            f"{where}.id = '{component_id}'",
            f"characters '{"', '".join(INVALID_ID_CHARACTERS)}' are not allowed.",
        )


def _inspect_dict_id(
    compiled: CompiledCallback,
    role: str,
    where: str,
    port: CallbackPort,
    dict_id: Mapping[str, object],
) -> Iterator[Report]:
    allowed = port.dependency.allowed_wildcards
    for key, value in dict_id.items():
        if not key:
            yield _report(
                compiled,
                "Callback wildcard ID error",
                f'{where}.id has key "{key}"',
                "Keys must be non-empty strings.",
            )
        if isinstance(value, Wildcard):
            if value not in allowed:
                yield _report(
                    compiled,
                    "Callback wildcard ID error",
                    f'{where}.id["{key}"] = {value}',
                    f"Allowed wildcards for {role}s are:",
                    ", ".join(sorted(map(str, allowed))),
                )
        elif not isinstance(value, str | int | float):
            yield _report(
                compiled,
                "Callback wildcard ID error",
                f'{where}.id["{key}"] = {json.dumps(value, separators=(",", ":"), default=repr)}',
                *dash_messages.INVALID_ID_VALUE,
            )


# --- outputs


def _find_duplicates(
    compiled: CompiledCallback, before: Sequence[tuple[CompiledCallback, int, CallbackPort]]
) -> Iterator[Report]:
    """Yield a report for each Output that an earlier one overlaps (S-19)."""
    own: list[tuple[CompiledCallback, int, CallbackPort]] = []
    for index, output in enumerate(compiled.outputs):
        if not output.property or not output.dependency.component_id:
            continue
        other = next((o for o in (*own, *before) if _overlap(output, o[2])), None)
        if other is None:
            own.append((compiled, index, output))
        elif output.pattern is not None:
            yield _report(
                compiled,
                "Overlapping wildcard callback outputs",
                f"Output {index} ({dash_name(output)})",
                f"overlaps another output ({dash_name(other[2])})",
                f"used in {'this' if other[0] is compiled else 'a different'} callback.",
                f"It is {other[0].callback}.",
            )
        elif other[0] is compiled:
            yield _report(
                compiled,
                "Duplicate callback Outputs",
                f"Output {index} ({dash_name(output)}) is already used by this callback.",
            )
        else:
            yield _report(
                compiled,
                "Duplicate callback outputs",
                f"Output {index} ({dash_name(output)}) is already in use.",
                f"It is written by {other[0].callback}.",
                "To resolve this, set `allow_duplicate=True` on one of them, or write it in one",
                "callback only, which tells by `dash.ctx.triggered_id` what it was called for.",
            )


def _overlap(one: CallbackPort, other: CallbackPort) -> bool:
    return one.key_property == other.key_property and ids_overlap(
        one.dependency.component_id, other.dependency.component_id
    )


def _find_mismatches(compiled: CompiledCallback) -> Iterator[Report]:
    """Yield a report for each port whose MATCH or ALLSMALLER nothing binds (S-14, S-15)."""
    first = compiled.outputs[0]
    for index, output in enumerate(compiled.outputs):
        if output.match_keys != first.match_keys:
            yield _report(
                compiled,
                "Mismatched `MATCH` wildcards across `Output`s",
                f"Output {index} ({dash_name(output)})",
                dash_messages.MISMATCHED_OUTPUTS,
                f"Output 0 ({dash_name(first)}).",
                "All Outputs of one callback have MATCH at the same keys; ALL may be at any key.",
            )
    for role, ports in (("Input", compiled.inputs), ("State", compiled.state)):
        for index, port in enumerate(ports):
            unbound = _unbound_keys(port, first.match_keys)
            if unbound:
                yield _report(
                    compiled,
                    "`Input` / `State` wildcards not in `Output`s",
                    f"{role} {index} ({dash_name(port)})",
                    f"has MATCH or ALLSMALLER on key(s) {', '.join(unbound)}",
                    f"where Output 0 ({dash_name(first)})",
                    "does not have a MATCH wildcard. ALLSMALLER needs a MATCH of the Outputs on",
                    "the same key; MATCH too, unless the Outputs have no MATCH at all.",
                )


def _unbound_keys(port: CallbackPort, bound: Sequence[str]) -> list[str]:
    if port.pattern is None:
        return []
    wanted = {ALLSMALLER, MATCH} if bound else {ALLSMALLER}
    pairs = zip(port.pattern.keys, port.pattern.values, strict=True)
    return sorted(
        key
        for key, value in pairs
        if isinstance(value, Wildcard) and value in wanted and key not in bound
    )


# --- callbacks and the layout

type PropNames = tuple[Sequence[str], Sequence[str]]


def inspect_layout(graph: CallbackGraph, layout: Layout, *, check_ids: bool) -> Iterator[Report]:
    """Yield a report for each id and prop of callbacks that the layout does not have.

    Args:
        graph: the callbacks.
        layout: the layout, or one made for validation (S-43).
        check_ids: whether missing ids are reported (S-38); unknown props always are (S-39).
    """
    yield from _inspect_fixed("Output", graph.writers, layout, check_ids=check_ids)
    yield from _inspect_fixed("Input", graph.readers, layout, check_ids=check_ids)
    yield from _inspect_patterns("Output", graph.pattern_writers, layout)
    yield from _inspect_patterns("Input", graph.pattern_readers, layout)
    for compiled in graph.callbacks:
        if any(o.pattern is not None or layout.find(str(o.component_id)) for o in compiled.outputs):
            yield from _inspect_state(compiled, layout, check_ids=check_ids)


def _inspect_fixed(role: str, users: Fixed, layout: Layout, *, check_ids: bool) -> Iterator[Report]:
    for component_id, by_prop in users.items():
        callbacks = [compiled for readers in by_prop.values() for compiled in readers]
        if _is_optional(component_id, callbacks):
            continue
        node = layout.find(component_id)
        if node is not None:
            for prop, readers in by_prop.items():
                yield from _inspect_prop(node, prop.partition("@")[0], role, readers)
        elif check_ids:
            yield _missing(component_id, role, callbacks)


def _inspect_patterns(role: str, users: Patterns, layout: Layout) -> Iterator[Report]:
    for by_prop in users.values():
        for prop, by_values in by_prop.items():
            for pattern, callbacks in by_values.values():
                for node in layout.match(pattern, None):
                    yield from _inspect_prop(node, prop.partition("@")[0], role, callbacks)


def _inspect_state(
    compiled: CompiledCallback, layout: Layout, *, check_ids: bool
) -> Iterator[Report]:
    """Yield reports for the States of a callback without MATCH and ALLSMALLER.

    Call it for callbacks with an Output on the page only: others belong to pages that are not open.
    """
    for state in compiled.state:
        if state.pattern is None:
            component_id = str(state.component_id)
            node = layout.find(component_id)
            if node is not None:
                yield from _inspect_prop(node, state.property, "State", [compiled])
            elif check_ids and not (compiled.callback.optional or state.optional):
                yield _missing(component_id, "State", [compiled])
        elif not state.pattern.wild:
            for node in layout.match(state.pattern, None):
                yield from _inspect_prop(node, state.property, "State", [compiled])


def _is_optional(component_id: str, callbacks: Iterable[CompiledCallback]) -> bool:
    """Return whether all callbacks allow this id to be missing (S-41)."""
    return all(
        compiled.callback.optional
        or all(
            port.optional
            for port in (*compiled.outputs, *compiled.inputs)
            if port.component_id == component_id
        )
        for compiled in callbacks
    )


def _missing(component_id: str, role: str, callbacks: Sequence[CompiledCallback]) -> Report:
    return Report(
        "validation",
        "ID not found in layout",
        "\n".join(
            (
                f"Attempting to connect a callback {role} item to component:",
                f'  "{component_id}"',
                *dash_messages.UNKNOWN_ID,
                _list_users(callbacks),
            )
        ),
        callback=callbacks[0].callback.callback_id,
    )


def _list_users(callbacks: Sequence[CompiledCallback]) -> str:
    lines = [f"  {', '.join(map(dash_name, w.outputs))}  in {w.callback}" for w in callbacks]
    return "\n".join([dash_messages.USERS_OF_ID, *lines])


def _inspect_prop(
    node: IndexedComponent, prop: str, role: str, callbacks: Sequence[CompiledCallback]
) -> Iterator[Report]:
    namespace, kind = str(node.component.get("namespace")), str(node.component.get("type"))
    known = find_prop_names(namespace, kind)
    if known is None or prop in known[0] or prop.startswith(tuple(known[1])):
        return
    component_id = dict(zip(node.keys, node.values, strict=True)) if node.keys else node.id
    text = stringify_id(component_id) if node.keys else json.dumps(component_id)
    yield Report(
        "validation",
        "Invalid prop for this component",
        "\n".join(
            (
                f'Property "{prop}" was used with component ID:',
                f"  {text}",
                f"in one of the {role} items of a callback.",
                f"This ID is assigned to a {namespace}.{kind} component",
                dash_messages.UNKNOWN_PROPERTY,
                _list_users(callbacks),
            )
        ),
        callback=callbacks[0].callback.callback_id,
    )


def find_prop_names(namespace: str, kind: str) -> PropNames | None:
    """Return the props of a component class and the prefixes of its wildcard props.

    None if the class cannot be found; its props are not checked then.
    """
    owner: object = next((lib for lib in LIBRARIES.values() if lib.namespace == namespace), None)
    make: Callable[[str], object] | None = getattr(owner, "make", None)
    if make is not None:
        try:
            found = make(kind)
        except AttributeError:
            return None
    else:
        package = sys.modules.get(ComponentRegistry.namespace_to_package.get(namespace, ""))
        found = getattr(package, kind, None)
    names = getattr(found, "_prop_names", None)
    return names and (names, getattr(found, "_valid_wildcard_attributes", ()))
