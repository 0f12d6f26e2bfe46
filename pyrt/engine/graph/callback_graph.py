"""`CallbackGraph`: which callbacks a change calls, and what they will change in their turn.

Compiled once from all callbacks and never changed; the layout is asked for the components that
wildcards mean. Four tables answer "who reads this?" and "who writes this?", for fixed ids and for
patterns:

    readers   "a"               -> "value" -> [wirings with Input("a", "value")]
              ("index", "type") -> "value" -> {values: (pattern, wirings)}
    writers   the same for Outputs

May import `layout`, `wiring` and what is below them.
"""

from collections.abc import Iterable, Iterator, Sequence

from pyrt.engine.graph.wiring import Endpoint, Invocation, InvocationKey, Wiring
from pyrt.engine.tree.index import Binding, Node, Pattern
from pyrt.engine.tree.layout import Layout
from pyrt.model.callback import Callback
from pyrt.model.ids import PropId, parse_id

type Fixed = dict[str, dict[str, list[Wiring]]]
type Patterns = dict[tuple[str, ...], dict[str, dict[object, tuple[Pattern, list[Wiring]]]]]


class CallbackGraph:
    """All callbacks of an app, ready to be asked.

    Args:
        callbacks: in order of registration.
        layout: where wildcards find their components.
    """

    def __init__(self, callbacks: Iterable[Callback], layout: Layout) -> None:
        self.layout = layout
        self.wirings = [Wiring(callback) for callback in callbacks]
        self.by_number = {wiring.number: wiring for wiring in self.wirings}
        self.readers: Fixed = {}
        self.writers: Fixed = {}
        self.pattern_readers: Patterns = {}
        self.pattern_writers: Patterns = {}
        for wiring in self.wirings:
            for endpoint in wiring.outputs:
                _enter(self.writers, self.pattern_writers, endpoint, wiring)
            for endpoint in wiring.inputs:
                _enter(self.readers, self.pattern_readers, endpoint, wiring)
        self._downstream: dict[InvocationKey, frozenset[PropId]] = {}
        self._version = -1

    # --- who is called

    def is_watched(self, node: Node, prop: str) -> bool:
        """Return whether some callback has this prop as an Input (R-32)."""
        return next(self._readers_of(node, prop), None) is not None

    def consumers(self, node: Node, prop: str) -> list[Invocation]:
        """Return the invocations that a change of this prop calls (S-15, S-16, S-20)."""
        found: list[Invocation] = []
        for wiring, binding, match in self._readers_of(node, prop):
            found.extend(self._invocations(wiring, binding, match))
        return found

    def producers(self, node: Node) -> Iterator[Invocation]:
        """Yield the invocations that write to this component, one for each prop (S-63)."""
        if not node.keys:
            for wirings in self.writers.get(node.id, {}).values():
                yield wirings[0].plain
            return
        for patterns in self.pattern_writers.get(node.keys, {}).values():
            for pattern, wirings in patterns.values():
                if pattern.fits(node.values):
                    match = pattern.match_values(node.values)
                    yield Invocation(wirings[0], match, pattern.bind(node.values))
                    break

    def input_props(self, node: Node) -> Iterable[str]:
        """Return the props of this component that may be Inputs."""
        table = self.pattern_readers.get(node.keys) if node.keys else self.readers.get(node.id)
        return table or ()

    def list_readers(self, node: Node, prop: str) -> list[Invocation]:
        """Return the invocations that read this prop by ALL or ALLSMALLER (S-69)."""
        found: list[Invocation] = []
        for pattern, wirings in self.pattern_readers.get(node.keys, {}).get(prop, {}).values():
            if pattern.multi and pattern.fits(node.values):
                match = pattern.match_values(node.values)
                for wiring in wirings:
                    found.extend(self._invocations(wiring, pattern.bind(node.values), match))
        return found

    def _readers_of(
        self, node: Node, prop: str
    ) -> Iterator[tuple[Wiring, Binding | None, tuple[object, ...]]]:
        """Yield each wiring with this Input, what it binds and its MATCH values."""
        if not node.keys:
            for wiring in self.readers.get(node.id, {}).get(prop, ()):
                yield wiring, None, ()
            return
        for pattern, wirings in self.pattern_readers.get(node.keys, {}).get(prop, {}).values():
            if pattern.fits(node.values):
                binding, match = pattern.bind(node.values), pattern.match_values(node.values)
                for wiring in wirings:
                    yield wiring, binding, match

    def _invocations(
        self, wiring: Wiring, binding: Binding | None, match: tuple[object, ...]
    ) -> list[Invocation]:
        """Return one invocation for each combination of MATCH values (S-20).

        Without MATCH in the Outputs the trigger's own values tell invocations apart (S-16).
        """
        if not wiring.match_keys:
            if binding is None:
                return [wiring.plain]
            return [Invocation(wiring, match, binding)]
        found: dict[InvocationKey, Invocation] = {}
        for output in wiring.enumerators:
            pattern = output.pattern
            assert pattern is not None
            for node in self.layout.match(pattern, binding):
                invocation = Invocation(
                    wiring, pattern.match_values(node.values), pattern.bind(node.values)
                )
                found.setdefault(invocation.key, invocation)
        return list(found.values())

    # --- what an invocation means in the present layout

    def resolve(self, endpoint: Endpoint, invocation: Invocation) -> Sequence[Node]:
        """Return the components that an endpoint of an invocation means now."""
        if endpoint.pattern is not None:
            return self.layout.match(endpoint.pattern, invocation.binding)
        node = self.layout.find(endpoint.component_id)  # type: ignore[arg-type]  # it has no pattern
        return (node,) if node else ()

    def inputs(self, invocation: Invocation) -> list[PropId]:
        """Return the concrete Inputs of an invocation. Not to be changed."""
        if invocation.version != self.layout.index.version:
            self._forget(invocation)
        if invocation.inputs is None:
            invocation.inputs = self._prop_ids(invocation.wiring.inputs, invocation)
        return invocation.inputs

    def outputs(self, invocation: Invocation) -> list[PropId]:
        """Return the concrete Outputs, under the names the graph knows them by. As above."""
        if invocation.version != self.layout.index.version:
            self._forget(invocation)
        if invocation.outputs is None:
            invocation.outputs = self._prop_ids(invocation.wiring.outputs, invocation)
        return invocation.outputs

    def _forget(self, invocation: Invocation) -> None:
        invocation.version = self.layout.index.version
        invocation.inputs = invocation.outputs = None

    def _prop_ids(self, endpoints: Sequence[Endpoint], invocation: Invocation) -> list[PropId]:
        return [
            PropId(node.id, endpoint.key_property)
            for endpoint in endpoints
            for node in self.resolve(endpoint, invocation)
        ]

    def downstream(self, invocation: Invocation) -> frozenset[PropId]:
        """Return all props that may change when an invocation runs (S-71).

        These are its own Outputs, those of the callbacks they call, and so on.
        """
        if self._version != self.layout.index.version:
            self._downstream.clear()
            self._version = self.layout.index.version
        known = self._downstream.get(invocation.key)
        if known is None:
            known = self._downstream[invocation.key] = frozenset(self._reach(invocation))
        return known

    def _reach(self, start: Invocation) -> set[PropId]:
        reached: set[PropId] = set()
        queue = [start]
        while queue:
            for prop_id in self.outputs(queue.pop()):
                if prop_id not in reached:
                    reached.add(prop_id)
                    node = self.layout.find(prop_id.component_id)
                    assert node is not None
                    queue.extend(self.consumers(node, prop_id.property))
        return reached

    def node_for(self, component_id: str) -> Node:
        """Return the node with this id, or one that stands for it outside of the layout."""
        node = self.layout.find(component_id)
        if node is not None:
            return node
        parsed = parse_id(component_id)
        dict_id = parsed if isinstance(parsed, dict) else None
        return Node(component_id, dict_id, {"props": {}}, None, ())  # type: ignore[arg-type]


def _enter(fixed: Fixed, patterns: Patterns, endpoint: Endpoint, wiring: Wiring) -> None:
    prop = endpoint.key_property
    if endpoint.pattern is None:
        by_prop = fixed.setdefault(str(endpoint.component_id), {})
        by_prop.setdefault(prop, []).append(wiring)
    else:
        pattern = endpoint.pattern
        by_values = patterns.setdefault(pattern.keys, {}).setdefault(prop, {})
        key = tuple(map(repr, pattern.values))
        by_values.setdefault(key, (pattern, []))[1].append(wiring)
