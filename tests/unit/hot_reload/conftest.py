"""An app in a folder, which is run again and again in this interpreter."""

import json
import os
import sys
from typing import Any

import pytest

from pyrt import worker
from pyrt.app import hooks, pages
from pyrt.app.dash import APPS
from pyrt.hot_reload import previous_run, rerun, started
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.environment import Environment


class RunningApp:
    """An app that has been started as `pyrt dev` starts it."""

    def __init__(self, folder):
        self.folder = folder
        self.posted = []
        self.receive: Any = None

    def write(self, source, name="app.py"):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)

    @property
    def _environment(self):
        launch = {"root": str(self.folder), "path": [str(self.folder)]}
        entry = str(self.folder / "app.py")
        return json.dumps({"entry": entry, "debug": True, "launch": launch})

    def start(self, source):
        self.write(source)
        rerun.begin(str(self.folder))
        worker.boot(self._environment)
        self.receive = worker.connect(self._post)

    def save(self, source):
        self.write(source)
        self.receive = rerun.rerun(self._environment, self._post)

    def _post(self, text, buffers):
        self.posted += json.loads(text)

    def send(self, *messages):
        """Send messages of the page; return those of the engine that answer."""
        self.posted.clear()
        numbered = [{"seq": n, **each} for n, each in enumerate(messages, 1)]
        self.receive(json.dumps(numbered))
        return list(self.posted)


@pytest.fixture
def running(tmp_path, monkeypatch):
    main, names = sys.modules["__main__"], set(sys.modules)
    variables, hooked = dict(os.environ), hooks.Hooks()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    for module in (hooks, started, previous_run):
        monkeypatch.setattr(module, "hooks", hooked)
    monkeypatch.setattr("dash.hooks", hooked)
    monkeypatch.setattr(started._Noted, "folder", "\0")
    yield RunningApp(tmp_path)
    sys.modules["__main__"] = main
    for name in set(sys.modules) - names:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    os.environ.clear()
    os.environ.update(variables)
    APPS.forget()
    GLOBAL_CALLBACKS.clear()
    pages.forget_pages()
    environment.use(Environment())
