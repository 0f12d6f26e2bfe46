"""Who may ask the server of `pyrt dev`."""

import pytest

from pyrt_build.dev.access import COOKIE, Access, is_loopback


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.7", False),
        ("example.org", False),
    ],
)
def test_only_this_machine_reaches_a_loopback_address(host, expected):
    assert is_loopback(host) is expected
    assert bool(Access.of(host).token) is not expected


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_names_of_this_machine_are_answered(host):
    assert Access.of("127.0.0.1").refusal({"host": host}, "/") == ""


@pytest.mark.parametrize("host", ["evil.example:8050", "", "127.0.0.1.evil.example"])
def test_a_foreign_name_that_points_here_is_refused(host):
    assert "is not one of this server" in Access.of("127.0.0.1").refusal({"host": host}, "/")


def test_a_page_of_another_site_is_refused():
    access, host = Access.of("127.0.0.1"), "127.0.0.1:8050"
    refused = access.refusal({"host": host, "origin": "https://evil.example"}, "/")
    assert "https://evil.example has asked" in refused
    assert access.refusal({"host": host, "origin": f"http://{host}"}, "/") == ""
    assert access.refusal({"host": host, "origin": "null"}, "/")


def test_in_a_network_the_token_is_needed():
    access = Access.of("0.0.0.0")
    headers = {"host": "192.168.1.7:8050"}
    assert "lacks its token" in access.refusal(headers, "/")
    assert "lacks its token" in access.refusal(headers, "/?token=guess")
    assert access.refusal(headers, f"/?token={access.token}") == ""
    assert access.refusal({**headers, "cookie": f"{COOKIE}={access.token}"}, "/") == ""
    assert access.refusal({**headers, "cookie": f"{COOKIE}=guess"}, "/")
    assert access.refusal({"host": "evil.example", "cookie": f"{COOKIE}={access.token}"}, "/")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/?token=T", "/"),
        ("/about/?a=1&token=T&b=2", "/about/?a=1&b=2"),
        ("//evil.example/?token=T", "/"),
    ],
)
def test_the_token_leaves_the_address(target, expected):
    assert Access("0.0.0.0", "T").without_token(target) == expected


def test_scripts_cannot_read_the_cookie():
    cookie = Access("0.0.0.0", "T").cookie()
    assert cookie == f"{COOKIE}=T; Path=/; HttpOnly; SameSite=Strict"
