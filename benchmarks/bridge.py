"""A call over the bridge against one of a real Dash server: alone, 50 at once, 200 for a minute.

.venv/bin/python -m benchmarks.bridge [--quick]
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks import sites
from benchmarks.measurements import Rows

APP = sites.APPS / "echo.py"
DASH = "Dash server (Flask, waitress)"
BODY = json.dumps(
    {
        "output": "out.children",
        "outputs": {"id": "out", "property": "children"},
        "inputs": [{"id": "button", "property": "n_clicks", "value": 7}],
        "changedPropIds": ["button.n_clicks"],
        "parsedChangedPropsIds": ["button.n_clicks"],
    }
).encode()
REQUEST = (
    b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


@contextlib.contextmanager
def bridge(folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the app by `pyrt serve-bridge`; yields port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "pyrt_build.cli", "serve-bridge", str(APP)]
    with Path(folder, "access_log").open("wb") as access_log:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env={**os.environ, "PYRT_BRIDGE_SERVER": "echo:show"},
            stdout=access_log,
            stderr=access_log,
        )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def read_answer(stream: socket.socket) -> None:
    """Read one answer off a connection, and check it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += stream.recv(65536)
    head, _, rest = data.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(rest) < size:
        rest += stream.recv(65536)
    assert b"200" in head.splitlines()[0], head
    assert b"clicked 7" in rest, rest


def call_alone(port: int, count: int) -> list[float]:
    """Milliseconds per call of one client on one connection."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as stream:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            start = time.perf_counter()
            stream.sendall(REQUEST)
            read_answer(stream)
            times.append((time.perf_counter() - start) * 1000)
    return times


async def call_together(port: int, clients: int, seconds: float) -> tuple[float, int]:
    """Calls per second of so many clients, each on its own connection; and errors."""
    end = time.perf_counter() + seconds
    done = errors = 0

    async def client() -> None:
        nonlocal done, errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            writer.write(REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            body = await reader.readexactly(size)
            done += 1
            errors += b" 200 " not in head.splitlines()[0] or b"clicked 7" not in body
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return done / (time.perf_counter() - begun), errors


def measure_alone(rows: Rows, ours: int, theirs: int, turns: int, count: int) -> None:
    """One client, on both sides by turns."""
    times: dict[int, list[float]] = {ours: [], theirs: []}
    for port in times:
        call_alone(port, 50)
    for _ in range(turns):
        for port, found in times.items():
            found.extend(call_alone(port, count))
    rows.compare("a call over the bridge, trivial", times[ours], DASH, times[theirs], limit=1)


def measure_together(rows: Rows, ours: int, theirs: int, turns: int, seconds: float) -> None:
    """50 clients, on both sides by turns; milliseconds per call, so that less is better."""
    times: dict[int, list[float]] = {ours: [], theirs: []}
    for _ in range(turns):
        for port, found in times.items():
            rate, errors = asyncio.run(call_together(port, 50, seconds))
            assert not errors
            sites.note(f"{'bridge' if port == ours else 'Dash'}: {rate:.0f} calls per second")
            found.append(1000 / rate)
    rows.compare(
        "50 clients at once: time per call",
        times[ours],
        DASH,
        times[theirs],
        limit=round(1 / 1.5, 2),
        note="throughput is its inverse: 1.5 times that of Dash is 0.67",
    )


def measure_crowd(rows: Rows, port: int, process: int, seconds: float) -> None:
    """200 clients for a minute: no error, memory flat."""
    memory = psutil.Process(process).memory_info
    asyncio.run(call_together(port, 200, seconds / 6))
    before = memory().rss
    rate, errors = asyncio.run(call_together(port, 200, seconds))
    grown = (memory().rss - before) / 2**20
    sites.note(f"200 clients: {rate:.0f} calls per second")
    rows.add("200 clients for a minute: errors", [errors], unit="", limit=0)
    rows.add("200 clients for a minute: memory grown", [round(grown, 1)], unit="MB", limit=5)


def main() -> None:
    """Serve, measure, write."""

    parser = argparse.ArgumentParser(description="calls over the bridge")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    rows = Rows("bridge")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        ours, process = stack.enter_context(bridge(Path(scratch)))
        theirs = stack.enter_context(sites.dash_server(APP))
        # Short turns: other work of the machine then affects both sides equally.
        turns = 8 if given.quick else 16
        measure_alone(rows, ours, theirs, turns, 100)
        measure_together(rows, ours, theirs, turns, 1)
        measure_crowd(rows, ours, process, 10 if given.quick else 60)


if __name__ == "__main__":
    main()
