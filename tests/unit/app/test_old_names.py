"""Modules and classes of Dash 1 to 3 under their old names."""

import importlib

import pytest

from pyrt.app.dash import APPS, Dash
from pyrt.app.old_names import JupyterDash, long_callback
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.dependencies import Input, Output


@pytest.fixture(autouse=True)
def _no_apps():
    yield
    APPS.forget()
    GLOBAL_CALLBACKS.clear()


def test_a_notebook_s_app_is_a_dash_app():
    app = importlib.import_module("jupyter_dash").JupyterDash("x")
    assert isinstance(app, Dash)
    assert isinstance(app, JupyterDash)
    JupyterDash.infer_jupyter_proxy_config()
    app.run_server(mode="inline", width="50%", inline_exceptions=True)


@pytest.mark.parametrize(
    "decorator", [long_callback, importlib.import_module("dash").long_callback]
)
def test_a_long_callback_is_a_background_callback(decorator):
    before = len(list(GLOBAL_CALLBACKS))

    @decorator(Output("a", "b"), Input("c", "d"), progress=[Output("e", "f")])
    def compute(value):
        return value

    found = list(GLOBAL_CALLBACKS)[before:]
    assert [each.background is not None for each in found] == [True]
    assert compute(3) == 3


def test_managers_have_their_old_names():
    old = importlib.import_module("dash.long_callback")
    now = importlib.import_module("dash.background_callback")
    assert old.DiskcacheLongCallbackManager is now.DiskcacheManager
    assert old.CeleryLongCallbackManager is now.CeleryManager
    managers = importlib.import_module("dash.long_callback.managers")
    assert managers.DiskcacheLongCallbackManager is now.DiskcacheManager


def test_plotly_express_is_plotly_s():
    px = importlib.import_module("plotly_express")
    assert px.bar is importlib.import_module("plotly.express").bar
