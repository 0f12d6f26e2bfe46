"""`AppPages`: an app in the output of a cell, and its pages: a browser may show it several times.

Messages from the browser. Each has `view`, the page's name; `number`, in order; and `upTo`, the
number up to which the page has handled what was sent to it:

    open      environment: what `Boot` tells a worker; a session is opened
    batch     text: messages of the page
    job       worker, text: a message to a job worker
    end-job   worker
    close     the page is gone
    files     names: files that the browser does not have
    state     html, height: what the page shows, for the saved notebook
    again     what was sent and not confirmed is to be sent again
    got       nothing else; has no number

What is sent to a view has its name and a number, too (`Outbox`), but for `got`: `upTo`, up to which
number the kernel has handled its messages, and `sent`, the number of the last message to it.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from pyrt.notebook.outbox import Outbox, Send
from pyrt.notebook.view import View

type Message = Mapping[str, Any]

ROOT = "https://pyrt.invalid/"  # the root that pages believe in; no host has this name
MOST_VIEWS = 20  # of one output; a browser that is closed without a word leaves its page behind


@dataclass(frozen=True)
class Channel:
    """The messages of one view, each way."""

    inbox: Inbox
    outbox: Outbox


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
        self._channels: dict[str, Channel] = {}
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
        self._tell_all({"kind": "reload", "files": files.describe_files(self._files)})

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
        name = message["view"]
        channel = self._find_channel(message)
        if channel is not None:
            channel.outbox.confirm(message["upTo"])
        if message["kind"] == "got":
            return
        number: int = message["number"]
        if channel is None:
            self.send({"kind": "lost", "view": name}, ())
            self.send({"kind": "got", "view": name, "upTo": number, "sent": 0}, ())
            return
        for each in channel.inbox.take(number, message):
            self._handle(each, channel)
        got = {"upTo": channel.inbox.handled, "sent": channel.outbox.sent}
        self.send({"kind": "got", "view": name, **got}, ())

    def _find_channel(self, message: Message) -> Channel | None:
        """Return the channel of a view; a new one for the first message of a view."""
        name = message["view"]
        with self._lock:
            if name not in self._channels and message["kind"] in {"files", "open"}:
                outbox = Outbox(name, self.send, message["upTo"])
                self._channels[name] = Channel(Inbox(message["number"]), outbox)
            return self._channels.get(name)

    def _handle(self, message: Message, channel: Channel) -> None:
        """Handle a message; its page shows what goes wrong."""
        try:
            self._receive(message, channel.outbox)
        except Exception as error:  # noqa: BLE001  # the app's code, when its page is described
            failed = {"type": "Failed", "stage": "app", "message": failures.explain(error)}
            channel.outbox.post({"kind": "batch", "text": json.dumps([failed])})

    def _receive(self, message: Message, outbox: Outbox) -> None:
        name = message["view"]
        match message["kind"]:
            case "files":
                self._send_files(message["names"], outbox)
            case "open":
                self._open(name, decode_environment(message["environment"]), outbox)
            case "close":
                self._forget(name)
            case "state":
                self.save_state(message["html"], message["height"])
            case "again":
                outbox.send_again()
            case _ if name in self.views:
                self._pass_on(self.views[name], message)
            case _:
                outbox.post({"kind": "lost"})

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

    def _open(self, name: str, page: Environment, outbox: Outbox) -> None:
        self._close(name)
        while len(self.views) >= MOST_VIEWS:
            self._forget(next(iter(self.views)))
        kept = None if self.views else self.kept

        def post(message: Mapping[str, object], buffers: Sequence[bytes]) -> None:
            self._tell_new_files()
            outbox.post(message, buffers)

        self.views[name] = View(self.app, self._environment(page), self._kernel, post, kept)

    def _close(self, name: str) -> None:
        """Close the page of a view, which may open another one."""
        view = self.views.pop(name, None)
        if view is not None:
            self.kept = view.keep() or self.kept
            view.close()

    def _forget(self, name: str) -> None:
        """Close the page of a view that is gone."""
        self._close(name)
        self._channels.pop(name, None)

    def _tell_all(self, message: Mapping[str, object]) -> None:
        for channel in list(self._channels.values()):
            channel.outbox.post(message)

    def end(self) -> None:
        """End the output: its cell runs again."""
        for name in list(self.views):
            self._forget(name)
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

    def _send_files(self, names: Sequence[str], outbox: Outbox) -> None:
        for name in names:
            file = self._files.get(name)
            content = file.path.read_bytes() if file is not None and file.path.is_file() else None
            found = content is not None
            outbox.post({"kind": "file", "name": name, "found": found}, [content or b""])

    def _tell_new_files(self) -> None:
        """Tell the browser of the files of packages that a callback has imported."""
        if len(ComponentRegistry.registry) == self._packages:
            return
        self._packages = len(ComponentRegistry.registry)
        found = files.list_files(self.app, self._environment(Environment()))
        new = {name: file for name, file in found.items() if name not in self._files}
        self._files = found
        if new:
            self._tell_all({"kind": "index", "files": files.describe_files(new)})
