"""`RequestEnvironment`: what a callback on a server may ask of the request it answers (S-113).

Made of an ASGI scope, and of plain JSON again where a job runs in another process. May import
`model` only.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pyrt.model.environment import Environment, QueryArguments

type Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestEnvironment(Environment):
    """The request that asks for a call.

    Attributes:
        fields: the headers, by their usual spelling.
        full_path: path and query.
        query: the query alone.
        peer: the address of whoever has sent it.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    full_path: str = "/_dash-update-component?"
    query: str = ""
    peer: str = ""

    @property
    def has_server(self) -> bool:
        """Whether a response can do more than a script in the page."""
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
        """The address of whoever has sent it."""
        return self.peer

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page that asks."""
        return self.fields.get("Origin", "")

    def to_json(self) -> dict[str, object]:
        """Return plain JSON of which `read_environment` makes the same again."""
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
