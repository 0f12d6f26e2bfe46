"""Limits of each client: 429, and what is not limited."""

import asyncio
import json
from typing import Any

import pytest

from pyrt.model.failures import StartError
from pyrt.server import access_log
from pyrt.server.client_limits import ClientLimits, RateLimit
from pyrt.server.http_error import HttpError


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    noted: list[Any] = []
    monkeypatch.setattr(access_log, "write", lambda _event, **facts: noted.append(facts))
    return noted


class Server:
    """An application behind limits; its requests last until `go` is set."""

    def __init__(self, at_once=0, rate=""):
        self.go = asyncio.Event()
        self.reached = 0
        self.limits = ClientLimits(self.app, at_once, RateLimit(rate), ["/health"])

    async def app(self, scope, receive, send):
        self.reached += 1
        await self.go.wait()

    async def ask(self, client="1.1.1.1", *, path="/", kind="http", **scope):
        """Send a request; return what was sent as the answer."""
        sent = []

        async def receive():
            return {"type": f"{kind}.connect"}

        async def send(message):
            sent.append(message)

        request = {"type": kind, "path": path, "client": (client, 1), "headers": [], **scope}
        await self.limits(request, receive, send)
        return sent


def test_a_client_may_have_so_many_requests_at_once(lines):
    async def scenario():
        server = Server(at_once=2)
        running = [asyncio.create_task(server.ask()) for _ in range(2)]
        await asyncio.sleep(0)
        start, body = await server.ask()
        assert start["status"] == 429
        assert (b"retry-after", b"1") in start["headers"]
        assert json.loads(body["body"])["error"]["reason"] == "too many requests"
        running.append(asyncio.create_task(server.ask("2.2.2.2")))
        running.append(asyncio.create_task(server.ask(path="/health")))
        await asyncio.sleep(0)
        assert server.reached == 4
        server.go.set()
        assert await asyncio.gather(*running) == [[]] * 4
        assert await server.ask() == [], "those before have ended"

    asyncio.run(scenario())
    (line,) = lines
    assert (line["status"], line["refused"], line["remote"]) == (
        429,
        "too many requests",
        "1.1.1.1",
    )


def test_a_client_may_send_so_many_requests_per_time():
    async def scenario():
        server = Server(rate="3/minute")
        server.go.set()
        answers = [await server.ask() for _ in range(5)]
        assert [len(answer) for answer in answers] == [0, 0, 0, 2, 2]
        headers = dict(answers[-1][0]["headers"])
        assert 1 <= int(headers[b"retry-after"]) <= 61
        assert await server.ask("2.2.2.2") == []
        assert await server.ask(path="/health") == []

    asyncio.run(scenario())


def test_a_websocket_is_refused_with_429_where_the_server_can():
    async def scenario():
        server = Server(rate="1/minute")
        server.go.set()
        await server.ask()
        with_answer = await server.ask(kind="websocket", extensions={"websocket.http.response": {}})
        assert with_answer[0]["type"] == "websocket.http.response.start"
        assert with_answer[0]["status"] == 429
        (without,) = await server.ask(kind="websocket")
        assert (without["type"], without["code"]) == ("websocket.close", 4029)

    asyncio.run(scenario())


def test_without_limits_nothing_is_refused():
    async def scenario():
        server = Server()
        server.go.set()
        assert [await server.ask() for _ in range(50)] == [[]] * 50

    asyncio.run(scenario())


def test_a_store_that_is_away_limits_nothing():
    """Better no limit than no service."""

    async def scenario():
        limit = RateLimit("1/minute", "redis://127.0.0.1:1/0")
        await limit.check("1.1.1.1")
        await limit.check("1.1.1.1")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("rate", "store", "text"),
    [
        ("often", "", "'often' must be a rate such as 600/minute"),
        ("1/minute", "ftp://x", "'ftp://x'"),
    ],
)
def test_what_makes_no_sense_is_named(rate, store, text):
    with pytest.raises(StartError, match=text):
        RateLimit(rate, store)


def test_the_error_says_when_to_come_back():
    async def scenario():
        limit = RateLimit("1/second")
        await limit.check("x")
        with pytest.raises(
            HttpError, match="More requests than 1 per 1 second came from x"
        ) as caught:
            await limit.check("x")
        assert caught.value.retry_after_s in {1, 2}

    asyncio.run(scenario())
