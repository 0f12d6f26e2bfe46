"""The names that apps and component packages may import from `dash`."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import dash
import pytest

import pyrt
from pyrt import activation
from pyrt.app.dash import APPS
from pyrt.model import errors
from pyrt_build import target

ROOT = Path(__file__).parents[2]

# dash/__init__.py of the release of Dash in pyrt_build/target.py, without what cannot be in a page
# (`dash._missing` says why).
NAMES = [
    "ALL",
    "ALLSMALLER",
    "MATCH",
    "CeleryManager",
    "ClientsideFunction",
    "Dash",
    "DiskcacheManager",
    "Input",
    "NoUpdate",
    "Output",
    "Patch",
    "State",
    "__version__",
    "callback",
    "callback_context",
    "clientside_callback",
    "ctx",
    "dash_table",
    "dcc",
    "development",
    "exceptions",
    "get_app",
    "get_asset_url",
    "get_relative_path",
    "hooks",
    "html",
    "no_update",
    "page_container",
    "page_registry",
    "register_page",
    "set_props",
    "stringify_id",
    "strip_relative_path",
]

EXCEPTIONS = """
AppNotFoundError BackgroundCallbackError CallbackException DashException DependencyException
DuplicateCallback DuplicateIdError HookError IDsCantContainPeriods ImportedInsideCallbackError
IncorrectTypeException InvalidCallbackReturnValue InvalidComponentIdError InvalidConfig
InvalidIndexException InvalidResourceError MissingCallbackContextException
MissingLongCallbackManagerError NoLayoutException NonExistentEventException
ObsoleteAttributeException ObsoleteKwargException PageError PreventUpdate ProxyError
ResourceException UnsupportedRelativePath WebSocketCallbackError WebsocketDisconnected
WildcardInLongCallback
""".split()  # noqa: SIM905  # easier to compare with the original

# What the published packages of the Dash ecosystem import besides.
FOR_PACKAGES = {
    "dash.development.base_component": [
        "Component",
        "ComponentMeta",
        "ComponentRegistry",
        "ComponentType",
        "_explicitize_args",
    ],
    "dash.dependencies": ["DashDependency", "Wildcard", "_Wildcard", "stringify_id"],
    "dash.types": ["NumberType", "RendererHooks"],
    "dash._utils": ["stringify_id"],
    "dash._callback_context": ["_get_context_value", "context_value"],
    "dash.dash": ["Dash", "_ID_CONTENT", "_ID_LOCATION", "no_update", "page_container"],
    "dash.resources": ["Css", "Resources", "Scripts"],
    "dash._pages": ["CONFIG", "PAGE_REGISTRY"],
    "dash.version": ["__version__"],
    "dash.background_callback": ["CeleryManager", "DiskcacheManager"],
    "dash.background_callback.managers": ["BaseBackgroundCallbackManager"],
    "dash.background_callback.managers.celery_manager": ["CeleryManager"],
    "dash.background_callback.managers.diskcache_manager": ["DiskcacheManager"],
    "dash.dash_table.Format": ["Format", "Group", "Scheme", "Sign", "Symbol"],
    "dash.dash_table.FormatTemplate": ["money", "percentage"],
    "dash.dcc": ["send_bytes", "send_data_frame", "send_file", "send_string"],
    "dash_html_components": ["Div"],
    "dash_core_components": ["Graph", "send_file"],
    "dash_table": ["DataTable", "Format", "FormatTemplate"],
    "dash_table.Format": ["Format"],
    "dash_table.FormatTemplate": ["money"],
}


def test_dash_offers_these_names_and_no_others():
    assert sorted(dash.__all__) == sorted(NAMES)
    assert all(hasattr(dash, name) for name in NAMES)
    assert dash.__version__ == target.DASH_VERSION


def test_all_exceptions_of_dash_have_their_names():
    exceptions = importlib.import_module("dash.exceptions")
    assert sorted(exceptions.__all__) == sorted(EXCEPTIONS)
    assert all(
        issubclass(getattr(exceptions, name), exceptions.DashException) for name in EXCEPTIONS
    )


@pytest.mark.parametrize("module", FOR_PACKAGES)
def test_packages_find_what_they_import(module):
    loaded = importlib.import_module(module)
    assert [name for name in FOR_PACKAGES[module] if not hasattr(loaded, name)] == []


def test_modules_of_dash_are_there_once_dash_is_imported():
    """`import dash; dash.dependencies.Input` needs no further import."""
    code = "import dash; print(dash.dependencies.Input is dash.Input, dash.dash.Dash is dash.Dash)"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "pyrt" / "compat")])
    done = subprocess.run(  # in a process that has not imported them
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True True\n"


def test_programs_can_make_dash_forget_its_pages():
    """As the fixtures of Dash's own tests do, before there is an app and afterwards."""
    for _ in range(2):
        dash._pages.PAGE_REGISTRY.clear()
        dash._pages.CONFIG.clear()
        dash._pages.CONFIG.__dict__.clear()
        assert dash.page_registry == {}
        app = dash.Dash(use_pages=True, pages_folder="")
        dash.register_page("home", path="/", layout="x")
        assert dash._pages.CONFIG is app.config
        assert list(dash.page_registry) == ["home"]
    dash.page_registry.clear()
    APPS.forget()


def test_pyrt_offers_the_names_of_dash_and_three_of_its_own():
    own = {"PyrtError", "__version__", "activate"}
    assert {*pyrt.__all__} - own == {*NAMES} - own - {"development"}
    assert [name for name in pyrt.__all__ if name not in dir(pyrt)] == []
    assert pyrt.PyrtError is errors.PyrtError
    assert pyrt.activate is activation.activate
    assert pyrt.__version__ == target.PYRT_VERSION
    with pytest.raises(AttributeError, match="module 'pyrt' has no attribute 'nothing'"):
        _ = pyrt.nothing


@pytest.mark.parametrize("name", sorted({*pyrt.__all__} - {"PyrtError", "__version__", "activate"}))
def test_a_name_of_pyrt_is_the_same_object_as_that_of_dash(name):
    assert getattr(pyrt, name) is getattr(dash, name)


def test_importing_pyrt_imports_none_of_its_modules():
    """Start-up: a site imports it before all others."""
    code = "import sys; import pyrt; print(sorted(n for n in sys.modules if n.startswith('pyrt.')))"
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_component_modules_list_their_components():
    from dash import dash_table, dcc, html  # noqa: PLC0415

    assert "Div" in html.__all__
    assert {"Graph", "send_file"} <= set(dcc.__all__)
    assert set(dash_table.__all__) == {"DataTable", "Format", "FormatTemplate"}
    assert html.Div is html.Div
    assert html.Div.__module__ == "dash.html"
    assert set(dir(html)) == set(html.__all__)


IMPORTS = """
from dash import _dash_renderer; _dash_renderer._set_react_version("18.2.0")
from dash._callback import NoUpdate, callback, clientside_callback
from dash._no_update import no_update
from dash._patch import Patch
from dash._get_app import get_app
from dash._get_paths import get_asset_url, get_relative_path, strip_relative_path
from dash._hooks import hooks
from dash._utils import AttributeDict
from dash._callback_context import context_value
from dash._grouping import flatten_grouping, make_grouping_by_index, map_grouping
from dash._pages import PAGE_REGISTRY
from dash import jupyter_dash; jupyter_dash.infer_jupyter_proxy_config()
from dash.html.Div import Div; from dash import html; assert html.Div is Div
import dash.html.P; import dash; assert dash.html.P("x").children == "x"
from dash.dcc.Download import Download
from dash.dcc.express import send_string
from dash.dash_table.DataTable import DataTable
from dash.dash_table.Format import Format
from dash.dependencies import _Wildcard
from dash.development.base_component import Component
from dash.testing.application_runners import import_app
"""


@pytest.mark.parametrize("line", IMPORTS.strip().splitlines())
def test_import_forms_of_the_wild_work(line):
    exec(line, {})


def test_a_component_that_is_not_there_has_no_module():
    with pytest.raises(ModuleNotFoundError, match=r"dash\.html\.Nonsense"):
        importlib.import_module("dash.html.Nonsense")


def test_a_version_of_react_that_dash_lacks_is_refused():
    with pytest.raises(AssertionError, match=r"found 17\.0\.0"):
        importlib.import_module("dash._dash_renderer")._set_react_version("17.0.0")


def test_a_name_that_is_not_offered_says_what_will_do():
    with pytest.raises(AttributeError) as error:
        _ = dash.backends
    assert str(error.value) == (
        "module 'dash' has no attribute 'backends' in the browser: there is no web server in the "
        "page; see `pyrt serve-bridge` for server callbacks."
    )
    with pytest.raises(AttributeError, match=r"^module 'dash' has no attribute 'nonsense'$"):
        _ = dash.nonsense


def test_dash_says_that_it_is_dash():
    """Component packages ask, to recognise an app's own dash.py."""
    assert hasattr(dash, "__plotly_dash")


def test_importing_dash_imports_no_packages():
    """Start-up: what an app does not use it does not wait for."""
    code = (
        "import sys; import dash;"
        "heavy = {'numpy', 'pandas', 'plotly', 'PIL', 'flask', 'hashlib', 'random', 'uuid'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "pyrt" / "compat")])
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
