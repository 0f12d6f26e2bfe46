"""The server of an app's server callbacks under `pyrt dev`: a process beside it, restarted by it.

Pages reach it through the server of `pyrt dev`, below `PATH`: one address, one token.
"""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PATH = "/_pyrt/bridge"
_START_S = 30.0  # at most, until it listens
_STEP_S = 0.05
_PART_BYTES = 2**16


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True)
class BridgeProcess:
    """One `pyrt serve-bridge`.

    Attributes:
        arguments: what names the app on its command line.
        port: of this machine, where it listens.
    """

    arguments: Sequence[str]
    port: int = field(default_factory=_free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    def restart(self) -> None:
        """End it, if it runs, and start it."""
        self.end()
        command = [
            sys.executable,
            *("-m", "pyrt_build.cli", "serve-bridge", *self.arguments),
            *("--port", str(self.port), "--debug", "--quiet"),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # ours

    def end(self) -> None:
        """End it; it may have ended by itself."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def connect(self) -> socket.socket | None:
        """Return a connection to it, as soon as it listens; None if it does not."""
        end = time.monotonic() + _START_S
        while time.monotonic() < end and self._process is not None:
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.port), timeout=_START_S)
            if self._process.poll() is not None:
                return None
            time.sleep(_STEP_S)
        return None


def request_head(command: str, path: str, headers: Mapping[str, str], port: int) -> bytes:
    """Return the head of a request as the bridge gets it: as if a page of its own had asked.

    Args:
        command: `GET`, `POST`, ...
        path: of the bridge, with the query.
        headers: of the page's request, which has been checked.
        port: where the bridge listens.
    """
    own = f"127.0.0.1:{port}"
    replaced = {"host": own, "origin": f"http://{own}", "referer": f"http://{own}/"}
    lines = [f"{command} {path} HTTP/1.1"]
    for name, value in headers.items():
        lower = name.lower()
        if lower != "connection":
            lines.append(f"{name}: {replaced.get(lower, value)}")
    upgrades = "upgrade" in {name.lower() for name in headers}
    lines.append(f"Connection: {'Upgrade' if upgrades else 'close'}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on in both directions, until one side has ended."""
    back = threading.Thread(target=_copy, args=(other, one), daemon=True)
    back.start()
    _copy(one, other)
    back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_PART_BYTES):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
