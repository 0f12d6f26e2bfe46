"""The class Component: its JSON, its checks, its methods as a container, and generated ids."""

import copy
import pickle
import sys
from typing import Any

import pytest

from pyrt.app.dash import Dash
from pyrt.model import component as module
from pyrt.model.component import (
    DASH_VERSION,
    ONE_DASH,
    Component,
    ComponentMeta,
    ComponentRegistry,
    _explicitize_args,
    advise,
    is_component,
)
from pyrt.model.components import LIBRARIES
from pyrt.model.errors import IncorrectTypeException, NoLayoutException

Div: Any = LIBRARIES["html"].make("Div")


class Sample(Component):
    """As a package's generator writes classes."""

    _namespace = "sample"
    _type = "Sample"
    _children_props = ("label",)
    _base_nodes = ("label", "children")

    def __init__(self, children=None, id=None, label=None, value=Component.REQUIRED, **kwargs):  # noqa: A002  # as generated
        self._prop_names = ["children", "id", "label", "value", "data-*"]
        self._valid_wildcard_attributes = ["data-"]
        explicit = kwargs.pop("_explicit_args")
        given = {**locals(), **kwargs}
        super().__init__(
            children=children, **{name: given[name] for name in explicit if name != "children"}
        )


setattr(Sample, "__init__", _explicitize_args(Sample.__init__))  # noqa: B010  # as generated


@pytest.fixture
def tree():
    return Div(
        [
            "text",
            Div(id="a", children=Div([Div(id="b"), 3], id={"type": "x", "index": 1})),
            Div("lone", id="c"),
        ],
        id="root",
    )


def test_only_given_props_and_children_are_in_the_json():
    """R-64."""
    assert Div(id="x", style=None).to_plotly_json() == {
        "props": {"children": None, "id": "x", "style": None},
        "type": "Div",
        "namespace": "dash_html_components",
    }


def test_wildcard_props_are_kept():
    made = Div(**{"data-x": 1, "aria-label": "y"})
    assert made.to_plotly_json()["props"] == {"children": None, "data-x": 1, "aria-label": "y"}
    assert repr(made) == "Div(data-x=1, aria-label='y')"


def test_a_generated_class_knows_which_arguments_were_given():
    """R-64: None that was given is kept, None that was not is left out."""
    assert Sample("x", value=None).to_plotly_json()["props"] == {"children": "x", "value": None}
    assert Sample(None, "i", **{"data-a": 1}).to_plotly_json()["props"] == {
        "children": None,
        "id": "i",
        "data-a": 1,
    }


def test_explicit_arguments_are_no_arguments_of_components():
    with pytest.raises(TypeError, match="_explicit_args"):
        Sample(_explicit_args=[])


def test_classes_enter_the_registry_of_packages():
    assert ComponentRegistry.namespace_to_package["sample"] == __name__.partition(".")[0]
    assert ComponentRegistry.children_props["sample"]["Sample"] == ("label",)
    assert __name__.partition(".")[0] in ComponentRegistry.registry


def test_classes_made_without_a_package_do_not_enter_the_registry():
    known = list(ComponentRegistry.registry)
    ComponentMeta("Loaded", (Component,), {"__module__": "builtins", "_namespace": "loaded"})
    assert list(ComponentRegistry.registry) == known
    assert "loaded" not in ComponentRegistry.namespace_to_package


def test_resources_of_packages_come_in_order_of_import(monkeypatch):
    monkeypatch.setattr(ComponentRegistry, "registry", module.PackageSet())
    for name in ("second_package", "first_package"):
        package: Any = type(sys)(name)
        package._js_dist = [{"namespace": name}]
        monkeypatch.setitem(sys.modules, name, package)
        ComponentRegistry.registry.add(name)
    found = ComponentRegistry.get_resources("_js_dist")
    assert [entry["namespace"] for entry in found] == ["second_package", "first_package"]
    assert ComponentRegistry.get_resources("_js_dist", ["first_package"]) == found[1:]
    assert ComponentRegistry.get_resources("_css_dist") == []


def test_an_unknown_argument_is_refused_with_those_that_exist():
    """R-68."""
    with pytest.raises(TypeError) as error:
        Div(asdf=True, id="x")
    message = str(error.value)
    assert message.startswith(
        f'The `html.Div` component (version {DASH_VERSION}) with the ID "x" received an unexpected '
        "keyword argument: `asdf`\nAllowed arguments: accessKey, aria-*, children,"
    )


def test_packages_are_named_with_their_version(monkeypatch):
    package: Any = type(sys)("sample")
    monkeypatch.setitem(sys.modules, "sample", package)
    with pytest.raises(TypeError, match=r"`sample.Sample` component \(version unknown\) received"):
        Sample(nope=1)
    package.__version__ = "2.1"
    with pytest.raises(TypeError, match=r"`sample.Sample` component \(version 2.1\) received"):
        Sample(nope=1)


def test_a_component_in_another_prop_than_children_is_refused():
    """R-54, R-68."""
    with pytest.raises(TypeError, match="takes no component as `style`, but got Div"):
        Div("a", style=Div())
    assert Sample(label=Div()).label is not None


@pytest.mark.parametrize(
    ("component_id", "message"),
    [
        (None, "The id of a component is a string or a dict, not None"),
        (3, "The id of a component is a string or a dict, not 3"),
        ({1: "x"}, "Keys of a dict id are strings: 1 in {1: 'x'} is not"),
        ({"a": None}, "Values of a dict id are strings, numbers and booleans: None in {'a': None}"),
        ({"a": [1]}, "Values of a dict id are strings, numbers and booleans: [1] in {'a': [1]}"),
    ],
)
def test_bad_ids_are_refused(component_id, message):
    """R-48, R-68."""
    with pytest.raises(TypeError) as error:
        Div(id=component_id)
    assert str(error.value).startswith(message)


def test_components_are_found_by_id_at_any_depth(tree):
    assert tree["b"].id == "b"
    assert tree[{"type": "x", "index": 1}].id == {"type": "x", "index": 1}
    with pytest.raises(KeyError, match="unknown"):
        tree["unknown"]
    with pytest.raises(KeyError):
        Div("text")["x"]


def test_components_are_replaced_and_removed_by_id(tree):
    tree["c"] = Div(id="d")
    assert [child for child in tree.children[1:] if child.id == "d"] != []
    del tree["d"]
    assert len(tree.children) == 2
    del tree[{"type": "x", "index": 1}]
    assert tree["a"].children is None
    tree["a"].children = Div(id="e")
    tree["e"] = Div(id="f")
    assert tree["a"].children.id == "f"


def test_iteration_yields_ids_and_len_counts_items(tree):
    assert list(tree) == ["a", {"type": "x", "index": 1}, "b", "c"]
    assert len(tree) == 7
    assert [len(Div(children)) for children in (None, "x", 0, [], [1, 2], Div())] == [
        0, 1, 1, 0, 2, 1,
    ]  # fmt: skip
    assert not Div()


def test_every_item_is_visited_with_its_path(tree):
    paths = [path for path, _ in tree._traverse_with_paths()]
    assert paths[:3] == [
        "[0] str",
        "[1] Div (id=a)",
        '[1] Div (id=a)\n[*] Div (id={"index":1,"type":"x"})',
    ]
    assert [item.id for item in tree._traverse_ids()] == list(tree)


def test_repr_shows_the_props_that_are_set():
    assert repr(Div()) == "Div(None)"
    assert repr(Div(["a", Div("b")])) == "Div(['a', Div('b')])"
    assert repr(Div("a", id="x", style=None)) == "Div(children='a', id='x')"


def test_generated_ids_are_the_same_in_every_process(monkeypatch):
    """S-8: the ids Dash would give, in the order of asking."""
    monkeypatch.setattr(module, "_ids", None)
    first, second, named = Div(), Div(), Div(id="named")
    assert first._set_random_id() == "e3e70682-c209-4cac-629f-6fbed82c07cd"
    assert second._set_random_id() == "82e2e662-f728-b4fa-4248-5e3a0a5d2f34"
    assert first._set_random_id() == first.id
    assert named._set_random_id() == "named"


def test_a_persisted_component_gets_no_generated_id():
    """S-8."""
    field = LIBRARIES["dcc"].make("Input")(persistence=True)
    with pytest.raises(RuntimeError, match=r"`dash_core_components.Input` .* assign an explicit"):
        field._set_random_id()
    assert not hasattr(field, "id")


def test_a_value_set_by_a_subclass_is_a_prop_of_all_its_instances():
    class Card(Div):  # type: ignore[misc]  # made at run time
        className = "card"  # noqa: N815  # a prop
        unrelated = 3

    assert Card("x").to_plotly_json()["props"] == {"children": "x", "className": "card"}
    assert Card(className="mine").to_plotly_json()["props"]["className"] == "mine"


def test_components_can_be_copied_and_are_recognised(tree):
    again = copy.deepcopy(tree)
    assert again.to_plotly_json()["props"].keys() == tree.to_plotly_json()["props"].keys()
    assert again["b"] is not tree["b"]
    assert is_component(tree)
    assert not is_component("Div")
    assert not is_component(Div)


def test_markers_of_generated_signatures_print_as_words():
    assert (str(Component.UNDEFINED), repr(Component.REQUIRED)) == ("undefined", "required")


def test_components_can_be_pickled():
    import dash.html  # noqa: PLC0415  # where pickle looks for the class

    made = dash.html.Div("x", id="y")
    assert pickle.loads(pickle.dumps(made)).to_plotly_json() == made.to_plotly_json()


RealComponent = type("Component", (), {"__module__": "dash.development.base_component"})
RealDiv = type("Div", (RealComponent,), {"__module__": "dash.html.Div"})
RealGrid = type("AgGrid", (RealComponent,), {"__module__": "dash_ag_grid.AgGrid"})
RealInput = type("Input", (), {"__module__": "dash.dependencies"})


def test_an_object_of_a_real_dash_is_named():
    for kind in (RealDiv, RealGrid, RealInput):
        assert advise(kind()) == (
            f"\nThis {kind.__name__} is of the Dash that is installed beside pyrt. {ONE_DASH}"
        )


@pytest.mark.parametrize("value", [None, "text", object(), Div()])
def test_other_values_get_no_advice(value):
    assert advise(value) == ""


def test_a_layout_and_a_dependency_of_a_real_dash_are_refused_with_it():
    app = Dash("mixed")
    with pytest.raises(NoLayoutException, match="This Div is of the Dash"):
        app.layout = RealDiv()
    with pytest.raises(IncorrectTypeException, match="This Input is of the Dash"):
        app.callback(RealInput())(print)
