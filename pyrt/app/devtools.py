"""The switches of the developer tools, and the checks of the arguments of `app.run` (S-171, S-172).

Every switch is off unless debugging is on; a keyword or an environment variable overrides each.
A hot reload keeps what was typed and chosen unless that is turned off, as plotly/dash#3896 has it.
"""

import os
from dataclasses import dataclass, fields
from urllib.parse import urlparse

from pyrt.app.config import env_default
from pyrt.model.errors import ProxyError


@dataclass(slots=True)
class DevTools:
    """`app._dev_tools`; the names are those of Dash's keywords without `dev_tools_`."""

    ui: bool = False
    props_check: bool = False
    serve_dev_bundles: bool = False
    hot_reload: bool = False
    silence_routes_logging: bool = False
    prune_errors: bool = False
    validate_callbacks: bool = False
    hot_reload_interval: float = 3.0
    hot_reload_watch_interval: float = 0.5
    hot_reload_max_retry: int = 8
    hot_reload_preserve_state: bool = True
    disable_version_check: bool = False


_FOLLOW_DEBUG = (
    "ui",
    "props_check",
    "serve_dev_bundles",
    "hot_reload",
    "silence_routes_logging",
    "prune_errors",
    "validate_callbacks",
)


def make_dev_tools(*, debug: bool, **chosen: object) -> DevTools:
    """Return the switches for these keywords.

    Raises:
        TypeError: a keyword is unknown.
    """
    names = {item.name for item in fields(DevTools)}
    unknown = [f"dev_tools_{name}" for name in chosen if name not in names]
    if unknown:
        raise TypeError(f"enable_dev_tools() got an unexpected keyword argument '{unknown[0]}'")
    defaults = DevTools()
    return DevTools(
        **{
            name: env_default(
                name,
                chosen.get(name),
                debug if name in _FOLLOW_DEBUG else getattr(defaults, name),
            )
            for name in names
        }
    )


def check_port(port: object) -> int:
    """Return the port as a number: the argument, else the variable `PORT`, else 8050.

    Raises:
        ValueError: it is not a number.
        AssertionError: it is out of range. (Both are what Dash raises.)
    """
    given = port or os.environ.get("PORT", "8050")
    message = f"Expecting an integer from 1 to 65535, found port={given!r}"
    try:
        number = int(str(given))
    except ValueError:
        raise ValueError(message) from None
    if number not in range(1, 65536):
        raise AssertionError(message.replace(repr(given), repr(number)))
    return number


def check_proxy(proxy: str | None, host: str | None, port: int, *, secure: bool) -> None:
    """Refuse a `proxy` (`"{served}::{seen}"`) that contradicts where the app would be served.

    Raises:
        ProxyError: scheme, host or port differ.
    """
    proxy = proxy or os.environ.get("DASH_PROXY")
    if not proxy:
        return
    served, seen = (urlparse(part) for part in proxy.split("::"))
    parts = {
        "protocol": (served.scheme, "https" if secure else "http"),
        "host": (served.hostname, host or os.environ.get("HOST", "127.0.0.1")),
        "port": (served.port, port),
    }
    for name, (expected, found) in parts.items():
        if expected != found:
            raise ProxyError(
                f"{name}: {found} is incompatible with the proxy: {proxy}\n"
                f"To see your app at {seen.geturl()}, you must use {name}: {expected}"
            )
