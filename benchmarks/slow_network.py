"""A slow network to any server: a TCP proxy with a rate and a round-trip time.

Chromium's emulation of a slow network does not affect every request of a worker; a proxy affects
all of them. All connections share the download rate; uploads are only delayed. A new connection
costs one round trip before its first byte, as TCP's handshake does; slow start, loss and TLS are
not simulated.

    .venv/bin/python -m benchmarks.slow_network    print what a worker in Chromium measures
"""

import asyncio
import contextlib
import http.server
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.chrome import Tab, open_profile

CHUNK_BYTES = 16_384


@dataclass(slots=True)
class Line:
    """The network between browser and server.

    Attributes:
        rate: bytes per second of downloads, of all connections together; None is unlimited.
        round_trip_s: round-trip time in seconds.
        received: bytes downloaded so far.
    """

    rate: float | None = None
    round_trip_s: float = 0.0
    received: int = 0
    _free_at: float = field(default=0.0, repr=False)

    def due(self, size: int) -> float:
        """The time at which `size` bytes that are sent now will have arrived (time.monotonic)."""
        now = time.monotonic()
        self.received += size
        if self.rate is None:
            return now
        self._free_at = max(now, self._free_at) + size / self.rate
        return self._free_at + self.round_trip_s / 2


def shaped() -> Line:
    """The network of the budgets: 20 Mbit/s and 40 ms."""
    return Line(rate=20e6 / 8, round_trip_s=0.04)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line, *, down: bool
) -> None:
    """Pass bytes on in one direction, each when it is due."""
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(8)

    async def deliver() -> None:
        while True:
            at, data = await waiting.get()
            await asyncio.sleep(at - time.monotonic())
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(deliver())
        while data := await reader.read(CHUNK_BYTES if line.rate else 2**20):
            at = line.due(len(data)) if down else time.monotonic() + line.round_trip_s / 2
            await waiting.put((at, data))
        await waiting.put((time.monotonic() + line.round_trip_s / 2, b""))


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, line: Line
) -> None:
    # Either side may close without notice: the browser is closed, or the server is stopped.
    with contextlib.suppress(asyncio.CancelledError, BaseExceptionGroup, OSError):
        await asyncio.sleep(line.round_trip_s)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_carry(reader, far_writer, line, down=False))
            tasks.create_task(_carry(far_reader, writer, line, down=True))
    writer.close()


@contextlib.contextmanager
def reached_through(line: Line, port: int) -> Iterator[str]:
    """Serve the proxy to the server on `port`; yields the address of the proxy."""
    address: queue.Queue[str] = queue.Queue()
    loop = asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: _connect(reader, writer, port, line), "127.0.0.1", 0, limit=2**20
        )
        address.put(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await end.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        yield address.get()
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


IN_A_WORKER = """
async (small, large) => {
  const source = `onmessage = async ({data: url}) => {
    const start = performance.now();
    await (await fetch(url, {cache: "no-store"})).arrayBuffer();
    postMessage(performance.now() - start);
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const timed = (url) => new Promise((done) => {
    worker.onmessage = ({data}) => done(data);
    worker.postMessage(new URL(url, location.href).href);
  });
  await timed(small);
  return [await timed(small), await timed(large)];
}
"""


class _Sized(http.server.BaseHTTPRequestHandler):
    """Answers /N with N bytes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        size = int(self.path.strip("/") or 0) if self.path.strip("/").isdigit() else 0
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b" " * size)

    def log_message(self, *_: object) -> None:
        pass


def measured(line: Line, tab: Tab) -> tuple[float, float]:
    """Milliseconds of a tiny fetch and Mbit/s of a large one, as a worker in Chromium sees them."""
    large = 2_500_000
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Sized) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with reached_through(line, server.server_address[1]) as address:
            tab.goto(address)
            tab.wait_until_ready()
            small_ms, large_ms = tab.call(IN_A_WORKER, "/10", f"/{large}")
        server.shutdown()
    return small_ms, large * 8 / (large_ms - small_ms) / 1e3


if __name__ == "__main__":
    with open_profile() as profile:
        for name, line in (("loopback", Line()), ("20 Mbit/s, 40 ms", shaped())):
            round_trip, rate = measured(line, profile.new_tab())
            print(f"{name}: a tiny fetch {round_trip:.1f} ms, a large one at {rate:.1f} Mbit/s")
