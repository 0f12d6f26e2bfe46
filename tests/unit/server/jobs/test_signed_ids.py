"""Job handles cannot be forged or passed on (S-127)."""

import pytest

from pyrt.server.jobs.signed_ids import Seal

seal = Seal(b"secret")


def test_a_handle_gives_back_its_value():
    handle = seal.sign("job", "out.children", "load", "1234-5.67")
    short, value = seal.read("job", "load", handle) or ("", "")
    assert value == "1234-5.67"
    assert Seal.belongs(short, "out.children")
    assert not Seal.belongs(short, "out.title")


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
    handle = change(seal.sign("job", "out.children", "load", "1234"))
    assert Seal(secret).read(kind, end_id, handle) is None
