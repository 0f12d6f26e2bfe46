"""`KnownHosts`: the names under which pages may address this server.

A page of an attacker's site can let its own name point to this server (DNS rebinding). Its requests
then come from the same origin, as the browser sees it, and only the Host header tells. A name
counts as the server's own if it cannot be an attacker's: an address, a name without a dot, this
machine's name, the host of an allowed origin. Any other has to be given.
"""

import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

ANY = "*"


class KnownHosts:
    """The names of a server.

    Args:
        given: names in the settings; `*.example.org` for all below it, "*" for any name.
        origins: allowed origins.
    """

    def __init__(self, given: Iterable[str] = (), origins: Iterable[str] = ()) -> None:
        names = {name.lower().rstrip(".") for name in given}
        own = {socket.gethostname().lower(), *(_name_of(urlsplit(o).netloc) for o in origins)}
        self._has_any = ANY in names
        self._names = names | own
        self._suffixes = tuple(name.removeprefix("*") for name in names if name.startswith("*."))
        self.knows = lru_cache(maxsize=1024)(self._knows)

    def _knows(self, host: str) -> bool:
        """Return whether a Host header names this server; an empty one comes from a program."""
        if self._has_any:
            return True
        name = _name_of(host)
        if "." not in name or name.endswith((".localhost", *self._suffixes)):
            return True
        return name in self._names or _is_address(name)


def _name_of(host: str) -> str:
    """Return the name in `name:port`, in lower case; of an IPv6 address, the address."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
