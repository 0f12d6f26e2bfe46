"""Private names of Dash that apps and packages import, with what Dash 4.4 returns for the same."""

import pytest
from dash import Dash, Input, Output, callback, html
from dash._callback import GLOBAL_CALLBACK_LIST, GLOBAL_CALLBACK_MAP
from dash._callback_context import CallbackContext, callback_context, has_context
from dash._configs import pathname_configs
from dash._get_paths import app_get_asset_url, app_get_relative_path, app_strip_relative_path
from dash._pages import _parse_path_variables, _parse_query_string
from dash._utils import (
    gen_salt,
    inputs_to_dict,
    inputs_to_vals,
    interpolate_str,
    patch_collections_abc,
    split_callback_id,
    to_json,
)
from dash._validate import validate_and_group_input_args, validate_layout
from dash.exceptions import CallbackException, MissingCallbackContextException
from dash.fingerprint import build_fingerprint, check_fingerprint

from pyrt.model.callback import GLOBAL_CALLBACKS


def test_texts_and_ids():
    assert to_json(html.P("x", id="p")) == (
        '{"props":{"children":"x","id":"p"},"type":"P","namespace":"dash_html_components"}'
    )
    assert to_json(None) is None
    assert interpolate_str("<p>{%a%}{%b%}</p>", a=1, b="{") == "<p>1{</p>"
    assert len(gen_salt(7)) == 7
    assert patch_collections_abc("Mapping").__name__ == "Mapping"
    assert split_callback_id("a.x") == {"id": "a", "property": "x"}
    assert split_callback_id('..{"i":1}.x...b.y..') == [
        {"id": '{"i":1}', "property": "x"},
        {"id": "b", "property": "y"},
    ]


def test_values_of_an_inputs_list():
    listed = [
        {"id": "a", "property": "x", "value": 1},
        [{"id": {"k": 2, "i": 1}, "property": "y", "value": 3}, {"id": "n", "property": "z"}],
    ]
    assert inputs_to_vals(listed) == [1, [3, None]]
    assert inputs_to_dict(listed) == {"a.x": 1, '{"i":1,"k":2}.y': 3, "n.z": None}


def test_arguments_of_a_function():
    assert validate_and_group_input_args([5, 6], [0, 1]) == ([5, 6], {})
    assert validate_and_group_input_args([5, 6], {"a": 0, "b": (1,)}) == ([], {"a": 5, "b": [6]})
    assert validate_and_group_input_args([5], 0) == ([5], {})
    with pytest.raises(CallbackException):
        validate_and_group_input_args([5], [0, 1])
    with pytest.raises(CallbackException):
        validate_and_group_input_args([5], {"not a name": 0})


def test_fingerprints():
    assert build_fingerprint("a/b.min.js", "1.0.0", 123) == "a/b.v1_0_0m123.min.js"
    assert check_fingerprint("a/b.v1_0_0m123.min.js") == ("a/b.min.js", True)
    assert check_fingerprint("a/b.min.js") == ("a/b.min.js", False)


def test_paths_and_pages():
    app = Dash("test_private", url_base_pathname="/x/")
    assert app_get_asset_url(app.config, "a.png") == "/x/assets/a.png"
    assert app_get_relative_path("/x/", "/b") == "/x/b"
    assert app_strip_relative_path("/x/", "/x/b/") == "b"
    assert pathname_configs(url_base_pathname="/x/") == ("/x/", "/x/", "/x/")
    assert _parse_query_string("?a=1") == {"a": "1"}
    assert _parse_path_variables("item/3", "item/<n>") == {"n": "3"}
    with pytest.raises(Exception, match="id `a`"):
        validate_layout(None, html.Div([html.P(id="a"), html.P(id="a")]))


def test_the_context_of_a_callback():
    assert isinstance(callback_context, CallbackContext)

    def name_of_it():
        raise AssertionError

    with pytest.raises(MissingCallbackContextException, match="name_of_it"):
        has_context(name_of_it)()


def test_the_lists_of_callbacks_show_what_is_registered():
    GLOBAL_CALLBACK_LIST.clear()
    try:

        @callback(Output("p", "children"), Input("b", "n_clicks"))
        def show(clicks):
            return clicks

        assert [each["output"] for each in GLOBAL_CALLBACK_LIST] == ["p.children"]
        assert [*GLOBAL_CALLBACK_MAP] == ["p.children"]
        assert GLOBAL_CALLBACK_MAP["p.children"]["callback"] is show
        GLOBAL_CALLBACK_MAP.clear()
        assert len(GLOBAL_CALLBACK_LIST) == len(GLOBAL_CALLBACKS) == 0
    finally:
        GLOBAL_CALLBACKS.restart()
