"""`Element`: one component of a page as a test sees it."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pyrt.model.component import BUILT_IN_MODULES, ComponentRegistry, is_component
from pyrt.model.components import LIBRARIES
from pyrt.model.serialize import to_json_value

_OWN = ("type", "namespace", "props", "text")


def is_dry(value: object) -> bool:
    """Tell whether a value is a component as data."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("props"), dict)
        and "type" in value
        and "namespace" in value
    )


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ` Do you mean 'x'?` for the most similar of some names; empty without one."""
    found = get_close_matches(name, list(names), 1)
    return f" Do you mean {found[0]!r}?" if found else ""


def known_props(namespace: str, kind: str) -> list[str] | None:
    """Return the names of a component's props; None if its class is not known."""
    module = BUILT_IN_MODULES.get(namespace)
    if module is not None:
        cls: Any = LIBRARIES[module].make(kind)
    else:
        package = ComponentRegistry.namespace_to_package.get(namespace, namespace)
        cls = getattr(sys.modules.get(package), kind, None)
    names = getattr(cls, "_prop_names", None)
    return None if names is None else list(names)


class Element:
    """One component: its props are attributes; nested components are elements, too.

    It is equal to a component with the same props: `page["list"].children == [html.Li("x")]`.
    """

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    @property
    def type(self) -> str:
        """The name of the class, such as `Div`."""
        return str(self._data["type"])

    @property
    def namespace(self) -> str:
        """The package of its JavaScript, such as `dash_html_components`."""
        return str(self._data["namespace"])

    @property
    def props(self) -> dict[str, Any]:
        """All props that are set."""
        return {name: as_elements(value) for name, value in self._data["props"].items()}

    @property
    def text(self) -> str:
        """The text in it, as a user would read it; components that are blocks are lines."""
        pieces = "".join(_texts(self._data["props"].get("children")))
        return "\n".join(filter(None, (line.strip() for line in pieces.split("\n"))))

    def find_all(self, kind: str) -> "list[Element]":
        """Return the components of a type in it, such as `Li`, in order."""
        inside = components(self._data["props"].get("children"))
        return [Element(each) for each in inside if each["type"] == kind]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # depends on the prop
        props = self._data["props"]
        if name in props:
            return as_elements(props[name])
        known = known_props(self.namespace, self.type)
        if known is None or name in known or name.startswith(("data-", "aria-")):
            return None
        raise AttributeError(f"{self.type} has no prop {name!r}.{nearest(name, known)}")

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # depends on the prop
        """Return a prop whose name is no identifier, as `data-row`."""
        return self.__getattr__(name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Element):
            return self._data == other._data
        if is_component(other):
            return to_json_value(other) == self._data
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its props change

    def __dir__(self) -> list[str]:
        return [*_OWN, *(known_props(self.namespace, self.type) or self._data["props"])]

    def __repr__(self) -> str:
        props = ", ".join(f"{name}={value!r}" for name, value in self.props.items())
        return f"{self.type}({props})"


def as_elements(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return JSON with an `Element` in the place of each component."""
    if is_dry(value):
        return Element(value)
    if isinstance(value, list):
        return [as_elements(item) for item in value]
    if isinstance(value, dict):
        return {key: as_elements(item) for key, item in value.items()}
    return value


def components(value: object) -> Iterator[dict[str, Any]]:
    """Yield the components in a tree of children, outer ones first."""
    if isinstance(value, list):
        for item in value:
            yield from components(item)
    elif is_dry(value):
        assert isinstance(value, dict)
        yield value
        yield from components(value["props"].get("children"))


_INLINE = frozenset(
    ("A", "Abbr", "B", "Code", "Del", "Em", "I", "Ins", "Kbd", "Label", "Link", "Mark", "Q", "S")
) | {"Small", "Span", "Strong", "Sub", "Sup", "U"}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif is_dry(value):
        assert isinstance(value, dict)
        around = "" if value["type"] in _INLINE else "\n"
        yield around
        yield from _texts(value["props"].get("children"))
        yield around
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)
