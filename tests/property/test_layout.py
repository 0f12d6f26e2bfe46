"""After any edits, the index of a layout is that of a fresh one."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.tree.index import Pattern
from pyrt.engine.tree.layout import MISSING, ComponentRef, Layout
from pyrt.model.ids import ALL, stringify_id

CHILDREN_PROPS = {"ns": {"Card": ["header", "items[].label"]}}
IDS = ["a", "b", "c", *({"i": n} for n in range(3)), *({"i": n, "t": "x"} for n in range(2))]


def component(kind, component_id, children, header, label):
    props: dict[str, Any] = {"title": "t"}
    if component_id is not None:
        props["id"] = component_id
    if children is not None:
        props["children"] = children
    if kind == "Card":
        props |= {"header": header, "items": [{"label": label}, {"value": 1}]}
    return {"namespace": "ns", "type": kind, "props": props}


trees: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, "text", 1, []]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(
            component,
            st.sampled_from(["Div", "Card"]),
            st.sampled_from([None, *IDS]),
            inner,
            inner,
            inner,
        ),
    ),
    max_leaves=8,
)
edits = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["children", "header", "items", "title"]), trees),
    max_size=6,
)


def walk(layout, value, path=()):
    """Yield every component with its path."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(layout, item, (*path, index))
    elif isinstance(value, dict) and "props" in value:
        yield value, path
        for prop in layout.children_paths.of(value):
            if prop in value["props"]:
                for steps, inner in layout.children_paths.find_in(value, prop):
                    yield from walk(layout, inner, (*path, *steps))


def fresh(value):
    return json.loads(json.dumps(value))


def describe(layout):
    """What the index knows: which component an id means, where it is, and who matches a pattern."""
    nodes = {key: (node.full_path(), node.component) for key, node in layout.index.nodes.items()}
    patterns: list[Any] = [{"i": ALL}, {"i": 1}, {"i": ALL, "t": "x"}, {"i": 0, "t": ALL}]
    found = [sorted(n.id for n in layout.match(Pattern(p), None)) for p in patterns]
    return nodes, found


def has_duplicates(layout):
    ids = [c["props"]["id"] for c, _ in walk(layout, layout.root) if "id" in c["props"]]
    return len(ids) != len({stringify_id(component_id) for component_id in ids})


@given(trees, edits)
def test_the_index_after_any_edits_is_that_of_a_fresh_layout(tree, changes):
    """R-49 to R-53; also edits of components without an id, by path."""
    layout = Layout(CHILDREN_PROPS)
    layout.load(fresh(tree))
    for number, (choice, prop, value) in enumerate(changes, 1):
        places = list(walk(layout, layout.root))
        if not places:
            break
        component, path = places[choice % len(places)]
        new = [{"label": value}] if prop == "items" else value
        ref = layout.locate(path, number)
        if has_duplicates(layout):
            break  # then an id means the last one in layout order, which another edit may restore
        assert ref is not None
        assert ref.component is component
        layout.assign(ref, prop, fresh(new) if choice % 7 else MISSING, number)
        if has_duplicates(layout):
            break
        other = Layout(CHILDREN_PROPS)
        other.load(fresh(layout.root))
        assert describe(layout) == describe(other)
        assert [c for c, _ in walk(layout, layout.root)] == [c for c, _ in walk(other, other.root)]


@given(trees, edits)
def test_every_node_is_below_its_parent_exactly_once(tree, changes):
    layout = Layout(CHILDREN_PROPS)
    layout.load(fresh(tree))
    for number, (choice, prop, value) in enumerate(changes, 1):
        nodes = list(layout.index.nodes.values())
        if nodes:
            node = nodes[choice % len(nodes)]
            layout.assign(ComponentRef(node.component, node), prop, fresh(value), number)
        below = [n for group in layout._top.below.values() for n in group]
        reached = []
        while below:
            reached.append(below.pop())
            below += [n for group in reached[-1].below.values() for n in group]
        assert len(reached) == len(set(reached))
        assert set(layout.index.nodes.values()) <= set(reached)
        in_tables = [n for table in layout.index.tables.values() for n in table.nodes]
        assert set(in_tables) == {n for n in reached if n.keys}
        for table in layout.index.tables.values():
            assert [table.position(n) for n in table.nodes] == list(range(len(table.nodes)))
