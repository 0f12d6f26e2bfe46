"""Takes out of a text what must not be in a bug report: credentials, the name of the user."""

import re
from pathlib import Path

HIDDEN = "***"
_USER = re.compile(r"(?<=://)[^/@\s]+@")
_QUERY = re.compile(r"(://[^\s?#]+)[?#]\S+")
# A part of a path that only a machine can have made: the token of some package hosts.
_TOKEN = re.compile(r"(?<=/)(?=[^/\s]*\d)(?=[^/\s]*[A-Za-z])[A-Za-z0-9_~+=-]{20,}(?=/|\s|$)")
_ADDRESS = re.compile(r"\b\w[\w+.-]*://\S+")


def without_secrets(text: str) -> str:
    """Return a text without credentials in addresses, and with `~` for the home folder.

    >>> without_secrets("https://me:word@host/simple?key=1")
    'https://***@host/simple?***'
    """
    text = _ADDRESS.sub(lambda found: _clean(found[0]), text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _clean(address: str) -> str:
    address = _USER.sub(f"{HIDDEN}@", address)
    address = _QUERY.sub(rf"\1?{HIDDEN}", address)
    return _TOKEN.sub(HIDDEN, address)
