"""The index of a layout: which components have an id, and which of them match a pattern.

An `IndexedComponent` stands for a component that has an id; variables call it `node`. Nodes are
found by their stringified id, and, for dict ids, by patterns. A table per set of keys keeps the
order of R-49 and, for each set of positions searched so far, the nodes by their values there, so
that the cost of a search is proportional to what it finds.

    IdIndex
    |-- nodes:   '{"index":1,"type":"x"}' -> IndexedComponent
    `-- tables:  ("index", "type")        -> IdTable
                                             |-- nodes: all, in order
                                             `-- buckets: key positions -> values there -> _Bucket
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from pyrt.model.ids import ALL, ALLSMALLER, MATCH, IdValue, Wildcard, id_value_order

type KeyPositions = tuple[tuple[int, bool], ...]  # (index into the sorted keys, loose?)


class IndexedComponent:
    """One component that has an id.

    Attributes:
        id: the stringified id.
        keys, values: of a dict id, by sorted key; empty for a string id.
        component: `{type, namespace, props}`: the object in the tree, not a copy.
        props: the props of `component`; the same object for as long as the node exists.
        parent: the nearest node above; None at the top.
        path: the steps from the parent's component (or from the root) to this one.
        below: the nearest nodes below, by the prop that holds them.
        replaced: `update_seq` of the last `Update` that replaced a prop, by prop; it tells whether
            a path that the page sends is stale.
        order: sort key in its table; its value has no other meaning.
    """

    __slots__ = (
        "below",
        "component",
        "id",
        "keys",
        "order",
        "parent",
        "path",
        "props",
        "replaced",
        "values",
    )

    def __init__(
        self,
        node_id: str,
        dict_id: Mapping[str, IdValue] | None,
        component: dict[str, object],
        parent: "IndexedComponent | None",
        path: tuple[str | int, ...],
    ) -> None:
        self.id = node_id
        self.keys: tuple[str, ...] = tuple(sorted(dict_id)) if dict_id else ()
        self.values: tuple[IdValue, ...] = tuple(dict_id[k] for k in self.keys) if dict_id else ()
        self.component = component
        self.props: dict[str, object] = component["props"]  # type: ignore[assignment]  # a component's props are a dict
        self.parent = parent
        self.path = path
        self.below: dict[str, list[IndexedComponent]] = {}
        self.replaced: dict[str, int] = {}
        self.order = 0.0

    def __repr__(self) -> str:
        return f"<IndexedComponent {self.id}>"

    def full_path(self) -> list[str | int]:
        """Return the path from the root of the layout."""
        above = self.parent.full_path() if self.parent else []
        return [*above, *self.path]


class Pattern:
    """The dict id of a dependency, compiled for searches.

    Attributes:
        keys, values: of the dict id, by sorted key; a value may be a wildcard.
        multi: whether it stands for a list of components (ALL, ALLSMALLER).
        match_keys: the keys with MATCH.
        fixed_positions, fixed_key: arguments of `IdTable.select` for the values without wildcard.
        wild: `(position, key, is ALLSMALLER)` of the values that a binding decides.
    """

    __slots__ = (
        "_fixed",
        "fixed_key",
        "fixed_positions",
        "keys",
        "match_keys",
        "multi",
        "values",
        "wild",
    )

    def __init__(self, dict_id: Mapping[str, IdValue | Wildcard]) -> None:
        self.keys = tuple(sorted(dict_id))
        self.values = tuple(dict_id[key] for key in self.keys)
        self.multi = ALL in self.values or ALLSMALLER in self.values
        self.match_keys = tuple(k for k in self.keys if dict_id[k] is MATCH)
        self._fixed = [(i, v) for i, v in enumerate(self.values) if not isinstance(v, Wildcard)]
        self.wild = [
            (i, self.keys[i], v is ALLSMALLER)
            for i, v in enumerate(self.values)
            if v is MATCH or v is ALLSMALLER
        ]
        self.fixed_positions: KeyPositions = tuple((i, False) for i, _ in self._fixed)
        self.fixed_key = tuple(strict_key(v) for _, v in self._fixed)

    def fits(self, values: Sequence[IdValue]) -> bool:
        """Return whether the pattern fits an id with the same keys and these values."""
        return all(
            strict_key(values[i]) == key
            for (i, _), key in zip(self._fixed, self.fixed_key, strict=True)
        )

    def match_values(self, values: Sequence[IdValue]) -> tuple[object, ...]:
        """Return the values under MATCH, which identify an invocation."""
        return tuple(
            strict_key(value)
            for value, wanted in zip(values, self.values, strict=True)
            if wanted is MATCH
        )

    def bind(self, values: Sequence[IdValue]) -> "Binding":
        """Return what a component found by this pattern requires of the ids of other patterns.

        For each key: the value there, and whether MATCH values must be greater than it (the
        component was found by ALLSMALLER) or equal to it (all others).
        """
        return {
            key: (wanted is ALLSMALLER, id_value_order(value))
            for key, wanted, value in zip(self.keys, self.values, values, strict=True)
        }


# By key: whether MATCH values must be greater, and the value, as `id_value_order` gives it.
type Binding = dict[str, tuple[bool, tuple[int, float | bool | str]]]


def strict_key(value: IdValue) -> object:
    """Return a key under which `1`, `"1"` and `True` differ (S-17)."""
    return (bool, value) if isinstance(value, bool) else value


class _Bucket:
    """The nodes with the same values at some positions; sorted when a search needs the order."""

    __slots__ = ("members", "ordered")

    def __init__(self) -> None:
        self.members: dict[IndexedComponent, None] = {}
        self.ordered: list[IndexedComponent] | None = None


class IdTable:
    """All nodes whose dict ids have the same keys."""

    def __init__(self) -> None:
        self.nodes: list[IndexedComponent] = []
        self._buckets: dict[KeyPositions, dict[tuple[object, ...], _Bucket]] = {}

    def position(self, node: IndexedComponent) -> int:
        """Return the position of a node among the nodes of the table."""
        return bisect_left(self.nodes, node.order, key=_order)

    def add(self, node: IndexedComponent, position: int | None = None) -> None:
        """Insert a node at a position; without one, at the end."""
        nodes = self.nodes
        if position is None or position >= len(nodes):
            node.order = nodes[-1].order + 1 if nodes else 0.0
            nodes.append(node)
        else:
            self._make_room(position)
            before = nodes[position - 1].order if position else nodes[0].order - 2
            node.order = (before + nodes[position].order) / 2
            nodes.insert(position, node)
        for key_positions, by_values in self._buckets.items():
            _put(by_values, key_positions, node)

    def _make_room(self, position: int) -> None:
        """Assign all `order`s anew if no float fits between the two neighbours."""
        nodes = self.nodes
        before = nodes[position - 1].order if position else nodes[0].order - 2
        after = nodes[position].order
        if not before < (before + after) / 2 < after:
            for index, node in enumerate(nodes):
                node.order = float(index)
            self._forget_order()

    def _forget_order(self) -> None:
        for by_values in self._buckets.values():
            for bucket in by_values.values():
                bucket.ordered = None

    def remove(self, removed: Sequence[IndexedComponent]) -> None:
        """Remove nodes."""
        if len(removed) > _MAX_SINGLE_REMOVALS:
            without = set(removed)
            self.nodes = [node for node in self.nodes if node not in without]
        else:
            for node in removed:
                del self.nodes[self.position(node)]
        for key_positions, by_values in self._buckets.items():
            for node in removed:
                key = _values_at(key_positions, node)
                bucket = by_values[key]
                del bucket.members[node]
                bucket.ordered = None
                if not bucket.members:
                    del by_values[key]

    def select(
        self, key_positions: KeyPositions, key: tuple[object, ...]
    ) -> list[IndexedComponent]:
        """Return the nodes with the values `key` there, in order; do not change the list."""
        if not key_positions:
            return self.nodes
        by_values = self._buckets.get(key_positions)
        if by_values is None:
            by_values = self._buckets[key_positions] = {}
            for node in self.nodes:
                _put(by_values, key_positions, node)
        bucket = by_values.get(key)
        if bucket is None:
            return []
        if bucket.ordered is None:
            bucket.ordered = sorted(bucket.members, key=_order)
        return bucket.ordered


_MAX_SINGLE_REMOVALS = 8  # nodes; for more, a new list is faster than single deletions


def _order(node: IndexedComponent) -> float:
    return node.order


def _put(
    by_values: dict[tuple[object, ...], _Bucket],
    key_positions: KeyPositions,
    node: IndexedComponent,
) -> None:
    bucket = by_values.setdefault(_values_at(key_positions, node), _Bucket())
    bucket.members[node] = None
    bucket.ordered = None


def _values_at(key_positions: KeyPositions, node: IndexedComponent) -> tuple[object, ...]:
    values = node.values
    return tuple(
        id_value_order(values[i]) if loose else strict_key(values[i]) for i, loose in key_positions
    )


class IdIndex:
    """The nodes of a layout by id and by pattern.

    `version` grows with each change that adds or removes ids, `removals` with those that remove.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, IndexedComponent] = {}
        self.tables: dict[tuple[str, ...], IdTable] = {}
        self.version = 0
        self.removals = 0

    def replace(
        self,
        removed: Sequence[IndexedComponent],
        added: Sequence[IndexedComponent],
        same: Mapping[IndexedComponent, IndexedComponent],
    ) -> None:
        """Replace the nodes of a subtree (R-49).

        Args:
            removed: the nodes of the old subtree.
            added: those of the new one, in layout order.
            same: new nodes with the id and the path of an old one; they keep its position.
        """
        if not (removed or added):
            return
        self.version += 1
        self.removals += bool(removed)
        kept = {new: self.tables[new.keys].position(old) for new, old in same.items()}
        for keys, nodes in _by_keys(removed).items():
            self.tables[keys].remove(nodes)
        for node in removed:
            if self.nodes.get(node.id) is node:
                del self.nodes[node.id]
        for node in added:
            self.nodes[node.id] = node  # of several with the same id, the last one counts
            if node.keys:
                self.tables.setdefault(node.keys, IdTable()).add(node, kept.get(node))

    def find(self, pattern: Pattern, binding: Binding | None) -> list[IndexedComponent]:
        """Return the nodes that a pattern means, in order (S-18); do not change the list.

        Args:
            pattern: the dict id of a dependency.
            binding: what is known about MATCH values. A wildcard whose key is not in it fits every
                value; None is an empty binding.
        """
        table = self.tables.get(pattern.keys)
        if table is None:
            return []
        key_positions, key = pattern.fixed_positions, pattern.fixed_key
        if not binding:
            return table.select(key_positions, key)
        compared = []
        for position, name, smaller in pattern.wild:
            bound = binding.get(name)
            if bound is None:
                continue
            greater, limit = bound
            if greater or smaller:
                compared.append((position, smaller, limit))
            else:
                key_positions = (*key_positions, (position, True))
                key = (*key, limit)
        found = table.select(key_positions, key)
        return _filter(found, compared) if compared else found


def _filter(
    nodes: Iterable[IndexedComponent],
    compared: Sequence[tuple[int, bool, tuple[int, float | bool | str]]],
) -> list[IndexedComponent]:
    """Return the nodes whose values sort before (ALLSMALLER) or after the limits."""
    return [
        node
        for node in nodes
        if all(
            id_value_order(node.values[i]) < limit
            if smaller
            else id_value_order(node.values[i]) > limit
            for i, smaller, limit in compared
        )
    ]


def _by_keys(nodes: Iterable[IndexedComponent]) -> dict[tuple[str, ...], list[IndexedComponent]]:
    groups: dict[tuple[str, ...], list[IndexedComponent]] = {}
    for node in nodes:
        if node.keys:
            groups.setdefault(node.keys, []).append(node)
    return groups
