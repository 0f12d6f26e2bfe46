"""What the drivers of browser engines share."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import psutil

PATIENCE_S = 30
_POLL_S = 0.1
# The processes that hold pages, by engine; workers live in them.
_PAGE_PROCESS = re.compile(r"--type=renderer|-contentproc .*\btab$|WebKitWebProcess")
# Records what the page logs; the engines' own reports of it differ too much.
RECORDER = """(() => {
  const log = (window.__log__ = []);
  const textOf = (part) => (part && part.stack) || String(part);
  const note = (kind, ...parts) => log.push([kind, parts.map(textOf).join(" ")]);
  for (const kind of ["warn", "error"]) {
    const original = console[kind].bind(console);
    console[kind] = (...parts) => { note(kind, ...parts); original(...parts); };
  }
  const sourceOf = ({ message, target }) => message || (target && (target.src || target.href));
  addEventListener("error", (e) => {
    // Firefox fires it for preloads whose script it loads itself; a script that fails is noted.
    if (!e.target || e.target.rel !== "preload") note("error", sourceOf(e));
  }, true);
  addEventListener("unhandledrejection", (e) => note("error", e.reason));
  addEventListener("pageshow", (e) => note("pageshow", e.persisted));
})();"""


class Engine(ABC):
    """A browser with one page."""

    name: str
    version: str
    pid: int

    @abstractmethod
    def goto(self, url: str) -> None:
        """Begin to load a page; does not wait for its `load` event."""

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def back(self) -> None: ...

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of an expression, as JSON; promises are awaited."""

    @abstractmethod
    def click(self, selector: str) -> None:
        """Click, or tap on a phone, in the middle of an element, as soon as there is one."""

    @abstractmethod
    def press(self, *keys: str) -> None:
        """Press keys one after the other, each a character or a name of `KEYS`."""

    @abstractmethod
    def set_files(self, selector: str, path: Path) -> None: ...

    @abstractmethod
    def screenshot(self, path: Path) -> None: ...

    @abstractmethod
    def downloaded(self) -> list[str]:
        """The names of the files that were downloaded."""

    @abstractmethod
    def close(self) -> None: ...

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        self.click(selector)
        self.press(*text)

    def text(self, selector: str = "body") -> str:
        """The visible text of an element; empty if there is none."""
        chosen = f"document.querySelector({json.dumps(selector)})?.innerText"
        return str(self.evaluate(f"{chosen} ?? ''"))

    def wait(self, expression: str, seconds: float = PATIENCE_S) -> Any:
        """Wait until an expression is true, and give its value; None if the time is over."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(EngineError):  # the page may be on its way to another
                if value := self.evaluate(expression):
                    return value
            if time.monotonic() > end:
                return None
            time.sleep(_POLL_S)

    def shows(self, selector: str, text: str, seconds: float = PATIENCE_S) -> str:
        """Wait until an element's text contains a text, and give it as it was then.

        While the preview is replaced, the element may be the one that is not shown yet.
        """
        chosen = f"(document.querySelector({json.dumps(selector)})?.innerText ?? '')"
        found = self.wait(f"{chosen}.includes({json.dumps(text)}) && {chosen}", seconds)
        return str(found or self.text(selector))

    def scroll_to(self, selector: str) -> None:
        """Scroll an element into the middle of the window."""
        chosen = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{chosen}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")

    def logged(self, *kinds: str) -> list[str]:
        """What the page has logged, where `RECORDER` runs in it."""
        log = self.evaluate("window.__log__ ?? []")
        return [text for kind, text in log if not kinds or kind in kinds]

    def page_memory(self) -> int:
        """Resident memory of the process that holds the page and its workers, in bytes."""
        sizes = [0]
        for process in psutil.Process(self.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if _PAGE_PROCESS.search(" ".join(process.cmdline()).strip()):
                    sizes.append(process.memory_info().rss)
        return max(sizes)


class EngineError(Exception):
    """An engine has refused a command."""


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it has started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        started = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(8)
        for each in started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
    process.kill()
    process.wait()


# Names of keys to their WebDriver code points; other keys are characters.
KEYS = {
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Backspace": "\ue003",
    "Home": "\ue011",
    "End": "\ue010",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


def key_actions(keys: tuple[str, ...]) -> dict[str, object]:
    """The input source of WebDriver that presses keys."""
    values = [KEYS.get(key, key) for key in keys]
    actions = [{"type": kind, "value": key} for key in values for kind in ("keyDown", "keyUp")]
    return {"type": "key", "id": "keys", "actions": actions}
