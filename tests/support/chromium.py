"""The Chromium of tests and benchmarks: the system's where there is one, else Playwright's own."""

import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """The path of the system's Chromium; None asks Playwright for its own."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch_args(given: dict[str, object]) -> dict[str, object]:
    """What Playwright's plugin is to start the browser with, beside what it was given."""
    system = executable()
    found = {"executable_path": system} if system else {}
    return {**given, **found, "args": FLAGS}
