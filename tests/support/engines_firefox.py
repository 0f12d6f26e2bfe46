"""Firefox by WebDriver BiDi, which it serves itself: one WebSocket, no other program."""

import base64
import contextlib
import itertools
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.support.engines_base import (
    PATIENCE_S,
    RECORDER,
    Engine,
    EngineError,
    end_process,
    key_actions,
)

_COMMAND_S = 120
_FLAGS = ("--headless", "--no-remote", "--remote-debugging-port", "0")
_PREFERENCES = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.events.testing.asyncClipboard": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "security.sandbox.content.level": 0,  # there is no sandbox for root in a container
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}


class Firefox(Engine):
    """One window of a headless Firefox with a new profile."""

    def __init__(self, name: str, binary: Path) -> None:
        self.name = name
        self._profile = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        self._folder = Path(self._profile.name)
        self._download_folder = self._folder / "downloads"
        self._download_folder.mkdir()
        self._write_preferences()
        self._errors = (self._folder / "stderr").open("wb")
        self._process = subprocess.Popen(
            [str(binary), *_FLAGS, "--profile", str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env={**os.environ, "HOME": str(self._folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        )
        self.pid = self._process.pid
        self._stack = contextlib.ExitStack()
        session_url = f"{self._find_address()}/session"
        self._socket = self._stack.enter_context(connect(session_url, max_size=None))
        self._numbers = itertools.count(1)
        session = self._send("session.new", capabilities={})
        self.version = str(session["capabilities"]["browserVersion"])
        self._page = self._send("browsingContext.getTree")["contexts"][0]["context"]
        viewport = {"width": 1280, "height": 900}
        self._send("browsingContext.setViewport", context=self._page, viewport=viewport)
        self._send("script.addPreloadScript", functionDeclaration=f"() => {{ {RECORDER} }}")

    def _write_preferences(self) -> None:
        values = {**_PREFERENCES, "browser.download.dir": str(self._download_folder)}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(values[name])});" for name in values]
        (self._folder / "user.js").write_text("\n".join(lines), encoding="utf-8")

    def _find_address(self) -> str:
        end = time.monotonic() + 2 * PATIENCE_S
        while time.monotonic() < end and self._process.poll() is None:
            text = (self._folder / "stderr").read_text(errors="replace")
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", text):
                return found[1]
            time.sleep(0.1)
        text = (self._folder / "stderr").read_text(errors="replace")
        raise EngineError(f"Firefox did not start:\n{text}")

    def _send(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command, and give its result; events meanwhile are dropped."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        end = time.monotonic() + _COMMAND_S
        while True:
            message = json.loads(self._socket.recv(timeout=max(0.1, end - time.monotonic())))
            if message.get("id") != number:
                continue
            if message["type"] == "error":
                raise EngineError(f"{method}: {message['error']}: {message['message']}")
            return dict(message["result"])

    def goto(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._page, url=url, wait="none")
        self.wait(f"location.href.startsWith({json.dumps(url.partition('#')[0])})")

    def reload(self) -> None:
        self.evaluate("void (window.__is_old__ = true)")
        self._send("browsingContext.reload", context=self._page, wait="none")
        self.wait("!window.__is_old__")

    def back(self) -> None:
        self._send("browsingContext.traverseHistory", context=self._page, delta=-1)

    def evaluate(self, expression: str) -> Any:
        code = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        target = {"context": self._page}
        result = self._send("script.evaluate", expression=code, target=target, awaitPromise=True)
        if result["type"] == "exception":
            raise EngineError(result["exceptionDetails"]["text"])
        value = result["result"].get("value")
        return None if value is None else json.loads(value)

    def _find(self, selector: str) -> dict[str, object]:
        end = time.monotonic() + PATIENCE_S
        locator = {"type": "css", "value": selector}
        while time.monotonic() < end:
            found = self._send("browsingContext.locateNodes", context=self._page, locator=locator)
            if found["nodes"]:
                return {"sharedId": found["nodes"][0]["sharedId"]}
            time.sleep(0.1)
        raise EngineError(f"no element {selector}")

    def click(self, selector: str) -> None:
        self._find(selector)
        self.scroll_to(selector)
        origin = {"type": "element", "element": self._find(selector)}
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def _act(self, source: dict[str, object]) -> None:
        self._send("input.performActions", context=self._page, actions=[source])

    def press(self, *keys: str) -> None:
        self._act(key_actions(keys))

    def set_files(self, selector: str, path: Path) -> None:
        element = self._find(selector)
        self._send("input.setFiles", context=self._page, element=element, files=[str(path)])

    def screenshot(self, path: Path) -> None:
        shot = self._send("browsingContext.captureScreenshot", context=self._page)
        path.write_bytes(base64.b64decode(shot["data"]))

    def downloaded(self) -> list[str]:
        return sorted(each.name for each in self._download_folder.iterdir())

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._send("browser.close")
            self._stack.close()
        end_process(self._process)
        self._errors.close()
        self._profile.cleanup()
