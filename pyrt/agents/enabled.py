"""Whether an app is offered to agents, and where. It is not, unless it or its project says so."""

# What the constructor was given is private to the app: a property would be part of every site.
# ruff: noqa: SLF001

from pyrt.app.config import env_default
from pyrt.app.dash import Dash

DEFAULT_PATH = "_mcp"


def is_enabled(app: Dash, *, by_project: bool = False) -> bool:
    """Return whether agents may ask for the app's tools.

    `Dash(enable_mcp=...)` decides, else DASH_MCP_ENABLED, else the project.

    Args:
        app: the app.
        by_project: `mcp` in `[tool.pyrt]`.
    """
    return env_default("mcp_enabled", app._given.enable_mcp, by_project) is True


def path_of(app: Dash) -> str:
    """Return the path of the endpoint, below the prefix of the app's routes: `_mcp`."""
    return str(env_default("mcp_path", app._given.mcp_path, DEFAULT_PATH)).lstrip("/")
