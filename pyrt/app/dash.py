"""`Dash`: the app object. It holds settings, layout and callbacks, and describes the page.

Nothing is served here: `run` marks the app as the one to mount and returns (S-171). The worker then
calls `prepare`, sends the `document`, and opens a session. The other modules of this folder
implement the parts; this one joins them under Dash's names.
"""

# The signatures are Dash's; booleans may be given by position there.
# ruff: noqa: FBT001, FBT002, FBT003, ANN401

import gc
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from pyrt.app import (
    config,
    devtools,
    document,
    hooks,
    main_module,
    notebooks,
    pages,
    paths,
    template,
)
from pyrt.app.app_registry import AppRegistry
from pyrt.app.arguments import Arguments, takes_arguments
from pyrt.app.assets import Assets, find_assets
from pyrt.app.config import env_default
from pyrt.app.flask.requests import FlaskRequests, find_flask, make_server, warn_of_routes
from pyrt.app.resources import Css, Scripts
from pyrt.app.routing import enable_routing
from pyrt.app.validation import check_layout, check_obsolete, check_route
from pyrt.calls.call import CallOptions
from pyrt.engine.call.context import RunContext
from pyrt.engine.call.remote import Executor, add_cancellers, choose_executor, make_request
from pyrt.engine.check.cycles import refuse_background_loops
from pyrt.engine.session import Send, Session, SessionConfig
from pyrt.engine.session_config import Precomputing
from pyrt.engine.wire.messages import Precompute, Precomputed
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS, Callback, CallbackRegistry
from pyrt.model.component import Component, ComponentRegistry, advise
from pyrt.model.components import LIBRARIES
from pyrt.model.errors import (
    NoLayoutException,
)

if TYPE_CHECKING:
    from logging import Logger


class Dash:
    """A Dash app. The arguments are those of Dash 4.4, with the same checks: `arguments.py`.

    Raises:
        InvalidConfig: settings contradict each other or the files beside the app.
        ObsoleteKwargException: an argument Dash has dropped.
        TypeError: an argument Dash does not have.
    """

    STARTUP_ROUTES: ClassVar[list[tuple[str, Callable[..., Any], Sequence[str]]]] = []

    @takes_arguments(Arguments, check_obsolete)
    def __init__(self, given: Arguments) -> None:
        notebooks.watch()
        of_server = getattr(given.server, "name", None)
        name = given.name or (of_server if isinstance(of_server, str) else None)
        name = name or main_module.caller_name()
        main_module.alias(name)
        self.config = config.make_config(name, given)
        config.use(self.config)
        is_ours = given.server in (None, True, False)
        self.server: Any = make_server(name) if is_ours else given.server
        self._requests = FlaskRequests(lambda: self.server)
        self.title = given.title
        self.pages_folder = str(given.pages_folder)
        self.use_pages = given.wants_pages
        self.routing_callback_inputs = dict(given.routing_callback_inputs or {})
        self.renderer = template.renderer_source(given.hooks)
        self.index_string = given.index_string
        self.css = Css(given.serve_locally)
        self.scripts = Scripts(given.serve_locally, given.eager_loading)
        self.callbacks = CallbackRegistry(
            given.prevent_initial_callbacks, websocket_callbacks=bool(given.websocket_callbacks)
        )
        self.validation_layout: Any = None
        self.routes: list[str] = []
        self._layout: Any = None
        self._extra_components: list[Component] = []
        self._assets = Assets()
        # Subclasses in other packages read it.
        self._got_first_request = {"pages": False, "setup_server": False}
        self._debug = False
        self._dev_tools = devtools.make_dev_tools(debug=False)
        self._on_error = given.on_error
        self._background_manager = given.background_callback_manager
        self._add_log_handler = given.add_log_handler
        self._publishes_api = False
        self._given = given
        for plugin in given.plugins or ():
            plugin.plug(self)
        self._apply_hooks()
        if given.server:
            self.init_app()

    def init_app(self, app: object = None, **settings: object) -> None:
        """Finish the construction: set the prefixes for the last time, and load the pages."""
        prefixes = ["url_base_pathname", "routes_pathname_prefix", "requests_pathname_prefix"]
        self.config.unset_read_only(prefixes)
        self.config.update(settings)
        self.config.set_read_only(
            prefixes, "Read-only: give this setting to `Dash(...)` or to `app.init_app(...)`"
        )
        if app is not None:
            self.server = app
        if not APPS.add(self):
            return
        GLOBAL_CALLBACKS.forward_to(None)  # what is registered from now on is of this app
        if self.use_pages and self.config.pages_folder:
            pages.load_pages(self.config.pages_folder, self.config.name)

    # --- layout ----------------------------------------------------------------------------------

    @property
    def layout(self) -> Any:
        """The component, the list of components, or the function that returns one (S-161)."""
        return self._layout

    @layout.setter
    def layout(self, value: object) -> None:
        if not (isinstance(value, Component | list | tuple) or callable(value)):
            raise NoLayoutException(
                "A layout is a component, a list of components and strings, or a function that "
                f"returns one of these, not {value!r}.{advise(value)}"
            )
        self._layout = value
        needs_check = (
            self.validation_layout is None and not self.config.suppress_callback_exceptions
        )
        if callable(value) and needs_check:
            layout = self._layout_value()
            check_layout(layout)
            self.validation_layout = layout

    def _layout_value(self) -> Any:
        """Return the layout, or the result of its function; subclasses override this."""
        layout = self._layout() if callable(self._layout) else self._layout
        if self._extra_components:
            layout = LIBRARIES["html"].make("Div")(children=[layout, *self._extra_components])
        return layout

    def get_layout(self, set_cookie: Callable[[str], None] | None = None) -> Any:
        """Return the layout of a page: functions called, hooks applied (S-141).

        Args:
            set_cookie: called with each cookie that the layout function sets (S-114).
        """
        with self._requests.open("GET", config.request_path(self.config, "_dash-layout")) as end:
            layout = self._layout_value()
            for hook in hooks.hooks.get_hooks("layout"):
                layout = hook(layout)
            for cookie in end():
                if set_cookie is not None:
                    set_cookie(cookie)
        return layout

    # --- the page --------------------------------------------------------------------------------

    @property
    def index_string(self) -> str:
        """The template of the page; refused when it lacks a marker (S-165)."""
        return self._index_string

    @index_string.setter
    def index_string(self, html: str) -> None:
        template.check_template(html)
        self._index_string = html

    def interpolate_index(self, **parts: str) -> str:
        """Return the HTML of the page; subclasses may override this.

        Args:
            parts: `metas`, `title`, `css`, `config`, `scripts`, `app_entry`, `favicon`, `renderer`.
        """
        return template.interpolate(self._index_string, **parts)

    def index(self, *_arguments: object, **_options: object) -> str:
        """Return the HTML of the page, made from the template and by hooks."""
        return document.render_index(self, environment.current())

    def csp_hashes(self, hash_algorithm: str = "sha256") -> list[str]:
        """Return the hashes of all inline scripts, for a Content-Security-Policy (S-174).

        Raises:
            ValueError: the algorithm is not one that browsers know.
        """
        inline = self.callbacks.inline_sources.items()
        scripts = [*(template.inline_script(*each) for each in inline), self.renderer]
        return template.hash_scripts(scripts, hash_algorithm)

    def get_asset_url(self, path: str) -> str:
        """Return the URL of a file in the assets folder (S-163)."""
        return paths.asset_url(self.config, path)

    def get_relative_path(self, path: str) -> str:
        """Return a path of the app with its prefix in front (S-167)."""
        return paths.relative_path(self.config.requests_pathname_prefix, path)

    def strip_relative_path(self, path: str | None) -> str | None:
        """Return a path without the app's prefix and without outer slashes (S-167)."""
        return paths.strip_relative_path(self.config.requests_pathname_prefix, path)

    # --- callbacks -------------------------------------------------------------------------------

    def callback(self, *dependencies: Any, **options: Any) -> Callable[..., Any]:
        """Return a decorator that registers a callback of this app (S-1)."""
        self.callbacks.prevent_initial_callbacks = self.config.prevent_initial_callbacks
        return self.callbacks.callback(*dependencies, **options)

    def long_callback(self, *dependencies: Any, **options: Any) -> Callable[..., Any]:
        """Return the decorator of a background callback: the name of Dash 2 (S-121)."""
        return self.callback(*dependencies, **{**options, "background": True})

    def clientside_callback(
        self, clientside_function: Any, *dependencies: Any, **options: Any
    ) -> None:
        """Register a callback that runs JavaScript in the page (S-92)."""
        self.callbacks.prevent_initial_callbacks = self.config.prevent_initial_callbacks
        self.callbacks.clientside_callback(clientside_function, *dependencies, **options)

    @property
    def callback_map(self) -> dict[str, dict[str, object]]:
        """The callbacks by Dash's name for them; changes to it have no effect."""
        return {
            each.callback_id: {**each.spec(), "callback": each.function} for each in self.callbacks
        }

    @property
    def callback_api_paths(self) -> dict[str, Callable[..., object]]:
        """The bare functions of callbacks with an `api_endpoint`."""
        return self.callbacks.api_paths

    # --- start -----------------------------------------------------------------------------------

    def run(  # noqa: PLR0913, PLR0917  # Dash's signature
        self,
        host: str | None = None,
        port: str | int | None = None,
        proxy: str | None = None,
        debug: bool | None = None,
        hide_all_callbacks: bool = False,
        jupyter_mode: str | None = None,
        jupyter_width: str = "100%",
        jupyter_height: int = 650,
        jupyter_server_url: str | None = None,  # noqa: ARG002  # there is no server
        export: str | None = None,
        **options: Any,
    ) -> None:
        """Make this the app of the page and return at once (S-171); `python app.py` serves it.

        In a notebook, show the app below the cell.

        Args:
            host: for `python app.py`, like the port; elsewhere checked against `proxy` only.
            port: must be a number from 1 to 65535.
            proxy: checked, otherwise ignored.
            debug: turns the developer tools on.
            hide_all_callbacks: leave callbacks out of the graph in the developer tools.
            jupyter_mode: "inline"; the other modes of Dash show the app inline, too, and say why.
            jupyter_width: of the frame in a notebook, in CSS.
            jupyter_height: of the frame, in pixels.
            jupyter_server_url: ignored.
            export: "live" puts the app itself into a saved notebook, in place of its last state.
            options: `dev_tools_*`; options of Flask are ignored.
        """
        self.config.update({"hide_all_callbacks": hide_all_callbacks})
        tools = {name: options[name] for name in options if name.startswith("dev_tools_")}
        self.enable_dev_tools(bool(env_default("debug", debug, False)), **tools)
        secure = bool(options.get("ssl_context"))
        devtools.check_proxy(proxy, host, devtools.check_port(port), secure=secure)
        if not notebooks.is_notebook():  # the script of a kernel is no program of the author
            main_module.serve_program(host, port)
        APPS.mount(self)
        notebooks.show(
            self,
            mode=jupyter_mode,
            height=jupyter_height,
            width=jupyter_width,
            debug=env_default("debug", debug, None),
            export=export,
        )

    def run_server(self, *arguments: Any, **options: Any) -> None:
        """Do what `run` does: the name before Dash 2.

        `mode`, `width` and `height` are those of JupyterDash; `inline_exceptions` has no effect.
        """
        options.pop("inline_exceptions", None)
        for name in {"mode", "width", "height"} & options.keys():
            options[f"jupyter_{name}"] = options.pop(name)
        self.run(*arguments, **options)

    def _ipython_display_(self) -> None:
        """Show the app below a cell of a notebook whose last line it is."""
        notebooks.display(self)

    def _display_(self) -> Any:
        """Return what marimo shows for the app."""
        return notebooks.make_widget(self)

    def enable_dev_tools(
        self,
        debug: bool | None = None,
        first_run: bool = True,  # noqa: ARG002
        **switches: Any,
    ) -> bool:
        """Turn the developer tools on; `dev_tools_*` switches them one by one (S-172)."""
        debug = bool(env_default("debug", debug, True))
        chosen = {name.removeprefix("dev_tools_"): value for name, value in switches.items()}
        self._debug = debug
        self._dev_tools = devtools.make_dev_tools(debug=debug, **chosen)
        return debug

    def set_dev_tools(self, **switches: bool) -> None:
        """Change switches of the developer tools, by their names in `DevTools`."""
        self._dev_tools = replace(self._dev_tools, **switches)

    def setup_apis(self) -> None:
        """Let `pyrt serve-bridge` serve the paths of `api_endpoint`."""
        self._publishes_api = True

    @staticmethod
    def add_startup_route(name: str, view_func: Callable[..., Any], methods: Sequence[str]) -> None:
        """Record a route of the server (S-174).

        Raises:
            ValueError: an argument is invalid, or the name is in use.
        """
        check_route(name, view_func, methods, [known for known, *_ in Dash.STARTUP_ROUTES])
        Dash.STARTUP_ROUTES.append((name, view_func, methods))

    @cached_property
    def logger(self) -> "Logger":
        """The logger of the app; it writes to the console of the page."""
        import logging  # noqa: PLC0415  # slow to import, and most apps never log

        logger = logging.getLogger("dash.dash")
        if not logger.handlers and self._add_log_handler:
            logger.addHandler(logging.StreamHandler(stream=sys.stdout))
        logger.setLevel(logging.INFO)
        return logger

    def _apply_hooks(self) -> None:
        """Apply what plugins registered under `dash.hooks` (S-141)."""
        hooks.load_entry_points()
        for setup in hooks.hooks.get_hooks("setup"):
            setup(self)
        for hook in hooks.hooks.get_hooks("callback"):
            dependencies, options = hook.data
            self.callback(*dependencies, **options)(hook.function)
        for function, dependencies, options in hooks.hooks.clientside_callbacks:
            self.clientside_callback(function, *dependencies, **options)
        self._on_error = hooks.combine_error_handlers(self._on_error)
        for route in hooks.hooks.get_hooks("routes"):
            self.server.add_url_rule(f"/{route.data['name']}", view_func=route.function)

    def _setup_server(self) -> None:
        """Complete the app after its script has run, once; subclasses extend this."""
        if self._got_first_request["setup_server"]:
            return
        self._got_first_request["setup_server"] = True
        self.scripts.config.eager_loading = self.config.eager_loading or any(
            getattr(sys.modules.get(name), "_force_eager_loading", False)
            for name in ComponentRegistry.registry
        )
        if self.config.include_assets_files:
            self._load_assets()
        if self.use_pages and not self.layout:  # as in Dash, an empty one counts as none
            self.layout = pages.page_container()
        with self._requests.open("GET", config.request_path(self.config, "_dash-layout")):
            check_layout(self._layout_value())
        self.callbacks.absorb(GLOBAL_CALLBACKS)
        add_cancellers(self.callbacks)
        GLOBAL_CALLBACKS.forward_to(self.callbacks)  # callbacks may register callbacks (S-34)

    def prepare(self) -> None:
        """Check and complete the app once its script has run; further calls do nothing."""
        self._setup_server()
        if self.use_pages and not self._got_first_request["pages"]:
            self._got_first_request["pages"] = True
            enable_routing(self)
        refuse_background_loops(self.callbacks)

    def session(
        self,
        send: Send,
        evaluate: Callable[[str], str] | None = None,
        precompute: Callable[[Precomputing, Precompute], Precomputed] | None = None,
    ) -> Session:
        """Return a session for one page; the app must be prepared.

        Args:
            send: posts a batch.
            evaluate: returns an expression's value as JSON text, in debug sites.
            precompute: computes results in advance, in a rehearsal.
        """
        warn_of_routes(self.server)
        tools, debug = self._dev_tools, environment.current().debug
        settings = SessionConfig(
            validate_callbacks=tools.validate_callbacks and debug,
            validation_layout=self._validation_value,
            prune_errors=tools.prune_errors or not self._debug,
            log=print if debug else None,
            late_resources=document.describe_late_packages,
            suppress_callback_exceptions=self.config.suppress_callback_exceptions,
            on_error=self._on_error,
            hooks=self if hooks.hooks.get_hooks("custom_data") else None,
            open_request=self._open_request,
            choose_executor=self._choose_executor,
            manager=self._background_manager,
            evaluate=evaluate,
            precompute=precompute,
            # The worker lives as long as its page; see SessionConfig.loaded.
            loaded=gc.freeze if sys.platform == "emscripten" else None,
            max_result=environment.current().max_result,
        )
        made = Session(self.callbacks, lambda: self.get_layout(made.set_cookie), send, settings)
        return made

    def _choose_executor(self, callback: Callback) -> Executor:
        return choose_executor(callback, environment.current(), self._background_manager)

    @property
    def runs_jobs(self) -> bool:
        """Whether some callback runs in the page's job workers."""
        return any(self._choose_executor(callback) == "job" for callback in self.callbacks)

    @property
    def call_options(self) -> CallOptions:
        """The options of callbacks that are called without a session."""
        return CallOptions(
            on_error=self._on_error,
            hooks=self if hooks.hooks.get_hooks("custom_data") else None,
            open_request=self._open_request,
            prune_errors=self._dev_tools.prune_errors or not self._debug,
            max_result=environment.current().max_result,
        )

    @property
    def background_manager(self) -> Any:
        """The manager of background callbacks without their own; None if there is none."""
        return self._background_manager

    @property
    def publishes_api(self) -> bool:
        """Whether a server serves the paths of `api_endpoint`."""
        return self._publishes_api

    def _validation_value(self) -> Any:
        """Return the layout in which ids are looked up instead of the page's (S-43), or None."""
        if self.validation_layout is None or not self._extra_components:
            return self.validation_layout
        parts = [self.validation_layout, *self._extra_components]
        return LIBRARIES["html"].make("Div")(children=parts)

    def custom_data(self, context: RunContext) -> dict[str, object]:
        """Return `ctx.custom_data`: the results of the hooks by their namespaces (S-141)."""
        found = hooks.hooks.get_hooks("custom_data")
        return {hook.data["namespace"]: hook(context) for hook in found}

    def _open_request(
        self, context: RunContext
    ) -> AbstractContextManager[Callable[[], Sequence[str]]] | None:
        """Return Flask's request for a call, if the app has imported Flask (S-114)."""
        if find_flask() is None:
            return None
        name = context.path.partition("?")[0].rpartition("/")[2]
        path = config.request_path(self.config, name)
        return self._requests.open(
            "POST", path, lambda: json.dumps(make_request(context.run, context)).encode()
        )

    def _load_assets(self) -> None:
        settings = self.config
        self._assets = find_assets(
            settings.assets_folder, settings.assets_ignore, settings.assets_path_ignore
        )
        for path in self._assets.scripts:
            self.scripts.append_script({"asset_path": path})
        for path in self._assets.stylesheets:
            self.css.append_css({"asset_path": path})


APPS: AppRegistry[Dash] = AppRegistry()


def get_app() -> Dash:
    """Return the app whose callback runs, else the one that is mounted, else the last (S-173).

    Raises:
        AppNotFoundError: there is none yet.
    """
    return APPS.get()
