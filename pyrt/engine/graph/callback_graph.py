"""`CallbackGraph`: which callbacks a change of a prop calls, and what these may change in turn.

Compiled once from all callbacks and never changed. Which components a wildcard means is looked up
in the layout. Four tables tell which callbacks read a prop and which write it, by id and by
pattern:

    readers           "a"               -> "value" -> [callbacks with Input("a", "value")]
    pattern_readers   ("index", "type") -> "value" -> {values: (pattern, callbacks)}
    writers, pattern_writers            the same for Outputs
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from pyrt.engine.graph.compiled_callback import (
    CallbackPort,
    CompiledCallback,
    Invocation,
    InvocationKey,
)
from pyrt.engine.tree.index import Binding, IndexedComponent, Pattern
from pyrt.engine.tree.layout import Layout
from pyrt.model.callback import Callback
from pyrt.model.ids import PropId, parse_id
from pyrt.model.local import find_local

type Fixed = dict[str, dict[str, list[CompiledCallback]]]
type Patterns = dict[
    tuple[str, ...], dict[str, dict[object, tuple[Pattern, list[CompiledCallback]]]]
]


class CallbackGraph:
    """The callbacks of an app, by the props that they read and write.

    Args:
        callbacks: in order of registration.
        layout: has the components that wildcards mean.
    """

    def __init__(self, callbacks: Iterable[Callback], layout: Layout) -> None:
        self.layout = layout
        self.callbacks = [CompiledCallback(callback) for callback in callbacks]
        self.by_index = {compiled.index: compiled for compiled in self.callbacks}
        self.readers: Fixed = {}
        self.writers: Fixed = {}
        self.pattern_readers: Patterns = {}
        self.pattern_writers: Patterns = {}
        for compiled in self.callbacks:
            for port in compiled.outputs:
                _add_port(self.writers, self.pattern_writers, port, compiled)
            for port in compiled.inputs:
                _add_port(self.readers, self.pattern_readers, port, compiled)
        self._downstream: dict[InvocationKey, frozenset[PropId]] = {}
        self._downstream_version = -1

    @cached_property
    def local(self) -> list[CompiledCallback]:
        """The callbacks that the page may call by itself."""
        found = find_local([compiled.callback for compiled in self.callbacks])
        return [self.by_index[callback.index] for callback in found]

    # --- callbacks of a prop

    def is_watched(self, node: IndexedComponent, prop: str) -> bool:
        """Return whether some callback has this prop as an Input (R-32)."""
        return next(self._readers_of(node, prop), None) is not None

    def consumers(self, node: IndexedComponent, prop: str) -> list[Invocation]:
        """Return the invocations to call when this prop changes (S-15, S-16, S-20)."""
        found: list[Invocation] = []
        for compiled, binding, match in self._readers_of(node, prop):
            found.extend(self._invocations(compiled, binding, match))
        return found

    def producers(self, node: IndexedComponent) -> Iterator[Invocation]:
        """Yield the invocations that write this component, the first one of each prop (S-63)."""
        if not node.keys:
            for callbacks in self.writers.get(node.id, {}).values():
                yield callbacks[0].plain
            return
        for patterns in self.pattern_writers.get(node.keys, {}).values():
            for pattern, callbacks in patterns.values():
                if pattern.fits(node.values):
                    match = pattern.match_values(node.values)
                    yield Invocation(callbacks[0], match, pattern.bind(node.values))
                    break

    def input_props(self, node: IndexedComponent) -> Iterable[str]:
        """Return the names of props of this component that may be Inputs of callbacks."""
        table = self.pattern_readers.get(node.keys) if node.keys else self.readers.get(node.id)
        return table or ()

    def list_readers(self, node: IndexedComponent, prop: str) -> list[Invocation]:
        """Return the invocations that read this prop by ALL or ALLSMALLER (S-69)."""
        found: list[Invocation] = []
        for pattern, callbacks in self.pattern_readers.get(node.keys, {}).get(prop, {}).values():
            if pattern.multi and pattern.fits(node.values):
                match = pattern.match_values(node.values)
                for compiled in callbacks:
                    found.extend(self._invocations(compiled, pattern.bind(node.values), match))
        return found

    def _readers_of(
        self, node: IndexedComponent, prop: str
    ) -> Iterator[tuple[CompiledCallback, Binding | None, tuple[object, ...]]]:
        """Yield each callback with this Input, and the component's binding and MATCH values."""
        if not node.keys:
            for compiled in self.readers.get(node.id, {}).get(prop, ()):
                yield compiled, None, ()
            return
        for pattern, callbacks in self.pattern_readers.get(node.keys, {}).get(prop, {}).values():
            if pattern.fits(node.values):
                binding, match = pattern.bind(node.values), pattern.match_values(node.values)
                for compiled in callbacks:
                    yield compiled, binding, match

    def _invocations(
        self, compiled: CompiledCallback, binding: Binding | None, match: tuple[object, ...]
    ) -> list[Invocation]:
        """Return one invocation for each combination of MATCH values (S-20).

        If the Outputs have no MATCH, the values of the changed component identify it (S-16).
        """
        if not compiled.match_keys:
            if binding is None:
                return [compiled.plain]
            return [Invocation(compiled, match, binding)]
        found: dict[InvocationKey, Invocation] = {}
        for output in compiled.enumerators:
            pattern = output.pattern
            assert pattern is not None
            for node in self.layout.match(pattern, binding):
                invocation = Invocation(
                    compiled, pattern.match_values(node.values), pattern.bind(node.values)
                )
                found.setdefault(invocation.key, invocation)
        return list(found.values())

    def invocations(self, compiled: CompiledCallback) -> list[Invocation]:
        """Return all invocations of a callback in the current layout."""
        return self._invocations(compiled, None, ())

    # --- the components of an invocation in the current layout

    def resolve(self, port: CallbackPort, invocation: Invocation) -> Sequence[IndexedComponent]:
        """Return the components that a port of an invocation means in the current layout."""
        if port.pattern is not None:
            return self.layout.match(port.pattern, invocation.binding)
        node = self.layout.find(port.component_id)  # type: ignore[arg-type]  # it has no pattern
        return (node,) if node else ()

    def inputs(self, invocation: Invocation) -> list[PropId]:
        """Return the concrete Inputs of an invocation; do not change the list."""
        if invocation.version != self.layout.index.version:
            self._clear_cache(invocation)
        if invocation.inputs is None:
            invocation.inputs = self._prop_ids(invocation.compiled.inputs, invocation)
        return invocation.inputs

    def outputs(self, invocation: Invocation) -> list[PropId]:
        """Return the concrete Outputs, with their `key_property`; do not change the list."""
        if invocation.version != self.layout.index.version:
            self._clear_cache(invocation)
        if invocation.outputs is None:
            invocation.outputs = self._prop_ids(invocation.compiled.outputs, invocation)
        return invocation.outputs

    def _clear_cache(self, invocation: Invocation) -> None:
        invocation.version = self.layout.index.version
        invocation.inputs = invocation.outputs = None

    def _prop_ids(self, ports: Sequence[CallbackPort], invocation: Invocation) -> list[PropId]:
        return [
            PropId(node.id, port.key_property)
            for port in ports
            for node in self.resolve(port, invocation)
        ]

    def downstream(self, invocation: Invocation) -> frozenset[PropId]:
        """Return all props that may change because an invocation runs (S-71).

        These are its Outputs, the Outputs of the callbacks that these call, and so on.
        """
        if self._downstream_version != self.layout.index.version:
            self._downstream.clear()
            self._downstream_version = self.layout.index.version
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

    def node_for(self, component_id: str) -> IndexedComponent:
        """Return the node with this id; a new one outside of the layout if it has none."""
        node = self.layout.find(component_id)
        if node is not None:
            return node
        parsed = parse_id(component_id)
        dict_id = parsed if isinstance(parsed, dict) else None
        return IndexedComponent(component_id, dict_id, {"props": {}}, None, ())  # type: ignore[arg-type]  # ids have no wildcards


def _add_port(
    fixed: Fixed, patterns: Patterns, port: CallbackPort, compiled: CompiledCallback
) -> None:
    prop = port.key_property
    if port.pattern is None:
        by_prop = fixed.setdefault(str(port.component_id), {})
        by_prop.setdefault(prop, []).append(compiled)
    else:
        pattern = port.pattern
        by_values = patterns.setdefault(pattern.keys, {}).setdefault(prop, {})
        key = tuple(map(repr, pattern.values))
        by_values.setdefault(key, (pattern, []))[1].append(compiled)
