"""Removes user names and passwords from addresses in what travels."""

import re

_USER = re.compile(rb"(?<=://)[^\s/@'\"]+@")
# The block of PEP 723, from its first line to its last.
_BLOCK = re.compile(rb"(?m)^# /// script\s*?$\s(?:^#(?:[ \r].*)?$\s)+?^# ///\s*?$")


def without_credentials(text: bytes) -> bytes:
    """Return a text whose addresses have no users and passwords.

    >>> without_credentials(b"a @ git+https://me:token@host/a.git")
    b'a @ git+https://host/a.git'
    """
    return _USER.sub(b"", text)


def with_clean_block(source: bytes) -> bytes:
    """Return a module whose script block has no credentials; all else is as it was."""
    return _BLOCK.sub(lambda block: without_credentials(block[0]), source)
