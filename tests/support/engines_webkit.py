"""WebKitGTK, the engine of Safari, by WebDriver over HTTP: its MiniBrowser in an Xvfb."""

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.engines_base import PATIENCE_S, Engine, EngineError, end_process, key_actions
from tests.support.ports import Port

_LIBRARY = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1"
MINIBROWSER = Path(os.environ.get("PYRT_MINIBROWSER", f"{_LIBRARY}/MiniBrowser"))
_WIDTH, _HEIGHT, _TOOLBAR = 1280, 900, 60
_COMMAND_S = 150
_SCREENSHOT_S = 6
_SETTINGS = {
    "GDK_BACKEND": "x11",
    "GIO_USE_PROXY_RESOLVER": "dummy",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
}


class WebKit(Engine):
    """One window of MiniBrowser; nothing of the user's configuration is used."""

    name = "webkit"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True)
        home = Path(self._folder.name)
        self._download_folder = home / "Downloads"
        self._download_folder.mkdir()
        (home / ".config").mkdir()
        (home / ".config" / "user-dirs.dirs").write_text(
            f'XDG_DOWNLOAD_DIR="{self._download_folder}"\n', encoding="utf-8"
        )
        display, self._xvfb = start_xvfb()
        port = Port()
        self._process = subprocess.Popen(
            ["dbus-run-session", "--", "WebKitWebDriver", f"--port={port.number}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(home, display),
        )
        self.pid = self._process.pid
        self._address = f"http://127.0.0.1:{port.number}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._session = ""
        answer = self._open_session()
        self._session = f"/session/{answer['sessionId']}"
        self.version = str(answer["capabilities"]["browserVersion"])
        self._post("/timeouts", script=_COMMAND_S * 1000, pageLoad=_COMMAND_S * 1000)

    def _open_session(self) -> Any:
        arguments = ["--automation", f"--geometry={_WIDTH}x{_HEIGHT + _TOOLBAR}"]
        options = {"binary": str(MINIBROWSER), "args": arguments}
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
                return self._call("POST", "/session", {"capabilities": wanted})
            except OSError:  # it does not listen yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _call(self, method: str, path: str, body: object = None, seconds: int = _COMMAND_S) -> Any:
        data = None if method == "GET" else json.dumps(body or {}).encode()
        headers = {"Content-Type": "application/json"}
        url = f"{self._address}{self._session}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise EngineError(f"{path}: {value['error']}: {value['message']}") from None

    def _post(self, path: str, **body: object) -> Any:
        return self._call("POST", path, body)

    def goto(self, url: str) -> None:
        """Unlike WebDriver's own command, this does not wait for the `load` event."""
        self._run(f"setTimeout(() => location.assign({json.dumps(url)}), 0)")
        self.wait(f"location.href.startsWith({json.dumps(url.partition('#')[0])})")

    def reload(self) -> None:
        self._run("window.__is_old__ = true; setTimeout(() => location.reload(), 0)")
        self.wait("!window.__is_old__")

    def back(self) -> None:
        self._post("/back")

    def _run(self, script: str) -> None:
        self._post("/execute/sync", script=script, args=[])

    def evaluate(self, expression: str) -> Any:
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => JSON.stringify((await ({expression})) ?? null))()"
            ".then((value) => done([value]), (error) => done([null, String(error)]));"
        )
        value = self._post("/execute/async", script=script, args=[])
        if len(value) > 1:
            raise EngineError(value[1])
        return json.loads(value[0])

    def _find(self, selector: str) -> str:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = self._post("/element", using="css selector", value=selector)
            except EngineError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return str(next(iter(found.values())))

    def click(self, selector: str) -> None:
        self._find(selector)
        self.scroll_to(selector)
        self._post(f"/element/{self._find(selector)}/click")

    def press(self, *keys: str) -> None:
        self._post("/actions", actions=[key_actions(keys)])

    def set_files(self, selector: str, path: Path) -> None:
        self._post(f"/element/{self._find(selector)}/value", text=str(path))

    def screenshot(self, path: Path) -> None:
        """WebKit waits for the next frame, so something is changed."""
        change = "document.body.style.outline = '1px solid transparent'"
        self.evaluate(f"setTimeout(() => {{ {change} }}, 50) && null")
        data = self._call("GET", "/screenshot", seconds=_SCREENSHOT_S)
        path.write_bytes(base64.b64decode(data))

    def downloaded(self) -> list[str]:
        return sorted(each.name for each in self._download_folder.iterdir())

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._call("DELETE", "", seconds=5)
        end_process(self._process)
        end_process(self._xvfb)
        self._folder.cleanup()


def start_xvfb() -> tuple[str, subprocess.Popen[bytes]]:
    """Start a screen; gives its name once it can be used."""
    read, write = os.pipe()
    size = f"{_WIDTH}x{_HEIGHT + 2 * _TOOLBAR}x24"
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        return f":{pipe.readline().strip()}", process


def environment(home: Path, display: str) -> dict[str, str]:
    """The variables of a MiniBrowser that uses nothing of the user's configuration."""
    kept = {name: os.environ[name] for name in os.environ if not name.lower().endswith("_proxy")}
    own = {"DISPLAY": display, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    return {**kept, **_SETTINGS, **own}
