"""What an app lets agents see: `dash.mcp.configure_mcp_server`, `dash.mcp.mcp_enabled`.

These names may be used in the app's script, which runs in the tab as well: this module imports next
to nothing, and is the only one of this folder that a site can contain.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ClassVar, overload

from pyrt.engine.call import context


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """What agents are shown; the names are those of `configure_mcp_server`.

    Attributes:
        include_layout: the resources about the layout, and the tool `get_dash_component`.
        include_callbacks: callbacks that do not set `mcp_enabled` themselves.
        include_clientside_callbacks: the resource about callbacks in JavaScript.
        include_pages: the resources about pages.
        expose_callback_docstrings: docstrings of functions, as parts of descriptions.
    """

    include_layout: bool = True
    include_callbacks: bool = True
    include_clientside_callbacks: bool = True
    include_pages: bool = True
    expose_callback_docstrings: bool = False


@dataclass(frozen=True, slots=True)
class AgentFunction:
    """A function that `mcp_enabled` has made a tool.

    Attributes:
        name: of the tool.
        function: the function.
        expose_docstring: whether its docstring is the description; None for the app's setting.
    """

    name: str
    function: Callable[..., Any]
    expose_docstring: bool | None = None


class _State:
    """The settings and functions of this process; `revision` grows with each change."""

    settings = AgentSettings()
    functions: ClassVar[dict[str, AgentFunction]] = {}
    revision = 0


def current() -> AgentSettings:
    """Return the settings."""
    return _State.settings


def functions() -> dict[str, AgentFunction]:
    """Return the functions that are tools, by the name of the tool."""
    return dict(_State.functions)


def revision() -> int:
    """Return a number that grows with each change of the settings and functions."""
    return _State.revision


def forget() -> None:
    """Return to the defaults, before an app's script runs again."""
    _State.settings = AgentSettings()
    _State.functions.clear()
    _State.revision += 1


def configure_mcp_server(
    *,
    include_layout: bool | None = None,
    include_callbacks: bool | None = None,
    include_clientside_callbacks: bool | None = None,
    include_pages: bool | None = None,
    expose_callback_docstrings: bool | None = None,
) -> None:
    """Change what agents are shown; an argument that is None changes nothing.

    Args:
        include_layout: show layout and components.
        include_callbacks: make tools of all callbacks but those with `mcp_enabled=False`; if false,
            only of those with `mcp_enabled=True`.
        include_clientside_callbacks: show the callbacks in JavaScript.
        include_pages: show the pages.
        expose_callback_docstrings: show docstrings of callbacks and functions.

    Raises:
        RuntimeError: a callback is running.
    """
    if context.current.get() is not None:
        raise RuntimeError(
            "configure_mcp_server() was called while a callback runs. Call it where the app is "
            "made: it is a setting of the app, not of one call."
        )
    given = {
        "expose_callback_docstrings": expose_callback_docstrings,
        "include_callbacks": include_callbacks,
        "include_clientside_callbacks": include_clientside_callbacks,
        "include_layout": include_layout,
        "include_pages": include_pages,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    _State.settings = replace(_State.settings, **changes)
    _State.revision += 1


@overload
def mcp_enabled[**P, R](
    func: Callable[P, R], *, name: str | None = None, expose_docstring: bool | None = None
) -> Callable[P, R]: ...


@overload
def mcp_enabled[**P, R](
    func: None = None, *, name: str | None = None, expose_docstring: bool | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def mcp_enabled(
    func: Callable[..., Any] | None = None,
    *,
    expose_docstring: bool | None = None,
    name: str | None = None,
) -> Callable[..., Any]:
    """Make a function a tool of agents; used with or without arguments.

    Args:
        func: the function, if there are no arguments.
        name: of the tool; by default that of the function.
        expose_docstring: show the docstring as the description.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        tool = name or function.__name__
        _State.functions[tool] = AgentFunction(tool, function, expose_docstring)
        _State.revision += 1

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # the function's own
            return function(*args, **kwargs)

        return call

    return register if func is None else register(func)
