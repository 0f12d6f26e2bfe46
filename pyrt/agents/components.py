"""`LayoutView`: a layout as agents are told of it: components by id and pattern, texts, labels.

The layout is the engine's own tree: of an app that has no page yet, or of a session that runs.
"""

import functools
import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pyrt.engine.tree.children_props import ChildrenPaths
from pyrt.engine.tree.index import IndexedComponent, Pattern
from pyrt.engine.tree.layout import Layout
from pyrt.engine.tree.values import copy_value, read_value
from pyrt.model.component import Component, ComponentRegistry
from pyrt.model.components import LIBRARIES
from pyrt.model.ids import is_pattern, stringify_id
from pyrt.model.serialize import encode

type Described = Mapping[str, Any]  # {namespace, type, props}


def load_layout(layout: object) -> Layout:
    """Return the tree of components, or of a list of them, with its index."""
    tree = Layout(ComponentRegistry.children_props)  # type: ignore[arg-type]  # None or lists
    tree.load(encode(layout, where="The layout").decode())
    return tree


class LayoutView:
    """One layout.

    Args:
        tree: it may change while this object exists.
    """

    def __init__(self, tree: Layout) -> None:
        self.tree = tree

    def find(self, component_id: str) -> Described | None:
        """Return the component with a stringified id; None if there is none."""
        node = self.tree.find(component_id)
        return None if node is None else cast("Described", node.component)

    def match(self, pattern: object) -> list[Described]:
        """Return the components whose ids a pattern fits, whatever its wildcards stand for."""
        if not is_pattern(pattern):
            return []
        found = self.tree.match(Pattern(cast("dict[str, Any]", pattern)), None)
        return [cast("Described", node.component) for node in found]

    def value(self, component_id: str, prop: str) -> object:
        """Return a copy of a prop; None if the component or the prop is missing."""
        node = self.tree.find(component_id)
        return None if node is None else copy_value(read_value(node.props.get(prop)))

    @property
    def nodes(self) -> list[IndexedComponent]:
        """All components with an id."""
        return list(self.tree.index.nodes.values())

    @property
    def root(self) -> object:
        """A copy of the whole tree, as plain data."""
        return copy_value(self.tree.root)

    @functools.cached_property
    def labels(self) -> dict[str, list[str]]:
        """The texts of the labels of each component, by its id.

        A label belongs to the component that its `htmlFor` names, and to those inside of it.
        """
        found: dict[str, list[str]] = {}

        def note(component_id: object, text: str) -> None:
            texts = found.setdefault(str(stringify_id(component_id)), [])
            if text and text not in texts:
                texts.append(text)

        for component, label in self._walk(self.tree.root, None):
            props = component["props"]
            if component.get("type") == "Label" and props.get("htmlFor") is not None:
                note(props["htmlFor"], self.text(component))
            if label is not None and props.get("id") is not None:
                note(props["id"], self.text(label))
        return {component_id: texts for component_id, texts in found.items() if texts}

    def _walk(
        self, value: object, label: Described | None
    ) -> Iterator[tuple[Described, Described | None]]:
        """Yield each component below a value with the nearest label around it."""
        if isinstance(value, list):
            for item in value:
                yield from self._walk(item, label)
        elif _is_component(value):
            component = cast("Described", value)
            yield component, label
            inner = component if component.get("type") == "Label" else label
            for part in _parts(component, self.tree.children_paths):
                yield from self._walk(part, inner)

    def text(self, value: object) -> str:
        """Return the text that a component, or a value that holds some, shows."""
        value = read_value(value)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return "".join(map(self.text, value)).strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return self.text(value["props"].get("children")) if _is_component(value) else ""  # type: ignore[index]  # a component


def _parts(component: Described, paths: ChildrenPaths) -> Iterator[object]:
    for prop in paths.of(component):
        for _, value in paths.find_in(component, prop):
            yield read_value(value)


def _is_component(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("props"), dict) and "type" in value


def class_of(component: Described) -> type[Component] | None:
    """Return the class of a component; None if its package is not imported."""
    namespace, name = str(component.get("namespace")), str(component.get("type"))
    for library in LIBRARIES.values():
        if library.namespace == namespace:
            return cast("type[Component]", library.make(name)) if name in library.names else None
    package = ComponentRegistry.namespace_to_package.get(namespace, namespace)
    found = getattr(sys.modules.get(package), name, None)
    return found if isinstance(found, type) and issubclass(found, Component) else None
