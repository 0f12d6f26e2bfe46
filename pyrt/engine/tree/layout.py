"""The live tree of components, the one truth about props, and its index by id.

The tree is dry JSON, exactly what Dash sends to its page (R-64). It is changed in place, one prop
at a time, so that the cost of a change follows the change and not the page; the *value* of a prop,
however, is only ever replaced as a whole. Components without an id are addressed by their path.

    root {type, namespace, props}
      props.children[2] {... props: {id: "list"}}       <- Node "list"
        props.children[0] {... props: {id: {...}}}      <- Node below it: path from "list" to here

Nothing here knows callbacks. May import the model floor, `nodes`, `slots` and `values`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyrt.engine.tree.index import Binding, IdIndex, Node, Pattern
from pyrt.engine.tree.slots import ChildrenProps, Slots, Step
from pyrt.engine.tree.values import ATOMS, Held, copy, is_big
from pyrt.model.ids import stringify_id

_TOP = ""  # below the root there are no props: all of its nodes stand under this name


class Missing:
    """The value of a prop that was never set."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Target(NamedTuple):
    """A component to be changed: its dry form, and the way to it from the nearest node."""

    component: dict[str, object]
    node: Node
    offset: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """What happened to the index when a prop that holds components got a new value.

    Attributes:
        prop: the name of the prop.
        gone, added: the nodes below it before and after, in layout order.
    """

    prop: str
    gone: Sequence[Node]
    added: Sequence[Node]


class Layout:
    """The tree of one session.

    Args:
        children_props: which props hold components, by namespace and type (R-51).
    """

    def __init__(self, children_props: ChildrenProps) -> None:
        self.slots = Slots(children_props)
        self.index = IdIndex()
        self.root: object = None
        self._top = Node("", None, {"props": {}}, None, ())
        self._external: dict[tuple[Step, ...], dict[str, object]] = {}

    def load(self, root: object) -> list[Node]:
        """Take a whole tree, and return its nodes in layout order."""
        self.root = root
        self._external.clear()
        self._top.below.clear()
        gone = list(self.index.nodes.values())
        crawl = _Crawl(self.slots, self._top).run((), root)
        self._top.below[_TOP] = crawl.nearest
        self.index.replace(gone, crawl.added, {})
        return crawl.added

    # --- reading

    def find(self, component_id: str) -> Node | None:
        """Return the node with this stringified id."""
        return self.index.nodes.get(component_id)

    def peek(self, node: Node, prop: str) -> object:
        """Return a prop as it is stored, or MISSING; see `lend` for what callbacks may get.

        A value that is changed in place later, because components are in it, is copied.
        """
        value = node.props.get(prop, MISSING)
        if type(value) in ATOMS or not self.holds_components(node.component, prop):
            return value
        return copy(value)

    def lend(self, node: Node, prop: str, value: object) -> object:
        """Return a copy of what `peek` returned, for a callback to keep and to change.

        A big value is from now on stored so that the next one to ask gets it for nothing.
        """
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is Held:
            return value.lend()  # type: ignore[attr-defined]  # it is Held
        if self.holds_components(node.component, prop):
            return value  # `peek` has copied it
        if is_big(value):
            held = Held(value)
            if node.props.get(prop) is value:
                node.props[prop] = held
            return held.lend()
        return copy(value)

    def match(self, pattern: Pattern, binding: Binding | None) -> list[Node]:
        """Return the nodes that a pattern means, in the order of R-49."""
        return self.index.find(pattern, binding)

    def string_ids(self) -> list[str]:
        """Return all ids that are plain strings."""
        return [node.id for node in self.index.nodes.values() if not node.keys]

    def locate(self, path: Sequence[Step], seen: int) -> Target | None:
        """Return the component at a path, or None when the path does not lead to one any more.

        Args:
            path: as on the wire: `[]` is the root, `["props", "children", 0]` a child of it.
            seen: the last `Update` the sender knew. A path through a prop that was replaced later
                is stale, and so leads nowhere: what is there now is another component.
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
            return Target(value, node, tuple(path[entered:]))
        return None

    def _start(self, path: Sequence[Step]) -> tuple[int, object]:
        """Return how much of a path leads to a component of its own tree (R-26), and that tree."""
        for length in range(len(path), 0, -1) if self._external else ():
            component = self._external.get(tuple(path[:length]))
            if component is not None:
                return length, component
        return 0, self.root

    def _node_of(self, value: object) -> Node | None:
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
        return prop in self.slots.of(component)

    def assign(
        self, target: Target, prop: str, value: object, number: int | None = None
    ) -> Replacement | None:
        """Set one prop, and return what this did to the index, if anything.

        Args:
            target: the component.
            prop: the name of the prop.
            value: plain JSON that nobody else changes, or a `Held` one.
            number: of the `Update` that tells the page; None when the page did it itself.
        """
        props: dict[str, object] = target.component["props"]  # type: ignore[assignment]
        if value is MISSING:  # JavaScript's undefined
            props.pop(prop, None)
            return self._replace_below(target, prop, number)
        if not self.holds_components(target.component, prop):
            props[prop] = value
            return None
        props[prop] = value.read() if type(value) is Held else value
        return self._replace_below(target, prop, number)

    def nodes_below(self, target: Target, prop: str) -> list[Node]:
        """Return the nodes below one prop, in layout order."""
        nearest = target.node.below.get(_below_key(target, prop), [])
        if target.offset or not target.node.id:
            start = (*target.offset, "props", prop)
            nearest = [node for node in nearest if node.path[: len(start)] == start]
        return list(_with_descendants(nearest))

    def _replace_below(self, target: Target, prop: str, number: int | None) -> Replacement | None:
        gone = self.nodes_below(target, prop)
        crawl = _Crawl(self.slots, target.node).run_prop(target, prop)
        if number is not None and not target.offset:
            target.node.replaced[prop] = number
        if not (gone or crawl.added):
            return None
        if self._external:
            self._forget_external((*target.node.full_path(), *target.offset, "props", prop))
        below, key, lost = target.node.below, _below_key(target, prop), set(gone)
        below[key] = [node for node in below.get(key, ()) if node not in lost] + crawl.nearest
        self.index.replace(gone, crawl.added, _same_places(gone, crawl.added, target.node))
        return Replacement(prop, gone, crawl.added)

    # --- components outside of the tree

    def insert_external(self, path: Sequence[Step], component: dict[str, object]) -> None:
        """Add a component that ExternalWrapper mounted; its path is opaque."""
        self.remove_external(path)
        place = tuple(path)
        self._external[place] = component
        crawl = _Crawl(self.slots, self._top).run(place, component)
        self._top.below.setdefault(_TOP, []).extend(crawl.nearest)
        self.index.replace((), crawl.added, {})

    def remove_external(self, path: Sequence[Step]) -> None:
        """Forget a component added by `insert_external`."""
        place = tuple(path)
        if self._external.pop(place, None) is None:
            return
        at_top = self._top.below[_TOP]
        inside = [node for node in at_top if node.path[: len(place)] == place]
        self._top.below[_TOP] = [node for node in at_top if node not in set(inside)]
        self.index.replace(list(_with_descendants(inside)), (), {})

    def _forget_external(self, start: tuple[Step, ...]) -> None:
        for place in [p for p in self._external if p[: len(start)] == start]:
            self.remove_external(place)


class _Crawl:
    """One walk through a new subtree, making nodes for the components with an id."""

    def __init__(self, slots: Slots, owner: Node) -> None:
        self.slots = slots
        self.owner = owner
        self.added: list[Node] = []
        self.nearest: list[Node] = []

    def run(self, path: tuple[Step, ...], value: object) -> "_Crawl":
        self._visit(value, list(path), 0, None)
        return self

    def run_prop(self, target: Target, prop: str) -> "_Crawl":
        for steps, value in self.slots.places(target.component, prop):
            self._visit(value, [*target.offset, *steps], 0, None)
        return self

    def _visit(self, value: object, path: list[Step], depth: int, parent: Node | None) -> None:
        """Walk a value; `depth` is how much of the path leads to the parent."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict | list):
                    path.append(index)
                    self._visit(item, path, depth, parent)
                    path.pop()
        elif isinstance(value, dict):
            self._visit_component(value, path, depth, parent)

    def _visit_component(
        self, component: dict[str, object], path: list[Step], depth: int, parent: Node | None
    ) -> None:
        props = component.get("props")
        if not isinstance(props, dict):
            return
        component_id = props.get("id")
        if component_id and _is_id(component_id):
            parent = self._add(component_id, component, tuple(path[depth:]), parent)
            depth = len(path)
        length = len(path)
        for prop in self.slots.of(component):
            if not isinstance(props.get(prop), dict | list):
                continue
            for steps, value in self.slots.places(component, prop):
                path.extend(steps)
                self._visit(value, path, depth, parent)
                del path[length:]

    def _add(
        self,
        component_id: str | dict[str, object],
        component: dict[str, object],
        path: tuple[Step, ...],
        parent: Node | None,
    ) -> Node:
        dict_id = component_id if isinstance(component_id, dict) else None
        node = Node(
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


def _with_descendants(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        for below in node.below.values():
            yield from _with_descendants(below)


def _below_key(target: Target, prop: str) -> str:
    """Return the prop of the nearest node under which a prop of the target lies."""
    if not target.node.id:
        return _TOP
    return str(target.offset[1]) if target.offset else prop


def _same_places(gone: Sequence[Node], added: Sequence[Node], owner: Node) -> dict[Node, Node]:
    """Return the new nodes that have the dict id and the path of an old one (R-49)."""
    old = {node.id: node for node in gone if node.keys}
    return {
        node: old[node.id]
        for node in (added if old else ())
        if node.id in old and _path_from(old[node.id], owner) == _path_from(node, owner)
    }


def _path_from(node: Node, above: Node) -> list[Step]:
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
