"""What a page keeps when its app is run again: values whose initial value has not changed.

The same rule as for a hot reload: a prop of a component with an id, of the same type, whose initial
value is equal before and after, has the value that it has in the page now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyrt.engine.session import Session
from pyrt.engine.tree.values import copy_value, read_value

type Json = Any
type Props = Mapping[str, Json]
type PropsById = Mapping[str, tuple[str, Props]]
"""Id as text -> the type of the component, and its props without components in them."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """The props of a page: when its layout was served, and when it was left."""

    initial: PropsById = field(default_factory=dict)
    current: PropsById = field(default_factory=dict)


def keep(initial: PropsById, session: Session) -> KeptState:
    """Return what the page of a session has to keep."""
    current = {
        node.id: (str(node.component.get("type")), _plain_props(node.props))
        for node in session.layout.index.nodes.values()
        if node.id in initial
    }
    return KeptState(initial, current)


def read_props(tree: Json) -> PropsById:
    """Return the props of all components with an id of a layout as JSON."""
    return {key: (kind, _plain_props(props)) for key, kind, props in _components(tree)}


def put_back(tree: Json, kept: KeptState) -> Json:
    """Change a new layout, as JSON, to what the page has kept; return it."""
    for key, kind, props in _components(tree):
        before = kept.initial.get(key)
        now = kept.current.get(key)
        if before is None or now is None or not before[0] == now[0] == kind:
            continue
        for name, value in now[1].items():
            is_same = _plain(props.get(name)) == before[1].get(name) and not _has_component(
                props.get(name)
            )
            if is_same and name != "id":
                props[name] = value
    return tree


def _components(value: Json) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Yield id, type and props of each component with an id."""
    if isinstance(value, dict):
        props = value.get("props")
        if "type" in value and "namespace" in value and isinstance(props, dict):
            if "id" in props:
                yield _key(props["id"]), str(value["type"]), props
            for each in list(props.values()):
                yield from _components(each)
        else:
            for each in value.values():
                yield from _components(each)
    elif isinstance(value, list):
        for each in value:
            yield from _components(each)


def _key(component_id: Json) -> str:
    from pyrt.model.ids import stringify_id  # noqa: PLC0415

    return stringify_id(component_id)


def _plain_props(props: Mapping[str, Json]) -> dict[str, Json]:
    values = {name: _plain(value) for name, value in props.items()}
    return {name: value for name, value in values.items() if not _has_component(value)}


def _plain(value: Json) -> Json:
    return copy_value(read_value(value))


def _has_component(value: Json) -> bool:
    if isinstance(value, dict):
        if "props" in value and "type" in value and "namespace" in value:
            return True
        return any(map(_has_component, value.values()))
    return isinstance(value, list) and any(map(_has_component, value))
