"""`ChildrenPaths`: where components can be inside the props of a component (R-51).

`children` can always hold components. A component class declares more such paths in its
`_children_props`, as patterns: `label`, `overlay.children`, `options[].label` (each item of a
list), `items{}.title` (each value of a dict).
"""

from collections.abc import Iterator, Mapping, Sequence

type Step = str | int
type ChildrenProps = Mapping[str, Mapping[str, Sequence[str] | None]]
type ChildrenPath = tuple[str, ...]

EACH_ITEM = "[]"
EACH_VALUE = "{}"

_CHILDREN: ChildrenPath = ("children",)


def parse_children_path(pattern: str) -> ChildrenPath:
    """Return the steps of a pattern, beginning with the name of the prop.

    >>> parse_children_path("options[].label")
    ('options', '[]', 'label')
    """
    steps: list[str] = []
    for part in pattern.split("."):
        name = part.removesuffix(EACH_ITEM).removesuffix(EACH_VALUE)
        if name:
            steps.append(name)
        if part.startswith(EACH_VALUE, len(name)):
            steps.append(EACH_VALUE)
        if part.endswith(EACH_ITEM):
            steps.append(EACH_ITEM)
    return tuple(steps)


class ChildrenPaths:
    """The children-prop paths of all component types; those of a type are compiled on first use.

    Args:
        children_props: `{namespace: {type: patterns}}`; may grow while the app runs.
    """

    def __init__(self, children_props: ChildrenProps) -> None:
        self._children_props = children_props
        self._by_type: dict[tuple[object, object], dict[str, list[ChildrenPath]]] = {}

    def of(self, component: Mapping[str, object]) -> Mapping[str, Sequence[ChildrenPath]]:
        """Return the paths of a component, by the prop they begin with, `children` first."""
        kind = component.get("namespace"), component.get("type")
        try:
            return self._by_type[kind]
        except KeyError:
            return self._by_type.setdefault(kind, self._compile(*kind))
        except TypeError:  # not a component: a dict with anything under these keys
            return {"children": [_CHILDREN]}

    def _compile(self, namespace: object, kind: object) -> dict[str, list[ChildrenPath]]:
        paths = {"children": [_CHILDREN]}
        patterns = self._children_props.get(str(namespace), {}).get(str(kind)) or ()
        for pattern in patterns:
            path = parse_children_path(pattern)
            if path and path != _CHILDREN:
                paths.setdefault(path[0], []).append(path)
        return paths

    def is_plain(self, component: Mapping[str, object], prop: str) -> bool:
        """Return whether no path in this prop leads through list items or dict values."""
        return prop == "children" or all(
            EACH_ITEM not in path and EACH_VALUE not in path
            for path in self.of(component).get(prop, ())
        )

    def find_in(
        self, component: Mapping[str, object], prop: str
    ) -> Iterator[tuple[tuple[Step, ...], object]]:
        """Yield the concrete paths (from the component on) in one prop, and the value at each."""
        props = component["props"]
        for path in self.of(component).get(prop, ()):
            yield from _find(props, path, ("props",))


def _find(
    value: object, path: ChildrenPath, done: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Yield each concrete path and its value; missing containers are skipped."""
    for position, step in enumerate(path):
        rest = path[position + 1 :]
        if step == EACH_ITEM:
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from _find(item, rest, (*done, index))
            return
        if step == EACH_VALUE:
            for key, item in (value if isinstance(value, dict) else {}).items():
                yield from _find(item, rest, (*done, key))
            return
        if not isinstance(value, dict) or step not in value:
            return
        value = value[step]
        done = (*done, step)
    yield done, value
