"""Many clients of bridges: pages that wait for jobs, and clients that are slow."""

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

PATH = "/_dash-update-component"
_PAUSES_S = (
    0.5,
    1.0,
    2.0,
    4.0,
)  # before a request is sent again, as in web/src/remote/fetch_call.ts
_POLL_S = 0.5  # Dash's `interval`
_DOWN_S = 10.0  # a bridge that has refused a connection gets none for so long
_PATIENCE_S = 120.0  # for one job


class Balancer:
    """Sends each request to the next of several bridges, and past those that do not answer.

    As nginx does: a bridge that refuses a connection gets no request for a while, and the request
    goes to another one. What breaks off in the middle is an error, which the page sends again.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        limits = httpx.Limits(max_connections=200)
        self._clients = [httpx.Client(base_url=url, timeout=30, limits=limits) for url in urls]
        self._down_until = [0.0] * len(urls)
        self._turns = itertools.count()

    def post(self, request: object, query: str = "") -> httpx.Response:
        """Send a request as a page does: again, after pauses, if it was answered by no bridge."""
        for pause_s in _PAUSES_S:
            try:
                response = self._pass_on(request, query)
                if response.status_code not in {502, 503, 504}:
                    return response
            except httpx.TransportError:
                pass
            time.sleep(pause_s)
        return self._pass_on(request, query)

    def _pass_on(self, request: object, query: str) -> httpx.Response:
        for _ in self._clients:
            number = next(self._turns) % len(self._clients)
            if time.monotonic() < self._down_until[number]:
                continue
            try:
                return self._clients[number].post(PATH + query, json=request)
            except httpx.ConnectError:
                self._down_until[number] = time.monotonic() + _DOWN_S
        raise httpx.ConnectError("no bridge takes connections")

    def close(self) -> None:
        for client in self._clients:
            client.close()


class Crowd:
    """Pages that start jobs at the same time, and wait for each.

    Attributes:
        done: number of jobs that have ended, in whatever way.
        lost: what came instead of the result of a job.
        waits_s: how long each job took.
    """

    def __init__(self, balancer: Balancer, requests: Sequence[dict[str, Any]], pages: int) -> None:
        self._balancer = balancer
        self._requests = requests
        self._pages = pages
        self._lock = threading.Lock()
        self.done = 0
        self.lost: list[str] = []
        self.waits_s: list[float] = []

    @contextmanager
    def working(self) -> Iterator[None]:
        """Run all jobs; the block runs meanwhile, and ends when they have ended."""
        with ThreadPoolExecutor(self._pages) as threads:
            ends = [threads.submit(self._run, request) for request in self._requests]
            yield
            for end in ends:
                end.result()

    def _run(self, request: dict[str, Any]) -> None:
        begun = time.monotonic()
        try:
            answer = self._wait(request)
        except (httpx.HTTPError, TimeoutError, KeyError, ValueError) as error:
            answer = repr(error)
        expected = request["inputs"][0]["value"]
        with self._lock:
            self.done += 1
            self.waits_s.append(time.monotonic() - begun)
            if answer != expected:
                self.lost.append(f"{expected}: {answer}")

    def _wait(self, request: dict[str, Any]) -> object:
        """Start a job and poll until it has ended; return what its component shows."""
        ids = self._balancer.post(request).json()
        query = f"?cacheKey={quote(ids['cacheKey'])}&job={quote(ids['job'])}"
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            answer = self._balancer.post(request, query)
            if answer.status_code != 200:
                return f"{answer.status_code} {answer.text}"
            data = answer.json()
            if "response" in data:
                (props,) = data["response"].values()
                return props["children"]
            time.sleep(_POLL_S)
        raise TimeoutError(f"no result in {_PATIENCE_S:.0f} s")


@contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """Keep so many clients open: half send a byte now and then, half take nothing of a response."""
    is_over = threading.Event()
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    senders, takers = connections[::2], connections[1::2]
    for taker in takers:
        taker.sendall(post_bytes({"output": "nothing.children", "padding": "x" * 1000}))

    def drip() -> None:
        head = itertools.cycle(b"POST / HTTP/1.1\r\nX: " + b"x" * 200)
        while not is_over.wait(0.25):
            byte = bytes([next(head)])
            for sender in senders:
                try:
                    sender.send(byte)
                except OSError:  # the bridge has closed it
                    continue

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        for connection in connections:
            connection.close()


def post_bytes(request: object) -> bytes:
    """Return the bytes of a request on a connection of its own."""
    body = json.dumps(request).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def times_ms(url: str, request: object, count: int) -> list[float]:
    """Return the milliseconds of so many calls, one after the other."""

    async def call_all() -> list[float]:
        found = []
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            for _ in range(count):
                begun = time.perf_counter()
                answer = await client.post(PATH, json=request)
                found.append((time.perf_counter() - begun) * 1000)
                assert answer.status_code == 200
        return found

    with ThreadPoolExecutor(1) as threads:  # browser tests before it keep a loop in this one
        return threads.submit(lambda: asyncio.run(call_all())).result()
