"""Start a Chromium with an empty profile, wait until it is idle, and end its processes."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from tests.support.chromium import FLAGS, executable

START_S = 30  # a busy machine's
REST_S = 10
END_S = 5
WINDOW = "--window-size=1280,807"  # of which 1280 x 720 are the page's


@contextlib.contextmanager
def chromium() -> Iterator[str]:
    """A headless Chromium with an empty profile on disk, idle; yields its DevTools' address.

    Profile and processes are removed when the block ends. The processes are a separate group: an
    interrupt from the keyboard reaches only this program, which ends them.
    """
    with tempfile.TemporaryDirectory(prefix="pyrt-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        command = [_program(), "--headless", *FLAGS, WINDOW, f"--user-data-dir={folder}"]
        with (folder / "stderr").open("wb") as errors:
            process = subprocess.Popen(
                [*command, "--remote-debugging-port=0", "about:blank"],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        try:
            address = _address(folder, process)
            _rest(process.pid)
            yield address
        finally:
            _end(process)


@cache
def _program() -> str:
    system = executable()
    if system:
        return system
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until it has written the port it listens on; return its WebSocket address."""
    port_file = folder / "DevToolsActivePort"  # two lines: port and path
    end = time.monotonic() + START_S
    while not (port_file.is_file() and "\n" in port_file.read_text()):
        if process.poll() is not None or time.monotonic() > end:
            errors = (folder / "stderr").read_text(errors="replace").strip()
            raise RuntimeError(f"{_program()} does not start:\n{errors[-2000:]}")
        time.sleep(0.02)
    port, path = port_file.read_text().split("\n")[:2]
    return f"ws://127.0.0.1:{port}{path}"


def _rest(pid: int) -> None:
    """Wait until its start is over (1.1 s of a core), as it is when a user opens a page."""
    end = time.monotonic() + REST_S
    before = 0.0
    while (now := _cpu_s(pid)) - before > 0.02 and time.monotonic() < end:
        before = now
        time.sleep(0.5)


def _cpu_s(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    total = 0.0
    browser = psutil.Process(pid)
    for each in (browser, *browser.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
