"""The types for type checkers that tools/dash_stubs.py makes of metadata and of pyrt/compat."""

import ast
import json
import zipfile
from typing import Any

import pytest

from tools import dash_stubs


def prop(name, description="", **more):
    return {"type": {"name": name, **more}, "required": False, "description": description}


def enum(*values):
    return prop("enum", value=[{"value": value} for value in values])


def stubs(**props):
    """The stub of `dash.html` with one component, `Box`, that has these props."""
    metadata: dict[str, Any] = {"src/Box.react.js": {"description": "A box.", "props": props}}
    return ast.parse(dash_stubs.generate({"html": metadata})["html/__init__.pyi"])


def box(**props):
    (found,) = (node for node in stubs(**props).body if isinstance(node, ast.ClassDef))
    return found


def parameters(**props):
    """The parameters of the component's `__init__`: name -> type."""
    (init,) = (node for node in box(**props).body if isinstance(node, ast.FunctionDef))
    assert init.args.kwarg is None, "any name would be accepted"
    return {each.arg: ast.unparse(each.annotation or each) for each in init.args.args[1:]}


def type_of(about, name="value"):
    return parameters(**{name: about})[name]


def test_a_component_accepts_its_props_in_the_order_of_dash_and_nothing_else():
    props = {
        "value": prop("string"),
        "setProps": prop("func"),
        "data-*": prop("string"),
        "class": prop("string"),
        "children": prop("node"),
        "unknown": {"required": False},
    }
    assert list(parameters(**props)) == ["children", "value"]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (prop("string"), "str | None"),
        (prop("bool"), "bool | None"),
        (prop("number"), "NumberType | None"),
        (prop("node"), "Children | None"),
        (prop("any"), "Any"),
        (prop("something new"), "Any"),
        (prop("array"), "Sequence[Any] | None"),
        (prop("arrayOf", value={"name": "string"}), "Sequence[str] | None"),
        (prop("object"), "Mapping[Any, Any] | None"),
        (prop("objectOf", value={"name": "string"}), "Mapping[Any, Any] | None"),
        (prop("union", value=[{"name": "string"}, {"name": "bool"}]), "str | bool | None"),
        (prop("union", value=[{"name": "string"}, {"name": "string"}]), "str | None"),
        (prop("literal", value="auto"), "Literal['auto'] | None"),
        (enum("'a'", "2", "true", "null"), "Literal['a', 2, True, None] | None"),
        (enum(None, "'a'"), "Literal[None, 'a'] | None"),
        (enum("'a'", "SOME_NAME"), "Any"),
    ],
)
def test_a_type_is_that_of_the_metadata(about, expected):
    assert type_of(about) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", "str | dict[str, Any] | None"),
        ("style", "Any"),
        ("figure", "Figure | Mapping[Any, Any] | None"),
        ("start_date", "str | datetime.date | None"),
    ],
)
def test_some_props_accept_more_than_their_metadata_say(name, expected):
    assert type_of(prop("string"), name) == expected


def test_dicts_with_known_keys_have_types_of_their_own():
    inner = {"name": "shape", "value": {"data-x": {"name": "bool"}}}
    keys = {"text": {"name": "string", "required": True}, "more": inner}
    props = {"a_list": prop("arrayOf", value={"name": "exact", "value": keys})}
    assert parameters(**props)["a_list"] == "Sequence[AList | Mapping[str, Any]] | None"
    shapes = [ast.unparse(node) for node in box(**props).body if isinstance(node, ast.Assign)]
    more = "NotRequired[AListMore | Mapping[str, Any]]"
    assert shapes == [
        "AListMore = TypedDict('AListMore', {'data-x': NotRequired[bool]})",
        f"AList = TypedDict('AList', {{'text': str, 'more': {more}}})",
    ]


def test_two_dicts_at_one_place_have_two_types():
    one, two = ({"name": "shape", "value": {key: {"name": "any"}}} for key in ("one", "two"))
    assert type_of(prop("union", value=[one, two, one])) == (
        "Value | Mapping[str, Any] | Value_ | Mapping[str, Any] | None"
    )


def test_descriptions_are_the_documentation():
    shape = {"name": "shape", "value": {"key": {"name": "any", "description": 'The "key" \\ it.'}}}
    props = {
        "data": prop("union", "All data.", value=[{"name": "string"}, shape]),
        "setProps": prop("func", "Internal."),
    }
    text = ast.get_docstring(box(**props))
    assert text == 'A box.\n\nProps:\n    data: All data.\n        key: The "key" \\ it.'


def test_other_modules_have_the_names_of_compat_without_functions():
    files = dash_stubs.generate({})
    assert files["py.typed"] == ""  # complete: nothing of another dash is looked up
    names = ast.parse(files["__init__.pyi"])
    assert not [node for node in ast.walk(names) if isinstance(node, ast.FunctionDef)]
    text = files["__init__.pyi"]
    for imported in ("from pyrt.app.dash import Dash", "from . import dependencies", "'Input'"):
        assert imported in text
    assert "page_container: Component" in text
    assert "from pyrt.model.downloads import send_file as send_file" in files["dcc/__init__.pyi"]
    assert "class RendererHooks(TypedDict" in files["types.pyi"]
    assert "_missing.pyi" not in files


def test_stubs_are_written_in_place_of_older_ones(tmp_path, capsys):
    wheel, out = tmp_path / "dash-4.0-py3-none-any.whl", tmp_path / "out"
    metadata = {"src/components/Link.react.js": {"props": {"href": prop("string")}}}
    with zipfile.ZipFile(wheel, "w") as archive:
        for module in ("html", "dcc", "dash_table"):
            archive.writestr(f"dash/{module}/metadata.json", json.dumps(metadata))
    out.mkdir()
    (out / "old.pyi").touch()
    assert dash_stubs.main([str(out), "--wheel", str(wheel)]) == 0
    assert "class Link(Component)" in (out / "dash_table" / "__init__.pyi").read_text()
    assert not (out / "old.pyi").exists()
    assert capsys.readouterr().out == f"wrote {out}\n"


def test_a_damaged_wheel_is_one_error_and_nothing_is_written(tmp_path, capsys):
    wheel = tmp_path / "dash-4.0-py3-none-any.whl"
    wheel.write_text("no archive")
    assert dash_stubs.main([str(tmp_path / "out"), "--wheel", str(wheel)]) == 1
    assert f"The wheel {wheel} is damaged" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
