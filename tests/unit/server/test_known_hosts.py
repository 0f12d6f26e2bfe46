"""The names under which a server may be addressed."""

import socket

import pytest

from pyrt.server.known_hosts import KnownHosts

GIVEN = ["calc.example.org", "*.example.net", "Dot.Example.com."]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8060",
        "10.1.2.3:80",
        "[::1]:8060",
        "localhost",
        "localhost:8060",
        "a.b.localhost",
        "bridge:8060",
        "",
        "calc.example.org",
        "CALC.example.org:8443",
        "calc.example.org.",
        "a.example.net",
        "dot.example.com",
        "site.example",
        socket.gethostname(),
    ],
)
def test_its_own_names_are_known(host):
    assert KnownHosts(GIVEN, ["https://site.example:8443"]).knows(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8060",
        "example.net",
        "notexample.net",
        "calc.example.org.evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "sub.site.example",
    ],
)
def test_names_that_may_be_an_attackers_are_not(host):
    """DNS rebinding: the attacker's own name points to this server."""
    assert not KnownHosts(GIVEN, ["https://site.example"]).knows(host)


def test_any_name_may_be_allowed():
    assert KnownHosts(["*"]).knows("evil.example")
