"""Addresses: without user names and passwords in what travels; the paths of local files."""

import re
from pathlib import Path
from urllib.parse import urlsplit

_USER = re.compile(rb"(?<=://)[^\s/@'\"]+@")
# The block of PEP 723, from its first line to its last.
_BLOCK = re.compile(rb"(?m)^# /// script\s*?$\s(?:^#(?:[ \r].*)?$\s)+?^# ///\s*?$")


def without_credentials(text: bytes) -> bytes:
    """Return a text whose addresses have no users and passwords.

    >>> without_credentials(b"a @ git+https://me:token@host/a.git")
    b'a @ git+https://host/a.git'
    """
    return _USER.sub(b"", text)


def path_of(address: str) -> Path:
    """Return the path on this machine that a `file:` address names, in the form of its system.

    >>> path_of("file:///srv/my%20wheels/a.whl").as_posix()
    '/srv/my wheels/a.whl'
    """
    from urllib.request import url2pathname  # noqa: PLC0415 -- 10 ms, needed seldom

    return Path(url2pathname(urlsplit(address).path))


def with_clean_block(source: bytes) -> bytes:
    """Return a module whose script block has no credentials; all else is as it was."""
    return _BLOCK.sub(lambda block: without_credentials(block[0]), source)
