"""Credentials in addresses do not travel."""

import pytest

from pyrt_build.project.addresses import with_clean_block, without_credentials

BLOCK = b"""# /// script
# dependencies = ["own @ git+https://%sgithub.com/me/own.git"]
# [[tool.uv.index]]
# url = "https://%sindex.example/simple"
# ///
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b"https://user:pass@host/x", b"https://host/x"),
        (b"git+ssh://git@host/x.git@v1", b"git+ssh://host/x.git@v1"),
        (b"https://host/@user?x=a@b", b"https://host/@user?x=a@b"),
        (b"mailto:a@b.example", b"mailto:a@b.example"),
    ],
)
def test_users_and_passwords_are_removed(given, expected):
    assert without_credentials(given) == expected


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_only_the_script_block_is_changed(newline):
    rest = b"# see https://user:word@host/\nURL = 'https://user:word@host/'\n"
    given = (b"#!/usr/bin/env python\n" + BLOCK % (b"tok_x@", b"u:p@") + rest).replace(
        b"\n", newline
    )
    expected = (b"#!/usr/bin/env python\n" + BLOCK % (b"", b"") + rest).replace(b"\n", newline)
    assert with_clean_block(given) == expected
