"""Real browser engines behind one interface, for tests in browsers other than the newest Chromium.

    with open_engine("firefox") as browser:
        browser.goto(address)
        browser.click("#button")
        browser.wait("document.title === 'done'")

    chromium                  the system's Chromium                        Playwright
    phone                     the same as an iPhone 14 (touch, 390 px)     Playwright
    chromium-133 ...          old headless shells of `make engines`        Playwright
    firefox                   the system's Firefox ESR                     WebDriver BiDi
    firefox-140 ...           versions that `make engines` has unpacked    WebDriver BiDi
    webkit                    the system's WebKitGTK, in an Xvfb           WebDriver

The folder of `make engines` is named by `PYRT_ENGINES`; without it, `.cache/engines`.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.support.engines_base import Engine
from tests.support.engines_chromium import Chromium
from tests.support.engines_firefox import Firefox
from tests.support.engines_webkit import MINIBROWSER, WebKit
from tests.support.paths import ROOT

FOLDER = Path(os.environ.get("PYRT_ENGINES", ROOT / ".cache" / "engines"))


def missing(name: str) -> str:
    """Why an engine cannot be opened on this machine; empty if it can."""
    if name == "webkit":
        programs = ["WebKitWebDriver", "Xvfb", "dbus-run-session"]
        absent = [each for each in programs if not shutil.which(each)]
        absent += [] if MINIBROWSER.exists() else [str(MINIBROWSER)]
        return f"not installed: {', '.join(absent)}" if absent else ""
    if name == "firefox":
        return "" if shutil.which("firefox-esr") else "not installed: firefox-esr"
    binary = _unpacked(name)
    return f"not there: {binary}" if binary and not binary.exists() else ""


def names() -> list[str]:
    """The names of all engines of this machine, unpacked ones with their versions."""
    unpacked = sorted(path.parent.name for path in FOLDER.glob("chromium-*/chromium"))
    unpacked += sorted(path.name for path in FOLDER.glob("firefox-*"))
    return [each for each in ("chromium", "phone", *unpacked, "webkit") if not missing(each)]


@contextlib.contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Start an engine, and end it and all of its processes."""
    browser = _start(name)
    try:
        yield browser
    finally:
        browser.close()


def _start(name: str) -> Engine:
    if name == "webkit":
        return WebKit()
    if name.startswith("firefox"):
        return Firefox(name, _unpacked(name) or Path(shutil.which("firefox-esr") or "firefox-esr"))
    return Chromium(name, _unpacked(name))


def _unpacked(name: str) -> Path | None:
    """The program of an engine with a version in its name."""
    if not re.search(r"-\d+$", name):
        return None
    inside = "usr/lib/firefox-esr/firefox-esr" if name.startswith("firefox") else "chromium"
    return FOLDER / name / inside
