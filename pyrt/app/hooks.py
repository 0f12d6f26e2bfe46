"""`dash.hooks`: functions and resources that plugins add to every app (S-140, S-141).

A hook is registered once per process and applies to each `Dash` made afterwards. Hooks with a
higher priority run first, those without one in the order of registration; a hook with `final=True`
runs last. This module stores the hooks; the app calls them.
"""

# The signatures are Dash's; booleans may be given by position there.
# ruff: noqa: FBT001, FBT002

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrt.model.errors import HookError

type Function = Callable[..., Any]
type Decorator[F: Function] = Callable[[F], F]

_KINDS = (
    "callback",
    "custom_data",
    "dev_tools",
    "error",
    "index",
    "layout",
    "routes",
    "setup",
    "websocket_connect",
    "websocket_message",
)


@dataclass(frozen=True, slots=True)
class Hook:
    """One registered function, its priority and its data."""

    function: Function
    priority: int = 0
    data: Any = None

    def __call__(self, *arguments: object, **options: object) -> Any:  # noqa: ANN401
        """Call the function."""
        return self.function(*arguments, **options)

    def is_defined_in(self, folder: str) -> bool:
        """Return whether the function's source is below a folder."""
        code = getattr(self.function, "__code__", None)
        return code is not None and code.co_filename.startswith(f"{folder}/")


class Hooks:
    """The registry behind `dash.hooks`."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[Hook]] = {kind: [] for kind in _KINDS}
        self._finals: dict[str, Hook] = {}
        self.scripts: list[Mapping[str, object]] = []
        self.stylesheets: list[Mapping[str, object]] = []
        self.clientside_callbacks: list[tuple[object, tuple[Any, ...], dict[str, Any]]] = []
        self.dev_tools: list[dict[str, Any]] = []

    def add_hook(
        self,
        kind: str,
        function: Function,
        priority: int | None = None,
        final: bool = False,
        data: object = None,
    ) -> None:
        """Register a function.

        Raises:
            HookError: there already is a final hook of this kind.
        """
        if final:
            self._add_final(kind, Hook(function, data=data))
            return
        hooks = self._by_kind.setdefault(kind, [])
        if not priority:  # below all others so far, so that registration order is kept
            priority = min((hook.priority for hook in hooks), default=1) - 1
        hooks.append(Hook(function, priority, data))
        hooks.sort(key=lambda hook: -hook.priority)

    def _add_final(self, kind: str, hook: Hook) -> None:
        if kind in self._finals:
            first = _where(self._finals[kind].function)
            raise HookError(
                f"Final hook already present: {first} and {_where(hook.function)} both want to be "
                f"the last {kind} hook. Give only one of them final=True."
            )
        self._finals[kind] = hook

    def forget(self, folder: str) -> None:
        """Remove the functions defined in files of a folder, before these files are run again."""
        for kind, found in self._by_kind.items():
            self._by_kind[kind] = [hook for hook in found if not hook.is_defined_in(folder)]
        self._finals = {
            kind: hook for kind, hook in self._finals.items() if not hook.is_defined_in(folder)
        }

    def get_hooks(self, kind: str) -> list[Hook]:
        """Return the hooks of a kind in the order they apply."""
        final = self._finals.get(kind)
        return [*self._by_kind.get(kind, ()), *([final] if final else ())]

    def _decorator(
        self,
        kind: str,
        priority: int | None,
        final: bool,
        data: object = None,
    ) -> Decorator[Any]:
        def register(function: Function) -> Function:
            self.add_hook(kind, function, priority=priority, final=final, data=data)
            return function

        return register

    # The signatures below are Dash's; booleans are positional there.
    def layout(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a function of the layout; its result replaces the layout."""
        return self._decorator("layout", priority, final)

    def setup(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a function that is called with each app after its construction."""
        return self._decorator("setup", priority, final)

    def route(
        self,
        name: str | None = None,
        methods: Sequence[str] = ("GET",),
        priority: int | None = None,
        final: bool = False,
    ) -> Decorator[Any]:
        """Register a route of the server; a site has no server, so nothing calls it."""

        def register(function: Function) -> Function:
            data = {"name": name or function.__name__, "methods": methods}
            self.add_hook("routes", function, priority=priority, final=final, data=data)
            return function

        return register

    def error(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a function that is called with the exception when a callback fails."""
        return self._decorator("error", priority, final)

    def callback(
        self,
        *dependencies: object,
        priority: int | None = None,
        final: bool = False,
        **options: object,
    ) -> Decorator[Any]:
        """Add a callback to each app."""
        return self._decorator("callback", priority, final, (list(dependencies), options))

    def clientside_callback(self, function: object, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Add a clientside callback to each app."""
        self.clientside_callbacks.append((function, arguments, options))

    def script(self, distribution: Iterable[Mapping[str, object]]) -> None:
        """Add scripts to each page, after the component bundles."""
        self.scripts.extend(distribution)

    def stylesheet(self, distribution: Iterable[Mapping[str, object]]) -> None:
        """Add stylesheets to each page, after all others."""
        self.stylesheets.extend(distribution)

    def index(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a function of the page's HTML; its result replaces the HTML."""
        return self._decorator("index", priority, final)

    def custom_data(
        self,
        namespace: str,
        priority: int | None = None,
        final: bool = False,
    ) -> Decorator[Any]:
        """Register a function called before each callback; returns `ctx.custom_data[namespace]`."""
        return self._decorator("custom_data", priority, final, {"namespace": namespace})

    def devtool(
        self, namespace: str, component_type: str, props: object = None, position: str = "right"
    ) -> None:
        """Show a component in the developer tools; `props` may be a function."""
        self.dev_tools.append(
            {
                "position": position,
                "type": component_type,
                "namespace": namespace,
                "props": props or {},
            }
        )

    def websocket_connect(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a check of new connections; nothing calls it."""
        return self._decorator("websocket_connect", priority, final)

    def websocket_message(self, priority: int | None = None, final: bool = False) -> Decorator[Any]:
        """Register a check of incoming messages; nothing calls it."""
        return self._decorator("websocket_message", priority, final)


hooks = Hooks()


def combine_error_handlers(original: Function | None) -> Function | None:
    """Return a handler that calls the app's and the error hooks; the app's result has priority."""
    if not hooks.get_hooks("error"):
        return original

    def handle(error: Exception) -> object:
        result = original(error) if original else None
        results = [hook(error) for hook in hooks.get_hooks("error")]
        return result or results[-1]

    return handle


def describe_dev_tools() -> list[dict[str, Any]]:
    """Return the components for the developer tools with the values of their props."""
    return [
        {**tool, "props": tool["props"]() if callable(tool["props"]) else tool["props"]}
        for tool in hooks.dev_tools
    ]


class _EntryPoints:
    loaded = False


def load_entry_points() -> None:
    """Import the entry points `dash_hooks` of installed packages, once."""
    if _EntryPoints.loaded:
        return
    _EntryPoints.loaded = True
    if not any(_has_hooks(Path(folder)) for folder in sys.path):
        return  # importlib.metadata takes longer to import than all of pyrt
    from importlib.metadata import entry_points  # noqa: PLC0415

    for entry in entry_points(group="dash_hooks"):
        entry.load()


def _has_hooks(folder: Path) -> bool:
    return any(
        "[dash_hooks]" in path.read_text("utf-8", "replace")
        for path in folder.glob("*.dist-info/entry_points.txt")
    )


def _where(function: Function) -> str:
    code = getattr(function, "__code__", None)
    name = getattr(function, "__name__", repr(function))
    return f"{name} ({Path(code.co_filename).name}:{code.co_firstlineno})" if code else name
