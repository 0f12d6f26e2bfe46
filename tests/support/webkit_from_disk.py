"""WebKitGTK with a page of the disk.

WebDriver cannot open one in it: its automation takes addresses of hosts only. So MiniBrowser runs
without automation, and a script at the end of the page asks this process for what it shall
evaluate.
"""

import contextlib
import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.support.engines_base import PATIENCE_S, Engine, EngineError, end_process
from tests.support.engines_webkit import MINIBROWSER, environment, start_xvfb

_ASKING = """<script>
(async () => {
  const ask = fetch.bind(window);
  for (let body = "";;) {
    const text = await (await ask("ADDRESS", { method: "POST", body })).text();
    try {
      body = JSON.stringify({ value: (await (0, eval)(`(${text})`)) ?? null });
    } catch (error) {
      body = JSON.stringify({ error: String(error) });
    }
  }
})();
</script>"""


class WebKitFromDisk(Engine):
    """One window of MiniBrowser for each page; clicks are those of scripts."""

    name = "webkit"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True)
        self._home = Path(self._folder.name)
        self._display, self._xvfb = start_xvfb()
        self._expressions: queue.Queue[str] = queue.Queue()
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        handler = type("Handler", (_Handler,), {"browser": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._process: subprocess.Popen[bytes] | None = None

    def goto(self, url: str) -> None:
        """Open a copy of a file of the disk, in a new window.

        MiniBrowser opens no address with a hash, so another page leads there.
        """
        self._end_window()
        path, mark, part = url.removeprefix("file://").partition("#")
        opened = copy = self._home / "page.html"
        if mark:
            opened = self._home / "opener.html"
            there = json.dumps(f"{copy.name}{mark}{part}")
            opened.write_text(f"<script>location.replace({there})</script>", encoding="utf-8")
        # The window before may still wait for an expression.
        self._expressions, self._answers = queue.Queue(), queue.Queue()
        asking = _ASKING.replace("ADDRESS", f"http://127.0.0.1:{self._server.server_port}/")
        copy.write_bytes(Path(path).read_bytes() + asking.encode())
        self._process = subprocess.Popen(
            ["dbus-run-session", "--", str(MINIBROWSER), opened.as_uri()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(self._home, self._display),
        )
        self.pid = self._process.pid

    def evaluate(self, expression: str) -> Any:
        self._expressions.put(expression)
        try:
            answer = self._answers.get(timeout=4 * PATIENCE_S)
        except queue.Empty:
            raise EngineError("the page does not answer") from None
        if "error" in answer:
            raise EngineError(answer["error"])
        return answer["value"]

    def exchange(self, answer: bytes) -> str:
        """Take the answer of the page, and give it the next expression."""
        if answer:
            self._answers.put(json.loads(answer))
        return self._expressions.get()

    def click(self, selector: str) -> None:
        chosen = f"document.querySelector({json.dumps(selector)})"
        assert self.wait(f"{chosen} !== null"), selector
        self.evaluate(f"{chosen}.click()")

    def back(self) -> None:
        self.evaluate("history.back()")

    def reload(self) -> None:
        raise NotImplementedError

    def press(self, *keys: str) -> None:
        raise NotImplementedError

    def set_files(self, selector: str, path: Path) -> None:
        raise NotImplementedError

    def downloaded(self) -> list[str]:
        raise NotImplementedError

    def screenshot(self, path: Path) -> None:
        """Of the whole screen, if ImageMagick is there."""
        if program := shutil.which("import"):
            command = [program, "-display", self._display, "-window", "root", str(path)]
            subprocess.run(command, check=True)

    def _end_window(self) -> None:
        if self._process:
            end_process(self._process)
        self._process = None

    def close(self) -> None:
        self._end_window()
        self._server.shutdown()
        self._server.server_close()
        end_process(self._xvfb)
        self._folder.cleanup()


class _Handler(http.server.BaseHTTPRequestHandler):
    browser: WebKitFromDisk

    def do_POST(self) -> None:
        answer = self.rfile.read(int(self.headers["Content-Length"]))
        with contextlib.suppress(ConnectionError):
            body = self.browser.exchange(answer).encode()
            self.send_response(http.HTTPStatus.OK)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
