"""Pages in Chromium as a user has them: with a profile on disk and without a debugger.

Playwright sends `Runtime.enable`, and V8 keeps a detailed stack of every error from then on:
plotly.js, which throws many while it loads and catches them, takes 810 ms of the main thread
instead of 440. `Runtime.evaluate` alone costs nothing. This driver also does not pause new workers
until a debugger is attached, and it emulates no property of the page.
"""

import contextlib
import json
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks.browser import chromium
from benchmarks.devtools import CommandError, Wire, connected

# Interval between two evaluations of a condition. The pages take their times themselves.
POLL_S = 0.02
# The page is loaded; a page of pyrt has also run its initial callbacks, and its preview has been
# replaced.
READY = """
document.readyState === "complete" && (
  !document.querySelector("#pyrt-manifest")
  || (performance.getEntriesByName("pyrt:ready").length > 0
      && !document.querySelector("[data-pyrt-preview]")))
"""


class PageError(RuntimeError):
    """JavaScript has thrown an error; the message is its text."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A page. JavaScript is given as text, and results are JSON values."""

    wire: Wire
    target: str
    session: str

    def goto(self, address: str) -> None:
        """Navigate; return as soon as the new document has begun."""
        result = self._call("Page.navigate", url=address)
        if "errorText" in result:
            raise CommandError(f"{address}: {result['errorText']}")

    def evaluate(self, expression: str, seconds: float | None = None) -> Any:
        """Return its value, after awaiting a promise; raises PageError, TimeoutError."""
        found = self._call(
            "Runtime.evaluate",
            seconds,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            thrown = details.get("exception", {})
            raise PageError(str(thrown.get("description", thrown.get("value", details["text"]))))
        return found["result"].get("value")

    def call(self, function: str, *arguments: object) -> Any:
        """Call a function with values of JSON and return what it returns, as `evaluate`."""
        return self.evaluate(f"({function})(...{json.dumps(arguments)})")

    def wait_for(self, expression: str, seconds: float = 60) -> None:
        """Wait until it is true, in this document or in a later one; raises TimeoutError."""
        end = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):  # of a page that is too busy to answer
            while (left := end - time.monotonic()) > 0:
                if self._holds(expression, left):
                    return
                time.sleep(POLL_S)
        raise TimeoutError(f"not within {seconds:g} s: {expression.strip()}")

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait until a page of pyrt has run its initial callbacks, or any other page is loaded."""
        self.wait_for(READY, seconds)

    def front(self) -> None:
        """Bring it to the front: a browser draws and times a hidden page differently."""
        self._call("Page.bringToFront")

    def focus(self, selector: str) -> None:
        """Give an element the focus."""
        self.call("(selector) => document.querySelector(selector).focus()", selector)

    def press(self, letter: str) -> None:
        """Press and release the key of a small letter."""
        upper = letter.upper()
        key = {"key": letter, "code": f"Key{upper}", "windowsVirtualKeyCode": ord(upper)}
        self._call("Input.dispatchKeyEvent", None, type="keyDown", text=letter, **key)
        self._call("Input.dispatchKeyEvent", None, type="keyUp", **key)

    def close(self) -> None:
        """Close it."""
        self.wire.call("Target.closeTarget", targetId=self.target)

    def _call(self, method: str, seconds: float | None = None, **parameters: object) -> Any:
        return self.wire.call(method, self.session, seconds, **parameters)

    def _holds(self, expression: str, seconds: float) -> bool:
        try:
            return bool(self.evaluate(f"!!({expression})", seconds))
        except CommandError as error:
            if not error.passing:
                raise
            return False


@dataclass(frozen=True, slots=True)
class Profile:
    """A browser with its cache."""

    wire: Wire

    def new_tab(self, before: str = "") -> Tab:
        """An empty page, in front; `before` runs in each new document before its scripts."""
        target = self.wire.call("Target.createTarget", url="about:blank")["targetId"]
        return self._attach(target, before)

    def _attach(self, target: str, before: str) -> Tab:
        attached = self.wire.call("Target.attachToTarget", targetId=target, flatten=True)
        session = attached["sessionId"]
        if before:
            self.wire.call("Page.enable", session)
            self.wire.call("Page.addScriptToEvaluateOnNewDocument", session, source=before)
        return Tab(self.wire, target, session)

    def frames(self, known: Collection[str], before: str = "") -> Iterator[Tab]:
        """Yield the frames with processes of their own that are not among the targets `known`.

        `before` runs in each document that is loaded in them from then on.
        """
        for each in self.wire.call("Target.getTargets")["targetInfos"]:
            if each["type"] == "iframe" and each["targetId"] not in known:
                # It may be gone already.
                with contextlib.suppress(CommandError):
                    yield self._attach(each["targetId"], before)

    def page_memory(self) -> int:
        """Resident memory in bytes of the largest process that holds pages with their workers."""
        processes = self.wire.call("SystemInfo.getProcessInfo")["processInfo"]
        pages = [each["id"] for each in processes if each["type"] == "renderer"]
        return max(int(psutil.Process(pid).memory_info().rss) for pid in pages)

    def processor_ms(self) -> float:
        """Time on processors that all processes of the browser have used so far, in ms."""
        processes = self.wire.call("SystemInfo.getProcessInfo")["processInfo"]
        return 1000 * sum(float(each["cpuTime"]) for each in processes)


@contextlib.contextmanager
def open_profile() -> Iterator[Profile]:
    """A browser with an empty profile; it ends with the block."""
    with chromium() as address, connected(address) as wire:
        yield Profile(wire)
