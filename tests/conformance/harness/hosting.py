"""Makes the site of an app and serves it, or starts an ordinary Dash server for the app."""

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

from .app_folder import SUPPORT
from .options import RunOptions
from .static_server import StaticServer

HERE = Path(__file__).parent
BUILD_OUTPUT_CHARS = 3000
SERVER_LOG_CHARS = 1500
SERVER_START_S = 10.0
POLL_S = 0.05


class TestEnded(Exception):  # noqa: N818 - a result, not an error
    """The test has a result before it could be run.

    Attributes:
        outcome: as in results.
        fields: more fields of the result.
    """

    __test__ = False

    def __init__(self, outcome: str, **fields: Any) -> None:
        super().__init__(outcome)
        self.outcome, self.fields = outcome, fields


class Hosted(NamedTuple):
    """An app that can be opened.

    Attributes:
        url: of the app; paths of its pages can be put behind it.
        server: the file server of the site; with a Dash server or a single file it only keeps the
            locks.
        log: output of the Dash server, if there is one.
        build_s: seconds that the build took.
    """

    url: str
    server: StaticServer
    log: Path | None = None
    build_s: float | None = None


def end_process(process: "subprocess.Popen[Any]") -> None:
    """End a process that the harness started, with its group."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)


@contextmanager
def host(options: RunOptions, folder: Path) -> Iterator[Hosted]:
    """Serve the app in `folder/app`.

    Raises:
        TestEnded: the build failed, or the Dash server did not start.
    """
    if options.is_reference:
        with _host_reference(options, folder) as hosted:
            yield hosted
        return
    server = StaticServer(folder / "site", options.serve_mode, options.headers)
    try:
        if options.is_single_file:
            _tell_address(server, folder / "app")
        build_s = build_site(options, folder)
        url = f"{_place(options, folder).as_uri()}#" if options.is_single_file else server.url
        yield Hosted(url, server, build_s=build_s)
    finally:
        server.close()


def _place(options: RunOptions, folder: Path) -> Path:
    """What the builder writes: the folder of a site, or one file."""
    return folder / ("app.html" if options.is_single_file else "site")


def _tell_address(server: StaticServer, app: Path) -> None:
    """Give an app that is no page of the server its address, for the locks."""
    with (app / SUPPORT).open("a", encoding="utf-8") as support:
        support.write(f"\nserver_url = {server.harness_url!r}\n")


def build_site(options: RunOptions, folder: Path) -> float:
    """Run the builder; return the seconds it took.

    Raises:
        TestEnded: it failed or took too long.
    """
    app = folder / "app"
    command = options.builder.format(
        app=shlex.quote(str(app / "app.py")),
        appdir=shlex.quote(str(app)),
        out=shlex.quote(str(_place(options, folder))),
        python=shlex.quote(options.python),
        here=shlex.quote(str(HERE.parent)),
        name=folder.name,
    )
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=app,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=options.build_timeout)
    except subprocess.TimeoutExpired:
        end_process(process)
        error = f"build timed out after {options.build_timeout}s"
        raise TestEnded("fail", stage="build", error=error) from None
    seconds = round(time.monotonic() - start, 2)
    if process.returncode:
        raise TestEnded(
            "fail",
            stage="build",
            build_s=seconds,
            error=f"builder exited {process.returncode}",
            build_output=output[-BUILD_OUTPUT_CHARS:],
        )
    return seconds


@contextmanager
def _host_reference(options: RunOptions, folder: Path) -> Iterator[Hosted]:
    locks = StaticServer(folder / "app")
    log = folder / "server.log"
    try:
        # Bound, so that no other program is given the port; Dash's server may bind it too.
        with socket.socket() as reserved, log.open("w") as output:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind(("127.0.0.1", 0))
            port: int = reserved.getsockname()[1]
            variables = {
                "CONF_LOCK_URL": locks.harness_url,
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": "",  # its dash is the installed one
            }
            process = subprocess.Popen(
                [options.python, HERE / "reference_server.py", folder / "app", str(port)],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **variables},
            )
            try:
                _wait_for_server(process, port, log)
                yield Hosted(f"http://localhost:{port}", locks, log)
            finally:
                end_process(process)
    finally:
        locks.close()


def _wait_for_server(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + SERVER_START_S
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        time.sleep(POLL_S)
    if process.poll() is not None:
        error = log.read_text()[-SERVER_LOG_CHARS:]
        raise TestEnded("harness-error", stage="reference-server", error=error)
    with suppress(OSError):  # dash.testing asks once, too, before the browser does
        urlopen(f"http://localhost:{port}", timeout=10).close()
