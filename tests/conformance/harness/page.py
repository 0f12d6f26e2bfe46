"""The page under test as the harness sees it: its start, its Python, its console, its text."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

from .run_spec import RunSpec

IS_READY = """
return typeof window.__pyrt_ready__ === "undefined" ? -1 : (window.__pyrt_ready__ ? 1 : 0)
"""
BOOTING = 0
EVALUATE = """
const done = arguments[arguments.length - 1];
if (typeof window.__pyrt_eval__ !== "function") {
  done({ error: "no __pyrt_eval__ hook in the page" });
  return;
}
Promise.resolve()
  .then(() => window.__pyrt_eval__(arguments[0]))
  .then(
    (value) => done({ value: value === undefined ? null : value }),
    (error) => done({ error: String((error && error.message) || error) }),
  );
"""
BODY_TEXT = "return document.body ? document.body.innerText : ''"
LOG_LINES = "return (window.__pyrt_log__ || []).map(String).slice(-30)"
POLL_S = 0.05
MAX_LOAD_S = 10.0  # for scripts of the page, after Python is ready
TEXT_CHARS = 600
ERROR_CHARS = 1500


class BootFailed(Exception):  # noqa: N818 - a word of the results' format
    """The page says that its start failed."""


class BootTimeout(Exception):  # noqa: N818 - a word of the results' format
    """The page took too long to start."""


class RemoteError(Exception):
    """An expression could not be evaluated in the page."""


@dataclass
class Page:
    """The page of one test.

    Attributes:
        spec: how the test is run.
        driver: selenium's; None until the browser was started.
        console: entries of the browser's console.
        boots: seconds that each start of the page was waited for.
        remote_evals: number of expressions evaluated in the page.
    """

    spec: RunSpec
    driver: Any = None
    console: list[dict[str, Any]] = field(default_factory=list)
    boots: list[float] = field(default_factory=list)
    remote_evals: int = 0

    def wait_ready(self) -> bool:
        """Wait while the page says that it starts; return whether it did.

        Raises:
            BootFailed: the start failed.
            BootTimeout: it took longer than `boot_timeout`.
        """
        if not self._is_booting():
            return False
        start = time.monotonic()
        while self._is_booting():
            if time.monotonic() - start > self.spec.boot_timeout:
                raise BootTimeout(
                    "page still booting (window.__pyrt_ready__ === false)"
                    f" after {self.spec.boot_timeout}s"
                )
            time.sleep(POLL_S)
        self.boots.append(round(time.monotonic() - start, 3))
        self._wait_loaded()
        if failure := self.driver.execute_script("return window.__pyrt_failed__ || null"):
            raise BootFailed(str(failure)[-ERROR_CHARS:])
        return True

    def _is_booting(self) -> bool:
        with suppress(Exception):  # a dialog, or a page that is being replaced
            return bool(self.driver.execute_script(IS_READY) == BOOTING)
        return False

    def _wait_loaded(self) -> None:
        """Wait as `driver.get` would: the page's scripts have run."""
        end = time.monotonic() + MAX_LOAD_S
        while self.driver.execute_script("return document.readyState") != "complete":
            if time.monotonic() > end:
                return
            time.sleep(POLL_S)

    def evaluate(self, source: str, *values: object) -> Any:
        """Evaluate a Python expression in the page; the value went through JSON.

        Args:
            source: the expression, with `%r` for each value.
            values: what stands in their places.

        Raises:
            RemoteError: the page has no hook, or Python raised an exception.
        """
        source = source % values if values else source.replace("%%", "%")
        if self.spec.is_capture:
            source = f"__conf_eval__({source!r})"
        self.remote_evals += 1
        self.wait_ready()
        result = self.driver.execute_async_script(EVALUATE, source)
        if "error" in result:
            raise RemoteError(f"{source} -> {result['error']}")
        value = result["value"]
        return json.loads(value) if isinstance(value, str) else value

    def read_console(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Record entries of the console, and return those that the app caused."""
        self.console += [entry for entry in entries if entry not in self.console]
        return [entry for entry in entries if not self._is_host_entry(entry)]

    def _is_host_entry(self, entry: dict[str, Any]) -> bool:
        """Whether an entry says that the host answered a page by 404.html."""
        message = entry.get("message", "")
        return "status of 404" in message and any(
            message.startswith(f"{url} ") for url in self._fallbacks()
        )

    def _fallbacks(self) -> list[str]:
        with suppress(OSError, ValueError):
            with urlopen(f"{self.spec.lock_url}/__conf__/fallbacks") as response:
                urls: list[str] = json.load(response)
            return urls
        return []

    def describe(self) -> dict[str, Any]:
        """The page's address, text and log, for the result of a failed test."""
        if self.driver is None:
            return {}
        found: dict[str, Any] = {}
        try:
            self.driver.get_log("browser")
            found["page_url"] = self.driver.current_url
            found["page_text"] = (self.driver.execute_script(BODY_TEXT) or "")[:TEXT_CHARS]
            found["pyrt_log"] = self.driver.execute_script(LOG_LINES) or []
            if self.spec.screenshot:
                self.driver.save_screenshot(self.spec.screenshot)
        except Exception as error:  # noqa: BLE001 - whatever the browser says
            found["page_error"] = str(error)[:300]
        return found
