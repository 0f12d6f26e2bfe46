"""R-80, S-168, S-174: errors that are raised when an app is made and when it starts."""

import pytest
from dash import html

from pyrt.app.validation import check_layout, check_obsolete, check_route
from pyrt.model.errors import DuplicateIdError, NoLayoutException, ObsoleteKwargException


@pytest.mark.parametrize(
    "layout",
    [
        html.Div(),
        "text",
        [],
        ["text", html.Div(id="a"), html.Div(id="b")],
        (html.Div([html.Div(id="a"), html.Div("text")]), html.Div(id="b")),
        html.Div([None, 5, "text", html.Div(id={"i": 1}), html.Div(id={"i": 2})]),
        [html.Div(), html.Div()],
    ],
)
def test_components_texts_and_lists_of_them_can_be_shown(layout):
    check_layout(layout)


def test_a_component_without_an_id_is_like_no_other():
    check_layout([html.Div(id=""), html.Div(id=""), html.Div(), html.Div()])


@pytest.mark.parametrize("layout", [5, {"a": 1}, [None], [html.Div(), 5], [[html.Div()]], object()])
def test_anything_else_is_named(layout):
    with pytest.raises(NoLayoutException, match="Only strings and components are allowed"):
        check_layout(layout)


def test_no_layout_at_all_is_said_so():
    with pytest.raises(NoLayoutException, match="The app has no layout"):
        check_layout(None)


@pytest.mark.parametrize(
    "layout",
    [
        html.Div(html.Div(id="x"), id="x"),
        html.Div([html.Div(id="x"), html.Div([html.Div(id="x")])]),
        [html.Div(id="x"), html.Div(html.Div(id="x"))],
    ],
    ids=["parent", "depths", "items"],
)
def test_an_id_that_two_components_have_is_named(layout):
    """R-80."""
    with pytest.raises(DuplicateIdError, match="have the id `x`"):
        check_layout(layout)


def test_a_dict_id_is_the_same_in_any_order_and_not_with_another_type():
    """R-80."""
    check_layout([html.Div(id={"i": 1}), html.Div(id={"i": "1"})])
    with pytest.raises(DuplicateIdError):
        check_layout([html.Div(id={"i": 1, "t": "a"}), html.Div(id={"t": "a", "i": 1})])


def test_arguments_that_dash_still_takes_without_effect_are_told_of(capsys):
    check_obsolete({"dynamic_loading": True, "preloaded_libraries": []})
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "dynamic_loading",
        "preloaded_libraries",
    ]
    check_obsolete({})


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("static_folder", ObsoleteKwargException),
        ("components_cache_max_age", ObsoleteKwargException),
        ("long_callback_managers", TypeError),
        ("titel", TypeError),
    ],
)
def test_arguments_that_dash_has_dropped_or_never_had_are_named(name, error):
    """S-168: the value is of no importance."""
    for value in (None, 1):
        with pytest.raises(error, match=name):
            check_obsolete({"dynamic_loading": True, name: value})


def test_a_route_has_a_name_a_function_and_methods():
    """S-174."""
    check_route("mine", len, ["GET", "POST"], [])
    check_route("mine/too", len, [], ["mine"])


@pytest.mark.parametrize(
    ("name", "function", "methods", "message"),
    [
        ("/mine", len, ["GET"], "no slash in front of it, unlike '/mine'"),
        ("mine", "len", ["GET"], "is a function, not 'len'"),
        ("mine", len, ["get"], "only contain POST and GET"),
        ("mine", len, ["GET", "DELETE"], "only contain POST and GET"),
        ("taken", len, ["GET"], "has a route 'taken' already"),
    ],
)
def test_what_could_not_be_a_route_is_refused(name, function, methods, message):
    """S-174."""
    with pytest.raises(ValueError, match=message):
        check_route(name, function, methods, ["taken"])
