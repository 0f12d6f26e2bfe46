"""`AppPages`: an app in the output of a cell, and its pages: a browser may show it several times.

Messages from the browser, each with `view`, the page's name:

    open      environment: what `Boot` tells a worker; a session is opened
    batch     text: messages of the page
    job       worker, text: a message to a job worker
    end-job   worker
    close     the page is gone
    files     names: files that the browser does not have
    state     html, height: what the page shows, for the saved notebook
"""

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyrt.app.dash import Dash
from pyrt.model import failures
from pyrt.model.component import ComponentRegistry
from pyrt.model.environment import Environment, Launch, decode_environment
from pyrt.notebook import files
from pyrt.notebook.inbox import Inbox
from pyrt.notebook.kept_state import KeptState
from pyrt.notebook.kernel import Kernel
from pyrt.notebook.view import View

type Send = Callable[[Mapping[str, object], Sequence[bytes]], None]
type Message = Mapping[str, Any]

ROOT = "https://pyrt.invalid/"  # the root that pages believe in; no host has this name
MOST_VIEWS = 20  # of one output; a browser that is closed without a word leaves its page behind


class AppPages:
    """The pages of one output.

    Args:
        app: prepared.
        kernel: runs what is async.
        debug: whether pages have the developer tools.
        place: what tells the app from others of the notebook, the same after a restart.
        kept: what earlier pages of the app have kept.
    """

    def __init__(
        self,
        app: Dash,
        kernel: Kernel,
        *,
        debug: bool,
        place: str = "",
        kept: KeptState | None = None,
    ) -> None:
        self.app = app
        self.views: dict[str, View] = {}
        self._lock = threading.Lock()
        self._inboxes: dict[str, Inbox] = {}
        self.kept = kept
        self.send: Send = lambda _message, _buffers: None
        self.save_state: Callable[[str, int], None] = lambda _html, _height: None
        self.close: Callable[[], None] = lambda: None  # the output itself
        self._kernel = kernel
        self._debug = debug
        self._place = place
        self._packages = len(ComponentRegistry.registry)
        self._files = files.list_files(app, self._environment(Environment()))

    def use(self, app: Dash) -> None:
        """Show another app, which has taken the place of this one."""
        self.app = app
        self._files = files.list_files(app, self._environment(Environment()))
        self.keep_state()
        for name in list(self.views):
            self._close(name)
        self.send({"kind": "reload", "files": files.describe_files(self._files)}, ())

    def describe(self) -> dict[str, Any]:
        """Return what the browser has to know before the first message."""
        return {
            "root": ROOT,
            "storage": self._storage_name(),
            "title": self.app.title,
            "files": files.describe_files(self._files),
            "manifest": {
                "pyrt": "",
                "pyodide": "",
                "debug": self._debug,
                "entry": "",
                "page": files.PAGE_SCRIPT,
                "worker": "pyrt/worker.js",
                "runtime": {"url": "", "lockUrl": "", "files": []},
                "images": [],
                "packages": [],
                "path": [],
                "packagesUrl": files.PACKAGES,
                "plotlyUrl": files.plotly_address(),
                "assetsUrl": f"{self.app.config.assets_url_path.strip('/')}/",
                "react": files.react_scripts(),
            },
        }

    def _storage_name(self) -> str:
        """Return the name of the app's part of the storage that all notebooks of a host share."""
        notebook = os.environ.get("JPY_SESSION_NAME") or str(Path.cwd())
        return f"notebook:{notebook}:{self._place}"

    def _environment(self, page: Environment) -> Environment:
        """Return the environment of a page, with what only the kernel knows."""
        folder = str(Path.cwd())
        return replace(
            page,
            entry=f"{folder}/notebook.ipynb",
            launch=Launch(root=folder),
            debug=self._debug,
            jobs=True,
            bridge=False,
            server=(),
            server_only=(),
            started=float("inf"),  # each file of the assets is there
            packages_url=files.PACKAGES,
            plotly_url=files.plotly_address(),
        )

    def receive(self, message: Message) -> None:
        """Receive a message of the browser.

        Each is handled once, in the order of their numbers, whichever thread brings it.
        """
        name, number = message["view"], message.get("number")
        if number is None:
            self._handle(message)
            return
        with self._lock:
            is_first = message["kind"] in {"files", "open"}
            inbox = self._inboxes.get(name)
            if inbox is None and is_first:
                inbox = self._inboxes[name] = Inbox(number)
        if inbox is None:
            self.send({"kind": "lost", "view": name}, ())
            self.send({"kind": "got", "view": name, "number": number}, ())
            return
        for each in inbox.take(number, message):
            self._handle(each)
        self.send({"kind": "got", "view": name, "number": inbox.handled}, ())

    def _handle(self, message: Message) -> None:
        """Handle a message; its page shows what goes wrong."""
        try:
            self._receive(message)
        except Exception as error:  # noqa: BLE001  # the app's code, when its page is described
            failed = {"type": "Failed", "stage": "app", "message": failures.explain(error)}
            self._tell_failure(message["view"], [failed])

    def _tell_failure(self, view: str, messages: Sequence[Mapping[str, object]]) -> None:
        self.send({"kind": "batch", "view": view, "text": json.dumps(messages)}, ())

    def _receive(self, message: Message) -> None:
        if message["kind"] == "files":
            self._send_files(message["names"])
            return
        name = message["view"]
        if message["kind"] == "open":
            self._open(name, decode_environment(message["environment"]))
        elif message["kind"] == "close":
            self._close(name)
        elif message["kind"] == "state":
            self.save_state(message["html"], message["height"])
        elif (view := self.views.get(name)) is None:
            self.send({"kind": "lost", "view": name}, ())
        else:
            self._pass_on(view, message)

    def _pass_on(self, view: View, message: Message) -> None:
        match message["kind"]:
            case "batch":
                view.receive(message["text"])
            case "job":
                view.start_job(message["worker"], message["text"])
            case "end-job":
                view.end_job(message["worker"])
            case _:
                pass

    def _open(self, name: str, page: Environment) -> None:
        inbox = self._inboxes.get(name)
        self._close(name)
        if inbox is not None:
            self._inboxes[name] = inbox
        while len(self.views) >= MOST_VIEWS:
            self._close(next(iter(self.views)))
        kept = None if self.views else self.kept

        def post(message: Mapping[str, object], buffers: Sequence[bytes]) -> None:
            self._tell_new_files()
            self.send({**message, "view": name}, buffers)

        self.views[name] = View(self.app, self._environment(page), self._kernel, post, kept)

    def _close(self, name: str) -> None:
        self._inboxes.pop(name, None)
        view = self.views.pop(name, None)
        if view is not None:
            self.kept = view.keep() or self.kept
            view.close()

    def end(self) -> None:
        """End the output: its cell runs again."""
        for name in list(self.views):
            self._close(name)
        self.close()

    def keep_state(self) -> KeptState | None:
        """Return what the page that was opened last has to keep."""
        for view in self.views.values():
            self.kept = view.keep() or self.kept
        return self.kept

    def renew(self) -> None:
        """Serve anew what has been changed since the pages were opened."""
        for view in list(self.views.values()):
            if view.is_outdated:
                view.renew()

    # --- files

    def _send_files(self, names: Sequence[str]) -> None:
        for name in names:
            file = self._files.get(name)
            content = file.path.read_bytes() if file is not None and file.path.is_file() else None
            found = content is not None
            self.send({"kind": "file", "name": name, "found": found}, [content or b""])

    def _tell_new_files(self) -> None:
        """Tell the browser of the files of packages that a callback has imported."""
        if len(ComponentRegistry.registry) == self._packages:
            return
        self._packages = len(ComponentRegistry.registry)
        found = files.list_files(self.app, self._environment(Environment()))
        new = {name: file for name, file in found.items() if name not in self._files}
        self._files = found
        if new:
            self.send({"kind": "index", "files": files.describe_files(new)}, ())
