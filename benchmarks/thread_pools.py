"""The server's pool of threads against anyio's and that of the standard library, by turns.

.venv/bin/python -m benchmarks.thread_pools [--turns 8]

Three servers of one app differ in nothing but the pool. The CPU time of a server for one call
hardly depends on what else the machine does; calls per second and the slowest answers do.
"""

import argparse
import asyncio
import concurrent.futures
import contextlib
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

import anyio.to_thread
import psutil

from benchmarks import sites
from pyrt.server import service
from pyrt.server.threads import CallbackThreadPool
from pyrt_build import cli

APP = sites.APPS / "waiting.py"
KINDS = {
    "trivial": "answer",
    "computing": "answer_after_computing",
    "waiting": "answer_after_waiting",
    "both": "answer_after_both",
}
CLIENTS = 50


class Anyio:
    def __init__(self, max_threads):
        self._max_threads = max_threads
        self._limiter = None

    async def run(self, function):
        self._limiter = self._limiter or anyio.CapacityLimiter(self._max_threads)
        return await anyio.to_thread.run_sync(
            function, abandon_on_cancel=True, limiter=self._limiter
        )

    def close(self):
        pass


class Futures:
    def __init__(self, max_threads):
        self._pool = concurrent.futures.ThreadPoolExecutor(max_threads)

    async def run(self, function):
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)

    def close(self):
        self._pool.shutdown(wait=False, cancel_futures=True)


POOLS = {"pyrt": CallbackThreadPool, "anyio": Anyio, "futures": Futures}


@contextlib.contextmanager
def server(pool: str) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the app with this pool; yields port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.thread_pools", "--serve", pool, "--port", str(port)],
        env={
            **os.environ,
            "PYRT_BRIDGE_SERVER": " ".join(f"waiting:{name}" for name in KINDS.values()),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def request(kind: str) -> bytes:
    """One call of a callback, over HTTP."""
    body = json.dumps(
        {
            "output": f"{kind}.children",
            "outputs": {"id": kind, "property": "children"},
            "inputs": [{"id": "button", "property": "n_clicks", "value": 7}],
            "changedPropIds": ["button.n_clicks"],
            "parsedChangedPropsIds": ["button.n_clicks"],
        }
    )
    head = "POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def call_together(port: int, kind: str, seconds: float) -> tuple[float, list[float]]:
    """Calls per second of `CLIENTS` at once, and the milliseconds of each call, sorted."""
    end, times, data = time.perf_counter() + seconds, [], request(kind)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            start = time.perf_counter()
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            assert b"clicked 7" in await reader.readexactly(size)
            times.append((time.perf_counter() - start) * 1000)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(times) / (time.perf_counter() - begun), sorted(times)


def measure(turns: int, seconds: float) -> None:
    """Measure every kind of callback on every pool, by turns, and print medians."""
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with contextlib.ExitStack() as stack:
        servers = {pool: stack.enter_context(server(pool)) for pool in POOLS}
        for turn, kind in itertools.product(range(turns), KINDS):
            order = [*POOLS][turn % len(POOLS) :] + [*POOLS][: turn % len(POOLS)]
            for pool in order:
                port, process = servers[pool]
                before = sum(process.cpu_times()[:2])
                rate, times = asyncio.run(call_together(port, kind, seconds))
                cpu = (sum(process.cpu_times()[:2]) - before) * 1000 / len(times)
                found[kind, "CPU, ms per call"][pool].append(cpu)
                found[kind, "calls per second"][pool].append(rate)
                found[kind, "99 % within, ms"][pool].append(times[int(len(times) * 0.99)])
    for (kind, what), by_pool in found.items():
        shown = "  ".join(f"{p} {statistics.median(v):.2f}" for p, v in by_pool.items())
        pairs = zip(by_pool["anyio"], by_pool["pyrt"], strict=True)
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        print(f"{kind:10} {what:17} {shown}  anyio / pyrt {ratio:.2f}")


def main() -> None:
    """Measure, or serve with one pool."""
    parser = argparse.ArgumentParser(description="pools of threads")
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--serve", choices=POOLS)
    parser.add_argument("--port")
    given = parser.parse_args()
    if given.serve:
        service.__dict__["CallbackThreadPool"] = POOLS[given.serve]
        sys.exit(cli.main(["serve-bridge", str(APP), "--port", given.port]))
    measure(given.turns, given.seconds)


if __name__ == "__main__":
    main()
