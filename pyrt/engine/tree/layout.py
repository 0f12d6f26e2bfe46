"""The live tree of components with the current value of each prop, and its index by id.

The tree is JSON, exactly what Dash sends to its page (R-64). It is changed in place, one prop at a
time, so that the cost of a change depends on the change and not on the size of the page. The value
of a prop is never changed, only replaced as a whole, except where components are in it. Components
without an id are addressed by their path.

    root {type, namespace, props}
      props.children[2] {... props: {id: "list"}}       <- node "list"
        props.children[0] {... props: {id: {...}}}      <- node below it: path from "list" to here
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyrt.engine.tree.children_props import ChildrenPaths, ChildrenProps, Step
from pyrt.engine.tree.index import Binding, IdIndex, IndexedComponent, Pattern
from pyrt.engine.tree.values import SCALAR_TYPES, LazyValue, copy_value, pack, unpack
from pyrt.model.ids import stringify_id

_KEPT_BYTES = 1000  # of a packed value that is kept for later calls
_DEVTOOLS = "__dash_devtools"  # the first step of paths to components in the developer tools
_TOP = ""  # key of `below` of the node above the root, which has no props


class Missing:
    """The value of a prop that was never set."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class ComponentRef(NamedTuple):
    """A component to be changed, with or without an id.

    Attributes:
        component: `{type, namespace, props}`, the object in the tree.
        node: the component itself if it has an id, else the nearest one above that has.
        offset: the path from `node` to the component; empty if `node` is the component.
    """

    component: dict[str, object]
    node: IndexedComponent
    offset: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """The change of the index when a prop that holds components was set.

    Attributes:
        prop: the name of the prop.
        removed, added: the nodes below it before and after, in layout order.
    """

    prop: str
    removed: Sequence[IndexedComponent]
    added: Sequence[IndexedComponent]


class Layout:
    """The component tree of one session.

    Args:
        children_props: which props hold components, by namespace and type (R-51).
        before: the layout that this one replaces; components that the page shows beside it, in the
            developer tools, are taken over (S-140).
    """

    def __init__(self, children_props: ChildrenProps, before: "Layout | None" = None) -> None:
        self._beside = before.list_beside() if before else {}
        self.children_paths = ChildrenPaths(children_props)
        self.index = IdIndex()
        self.root: object = None
        self._top = IndexedComponent("", None, {"props": {}}, None, ())
        self._external: dict[tuple[Step, ...], dict[str, object]] = {}

    def load(self, root: object) -> list[IndexedComponent]:
        """Replace the whole tree, and return its nodes in layout order."""
        self.root = root
        self._external.clear()
        self._top.below.clear()
        removed = list(self.index.nodes.values())
        crawl = _Crawl(self.children_paths, self._top).run((), root)
        self._top.below[_TOP] = crawl.nearest
        self.index.replace(removed, crawl.added, {})
        for path, component in self._beside.items():
            self.insert_external(path, component)
        return crawl.added

    def list_beside(self) -> dict[tuple[Step, ...], dict[str, object]]:
        """Return the components outside of the tree that are in no component of it, by path."""
        return {path: found for path, found in self._external.items() if path[:1] == (_DEVTOOLS,)}

    # --- reading

    def find(self, component_id: str) -> IndexedComponent | None:
        """Return the node with this stringified id."""
        return self.index.nodes.get(component_id)

    def peek(self, node: IndexedComponent, prop: str) -> object:
        """Return a prop as it is stored, or MISSING; callbacks get it by `copy_for_callback`.

        The value of a prop that holds components is copied, because it is changed in place later.
        """
        value = node.props.get(prop, MISSING)
        if type(value) in SCALAR_TYPES or not self.holds_components(node.component, prop):
            return value
        return copy_value(value)

    def copy_for_callback(self, node: IndexedComponent, prop: str, value: object) -> object:
        """Return a copy of what `peek` returned, which a callback may keep and change.

        A value of some size is stored as a `LazyValue` from then on, so that it is packed once.
        """
        kind = type(value)
        if kind in SCALAR_TYPES:
            return value
        if kind is LazyValue:
            return value.copy_for_callback()  # type: ignore[attr-defined]  # it is a LazyValue
        if self.holds_components(node.component, prop):
            return value  # `peek` has copied it
        packed = pack(value)
        if len(packed) >= _KEPT_BYTES and node.props.get(prop) is value:
            node.props[prop] = LazyValue(value, packed=packed)
        return unpack(packed)

    def match(self, pattern: Pattern, binding: Binding | None) -> list[IndexedComponent]:
        """Return the nodes that a pattern means, in the order of R-49."""
        return self.index.find(pattern, binding)

    def string_ids(self) -> list[str]:
        """Return all ids that are plain strings."""
        return [node.id for node in self.index.nodes.values() if not node.keys]

    def locate(self, path: Sequence[Step], seen: int) -> ComponentRef | None:
        """Return the component at a path, or None when the path does not lead to one any more.

        Args:
            path: as on the wire: `[]` is the root, `["props", "children", 0]` a child of it.
            seen: `update_seq` of the last `Update` that the sender knew. A path through a prop that
                was replaced later is stale: another component is there now.
        """
        start, value = self._start(path)
        node, entered = self._top, 0
        for position in range(start, len(path) + 1):
            below = self._node_of(value)
            if below is not None:
                node, entered = below, position
            if position == len(path):
                break
            if position == entered + 1 and node.replaced.get(str(path[position]), 0) > seen:
                return None
            value = _step(value, path[position])
        if isinstance(value, dict) and isinstance(value.get("props"), dict):
            return ComponentRef(value, node, tuple(path[entered:]))
        return None

    def _start(self, path: Sequence[Step]) -> tuple[int, object]:
        """Return the length of the path to an external component (R-26), and that component.

        For all other paths: 0 and the root.
        """
        for length in range(len(path), 0, -1) if self._external else ():
            component = self._external.get(tuple(path[:length]))
            if component is not None:
                return length, component
        return 0, self.root

    def _node_of(self, value: object) -> IndexedComponent | None:
        if not isinstance(value, dict):
            return None
        props = value.get("props")
        component_id = props.get("id") if isinstance(props, dict) else None
        if not component_id or not _is_id(component_id):
            return None
        node = self.index.nodes.get(stringify_id(component_id))
        return node if node is not None and node.component is value else None

    # --- changing

    def holds_components(self, component: Mapping[str, object], prop: str) -> bool:
        """Return whether a prop of this component may hold components."""
        return prop in self.children_paths.of(component)

    def assign(
        self, ref: ComponentRef, prop: str, value: object, update_seq: int | None = None
    ) -> Replacement | None:
        """Set one prop, and return the change of the index, if there is any.

        Args:
            ref: the component.
            prop: the name of the prop.
            value: plain JSON that is not changed elsewhere, or a `LazyValue`.
            update_seq: of the `Update` that sends it to the page; None for a change by the page.
        """
        props: dict[str, object] = ref.component["props"]  # type: ignore[assignment]  # always a dict
        if value is MISSING:  # JavaScript's undefined
            props.pop(prop, None)
            return self._replace_below(ref, prop, update_seq)
        if not self.holds_components(ref.component, prop):
            props[prop] = value
            return None
        props[prop] = value.read() if type(value) is LazyValue else value
        return self._replace_below(ref, prop, update_seq)

    def nodes_below(self, ref: ComponentRef, prop: str) -> list[IndexedComponent]:
        """Return the nodes below one prop, in layout order."""
        nearest = ref.node.below.get(_below_key(ref, prop), [])
        if ref.offset or not ref.node.id:
            start = (*ref.offset, "props", prop)
            nearest = [node for node in nearest if node.path[: len(start)] == start]
        return list(_with_descendants(nearest))

    def _replace_below(
        self, ref: ComponentRef, prop: str, update_seq: int | None
    ) -> Replacement | None:
        removed = self.nodes_below(ref, prop)
        crawl = _Crawl(self.children_paths, ref.node).run_prop(ref, prop)
        if update_seq is not None and not ref.offset:
            ref.node.replaced[prop] = update_seq
        if not (removed or crawl.added):
            return None
        if self._external:
            self._forget_external((*ref.node.full_path(), *ref.offset, "props", prop))
        below, key, without = ref.node.below, _below_key(ref, prop), set(removed)
        below[key] = [node for node in below.get(key, ()) if node not in without] + crawl.nearest
        self.index.replace(removed, crawl.added, _match_unmoved(removed, crawl.added, ref.node))
        return Replacement(prop, removed, crawl.added)

    # --- components outside of the tree

    def insert_external(self, path: Sequence[Step], component: dict[str, object]) -> None:
        """Add a component that ExternalWrapper mounted, under the path that the page gave it."""
        self.remove_external(path)
        key = tuple(path)
        self._external[key] = component
        crawl = _Crawl(self.children_paths, self._top).run(key, component)
        self._top.below.setdefault(_TOP, []).extend(crawl.nearest)
        self.index.replace((), crawl.added, {})

    def remove_external(self, path: Sequence[Step]) -> None:
        """Remove a component that `insert_external` added; other paths are ignored."""
        key = tuple(path)
        if self._external.pop(key, None) is None:
            return
        at_top = self._top.below[_TOP]
        inside = [node for node in at_top if node.path[: len(key)] == key]
        self._top.below[_TOP] = [node for node in at_top if node not in set(inside)]
        self.index.replace(list(_with_descendants(inside)), (), {})

    def _forget_external(self, start: tuple[Step, ...]) -> None:
        for path in [p for p in self._external if p[: len(start)] == start]:
            self.remove_external(path)


class _Crawl:
    """One walk through a new subtree, which makes a node for each component with an id."""

    def __init__(self, children_paths: ChildrenPaths, owner: IndexedComponent) -> None:
        self.children_paths = children_paths
        self.owner = owner
        self.added: list[IndexedComponent] = []
        self.nearest: list[IndexedComponent] = []

    def run(self, path: tuple[Step, ...], value: object) -> "_Crawl":
        self._visit(value, list(path), 0, None)
        return self

    def run_prop(self, ref: ComponentRef, prop: str) -> "_Crawl":
        for steps, value in self.children_paths.find_in(ref.component, prop):
            self._visit(value, [*ref.offset, *steps], 0, None)
        return self

    def _visit(
        self, value: object, path: list[Step], depth: int, parent: IndexedComponent | None
    ) -> None:
        """Walk through a value; the first `depth` steps of `path` lead to the parent."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict | list):
                    path.append(index)
                    self._visit(item, path, depth, parent)
                    path.pop()
        elif isinstance(value, dict):
            self._visit_component(value, path, depth, parent)

    def _visit_component(
        self,
        component: dict[str, object],
        path: list[Step],
        depth: int,
        parent: IndexedComponent | None,
    ) -> None:
        props = component.get("props")
        if not isinstance(props, dict):
            return
        component_id = props.get("id")
        if component_id and _is_id(component_id):
            parent = self._add(component_id, component, tuple(path[depth:]), parent)
            depth = len(path)
        length = len(path)
        for prop in self.children_paths.of(component):
            if not isinstance(props.get(prop), dict | list):
                continue
            for steps, value in self.children_paths.find_in(component, prop):
                path.extend(steps)
                self._visit(value, path, depth, parent)
                del path[length:]

    def _add(
        self,
        component_id: str | dict[str, object],
        component: dict[str, object],
        path: tuple[Step, ...],
        parent: IndexedComponent | None,
    ) -> IndexedComponent:
        dict_id = component_id if isinstance(component_id, dict) else None
        node = IndexedComponent(
            stringify_id(component_id),
            dict_id,  # type: ignore[arg-type]  # ids were validated when the component was made
            component,
            parent or self.owner,
            path,
        )
        self.added.append(node)
        if parent is None:
            self.nearest.append(node)
        else:
            parent.below.setdefault(str(path[1]), []).append(node)
        return node


def _is_id(value: object) -> bool:
    """Return whether a prop called `id` holds an id (R-48)."""
    if isinstance(value, dict):
        return all(isinstance(item, str | int | float) for item in value.values())
    return isinstance(value, str)


def _with_descendants(nodes: Sequence[IndexedComponent]) -> Iterator[IndexedComponent]:
    for node in nodes:
        yield node
        for below in node.below.values():
            yield from _with_descendants(below)


def _below_key(ref: ComponentRef, prop: str) -> str:
    """Return the key of `node.below` for the components in a prop of `ref`."""
    if not ref.node.id:
        return _TOP
    return str(ref.offset[1]) if ref.offset else prop


def _match_unmoved(
    removed: Sequence[IndexedComponent], added: Sequence[IndexedComponent], owner: IndexedComponent
) -> dict[IndexedComponent, IndexedComponent]:
    """Return the new nodes that have the dict id and the path of an old one (R-49)."""
    old = {node.id: node for node in removed if node.keys}
    return {
        node: old[node.id]
        for node in (added if old else ())
        if node.id in old and _path_from(old[node.id], owner) == _path_from(node, owner)
    }


def _path_from(node: IndexedComponent, above: IndexedComponent) -> list[Step]:
    path: list[Step] = []
    while node is not above:
        path[:0] = node.path
        assert node.parent is not None
        node = node.parent
    return path


def _step(value: object, step: Step) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return None
