"""R-49 to R-53, S-83, S-85: the live tree."""

import pytest

from pyrt.engine.tree.index import Pattern
from pyrt.engine.tree.layout import MISSING, ComponentRef, Layout
from pyrt.engine.tree.values import LazyValue
from pyrt.model.ids import ALL, stringify_id

CHILDREN_PROPS = {"ns": {"Card": ["header", "items[].label"]}}


def box(component_id=None, children=None, kind="Div", **props):
    if component_id is not None:
        props["id"] = component_id
    if children is not None:
        props["children"] = children
    return {"namespace": "ns", "type": kind, "props": props}


def open_layout(root):
    layout = Layout(CHILDREN_PROPS)
    layout.load(root)
    return layout


def put(layout, component_id, prop, value, number=1):
    node = layout.find(stringify_id(component_id))
    return layout.assign(ComponentRef(node.component, node), prop, value, number)


def path_of(layout, component_id):
    return layout.find(component_id).full_path()


def ids(nodes):
    return [node.id for node in nodes]


def test_all_ids_are_found_in_layout_order():
    layout = Layout(CHILDREN_PROPS)
    tree = [
        box("a", [box("b"), "text", box(None, box({"i": 1}))]),
        box("c", kind="Card", header=[box("d")], items=[{"label": box("e")}, {"label": "x"}]),
        "text",
    ]
    assert ids(layout.load(tree)) == ["a", "b", '{"i":1}', "c", "d", "e"]
    assert layout.string_ids() == ["a", "b", "c", "d", "e"]
    assert path_of(layout, "b") == [0, "props", "children", 0]
    assert path_of(layout, "d") == [1, "props", "header", 0]
    assert path_of(layout, "e") == [1, "props", "items", 0, "label"]


def test_a_prop_without_components_is_just_set():
    layout = open_layout(box("a"))
    assert put(layout, "a", "title", {"id": "no component"}) is None
    assert layout.find("a").props["title"] == {"id": "no component"}
    assert layout.string_ids() == ["a"]


def test_new_children_replace_the_ids_of_the_old_ones():
    layout = open_layout(box("a", [box("b", box("c")), box("d")]))
    replacement = put(layout, "a", "children", [box("c"), box("e", box("f"))])
    assert ids(replacement.removed) == ["b", "c", "d"]
    assert ids(replacement.added) == ["c", "e", "f"]
    assert layout.string_ids() == ["a", "c", "e", "f"]
    assert put(layout, "a", "children", "text").prop == "children"
    assert layout.string_ids() == ["a"]


def test_a_value_of_another_prop_keeps_the_ids_below():
    layout = open_layout(box("card", box("in"), kind="Card", header=box("head")))
    put(layout, "card", "header", box("other"))
    assert layout.string_ids() == ["card", "in", "other"]
    put(layout, "card", "items", [{"label": box("x")}])
    put(layout, "card", "items", [])
    assert layout.string_ids() == ["card", "in", "other"]


def test_undefined_removes_a_prop_with_what_is_below():
    layout = open_layout(box("a", box("b"), title="t"))
    put(layout, "a", "children", MISSING)
    put(layout, "a", "title", MISSING)
    assert layout.root == box("a")
    assert layout.string_ids() == ["a"]


def test_dict_ids_keep_their_position_where_id_and_path_stay():
    """R-49, cbwc007."""
    layout = open_layout(box("list", [box({"i": n}) for n in (1, 2, 3)]))
    order = Pattern({"i": ALL})
    put(layout, "list", "children", [box({"i": n}) for n in (7, 2, 3)])
    assert [n.values[0] for n in layout.match(order, None)] == [7, 2, 3]
    put(layout, "list", "children", [box({"i": n}) for n in (0, 7, 2, 3)])
    assert [n.values[0] for n in layout.match(order, None)] == [0, 7, 2, 3]


def test_a_path_leads_to_components_without_an_id():
    layout = open_layout(box(None, [box("a", [box(), box(None, box(title="deep"))])]))
    path = ["props", "children", 0, "props", "children", 1, "props", "children"]
    ref = layout.locate(path, seen=0)
    assert ref.component["props"] == {"title": "deep"}
    assert ref.node.id == "a"
    assert layout.locate([], 0).component is layout.root


@pytest.mark.parametrize(
    "path",
    [
        ["props", "children", 9],
        ["props", "children", "x"],
        ["props", "title"],
        ["props", "children", 0, "props", "title", 0],
        ["nowhere"],
        [0],
    ],
)
def test_a_path_that_leads_to_no_component_leads_nowhere(path):
    assert open_layout(box("a", [box("b", title="t")])).locate(path, 0) is None


def test_a_stale_path_leads_nowhere():
    """Something at or above it was replaced by an Update that the sender had not seen."""
    layout = open_layout(box("top", [box("a", [box(title="x")])]))
    path = ["props", "children", 0, "props", "children", 0]
    put(layout, "a", "children", [box(title="y")], number=5)
    assert layout.locate(path, seen=4) is None
    assert layout.locate(path, seen=5).component["props"]["title"] == "y"
    put(layout, "a", "title", "no matter", number=6)
    assert layout.locate(path, seen=5) is not None
    put(layout, "top", "children", [box("a", [box(title="z")])], number=7)
    assert layout.locate(path, seen=6) is None


def test_children_set_by_a_component_without_an_id_are_found():
    layout = open_layout(box("a", [box(None, [box("old")]), box("kept")]))
    ref = layout.locate(["props", "children", 0], 0)
    layout.assign(ref, "children", [box("new", box("inner"))])
    assert sorted(layout.string_ids()) == ["a", "inner", "kept", "new"]
    assert path_of(layout, "new") == ["props", "children", 0, "props", "children", 0]
    put(layout, "a", "children", None)
    assert layout.string_ids() == ["a"]


def test_components_outside_of_the_tree_have_a_path_of_their_own():
    """R-26."""
    layout = open_layout(box("drop", [box("child")]))
    path = ["value one", 0]
    layout.insert_external(path, box("label", box(None, title="deep")))
    assert path_of(layout, "label") == path
    assert layout.locate([*path, "props", "children"], 0).component["props"] == {"title": "deep"}
    put(layout, "label", "children", box("new"))
    assert path_of(layout, "new") == [*path, "props", "children"]
    layout.insert_external(path, box("again"))
    assert sorted(layout.string_ids()) == ["again", "child", "drop"]
    layout.remove_external(path)
    layout.remove_external(path)
    assert sorted(layout.string_ids()) == ["child", "drop"]


def test_only_components_of_the_developer_tools_lie_beside_the_tree():
    layout = open_layout(box("a"))
    layout.insert_external(["__dash_devtools", 0], box("tool"))
    layout.insert_external(["props", "label", 0], box("label"))
    layout.insert_external([], box("nowhere"))  # what a page must not send
    assert list(layout.list_beside()) == [("__dash_devtools", 0)]


def test_components_outside_go_with_what_they_belong_to():
    layout = open_layout(box("a", [box("drop")]))
    layout.insert_external(["props", "children", 0, "option", 0], box("label"))
    put(layout, "a", "children", "gone")
    assert layout.string_ids() == ["a"]


def test_ids_that_cannot_be_ids_are_passed_over():
    tree = [box({"a": [1]}), box(["a"]), box(0), box(""), box({}), {"props": "none"}, {}]
    assert open_layout(tree).string_ids() == []


def test_values_are_given_as_copies():
    """S-51."""
    layout = open_layout(box("a", [box("b")], data={"x": [1]}))
    node = layout.find("a")
    for prop in ("children", "data"):
        before = layout.peek(node, prop)
        given = layout.copy_for_callback(node, prop, before)
        assert given == node.props[prop]
        assert given is not node.props[prop]
    assert layout.peek(node, "missing") is MISSING


def test_what_holds_components_is_copied_when_it_is_read():
    """They are changed in place, and a run keeps the values of the moment it starts."""
    layout = open_layout(box("a", [box("b", title="before")]))
    value = layout.peek(layout.find("a"), "children")
    put(layout, "b", "title", "after")
    assert value[0]["props"]["title"] == "before"


def test_a_large_value_is_stored_with_its_packed_form():
    data = [{"n": n} for n in range(2000)]
    layout = open_layout(box("a", data=data, small=[1]))
    node = layout.find("a")
    first = layout.copy_for_callback(node, "data", layout.peek(node, "data"))
    assert type(node.props["data"]) is LazyValue
    first.clear()
    assert layout.copy_for_callback(node, "data", layout.peek(node, "data")) == data
    layout.copy_for_callback(node, "small", layout.peek(node, "small"))
    assert node.props["small"] == [1]


def test_what_is_held_is_read_when_components_may_be_in_it():
    layout = open_layout(box("a"))
    put(layout, "a", "children", LazyValue(decode=lambda: [box("b")]))
    assert layout.string_ids() == ["a", "b"]
    put(layout, "a", "title", LazyValue(decode=lambda: 1 / 0))
    assert type(layout.find("a").props["title"]) is LazyValue, "it has not been read yet"
