"""Signed job ids cannot be forged or used for another callback or page (S-127)."""

import pytest

from pyrt.server.jobs.signed_ids import Signer

signer = Signer(b"secret")


def test_a_signed_id_gives_back_its_value():
    signed_id = signer.sign("job", "out.children", "load", "1234-5.67")
    callback_hash, value = signer.read("job", "load", signed_id) or ("", "")
    assert value == "1234-5.67"
    assert Signer.is_for(callback_hash, "out.children")
    assert not Signer.is_for(callback_hash, "out.title")


@pytest.mark.parametrize(
    ("kind", "end_id", "secret", "change"),
    [
        ("cacheKey", "load", b"secret", lambda h: h),
        ("job", "other", b"secret", lambda h: h),
        ("job", "load", b"another", lambda h: h),
        ("job", "load", b"secret", lambda h: f"0{h}"),
        ("job", "load", b"secret", lambda h: h[:-1]),
        ("job", "load", b"secret", lambda h: h.partition("~")[0]),
        ("job", "load", b"secret", lambda _: ""),
        ("job", "load", b"secret", lambda _: "~"),
        ("job", "load", b"secret", lambda _: "1~\u00e4"),
    ],
)
def test_any_other_use_is_refused(kind, end_id, secret, change):
    """S-127."""
    signed_id = change(signer.sign("job", "out.children", "load", "1234"))
    assert Signer(secret).read(kind, end_id, signed_id) is None
