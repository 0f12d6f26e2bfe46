"""What is wrong with a set of callbacks, found when a page is opened (S-31, S-38 to S-41).

Dash's page does this in the browser; the titles and key phrases of its messages are kept, because
authors search for them. Each message also says where the callback stands. Nothing is raised. May
import `cycles`, `graph` and what is below them, `components`, `serialize` and `settings`.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyrt.engine.check.cycles import find_cycle
from pyrt.engine.graph.callback_graph import CallbackGraph, Fixed, Patterns
from pyrt.engine.graph.wiring import Endpoint, Wiring
from pyrt.engine.schedule.run import Report
from pyrt.engine.settings import SessionConfig
from pyrt.engine.tree.index import Node
from pyrt.engine.tree.layout import Layout
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

    Without dev tools, mistakes in declarations are no more than lines in the log (S-33).
    """
    wrong: list[Report] = []
    reports: list[Report] = []
    if config.validate_callbacks or config.log is not None:
        wrong = inspect_declarations(graph.wirings)
        cycle = None if wrong else find_cycle(graph.wirings)
        reports = [*wrong, *([cycle] if cycle else [])]
    if config.validate_callbacks:
        if wrong:
            return reports, True
    else:
        for report in reports:
            config.log(f"{report.title}: {report.message}")  # type: ignore[misc]  # see above
        reports = []
    checked, problems = _layout_to_inspect(layout, config)
    check_ids = not config.suppress_callback_exceptions
    return [*reports, *problems, *inspect_layout(graph, checked, check_ids=check_ids)], False


def _layout_to_inspect(layout: Layout, config: SessionConfig) -> tuple[Layout, list[Report]]:
    """Return the layout made for validation, if there is one (S-43), and what went wrong."""
    make = config.validation_layout
    if make is None or config.suppress_callback_exceptions:
        return layout, []
    try:
        root = make()
        encoded = None if root is None else encode(root, where="The validation layout")
    except Exception as error:  # noqa: BLE001  # the author's code
        return layout, [layout_report("Error loading the validation layout", error)]
    if encoded is None:
        return layout, []
    made = Layout(config.children_props)
    made.load(encoded.decode())
    return made, []


def layout_report(title: str, error: Exception) -> Report:
    """Return the report of a layout that cannot be made."""
    return Report("layout", title, str(error), format_traceback(error))


def inspect_declarations(wirings: Sequence[Wiring]) -> list[Report]:
    """Return what cannot work whatever the layout is (S-31): any of it disables all callbacks."""
    reports: list[Report] = []
    seen: list[tuple[Wiring, int, Endpoint]] = []
    for wiring in wirings:
        if not wiring.inputs and wiring.callback.prevent_initial_call:
            reports.append(_never_called(wiring))
        for role, endpoints in zip(_ROLES, _by_role(wiring), strict=True):
            for index, endpoint in enumerate(endpoints):
                reports += _inspect_endpoint(wiring, role, index, endpoint)
        reports += _find_duplicates(wiring, seen)
        seen += [(wiring, index, output) for index, output in enumerate(wiring.outputs)]
        if wiring.outputs:
            reports += _find_mismatches(wiring)
    return reports


def _by_role(wiring: Wiring) -> tuple[Sequence[Endpoint], ...]:
    return wiring.outputs, wiring.inputs, wiring.state


def _report(wiring: Wiring, title: str, *lines: str) -> Report:
    head = ["In the callback for output(s):", *(f"  {name(o)}" for o in wiring.outputs)]
    where = f"Declared by {wiring.callback}."
    message = "\n".join([*head, *lines, "", where])
    return Report("validation", title, message, callback=wiring.callback.callback_id)


def name(endpoint: Endpoint) -> str:
    """Return an endpoint as Dash's page spells it: wildcards without quotes.

    >>> from pyrt.model.dependencies import Input
    >>> name(Endpoint(Input({"row": MATCH}, "value"), 0))
    '{"row":MATCH}.value'
    """
    text = endpoint.text
    for wildcard in Wildcard:
        text = text.replace(wildcard.to_json(), wildcard.value)
    return text


def _never_called(wiring: Wiring) -> Report:
    return _report(
        wiring,
        "A callback is missing Inputs",
        "there are no `Input` elements.",
        "With prevent_initial_call=True and without `Input` elements it will never get called.",
        "",
        "Add an `Input` to call it whenever that property changes,",
        "or set prevent_initial_call=False to call it once, when the page loads.",
    )


# --- ids and properties


def _inspect_endpoint(
    wiring: Wiring, role: str, index: int, endpoint: Endpoint
) -> Iterator[Report]:
    place = f"{role}[{index}]"
    if not endpoint.property:
        yield _report(
            wiring,
            "Callback property error",
            f'{place}.property = ""',
            "but we expected `property` to be a non-empty string.",
        )
    component_id = endpoint.dependency.component_id
    if not component_id:
        yield _report(
            wiring,
            "Callback item missing ID",
            f"{place}.id = {json.dumps(component_id)}",
            "Every item linked to a callback needs an ID",
        )
    elif isinstance(component_id, dict):
        yield from _inspect_dict_id(wiring, role, place, endpoint, component_id)
    elif any(character in str(component_id) for character in INVALID_ID_CHARACTERS):
        yield _report(
            wiring,
            "Callback invalid ID string",
            f"{place}.id = '{component_id}'",
            f"characters '{"', '".join(INVALID_ID_CHARACTERS)}' are not allowed.",
        )


def _inspect_dict_id(
    wiring: Wiring, role: str, place: str, endpoint: Endpoint, dict_id: Mapping[str, object]
) -> Iterator[Report]:
    allowed = endpoint.dependency.allowed_wildcards
    for key, value in dict_id.items():
        if not key:
            yield _report(
                wiring,
                "Callback wildcard ID error",
                f'{place}.id has key "{key}"',
                "Keys must be non-empty strings.",
            )
        if isinstance(value, Wildcard):
            if value not in allowed:
                yield _report(
                    wiring,
                    "Callback wildcard ID error",
                    f'{place}.id["{key}"] = {value}',
                    f"Allowed wildcards for {role}s are:",
                    ", ".join(sorted(map(str, allowed))),
                )
        elif not isinstance(value, str | int | float):
            yield _report(
                wiring,
                "Callback wildcard ID error",
                f'{place}.id["{key}"] = {json.dumps(value, separators=(",", ":"), default=repr)}',
                "Wildcard callback ID values must be either wildcards",
                "or constants of one of these types:",
                "string, number, boolean",
            )


# --- outputs


def _find_duplicates(
    wiring: Wiring, before: Sequence[tuple[Wiring, int, Endpoint]]
) -> Iterator[Report]:
    """Yield a report for each Output that is written already (S-19)."""
    own: list[tuple[Wiring, int, Endpoint]] = []
    for index, output in enumerate(wiring.outputs):
        if not output.property or not output.dependency.component_id:
            continue
        other = next((o for o in (*own, *before) if _overlap(output, o[2])), None)
        if other is None:
            own.append((wiring, index, output))
        elif output.pattern is not None:
            yield _report(
                wiring,
                "Overlapping wildcard callback outputs",
                f"Output {index} ({name(output)})",
                f"overlaps another output ({name(other[2])})",
                f"used in {'this' if other[0] is wiring else 'a different'} callback.",
                f"It is {other[0].callback}.",
            )
        elif other[0] is wiring:
            yield _report(
                wiring,
                "Duplicate callback Outputs",
                f"Output {index} ({name(output)}) is already used by this callback.",
            )
        else:
            yield _report(
                wiring,
                "Duplicate callback outputs",
                f"Output {index} ({name(output)}) is already in use.",
                f"It is written by {other[0].callback}.",
                "To resolve this, set `allow_duplicate=True` on one of them, or write it in one",
                "callback only, which tells by `dash.ctx.triggered_id` what it was called for.",
            )


def _overlap(one: Endpoint, other: Endpoint) -> bool:
    return one.key_property == other.key_property and ids_overlap(
        one.dependency.component_id, other.dependency.component_id
    )


def _find_mismatches(wiring: Wiring) -> Iterator[Report]:
    """Yield a report for each endpoint whose MATCH or ALLSMALLER nothing binds (S-14, S-15)."""
    first = wiring.outputs[0]
    for index, output in enumerate(wiring.outputs):
        if output.match_keys != first.match_keys:
            yield _report(
                wiring,
                "Mismatched `MATCH` wildcards across `Output`s",
                f"Output {index} ({name(output)})",
                "does not have MATCH wildcards on the same keys as",
                f"Output 0 ({name(first)}).",
                "MATCH wildcards must be on the same keys for all Outputs.",
                "ALL wildcards need not match, only MATCH.",
            )
    for role, endpoints in (("Input", wiring.inputs), ("State", wiring.state)):
        for index, endpoint in enumerate(endpoints):
            unbound = _unbound_keys(endpoint, first.match_keys)
            if unbound:
                yield _report(
                    wiring,
                    "`Input` / `State` wildcards not in `Output`s",
                    f"{role} {index} ({name(endpoint)})",
                    f"has MATCH or ALLSMALLER on key(s) {', '.join(unbound)}",
                    f"where Output 0 ({name(first)})",
                    "does not have a MATCH wildcard. ALLSMALLER needs a MATCH of the Outputs on",
                    "the same key; MATCH too, unless the Outputs have no MATCH at all.",
                )


def _unbound_keys(endpoint: Endpoint, bound: Sequence[str]) -> list[str]:
    if endpoint.pattern is None:
        return []
    wanted = {ALLSMALLER, MATCH} if bound else {ALLSMALLER}
    pairs = zip(endpoint.pattern.keys, endpoint.pattern.values, strict=True)
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
        check_ids: whether ids must be there (S-38); props are looked at in any case (S-39).
    """
    yield from _inspect_fixed("Output", graph.writers, layout, check_ids=check_ids)
    yield from _inspect_fixed("Input", graph.readers, layout, check_ids=check_ids)
    yield from _inspect_patterns("Output", graph.pattern_writers, layout)
    yield from _inspect_patterns("Input", graph.pattern_readers, layout)
    for wiring in graph.wirings:
        if any(o.pattern is not None or layout.find(str(o.component_id)) for o in wiring.outputs):
            yield from _inspect_state(wiring, layout, check_ids=check_ids)


def _inspect_fixed(role: str, users: Fixed, layout: Layout, *, check_ids: bool) -> Iterator[Report]:
    for component_id, by_prop in users.items():
        wirings = [wiring for readers in by_prop.values() for wiring in readers]
        if _is_optional(component_id, wirings):
            continue
        node = layout.find(component_id)
        if node is not None:
            for prop, readers in by_prop.items():
                yield from _inspect_prop(node, prop.partition("@")[0], role, readers)
        elif check_ids:
            yield _missing(component_id, role, wirings)


def _inspect_patterns(role: str, users: Patterns, layout: Layout) -> Iterator[Report]:
    for by_prop in users.values():
        for prop, by_values in by_prop.items():
            for pattern, wirings in by_values.values():
                for node in layout.match(pattern, None):
                    yield from _inspect_prop(node, prop.partition("@")[0], role, wirings)


def _inspect_state(wiring: Wiring, layout: Layout, *, check_ids: bool) -> Iterator[Report]:
    """Yield reports for the States of a callback, those with MATCH and ALLSMALLER excepted.

    It must have an Output on the page: the rest belongs to pages that are not open.
    """
    for state in wiring.state:
        if state.pattern is None:
            component_id = str(state.component_id)
            node = layout.find(component_id)
            if node is not None:
                yield from _inspect_prop(node, state.property, "State", [wiring])
            elif check_ids and not (wiring.callback.optional or state.optional):
                yield _missing(component_id, "State", [wiring])
        elif not state.pattern.wild:
            for node in layout.match(state.pattern, None):
                yield from _inspect_prop(node, state.property, "State", [wiring])


def _is_optional(component_id: str, wirings: Iterable[Wiring]) -> bool:
    """Return whether nobody insists on this id (S-41)."""
    return all(
        wiring.callback.optional
        or all(
            endpoint.optional
            for endpoint in (*wiring.outputs, *wiring.inputs)
            if endpoint.component_id == component_id
        )
        for wiring in wirings
    )


def _missing(component_id: str, role: str, wirings: Sequence[Wiring]) -> Report:
    return Report(
        "validation",
        "ID not found in layout",
        "\n".join(
            (
                f"Attempting to connect a callback {role} item to component:",
                f'  "{component_id}"',
                "but no components with that id exist in the layout.",
                "",
                "If you are assigning callbacks to components that are",
                "generated by other callbacks (and therefore not in the",
                "initial layout), you can suppress this exception by setting",
                "`suppress_callback_exceptions=True`.",
                _users(wirings),
            )
        ),
        callback=wirings[0].callback.callback_id,
    )


def _users(wirings: Sequence[Wiring]) -> str:
    lines = [f"  {', '.join(map(name, w.outputs))}  in {w.callback}" for w in wirings]
    return "\n".join(["This ID was used in the callback(s) for Output(s):", *lines])


def _inspect_prop(node: Node, prop: str, role: str, wirings: Sequence[Wiring]) -> Iterator[Report]:
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
                "in the layout, which does not support this property.",
                _users(wirings),
            )
        ),
        callback=wirings[0].callback.callback_id,
    )


def find_prop_names(namespace: str, kind: str) -> PropNames | None:
    """Return the props of a component class and the beginnings of its wildcard props.

    None when the class cannot be found: then nothing is known to be wrong.
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
