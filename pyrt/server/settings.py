"""`BridgeSettings`: the settings of a server, and the environment variables that give them.

The command's options win over the variables. With several processes, the variables tell each of
them what the command was told (`write_variables`).
"""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyrt.model.environment import Launch, decode_launch, encode_launch
from pyrt.model.failures import StartError

DEFAULT_AT_ONCE = 1000  # requests and WebSockets of one client
DEFAULT_HEADER_TIMEOUT_S = 10.0
DEFAULT_BODY_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """The settings of a server; each has an environment variable, see `read_variables`.

    Attributes:
        app: the app's file.
        origins: origins of pages that may call it, `scheme://host[:port]` each, or "*".
        named: callbacks that `[tool.pyrt] server` marks, `module:function` each.
        max_body: bytes of a request; None for 16 MiB.
        secret: signs ids of jobs; the same for all processes of one server, also after a restart.
        debug: send messages and tracebacks of exceptions to the page.
        launch: how the app is imported, if not as the file's name says.
        hosts: names of this server, as the Host header has them; `*.example.org` is allowed, and
            "*" for any.
        client_header: the header in which a proxy names its client; "" if there is no proxy.
        rate: requests that one client may make, as the library `limits` writes it: "600/minute";
            "" for any number.
        rate_store: address of the Redis where requests are counted, for several servers; "" to
            count in each process.
        at_once: requests and WebSockets of one client at the same time; 0 for any number.
        header_timeout_s: for the head of a request, in seconds; 0 for no limit.
        body_timeout_s: for its body, and for a client that takes no byte of a response.
        has_metrics: serve `/metrics`.
        mcp: offer the app to agents, unless it says otherwise itself.
        max_result: the largest result of a callback, in bytes; None for the default.
    """

    app: Path
    origins: Sequence[str] = ()
    named: Sequence[str] = ()
    max_body: int | None = None
    secret: str = ""
    debug: bool = False
    launch: Launch = field(default_factory=Launch)
    hosts: Sequence[str] = ()
    client_header: str = ""
    rate: str = ""
    rate_store: str = ""
    at_once: int = DEFAULT_AT_ONCE
    header_timeout_s: float = DEFAULT_HEADER_TIMEOUT_S
    body_timeout_s: float = DEFAULT_BODY_TIMEOUT_S
    has_metrics: bool = False
    mcp: bool = False
    max_result: int | None = None


_APP = "PYRT_BRIDGE_APP"
_ORIGINS = "PYRT_BRIDGE_ORIGINS"
_NAMED = "PYRT_BRIDGE_SERVER"
_MAX_BODY = "PYRT_BRIDGE_MAX_BODY"
_SECRET = "PYRT_BRIDGE_SECRET"  # noqa: S105  # a name
_DEBUG = "PYRT_BRIDGE_DEBUG"
_LAUNCH = "PYRT_BRIDGE_LAUNCH"
_HOSTS = "PYRT_BRIDGE_ALLOWED_HOSTS"
_CLIENT_HEADER = "PYRT_BRIDGE_CLIENT_HEADER"
_RATE = "PYRT_BRIDGE_RATE"
_RATE_STORE = "PYRT_BRIDGE_RATE_STORE"
_AT_ONCE = "PYRT_BRIDGE_AT_ONCE"
_HEADER_TIMEOUT = "PYRT_BRIDGE_HEADER_TIMEOUT"
_BODY_TIMEOUT = "PYRT_BRIDGE_BODY_TIMEOUT"
_METRICS = "PYRT_BRIDGE_METRICS"
_MCP = "PYRT_BRIDGE_MCP"
_MAX_RESULT = "PYRT_BRIDGE_MAX_RESULT"


def read_variables(variables: Mapping[str, str] | None = None) -> BridgeSettings:
    """Return the settings that environment variables give; lists are separated by blanks.

    Raises:
        StartError: values make no sense; the text names all of them.
    """
    given = _Variables(os.environ if variables is None else variables)
    settings = BridgeSettings(
        app=Path(given.text(_APP) or "app.py"),
        origins=given.text(_ORIGINS).split(),
        named=given.text(_NAMED).split(),
        max_body=given.number(_MAX_BODY, 0, int) or None,
        secret=given.text(_SECRET),
        debug=bool(given.text(_DEBUG)),
        launch=decode_launch(json.loads(given.text(_LAUNCH) or "{}")),
        hosts=given.text(_HOSTS).split(),
        client_header=given.text(_CLIENT_HEADER),
        rate=given.text(_RATE),
        rate_store=given.text(_RATE_STORE),
        at_once=given.number(_AT_ONCE, DEFAULT_AT_ONCE, int),
        header_timeout_s=given.number(_HEADER_TIMEOUT, DEFAULT_HEADER_TIMEOUT_S, float),
        body_timeout_s=given.number(_BODY_TIMEOUT, DEFAULT_BODY_TIMEOUT_S, float),
        has_metrics=bool(given.text(_METRICS)),
        mcp=bool(given.text(_MCP)),
        max_result=given.number(_MAX_RESULT, 0, int) or None,
    )
    if given.problems:
        raise StartError("\n".join(given.problems))
    return settings


def write_variables(settings: BridgeSettings) -> dict[str, str]:
    """Return the environment variables from which `read_variables` reads these settings."""
    return {
        _APP: str(settings.app),
        _ORIGINS: " ".join(settings.origins),
        _NAMED: " ".join(settings.named),
        _MAX_BODY: str(settings.max_body or ""),
        _SECRET: settings.secret,
        _DEBUG: "1" if settings.debug else "",
        _LAUNCH: json.dumps(encode_launch(settings.launch)),
        _HOSTS: " ".join(settings.hosts),
        _CLIENT_HEADER: settings.client_header,
        _RATE: settings.rate,
        _RATE_STORE: settings.rate_store,
        _AT_ONCE: str(settings.at_once),
        _HEADER_TIMEOUT: str(settings.header_timeout_s),
        _BODY_TIMEOUT: str(settings.body_timeout_s),
        _METRICS: "1" if settings.has_metrics else "",
        _MCP: "1" if settings.mcp else "",
        **write_max_result(settings.max_result),
    }


def write_max_result(limit: int | None) -> dict[str, str]:
    """Return the variable from which processes of a server, of jobs as well, read this limit."""
    return {_MAX_RESULT: str(limit or "")}


_KINDS: dict[type, str] = {int: "a whole number", float: "a number of seconds"}


class _Variables:
    """Environment variables, and what is wrong with them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self._variables.get(name, "").strip()

    def number[N: (int, float)](self, name: str, default: N, kind: type[N]) -> N:
        """Return a number of at least 0."""
        text = self.text(name)
        if not text:
            return default
        try:
            value = kind(text)
        except ValueError:
            value = kind("-1")
        if not 0 <= value < math.inf:
            self.problems.append(f"{name}={text}: must be {_KINDS[kind]} of at least 0.")
            return default
        return value
