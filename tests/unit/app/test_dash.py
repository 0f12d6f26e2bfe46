"""The class Dash: constructor, the current app, layout, index page, callbacks and hooks."""

import asyncio
import inspect
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pyrt.app import hooks, pages
from pyrt.app.dash import APPS, Dash, get_app
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.callback import callback as global_callback
from pyrt.model.component import Component
from pyrt.model.components import LIBRARIES
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.environment import Environment
from pyrt.model.errors import (
    AppNotFoundError,
    DuplicateCallback,
    DuplicateIdError,
    InvalidConfig,
    InvalidIndexException,
    NoLayoutException,
    ObsoleteKwargException,
)

# What real Dash 4.4 answers to `inspect.signature(Dash.__init__)`.
CONSTRUCTOR = """
    self name server backend assets_folder pages_folder use_pages assets_url_path assets_ignore
    assets_path_ignore assets_external_path eager_loading include_assets_files include_pages_meta
    url_base_pathname requests_pathname_prefix routes_pathname_prefix serve_locally compress
    meta_tags index_string external_scripts external_stylesheets suppress_callback_exceptions
    prevent_initial_callbacks show_undo_redo extra_hot_reload_paths plugins title update_title
    background_callback_manager add_log_handler hooks routing_callback_inputs description on_error
    use_async health_endpoint csrf_token_name csrf_header_name websocket_callbacks
    websocket_allowed_origins websocket_inactivity_timeout websocket_heartbeat_interval
    websocket_batch_delay websocket_max_workers enable_mcp mcp_path obsolete
"""
Div: Any = LIBRARIES["html"].make("Div")
Location: Any = LIBRARIES["dcc"].make("Location")


@pytest.fixture(autouse=True)
def clean(tmp_path, monkeypatch):
    """A process without apps, in an empty folder, with its own hooks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hooks, "hooks", hooks.Hooks())
    APPS.forget()
    yield
    APPS.forget()
    GLOBAL_CALLBACKS.clear()
    pages.forget_pages()
    environment.use(Environment())


def make_app(**options):
    app = Dash("some_module_name", **options)
    app.layout = Div(id="a")
    return app


def ids(app):
    return [each.callback_id for each in app.callbacks]


# --- construction --------------------------------------------------------------------------------


def test_every_argument_of_dash_is_taken():
    """S-168."""
    Dash(
        name="x", server=True, backend="fastapi", assets_folder="a", pages_folder="",
        use_pages=False, assets_url_path="a", assets_ignore="", assets_path_ignore=[],
        assets_external_path="", eager_loading=True, include_assets_files=False,
        include_pages_meta=False, url_base_pathname=None, requests_pathname_prefix="/",
        routes_pathname_prefix="/", serve_locally=False, compress=True, meta_tags=[],
        external_scripts=[], external_stylesheets=[], suppress_callback_exceptions=True,
        prevent_initial_callbacks="initial_duplicate", show_undo_redo=True,
        extra_hot_reload_paths=["x"], plugins=[], title="t", update_title=None,
        background_callback_manager=object(), add_log_handler=False, hooks={}, on_error=print,
        routing_callback_inputs={}, description="d", use_async=True, health_endpoint="h",
        csrf_token_name="a", csrf_header_name="b", websocket_callbacks=True,
        websocket_allowed_origins=[], websocket_inactivity_timeout=1,
        websocket_heartbeat_interval=1, websocket_batch_delay=1.0, websocket_max_workers=1,
        enable_mcp=True, mcp_path="m",
    )  # fmt: skip


def test_the_constructor_says_of_itself_what_dashs_own_does():
    """Tools read it: names and order of Dash 4.4, all of them by position or by name."""
    parameters = list(inspect.signature(Dash.__init__).parameters.values())
    assert [each.name for each in parameters] == CONSTRUCTOR.split()
    assert [each.name for each in parameters if each.default is inspect.Parameter.empty] == [
        "self",
        "obsolete",
    ]
    assert {each.kind for each in parameters[:-1]} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert inspect.signature(Dash).parameters["title"].default == "Dash"
    assert Dash("x", None, None, "files").config.assets_folder.endswith("files")
    with pytest.raises(TypeError, match="multiple values for argument 'name'"):
        Dash("x", name="y")  # type: ignore[misc]


def test_arguments_dash_has_dropped_or_never_had_are_refused(capsys):
    """S-168."""
    with pytest.raises(TypeError, match=r"Dash\(\) got an unexpected keyword argument 'colour'"):
        Dash(colour="red")  # type: ignore[call-arg]
    for name in ("static_folder", "components_cache_max_age"):
        with pytest.raises(ObsoleteKwargException, match=f"no argument {name} since Dash 1.0"):
            Dash(**{name: 1})  # type: ignore[arg-type]
    Dash(preloaded_libraries=[])  # type: ignore[call-arg]
    assert "preloaded_libraries is ignored" in capsys.readouterr().out
    with pytest.raises(ValueError, match="csrf_header_name must be a non-empty string"):
        Dash(csrf_header_name=" ")


def test_an_unknown_attribute_is_an_error():
    with pytest.raises(AttributeError, match="'Dash' object has no attribute 'nonsense'"):
        _ = make_app().nonsense


def test_old_names_do_what_the_newer_ones_do():
    manager = object()
    app = Dash(long_callback_manager=manager)  # type: ignore[call-arg]
    assert app.background_manager is manager

    @app.long_callback(Output("a", "b"), Input("c", "d"), running=[])
    def compute(value):
        return value

    (found,) = app.callbacks
    assert found.background is not None
    APPS.forget()
    app.run_server(mode="inline", debug=True, height=300)
    assert APPS.find() is app
    assert app._debug


def test_the_name_comes_from_the_argument_the_server_or_the_calling_module():
    assert Dash("given", server=SimpleNamespace(name="other")).config.name == "given"
    server = SimpleNamespace(name="flask app")
    app = Dash(server=server)
    assert app.config.name == "flask app"
    assert app.server is server
    namespace = {"__name__": "calling_module", "Dash": Dash}
    exec("app = Dash()", namespace)
    assert namespace["app"].config.name == "calling_module"  # type: ignore[attr-defined]


def test_the_server_is_a_stub_with_the_name_of_the_app():
    app = make_app()
    app.server.secret_key = "x"
    assert (app.server.name, app.server.secret_key) == ("some_module_name", "x")


def test_settings_can_be_changed_only_where_dash_allows_it():
    """S-170."""
    app = make_app(title="T")
    app.config.suppress_callback_exceptions = True
    app.config["update_title"] = None
    assert app.config.suppress_callback_exceptions is True
    with pytest.raises(AttributeError, match=r"Read-only: give this setting to `Dash\("):
        app.config.name = "x"
    with pytest.raises(AttributeError, match="Read-only"):
        app.config.requests_pathname_prefix = "/x/"
    with pytest.raises(AttributeError, match="There is no setting of this name"):
        app.config.colour = "red"
    assert "colour" not in app.config


def test_variables_of_the_environment_set_what_the_app_leaves_open(monkeypatch):
    monkeypatch.setenv("DASH_SUPPRESS_CALLBACK_EXCEPTIONS", "true")
    assert make_app().config.suppress_callback_exceptions is True
    assert make_app(suppress_callback_exceptions=False).config.suppress_callback_exceptions is False


def test_init_app_may_change_the_prefixes_and_bring_a_server():
    app = Dash("x", server=False)
    server = object()
    app.init_app(server, requests_pathname_prefix="/dash/")
    assert app.server is server
    assert app.get_asset_url("a") == "/dash/assets/a"
    with pytest.raises(AttributeError):
        Dash("x", server=False).init_app(name="too late")


# --- which app -----------------------------------------------------------------------------------


def test_there_is_no_app_before_the_first():
    """S-173."""
    assert APPS.find() is None
    with pytest.raises(AppNotFoundError, match="There is no app"):
        get_app()


def test_the_app_that_was_run_is_mounted_else_the_one_made_last():
    """S-171, S-173."""
    first, second = make_app(), make_app()
    assert get_app() is APPS.find() is second
    assert first.run(debug=True, port=8051, threaded=True) is None
    assert get_app() is APPS.find() is first


def test_run_checks_its_arguments_and_turns_the_tools_on():
    """S-171, S-172."""
    app = make_app()
    with pytest.raises(ValueError, match="found port='garbage'"):
        app.run(port="garbage")
    with pytest.raises(TypeError, match="dev_tools_colour"):
        app.run(dev_tools_colour=True)
    app.run(debug=True, dev_tools_ui=False, hide_all_callbacks=True, use_reloader=False)
    assert app._dev_tools.props_check
    assert not app._dev_tools.ui
    assert app.config.hide_all_callbacks is True


@pytest.mark.parametrize(
    ("variable", "debug", "run", "enable"),
    [
        (None, None, False, True),
        (None, True, True, True),
        (None, False, False, False),
        ("True", None, True, True),
        ("True", False, False, False),
        ("False", None, False, False),
    ],
)
def test_debug_comes_from_the_argument_else_from_the_environment(
    monkeypatch, variable, debug, run, enable
):
    """S-172."""
    if variable:
        monkeypatch.setenv("DASH_DEBUG", variable)
    app = make_app()
    app.run(debug=debug)
    assert app._dev_tools.ui is run
    assert app.enable_dev_tools(debug=debug) is enable
    assert app._dev_tools.ui is enable


# --- layout --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, 5, "text", {"a": 1}])
def test_a_layout_of_the_wrong_type_is_refused(value):
    """S-161."""
    app = Dash("x")
    with pytest.raises(NoLayoutException, match="A layout is a component, a list"):
        app.layout = value


def test_a_function_layout_is_called_once_to_check_callbacks_against_it():
    """R-68, S-43."""
    calls = []

    def layout():
        calls.append(1)
        return Div(id=f"made-{len(calls)}")

    app = Dash("x")
    app.layout = layout
    assert app.layout is layout
    assert app.validation_layout.id == "made-1"
    assert app.get_layout().id == "made-2"
    suppressed = Dash("x", suppress_callback_exceptions=True)
    suppressed.layout = layout
    assert len(calls) == 2
    assert suppressed.validation_layout is None
    given = Dash("x")
    given.validation_layout = Div(id="all")
    given.layout = layout
    assert len(calls) == 2


def test_a_function_that_gives_no_layout_is_refused_at_once():
    app = Dash("x")
    with pytest.raises(NoLayoutException, match="The app has no layout"):
        app.layout = lambda: None


def test_extra_components_are_appended_in_a_div():
    """S-161."""
    app = make_app()
    app._extra_components.append(Div(id="extra"))
    assert [each.id for each in app.get_layout().children] == ["a", "extra"]


def test_an_app_without_a_layout_does_not_start():
    with pytest.raises(NoLayoutException, match="The app has no layout"):
        Dash("x").prepare()


def test_duplicate_ids_and_strange_items_are_refused_at_the_start():
    """R-80."""
    app = Dash("x")
    app.layout = [Div(Div(id={"b": 1, "a": 2})), "text", Div(id={"a": 2, "b": 1})]
    with pytest.raises(DuplicateIdError, match=r'have the id `\{"a":2,"b":1\}`'):
        app.prepare()
    app = Dash("x")
    app.layout = [Div(), 5]
    with pytest.raises(NoLayoutException, match="Only strings and components are allowed"):
        app.prepare()


# --- callbacks -----------------------------------------------------------------------------------


def test_global_callbacks_are_taken_over_at_the_start():
    """S-10."""

    @global_callback(Output("a", "children"), Input("a", "n_clicks"))
    def from_module(n):
        return n

    app = make_app()

    @app.callback(Output("b", "children"), Input("a", "n_clicks"))
    def from_app(n):
        return n

    assert ids(app) == ["b.children"]
    app.prepare()
    assert sorted(ids(app)) == ["a.children", "b.children"]
    assert not list(GLOBAL_CALLBACKS)
    assert app.callback_map["a.children"]["callback"] is from_module


def test_a_callback_registered_both_ways_is_refused():
    """S-10."""
    app = make_app()
    for register in (global_callback, app.callback):
        register(Output("a", "children"), Input("a", "n_clicks"))(lambda n: n)
    with pytest.raises(DuplicateCallback, match=r"was already assigned to with `app\.callback`"):
        app.prepare()


def test_the_apps_default_for_initial_calls_may_still_change():
    """S-21."""
    app = make_app(prevent_initial_callbacks=True)
    app.callback(Output("a", "children"), Input("a", "id"))(lambda _: 1)
    app.config.prevent_initial_callbacks = False
    app.clientside_callback("() => 1", Output("b", "children"), Input("a", "id"))
    assert [each.prevent_initial_call for each in app.callbacks] == [True, False]


def test_preparing_twice_changes_nothing(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("")
    app = make_app(use_pages=True, pages_folder="")
    app.layout = pages.page_container()
    app.prepare()
    scripts, callbacks = app.scripts.get_all_scripts(), ids(app)
    app.prepare()
    assert app.scripts.get_all_scripts() == scripts
    assert ids(app) == callbacks


def test_a_subclass_may_store_layout_and_callbacks_itself():
    """As DashProxy of dash-extensions does: it overrides these names of Dash."""

    class Proxy(Dash):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.kept = []
            self.kept_layout = None

        def callback(self, *args, **kwargs):
            return lambda function: self.kept.append((args, kwargs, function))

        def _setup_server(self):
            if not self._got_first_request["setup_server"]:
                for args, kwargs, function in self.kept:
                    super().callback(*args, **kwargs)(function)
                self.callback = super().callback  # type: ignore[method-assign]
            super()._setup_server()

        def _layout_value(self):
            return Div(self.kept_layout)

        @property
        def layout(self):
            return self.kept_layout

        @layout.setter
        def layout(self, value):
            self.kept_layout = value

    app = Proxy("x", use_pages=True, pages_folder="")
    app.layout = pages.page_container()
    app.callback(Output("a", "children"), Input("b", "value"))(lambda value: value)
    assert ids(app) == []
    app.prepare()
    app.prepare()
    assert ids(app) == [
        "a.children",
        ".._pages_content.children..._pages_store.data..",
        "_pages_dummy.children",
    ]
    assert app.get_layout().children is pages.page_container()


# --- hooks and plugins ---------------------------------------------------------------------------


def test_plugins_are_plugged_before_hooks_are_applied():
    """S-142."""
    order = []

    class Plugin:
        def plug(self, app):
            order.append(("plugin", app.title))
            hooks.hooks.setup()(lambda app: order.append(("setup", app.title)))

    Dash("x", plugins=[Plugin()], title="T")
    assert order == [("plugin", "T"), ("setup", "T")]


def test_hooks_add_callbacks_to_every_app():
    """S-141."""

    @hooks.hooks.callback(Output("o", "children"), Input("i", "value"), prevent_initial_call=True)
    def hooked(value):
        return value

    hooks.hooks.clientside_callback("() => 1", Output("p", "children"), Input("i", "value"))
    for _ in range(2):
        assert ids(make_app()) == ["o.children", "p.children"]
    assert hooked(5) == 5


def test_layout_hooks_replace_the_layout_each_time_it_is_served():
    """S-141 (hook001)."""
    app = Dash("x")
    app.layout = [Div(id="body")]
    hooks.hooks.layout()(lambda layout: [Div(id="header"), *layout])
    assert [each.id for each in app.get_layout()] == ["header", "body"]
    assert [each.id for each in app.layout] == ["body"]


def test_error_hooks_join_the_apps_handler():
    """S-141."""
    hooks.hooks.error()(lambda _: "hook")
    assert Dash("x")._on_error(ValueError()) == "hook"  # type: ignore[misc]
    assert Dash("x", on_error=lambda _: "app")._on_error(ValueError()) == "app"  # type: ignore[misc]


def test_routes_of_hooks_are_recorded_at_the_server(monkeypatch):
    """S-141."""
    monkeypatch.delitem(sys.modules, "flask", raising=False)  # another test may have imported it
    hooks.hooks.route("status")(len)
    with pytest.warns(UserWarning, match="no request ever reaches it"):
        app = Dash("x")
    assert app.server.recorded[0].arguments == ("/status", None, len)


# --- the page ------------------------------------------------------------------------------------


def test_the_index_holds_title_metas_and_the_places_of_the_rest():
    app = make_app(title="Sales", meta_tags=[{"name": "author", "content": "me & you"}])
    html = app.index()
    assert "<title>Sales</title>" in html
    assert '<meta name="author" content="me &amp; you">' in html
    assert html.index("UTF-8") < html.index("author")
    assert '<div id="react-entry-point">' in html
    assert "{%" not in html
    app.title = "Changed"
    assert "<title>Changed</title>" in app.index()


def test_a_template_is_checked_when_it_is_set_and_when_it_is_filled():
    """S-165."""
    app = make_app()
    with pytest.raises(
        InvalidIndexException, match=r"\{%app_entry%\}, \{%config%\}, \{%scripts%\}"
    ):
        app.index_string = "<html></html>"
    app.index_string = "{%app_entry%}{%config%}{%scripts%}"
    with pytest.raises(InvalidIndexException, match="Missing item new DashRenderer in index"):
        app.index()


def test_a_subclass_may_write_the_index_itself():
    """S-165 (rdrh002)."""

    class Mine(Dash):
        def interpolate_index(self, **kwargs):
            return "MINE {app_entry}{config}{scripts}{renderer}".format(**kwargs)

    app = Mine("x")
    app.renderer = "custom()"
    assert app.index().startswith("MINE <div")
    assert app.index().endswith('type="application/javascript">custom()</script>')


def test_index_hooks_change_the_html():
    """S-141."""
    hooks.hooks.index()(lambda html: html.replace("<body>", "<body>HOOKED"))
    assert "<body>HOOKED" in make_app().index()


def test_paths_have_the_prefix_of_the_app():
    """S-163, S-167."""
    app = make_app(url_base_pathname="/app1/")
    assert app.get_asset_url("a.png") == "/app1/assets/a.png"
    assert app.get_relative_path("/page") == "/app1/page"
    assert app.strip_relative_path("/app1/page/") == "page"


def test_hashes_cover_inline_callbacks_and_the_renderer():
    """S-174."""
    app = make_app()
    assert len(app.csp_hashes()) == 1
    app.clientside_callback("() => 1", Output("b", "children"), Input("a", "id"))
    first, second = app.csp_hashes("sha384")
    assert first.startswith("'sha384-")
    assert first != second
    with pytest.raises(ValueError, match="sha256, sha384, sha512"):
        app.csp_hashes("md5")


def test_startup_routes_are_checked_and_recorded(monkeypatch):
    """S-174."""
    monkeypatch.setattr(Dash, "STARTUP_ROUTES", [])
    Dash.add_startup_route("mine", len, ["POST"])
    (route,) = Dash.STARTUP_ROUTES
    assert route == ("mine", len, ["POST"])
    for arguments, message in (
        (("/x", len, ["GET"]), "no slash in front of it"),
        (("x", "no function", ["GET"]), "view_func of 'x' is a function"),
        (("x", len, ["PUT"]), "methods should only contain POST and GET"),
        (("mine", len, ["GET"]), "has a route 'mine' already"),
    ):
        with pytest.raises(ValueError, match=message):
            Dash.add_startup_route(*arguments)


def test_the_logger_writes_to_the_console_once(capsys):
    app = make_app()
    app.logger.info("hello %s", "you")
    make_app().logger.info("again")
    assert capsys.readouterr().out == "hello you\nagain\n"
    for handler in list(app.logger.handlers):
        app.logger.removeHandler(handler)


# --- pages ---------------------------------------------------------------------------------------


def add_page(module, **options):
    pages.register_page(module, **options)


def test_pages_are_on_when_asked_for_or_when_the_folder_is_not_the_usual_one(tmp_path):
    """S-144."""
    (tmp_path / "custom").mkdir()
    assert not Dash("x").use_pages
    assert Dash("x", pages_folder="").use_pages
    assert Dash("x", pages_folder="custom").use_pages
    assert not Dash("x", use_pages=False, pages_folder="custom").use_pages
    with pytest.raises(InvalidConfig, match="A folder called `pages` does not exist"):
        Dash("x", use_pages=True)


def test_the_pages_folder_is_loaded_while_the_app_is_made(tmp_path):
    """S-153: `get_app()` works there."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "home.py").write_text(
        "from pyrt.app.dash import get_app\nfrom pyrt.app.pages import register_page\n"
        "register_page(__name__, path='/')\nlayout = get_app().config.title\n"
    )
    before = set(sys.modules)
    Dash("x", use_pages=True, title="Mine")
    (page,) = pages.page_registry.values()
    for name in set(sys.modules) - before:
        del sys.modules[name]
    assert (page["path"], page["layout"]) == ("/", "Mine")


def test_the_container_is_the_layout_when_there_is_none():
    """S-150."""
    app = Dash("x", use_pages=True, pages_folder="")
    add_page("home", path="/", layout=Div(id="h"))
    app.prepare()
    assert app.layout is pages.page_container()
    assert next(iter(app.validation_layout)) == "h"
    assert "_pages_content" in app.validation_layout


def test_the_layout_must_hold_the_container():
    """S-150."""
    app = Dash("x", use_pages=True, pages_folder="")
    app.layout = Div("something else")
    with pytest.raises(InvalidConfig, match=r"`dash\.page_container` not found in the layout"):
        app.prepare()
    quiet = Dash("x", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    quiet.layout = Div("something else")
    quiet.prepare()
    assert quiet.validation_layout is None


def test_the_router_shows_the_page_of_the_path():
    """S-149, S-150."""
    app = Dash(
        "x",
        use_pages=True,
        pages_folder="",
        url_base_pathname="/app/",
        routing_callback_inputs={"hash": State("_pages_location", "hash")},
    )
    add_page("a", path_template="/a/<x>", layout=lambda **given: given)
    app.prepare()
    router, title = app.callbacks
    assert router.hidden
    assert router.prevent_initial_call
    assert [str(each) for each in router.inputs] == [
        "_pages_location.pathname",
        "_pages_location.search",
    ]
    assert [str(each) for each in router.state] == ["_pages_location.hash"]
    assert router.function is not None
    shown = router.function(pathname_="/app/a/1", search_="", hash="#h")
    assert asyncio.run(shown) == ({"x": "1", "hash": "#h"}, {"title": "A"})  # type: ignore[arg-type]
    assert title.source == pages.SHOW_TITLE
    assert [str(each) for each in title.outputs] == ["_pages_dummy.children"]


def test_an_old_path_shows_its_page_and_puts_the_new_address_in_place():
    """S-151, on a change of the location."""
    app = Dash("x", use_pages=True, pages_folder="", url_base_pathname="/app/")
    add_page("new", path="/new", layout="content", redirect_from=["/old"])
    app.prepare()
    router, title = app.callbacks
    assert router.function is not None
    shown = router.function(pathname_="/app/old", search_="")
    assert asyncio.run(shown) == ("content", {"title": "New", "url": "/app/new"})  # type: ignore[arg-type]
    assert "history.replaceState" in str(title.source)


def test_components_of_the_container_have_the_classes_apps_know():
    assert isinstance(pages.page_container(), Component)
    location: Any = pages.page_container()["_pages_location"]
    expected = Location(id="_pages_location", refresh="callback-nav")
    assert location.to_plotly_json() == expected.to_plotly_json()


# --- sessions ------------------------------------------------------------------------------------


def test_a_session_checks_ids_against_what_the_app_says():
    """S-43, S-161."""
    app = make_app()
    session = app.session(lambda _text, _buffers: None)
    assert session.config.validation_layout is not None
    assert session.config.validation_layout() is None
    app.validation_layout = Div(id="all")
    assert session.config.validation_layout() is app.validation_layout
    app._extra_components.append(Div(id="extra"))
    assert list(session.config.validation_layout()) == ["all", "extra"]


def test_declarations_are_validated_in_debug_sites_when_the_tools_are_on():
    """S-31, S-33."""
    app = make_app()

    def config():
        return app.session(lambda _text, _buffers: None).config

    app.run(debug=True)
    assert not config().validate_callbacks
    assert config().log is None
    environment.use(Environment(debug=True))
    assert config().validate_callbacks
    assert config().log is print
    app.run(debug=True, dev_tools_validate_callbacks=False)
    assert not config().validate_callbacks


def test_tracebacks_are_whole_only_when_the_app_wants_them_so():
    """S-172."""
    app = make_app()
    for options, pruned in (
        ({}, True),
        ({"debug": True}, True),
        ({"debug": True, "dev_tools_prune_errors": False}, False),
    ):
        app.run(**options)
        assert app.session(lambda _text, _buffers: None).config.prune_errors is pruned


def test_custom_data_is_asked_for_only_where_a_hook_gives_some():
    """S-141."""
    app = make_app()
    assert app.session(lambda _text, _buffers: None).config.hooks is None
    hooks.hooks.custom_data("a")(lambda context: context)
    hooks.hooks.custom_data("b")(lambda _: 2)
    assert app.session(lambda _text, _buffers: None).config.hooks is app
    assert app.custom_data("context") == {"a": "context", "b": 2}
