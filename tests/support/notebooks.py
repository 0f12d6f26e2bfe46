"""A page of an output without a browser: what it sends to the kernel, and what the kernel sends."""

import json
import sys
import threading
from types import SimpleNamespace
from typing import Any

from pyrt.app.dash import APPS, Dash
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.notebook import notebook
from pyrt.notebook.kernel import Kernel
from pyrt.notebook.page import AppPages

LOCATION = {
    "href": "https://pyrt.invalid/",
    "origin": "https://pyrt.invalid",
    "pathname": "/",
    "search": "",
    "hash": "",
}


class FakePage:
    """One view of an output.

    Attributes:
        batches: messages of the engine, in order.
        other: all other messages of the kernel, but for confirmations.
        confirmed: the confirmations.
    """

    def __init__(self, pages: AppPages, name: str = "one") -> None:
        self.pages = pages
        self.name = name
        self.batches: list[dict[str, Any]] = []
        self.other: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self._number = self._seq = 0
        self._changed = threading.Condition()
        pages.send = self._take

    def _take(self, message, buffers) -> None:
        with self._changed:
            if message["kind"] == "batch":
                self.batches += json.loads(message["text"])
            elif message["kind"] == "got":
                self.confirmed.append(message)
            else:
                self.other.append({**message, "buffers": buffers})
            self._changed.notify_all()

    def wait_for(self, condition):
        """Wait until the kernel has sent something, and return it."""
        with self._changed:
            self._changed.wait_for(condition, timeout=30)
            return condition()

    def open(self) -> "FakePage":
        self.tell("open", environment={"base": "/", "location": LOCATION})
        self.send({"type": "Hello", "lazy": [], "rendered": True})
        return self.draw()

    def draw(self) -> "FakePage":
        """Tell that the layout is drawn."""
        self.send({"type": "Rendered", "updateSeq": 0})
        return self

    def tell(self, kind: str, **content: Any) -> None:
        """Send a message of the view, under the next number."""
        self._number += 1
        self.tell_numbered(self._number, kind, **content)

    def tell_numbered(self, number: int, kind: str, *, up_to: int = 0, **content: Any) -> None:
        message = {"kind": kind, "view": self.name, "number": number, "upTo": up_to, **content}
        self.pages.receive(message)

    def send(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            self._seq += 1
            message["seq"] = self._seq
        self.tell("batch", text=json.dumps(messages))

    def set(self, component_id: str, **props: object) -> None:
        change = {"path": [], "id": component_id, "props": props, "origin": "internal"}
        self.send({"type": "SetProps", "seen": 0, "changes": [change]})

    def close(self) -> None:
        self.tell("close")

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.batches if message["type"] == kind]

    @property
    def props(self) -> dict[str, dict[str, Any]]:
        """The props of the session's layout, by id."""
        session = self.pages.views[self.name].session
        return {node.id: dict(node.props) for node in session.layout.index.nodes.values()}


def make_pages(app: Dash) -> AppPages:
    """Return the pages of an app that is complete; async callbacks run in a loop of their own."""
    app.prepare()
    GLOBAL_CALLBACKS.forward_to(None)
    return AppPages(app, Kernel(), debug=True)


def forget() -> None:
    """Forget the apps and callbacks of a test."""
    APPS.forget()
    GLOBAL_CALLBACKS.restart()


class FakeTrait:
    """A trait of traitlets, as far as the widget declares some."""

    def tag(self, **_):
        return self


class FakeWidget:
    """What the widget of an output uses of `anywidget.AnyWidget`."""

    model_id = "fake"

    def __init__(self, **traits: object) -> None:
        self.__dict__.update(traits)
        self.sent: list[tuple[Any, Any]] = []
        self.is_closed = False

    def on_msg(self, receive) -> None:
        self.receive = receive

    def send(self, message, buffers) -> None:
        self.sent.append((message, buffers))

    def close(self) -> None:
        self.is_closed = True


class FakeNotebook:
    """IPython and anywidget, as far as an output uses them.

    Attributes:
        outputs: what has been displayed: an object, and its `display_id`.
        updates: what has been displayed in place of an earlier output.
        errors: exceptions that have been shown.
    """

    def __init__(self, monkeypatch, *, has_anywidget: bool = True) -> None:
        self.outputs: list[tuple[Any, Any]] = []
        self.updates: list[str] = []
        self.events: dict[str, object] = {}
        self.errors: list[BaseException | None] = []
        events = SimpleNamespace(register=self.events.__setitem__)
        shell = SimpleNamespace(
            kernel=SimpleNamespace(), events=events, showtraceback=self._show_error
        )
        display = SimpleNamespace(display=self._display, HTML=lambda text: text)
        found = {
            "IPython": SimpleNamespace(get_ipython=lambda: shell),
            "IPython.display": display,
            "traitlets": SimpleNamespace(Unicode=FakeTrait, Dict=FakeTrait),
            "anywidget": SimpleNamespace(AnyWidget=FakeWidget) if has_anywidget else None,
        }
        for name, module in found.items():
            monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.delitem(sys.modules, "pyrt.notebook.widget", raising=False)
        monkeypatch.setattr(notebook, "_notebook", [])

    def _show_error(self) -> None:
        self.errors.append(sys.exception())

    def _display(self, thing, display_id=None):
        self.outputs.append((thing, display_id))
        return SimpleNamespace(update=self.updates.append)
