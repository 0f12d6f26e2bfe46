"""What a request says: its body as JSON, and `RequestEnvironment` for its callback (S-113)."""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pyrt.model.environment import Environment, QueryArguments
from pyrt.server.http_error import MALFORMED, HttpError

type Scope = MutableMapping[str, Any]

TIMED_OUT = "pyrt.timed_out"  # in the scope of a request whose body did not come in time


@dataclass(frozen=True, slots=True)
class RequestEnvironment(Environment):
    """The environment of a callback that a server calls.

    Attributes:
        fields: the headers of the request, by their usual spelling.
        full_path: path and query.
        query: the query alone.
        peer: the address of the client.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    full_path: str = "/_dash-update-component?"
    query: str = ""
    peer: str = ""

    @property
    def has_server(self) -> bool:
        """True: a response can set cookies that scripts of the page cannot."""
        return True

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request."""
        return dict(self.fields)

    @property
    def args(self) -> QueryArguments:
        """The query of the request."""
        return QueryArguments(self.query)

    @property
    def path(self) -> str:
        """The path of the request, with its query."""
        return self.full_path

    @property
    def remote(self) -> str:
        """The address of the client."""
        return self.peer

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page that sent the request."""
        return self.fields.get("Origin", "")

    def to_json(self) -> dict[str, object]:
        """Return plain JSON, from which `read_environment` makes an equal environment."""
        names = ("cookie", "fields", "full_path", "query", "peer")
        return {name: value for name, value in asdict(self).items() if name in names}


def read_environment(facts: Mapping[str, Any]) -> RequestEnvironment:
    """Return the environment that `to_json` described."""
    return RequestEnvironment(**facts)


def describe_request(scope: Scope) -> RequestEnvironment:
    """Return the environment of an ASGI request."""
    fields = {
        name.decode("latin-1").title(): value.decode("latin-1") for name, value in scope["headers"]
    }
    query = scope.get("query_string", b"").decode("latin-1")
    client = scope.get("client") or ("", 0)
    return RequestEnvironment(
        cookie=fields.get("Cookie", ""),
        user_agent=fields.get("User-Agent", ""),
        language=fields.get("Accept-Language", ""),
        referrer=fields.get("Referer", ""),
        fields=fields,
        full_path=f"{scope['path']}?{query}",
        query=query,
        peer=str(client[0]),
    )


def parse_json(body: bytes | str) -> object:
    """Return the JSON in the body of a request.

    Raises:
        HttpError: it is not JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HttpError(MALFORMED, "The body of a callback request must be JSON.") from None
