"""Requests of foreign origins are refused before anything else is done."""

import asyncio
import json
import logging
from typing import Any

import pytest

from pyrt.server import access_log
from pyrt.server.known_hosts import KnownHosts
from pyrt.server.origin_guard import OriginGuard

SITE = "https://site.example"


@pytest.fixture
def log(monkeypatch):
    """The lines of the access log."""
    lines: list[Any] = []

    class Lines(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(record.getMessage()))

    logger = logging.Manager(logging.RootLogger(logging.INFO)).getLogger("pyrt.bridge")
    logger.addHandler(Lines())
    monkeypatch.setattr(access_log, "logger", logger)
    return lines


def ask(origin=None, *, origins=(), kind="http", host="bridge.example", hosts=None):
    """Send a request; return whether it reached the app, and the response if it did not."""
    reached, sent, received = [], [], []

    async def app(scope, receive, send):
        reached.append(scope)

    async def receive():
        received.append(1)
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    headers = [(b"host", host.encode())]
    headers += [] if origin is None else [(b"origin", origin.encode())]
    scope = {"type": kind, "method": "POST", "path": "/", "headers": headers}
    asyncio.run(OriginGuard(app, origins, hosts)(scope, receive, send))
    assert not (reached and sent)
    return bool(reached), sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("origin", "origins"),
    [
        (None, ()),
        ("", ()),
        (SITE, [SITE]),
        (SITE, ["https://other.example", SITE]),
        (SITE, ["*"]),
        ("null", ["*"]),
        ("null", ["null"]),
        ("http://bridge.example", ()),
        ("https://bridge.example", ()),
    ],
)
def test_welcome_are_named_origins_the_servers_own_and_programs_without_one(
    origin, origins, kind, log
):
    assert ask(origin, origins=origins, kind=kind) == (True, [])
    assert log == []


@pytest.mark.parametrize(
    ("origin", "origins"),
    [
        (SITE, ()),
        (SITE, ["http://site.example"]),
        (SITE, [f"{SITE}:8443"]),
        (SITE, [f"{SITE}/"]),
        (f"{SITE}.evil", [SITE]),
        ("https://evil.example", [SITE]),
        ("null", ()),
        ("http://bridge.example:81", ()),
        ("http://sub.bridge.example", ()),
        ("nonsense", ()),
    ],
)
def test_all_others_are_refused_and_the_line_says_so(origin, origins, log):
    reached, sent = ask(origin, origins=origins)
    assert not reached
    start, body = sent
    assert start["status"] == 403
    error = json.loads(body["body"])["error"]
    assert error["reason"] == "foreign origin"
    assert f"--origin {origin}" in error["message"], "what to do"
    (line,) = log
    assert (line["status"], line["refused"], line["origin"]) == (403, "foreign origin", origin)


def test_the_port_of_the_host_counts():
    assert ask("http://localhost:8050", host="localhost:8050")[0]
    assert not ask("http://localhost:8051", host="localhost:8050")[0]


def test_a_page_without_an_origin_is_not_that_of_a_server_without_a_host():
    """A file or a sandboxed frame sends the origin `null`."""
    assert not ask("null", host="")[0]
    assert not ask("null", host="null")[0]


def test_a_websocket_is_closed_before_it_is_accepted(log):
    reached, sent = ask(SITE, kind="websocket")
    assert not reached
    assert sent == [{"type": "websocket.close", "code": 4003, "reason": "foreign origin"}]
    assert log[0]["via"] == "websocket"


@pytest.mark.parametrize("origin", [None, "http://evil.example:8060"])
def test_a_host_that_is_no_name_of_the_server_is_refused(origin, log):
    """DNS rebinding: for the browser, the page and the server have the same origin."""
    reached, sent = ask(origin, host="evil.example:8060", hosts=KnownHosts())
    assert not reached
    error = json.loads(sent[1]["body"])["error"]
    assert (sent[0]["status"], error["reason"]) == (403, "foreign host")
    assert "--allowed-host evil.example" in error["message"], "what to do"
    assert (log[0]["refused"], log[0]["host"]) == ("foreign host", "evil.example:8060")


def test_a_websocket_of_a_foreign_host_is_closed_before_it_is_accepted():
    _, sent = ask("http://evil.example", kind="websocket", host="evil.example", hosts=KnownHosts())
    assert sent == [{"type": "websocket.close", "code": 4003, "reason": "foreign host"}]


def test_a_page_of_an_allowed_origin_may_use_any_name_of_the_server():
    """An origin cannot be forged in a browser, whatever the name points to."""
    assert ask(SITE, origins=[SITE], host="calc.example.org", hosts=KnownHosts())[0]
    assert ask(SITE, origins=["*"], host="calc.example.org", hosts=KnownHosts())[0]


def test_a_known_name_is_not_refused():
    assert ask("https://calc.example.org", host="calc.example.org", hosts=KnownHosts(["*"]))[0]
    hosts = KnownHosts(["calc.example.org"])
    assert ask("https://calc.example.org", host="calc.example.org", hosts=hosts)[0]
    assert ask(None, host="127.0.0.1:8060", hosts=KnownHosts())[0]


def test_what_is_no_request_is_passed_on():
    """The start and the end of a server."""
    assert ask(SITE, kind="lifespan") == (True, [])
