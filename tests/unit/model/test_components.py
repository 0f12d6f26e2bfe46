"""The classes of Dash's own components, made from the registry file."""

import json
from typing import Any

import pytest

from pyrt.model import components
from pyrt.model.component import ComponentRegistry
from pyrt.model.components import LIBRARIES, load_registry
from pyrt.model.errors import DefinitionError


def make(module, name) -> Any:
    return LIBRARIES[module].make(name)


def test_all_components_of_dash_are_there():
    assert len(LIBRARIES["html"].names) > 120
    assert {"Dropdown", "Graph", "Location", "Store", "Upload"} <= set(LIBRARIES["dcc"].names)
    assert LIBRARIES["dash_table"].names == ["DataTable"]


def test_a_component_has_one_class_however_it_is_reached():
    from dash import html  # noqa: PLC0415  # the import is tested

    assert html.Div is make("html", "Div") is make("html", "Div")


def test_arguments_by_position_are_those_of_the_generated_classes():
    assert make("html", "Div")("a", "b", 3).to_plotly_json()["props"] == {
        "children": "a",
        "id": "b",
        "n_clicks": 3,
    }
    assert make("dcc", "Dropdown")(["x", "y"], "x").to_plotly_json()["props"] == {
        "options": ["x", "y"],
        "value": "x",
    }


def test_only_components_that_take_children_have_them_unasked():
    assert make("dcc", "Input")().to_plotly_json()["props"] == {}
    assert make("html", "P")().to_plotly_json()["props"] == {"children": None}
    with pytest.raises(TypeError, match="unexpected keyword argument: `children`"):
        make("dcc", "Input")(children="x")


def test_an_argument_given_twice_is_refused():
    with pytest.raises(TypeError) as error:
        make("html", "Div")("a", children="b")
    assert str(error.value) == "Div.__init__() got multiple values for argument 'children'"


def test_more_arguments_than_there_are_names_are_refused():
    count = len(make("html", "Div")._arguments)
    with pytest.raises(TypeError) as error:
        make("html", "Div")(*range(count + 1))
    assert str(error.value) == (
        f"Div.__init__() takes from 1 to {count + 1} positional arguments "
        f"but {count + 2} were given"
    )


def test_a_required_argument_must_be_given():
    """R-68."""
    with pytest.raises(TypeError) as error:
        make("dcc", "Store")()
    assert str(error.value) == "Required argument `id` was not specified."
    assert make("dcc", "Store")(id="s").id == "s"


def test_components_in_other_props_are_accepted_where_the_package_says_so():
    """R-51."""
    tab = make("dcc", "Tab")(label=make("html", "B")("x"))
    assert tab.to_plotly_json()["props"]["label"].children == "x"


def test_an_unknown_name_is_explained():
    with pytest.raises(AttributeError) as error:
        make("html", "div")
    assert str(error.value) == ("module 'dash.html' has no attribute 'div'; it is spelled 'Div'")
    with pytest.raises(AttributeError, match=r"^module 'dash.dcc' has no attribute 'Nope'$"):
        make("dcc", "Nope")


def test_all_built_in_components_are_registered_without_making_classes():
    """R-51."""
    LIBRARIES["html"].names  # noqa: B018  # loads the registry
    assert ComponentRegistry.children_props["dash_core_components"]["Tab"] == ["label"]
    assert ComponentRegistry.children_props["dash_html_components"]["Div"] == []
    assert ComponentRegistry.namespace_to_package["dash_table"] == "dash"
    assert "dash" in ComponentRegistry.registry


def test_the_registry_is_read_once(monkeypatch):
    load_registry()
    monkeypatch.setattr(components, "load", None)
    load_registry()


def test_a_missing_registry_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.setattr(LIBRARIES["html"], "_entries", None)
    path = tmp_path / "registry.json"
    with pytest.raises(DefinitionError) as error:
        load_registry(path)
    assert str(error.value) == (
        f"{path} is missing: without it, dash.html, dash.dcc and dash.dash_table have no "
        "components. It is made from the dash wheel by `make registry`, and by every build."
    )


def test_the_registry_holds_what_a_class_needs():
    content = json.loads(components.REGISTRY_PATH.read_text())
    for library in content.values():
        for entry in library["components"].values():
            assert set(entry["required"]) <= set(entry["props"])
            assert entry["nodes"][-1] == "children"
