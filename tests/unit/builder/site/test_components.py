"""The registry of components, made from the metadata of a component package."""

import json
import zipfile

from pyrt_build.site.components import describe_component, make_registry


def prop(kind, *, required=False, **more):
    return {"type": {"name": kind, **more}, "required": required, "description": ""}


def describe(props, *, sort=True):
    return describe_component(props, sort=sort)


def test_props_are_children_then_id_then_sorted():
    props = {
        "value": prop("string"),
        "id": prop("string"),
        "b": prop("any"),
        "children": prop("node"),
    }
    assert describe(props)["props"] == ["children", "id", "b", "value"]


def test_a_component_may_keep_the_order_of_its_prop_types():
    props = {"value": prop("string"), "id": prop("string"), "children": prop("node")}
    assert describe(props, sort=False)["props"] == ["value", "id", "children"]


def test_functions_and_untyped_props_cannot_come_from_python():
    props = {"id": prop("string"), "setProps": prop("func"), "old": {"required": False}}
    assert describe(props)["props"] == ["id"]


def test_arguments_follow_the_prop_types_with_children_first_and_without_keywords_and_wildcards():
    props = {
        "options": prop("any"),
        "async": prop("bool"),
        "data-*": prop("string"),
        "setProps": prop("func"),
        "children": prop("node"),
        "id": prop("string"),
    }
    described = describe(props)
    assert described["arguments"] == ["children", "options", "id"]
    assert described["wildcards"] == ["data-"]
    assert "async" in described["props"]


def test_required_props_are_named():
    props = {"id": prop("string", required=True), "columns": prop("any")}
    assert describe(props)["required"] == ["id"]


def test_patterns_of_children_follow_shapes_arrays_objects_and_unions():
    """R-51."""
    node, text = {"name": "node"}, {"name": "string"}
    label = {"label": {"name": "node", "required": False}, "value": text}
    shape = {"name": "shape", "value": label}
    props = {
        "children": prop("node"),
        "title": prop("node"),
        "rows": prop("arrayOf", value=node),
        "options": prop("arrayOf", value=shape),
        "either": prop("union", value=[text, node]),
        "choice": prop("union", value=[text, {"name": "arrayOf", "value": shape}]),
        "cells": prop("objectOf", value=node),
        "groups": prop("objectOf", value=shape),
        "exact": prop("exact", value=label),
        "text": prop("string"),
    }
    described = describe(props)
    assert described["childrenProps"] == [
        "title",
        "rows",
        "options[].label",
        "either",
        "choice[].label",
        "cells{}",
        "groups{}.label",
        "exact.label",
    ]
    assert described["nodes"] == ["title", "rows", "either", "children"]


def test_a_registry_is_read_from_the_metadata_in_a_wheel(tmp_path):
    wheel = tmp_path / "dash-4.0-py3-none-any.whl"
    metadata = {"src/components/Link.react.js": {"props": {"b": prop("any"), "a": prop("any")}}}
    with zipfile.ZipFile(wheel, "w") as archive:
        for module in ("html", "dcc", "dash_table"):
            archive.writestr(f"dash/{module}/metadata.json", json.dumps(metadata))
    registry = json.loads(json.dumps(make_registry(wheel)))
    assert registry["html"]["namespace"] == "dash_html_components"
    assert registry["html"]["components"]["Link"]["props"] == ["a", "b"]
    # dcc.Link is one of those that keep their order; html.Link is not.
    assert registry["dcc"]["components"]["Link"]["props"] == ["b", "a"]
