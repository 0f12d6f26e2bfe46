"""Names of Dash 1 to 3 that mean one thing: `JupyterDash`, `long_callback` and its managers.

The build warns of each (`pyrt_build/app/idioms.py`); in the tab they work as the newer names do.
"""

# The signatures are those of the older releases.
# ruff: noqa: ANN401

from collections.abc import Callable
from typing import Any

from pyrt.app.dash import Dash
from pyrt.model.callback import callback


class JupyterDash(Dash):
    """`Dash`, which shows itself in notebooks."""

    default_mode = "external"
    default_requests_pathname_prefix: str | None = None
    default_server_url: str | None = None

    @staticmethod
    def infer_jupyter_proxy_config() -> None:
        """Do nothing: there is no proxy of a notebook."""

    infer_jupyter_config = infer_jupyter_proxy_config


def long_callback(*dependencies: Any, **options: Any) -> Callable[..., Any]:
    """Return the decorator of a background callback (S-121)."""
    return callback(*dependencies, **{**options, "background": True})


class NotebookSettings:
    """`dash.jupyter_dash`: the server that Dash has in notebooks. There is none: no effect."""

    default_mode = "inline"
    alive_token = ""
    active = False
    in_ipython = False

    def infer_jupyter_proxy_config(self) -> None:
        """Do nothing: there is no proxy of a notebook."""

    configure_callback_exception_handling = infer_jupyter_proxy_config


jupyter_dash = NotebookSettings()
