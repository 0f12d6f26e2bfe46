"""R-51, R-52: where components may stand inside of props."""

import pytest

from pyrt.engine.tree.children_props import ChildrenPaths, parse_children_path

CHILDREN_PROPS = {
    "ns": {
        "Menu": ["label", "overlay.children", "options[].label", "items{}.title"],
        "Plain": [],
        "Unknown": None,
    }
}


def component(kind, **props):
    return {"namespace": "ns", "type": kind, "props": props}


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("label", ("label",)),
        ("overlay.children", ("overlay", "children")),
        ("options[].label", ("options", "[]", "label")),
        ("items{}.title", ("items", "{}", "title")),
        ("rows[]", ("rows", "[]")),
        ("cells{}[]", ("cells", "{}", "[]")),
    ],
)
def test_a_pattern_is_a_path_with_marks_for_each_item_and_each_value(pattern, path):
    assert parse_children_path(pattern) == path


def test_children_holds_components_in_every_type_and_comes_first():
    paths = ChildrenPaths(CHILDREN_PROPS)
    assert list(paths.of(component("Menu"))) == ["children", "label", "overlay", "options", "items"]
    for kind in ("Plain", "Unknown", "NeverHeardOf"):
        assert list(paths.of(component(kind))) == ["children"]


def test_places_are_the_concrete_paths_of_a_prop():
    paths = ChildrenPaths(CHILDREN_PROPS)
    menu = component(
        "Menu",
        overlay={"children": "o"},
        options=[{"label": "a"}, {"value": 1}, {"label": "b"}],
        items={"x": {"title": "t"}, "y": "no dict"},
    )
    assert list(paths.find_in(menu, "overlay")) == [(("props", "overlay", "children"), "o")]
    assert list(paths.find_in(menu, "options")) == [
        (("props", "options", 0, "label"), "a"),
        (("props", "options", 2, "label"), "b"),
    ]
    assert list(paths.find_in(menu, "items")) == [(("props", "items", "x", "title"), "t")]
    assert list(paths.find_in(menu, "children")) == []
    assert list(paths.find_in(menu, "style")) == []


@pytest.mark.parametrize("value", [None, "text", 3, [], {}, {"label": 1}])
def test_a_value_of_another_shape_has_no_places(value):
    paths = ChildrenPaths(CHILDREN_PROPS)
    menu = component("Menu", overlay=value, options=value)
    assert list(paths.find_in(menu, "overlay")) == []
    assert list(paths.find_in(menu, "options")) == []


def test_paths_through_items_or_values_are_not_plain():
    paths = ChildrenPaths(CHILDREN_PROPS)
    menu = component("Menu")
    assert paths.is_plain(menu, "children")
    assert paths.is_plain(menu, "overlay")
    assert not paths.is_plain(menu, "options")
    assert not paths.is_plain(menu, "items")


def test_types_declared_later_are_found():
    """A callback may import a package (R-18)."""
    children_props: dict[str, dict[str, list[str]]] = {}
    paths = ChildrenPaths(children_props)
    children_props["late"] = {"Card": ["header"]}
    card = {"namespace": "late", "type": "Card", "props": {}}
    assert list(paths.of(card)) == ["children", "header"]


def test_what_is_no_component_at_all_does_no_harm():
    paths = ChildrenPaths(CHILDREN_PROPS)
    assert list(paths.of({"namespace": [], "type": {}})) == ["children"]
