"""Who may ask `pyrt dev`: its pages run code of this machine's author, and show their files.

127.0.0.1    the Host of a request is a name of this machine itself, and its Origin is the same
elsewhere    also, the address has a token, which becomes a cookie
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

COOKIE = "pyrt_dev_token"
PARAMETER = "token"
_LOOPBACK_NAMES = frozenset({"localhost"})


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Access:
    """The rules for requests.

    Attributes:
        host: the address that the server listens on.
        token: what the address of a page has; empty if only this machine can ask.
    """

    host: str
    token: str = field(default="")

    @classmethod
    def of(cls, host: str) -> "Access":
        """Return the rules for a server that listens on an address."""
        return cls(host, "" if is_loopback(host) else secrets.token_urlsafe(16))

    def refusal(self, headers: Mapping[str, str], target: str) -> str:
        """Return why a request is refused; empty if it is not.

        Args:
            headers: of the request, with names in lower case.
            target: path and query.
        """
        host = headers.get("host", "")
        if not self._is_own(host):
            return (
                f"The address has the name {host!r}, which is not one of this server. Open the "
                "address that `pyrt dev` has written."
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return f"A page of {origin} has asked; only pages of this server may."
        if self.token and not (self._has_cookie(headers) or self.takes_token(target)):
            return "The address lacks its token. Open the address that `pyrt dev` has written."
        return ""

    def _is_own(self, host: str) -> bool:
        """Tell whether the Host of a request is a name of this server, or a plain IP address.

        A page of another site that lets its name point here (DNS rebinding) has that name.
        """
        name = urlsplit(f"//{host}").hostname or ""
        if name == self.host.lower() or is_loopback(name):
            return True
        if not self.token:
            return False
        try:
            ip_address(name)
        except ValueError:
            return "." not in name or name.endswith(".local")
        return True

    def _has_cookie(self, headers: Mapping[str, str]) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value, self.token)

    def takes_token(self, target: str) -> bool:
        """Tell whether an address has the right token."""
        given = dict(parse_qsl(urlsplit(target).query)).get(PARAMETER, "")
        return bool(self.token) and hmac.compare_digest(given, self.token)

    def without_token(self, target: str) -> str:
        """Return the address to show once the cookie has the token."""
        parts = urlsplit(target)
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != PARAMETER]
        path = "/" + parts.path.lstrip("/")
        return urlunsplit(("", "", path, urlencode(query), ""))

    def cookie(self) -> str:
        """Return the header that lets the browser keep the token."""
        return f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
