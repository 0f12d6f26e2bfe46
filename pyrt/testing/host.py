"""`Host`: the browser's half of a test's page. It answers what the session sends, as a page would.

    send -> session.receive -> messages -> components that act by themselves, jobs -> send -> ...

until nothing happens any more without the clock going on.
"""

import json
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from pyrt.app import pages
from pyrt.app.dash import Dash
from pyrt.engine.call.context import RunContext
from pyrt.engine.call.invocation import OpenRequest
from pyrt.engine.session import Session
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.values import copy_value
from pyrt.model import environment
from pyrt.testing.address import Address
from pyrt.testing.background import BackgroundCalls
from pyrt.testing.clock import ClockLoop, outside_of_loop
from pyrt.testing.javascript import StandIns
from pyrt.testing.jobs import Message
from pyrt.testing.records import Call, PageError
from pyrt.testing.storage import Persistence, Storages, Stores
from pyrt.testing.timers import Timers

type Background = Literal["at once", "stepped"]
type Props = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a test says of its page.

    Attributes:
        path: where it is opened: path, query and fragment.
        background: how background callbacks run.
        clientside: Python functions in the place of JavaScript ones, by name.
        checks: whether callbacks are checked as with the dev tools.
    """

    path: str = "/"
    background: Background = "at once"
    clientside: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    checks: bool = True


class Host:
    """One page of an app, without a browser.

    Args:
        app: completed by `prepare`.
        settings: of the page.
    """

    def __init__(self, app: Dash, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.loop = ClockLoop()
        self.calls: list[Call] = []
        self.errors: list[PageError] = []
        self.title = app.title
        self.address = Address(settings.path)
        self.environment = environment.current()
        self.storages = Storages()
        self._queue: deque[Message] = deque()
        self._seq = 0
        self._seen = 0
        self._runs: dict[int, Call] = {}
        self._rendered: int | None = None
        self._reload_wanted = False
        self._scripts = StandIns(settings.clientside, self._read_reference)
        self._forget_page()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of routes, which a site does not have
            self.session = app.session(self._take)
        self._configure(self.session)
        self.background = BackgroundCalls(app, self, stepped=settings.background == "stepped")

    def _forget_page(self) -> None:
        """Forget what belongs to one load of the page."""
        self.stores = Stores(self.storages, self.now_ms)
        self.persistence = Persistence(self.storages)
        self.timers = Timers()
        self._mounted: dict[str, object] = {}

    def _configure(self, session: Session) -> None:
        config = session.config
        session.config = replace(
            config,
            validate_callbacks=self.settings.checks,
            log=None,
            open_request=_opening(config.open_request),
            loaded=self._use_loop,
        )

    def _use_loop(self) -> None:
        self.session.invoker.spawn = self.loop.spawn

    def now_ms(self) -> int:
        """Return the time of the page in milliseconds since the epoch."""
        return round(self.loop.seconds * 1000)

    # --- messages

    def open(self) -> None:
        """Load the page for the first time."""
        corrected = pages.find_address(self.address.location.pathname)
        if corrected:  # an old path of a page
            location = self.address.location
            self.address.replace(f"{corrected}{location.search}{location.hash}")
            self.tell_address()
        self.send({"type": "Hello", "lazy": [], "rendered": True})

    def reload(self) -> None:
        """Load the page again, at its current address."""
        self._forget_page()
        self.background.end_all()
        self.loop.cancel_tasks()
        self._queue.clear()
        self.send({"type": "Reload"})

    def send(self, *messages: Message) -> None:
        """Send messages to the session, and go on until nothing happens any more."""
        self.post(*messages)
        self.settle()

    def post(self, *messages: Message) -> None:
        """Send messages to the session; `settle` has to follow."""
        for message in messages:
            self._seq += 1
            message["seq"] = self._seq
        with self.in_environment():
            self.session.receive_text(json.dumps(messages))

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """Set the environment of this page: a test may have several."""
        environment.use(self.environment)
        try:
            yield
        finally:
            self.environment = environment.current()

    def settle(self) -> None:
        """Handle what the session has sent, and the steps of async callbacks, to the end."""
        while True:
            with self.in_environment():
                self.loop.run_until_idle()
            if self._queue:
                self._handle_all()
            elif self.background.run_next():
                continue
            elif self._reload_wanted:
                self._reload_wanted = False
                self.reload()
            else:
                self._scripts.warn()
                return

    def set_props(self, *changes: tuple[IndexedComponent, Props]) -> None:
        """Change props of components, as components themselves do; all at once."""
        message = self._set_props(changes)
        if message is not None:
            self.send(message)

    def _set_props(
        self, changes: Sequence[tuple[IndexedComponent, Props]], origin: str = "internal"
    ) -> Message | None:
        """Return the message of some changes; None if all values are equal to the old (R-32)."""
        listed = []
        for node, props in changes:
            new = {
                name: value
                for name, value in props.items()
                if name not in node.props or copy_value(node.props[name]) != value
            }
            if new:
                listed.append({"path": [], "id": node.id, "props": new, "origin": origin})
        if not listed:
            return None
        return {"type": "SetProps", "seen": self._seen, "changes": listed}

    def user_sets(self, *changes: tuple[IndexedComponent, Props]) -> None:
        """Change props as a user does: they are kept, and the components themselves act on them."""
        message = self._set_props(changes)
        if message is None:
            return
        self.post(message)
        effects: list[tuple[IndexedComponent, Props]] = []
        for node, props in changes:
            self.persistence.record(node, props)
            effects += self._react(node, props)
        follow = self._set_props(effects)
        if follow is not None:
            self.post(follow)
        self.settle()

    def navigate(self, path: str) -> None:
        """Go to another address without a load: what `dcc.Link` does (R-70)."""
        self.address.push(path)
        self._address_changed()

    def step_in_history(self, steps: int) -> None:
        """Go back or forward in the history."""
        if self.address.step(steps):
            self._address_changed()

    def _address_changed(self) -> None:
        self.tell_address()
        self.set_props(*self.location_changes())
        self.settle()

    def _take(self, text: str, _buffers: object) -> None:
        self._queue.extend(json.loads(text))

    def _handle_all(self) -> None:
        """Handle what is in the queue; then components that have appeared act."""
        changed: dict[str, dict[str, object]] = {}
        answers: list[Message] = []
        while self._queue:
            message = self._queue.popleft()
            match message["type"]:
                case "Layout":
                    self._seen, self._rendered = 0, 0
                case "Update":
                    self._seen = message["updateSeq"]
                    if message.get("confirm"):
                        self._rendered = self._seen
                    for change in message["changes"]:
                        changed.setdefault(change["id"], {}).update(change["props"])
                case "CallClientside":
                    answers.append(self._call_clientside(message))
                case "SetDocument":
                    self._set_document(message)
                case _:
                    self._note(message)
        self._act(changed, answers)

    def _note(self, message: Message) -> None:
        match message["type"]:
            case "RunStarted":
                self._note_call(message)
            case "RunEnded":
                call = self._runs.pop(message["run"], None)
                if call is not None:
                    call.outcome = message["outcome"]
            case "Failure":
                self._note_error(message)
            case "CallRemote":
                self.background.start(message)
            case "EndRemote":
                self.background.end(message["run"])
            case _:
                pass

    def _act(self, changed: Mapping[str, Props], answers: list[Message]) -> None:
        """Send what components do after changes, and that the page has been drawn."""
        effects: list[tuple[IndexedComponent, Props]] = []
        restored: list[tuple[IndexedComponent, Props]] = []
        new = list(self._find_new()) if self._rendered is not None or changed else []
        for node in new:
            restored += [(node, self.persistence.restore(node))]
        fresh = {node.id for node in new}
        if message := self._set_props(restored, "persistence"):
            self.post(message)
        for node in new:
            effects += self._mount(node)
        for key, props in changed.items():
            found = self.session.layout.find(key)
            if found is not None and key not in fresh:
                self.persistence.record(found, props)
                effects += self._react(found, props)
        messages = [*answers, *filter(None, [self._set_props(effects)])]
        if self._rendered is not None:
            messages.append({"type": "Rendered", "updateSeq": self._rendered})
            self._rendered = None
        if messages:
            self.post(*messages)

    # --- components with state of their own

    def nodes(self) -> list[IndexedComponent]:
        """Return the components that have an id."""
        return list(self.session.layout.index.nodes.values())

    def _find_new(self) -> Iterator[IndexedComponent]:
        nodes = {node.id: node for node in self.nodes()}
        for key in self._mounted.keys() - nodes.keys():
            del self._mounted[key]
            self.timers.forget(key)
        for key, node in nodes.items():
            if self._mounted.get(key) is not node.component:
                self._mounted[key] = node.component
                yield node

    def _mount(self, node: IndexedComponent) -> Iterator[tuple[IndexedComponent, Props]]:
        match _core_type(node):
            case "Location":
                yield node, self.address.missing(node.props)
            case "Store":
                yield node, self.stores.mount(node)
            case "Interval":
                self.timers.follow(node, self.loop.time())
            case _:
                pass

    def _react(
        self, node: IndexedComponent, props: Props
    ) -> Iterator[tuple[IndexedComponent, Props]]:
        match _core_type(node):
            case "Location":
                yield from self._move(node, props)
            case "Store" if {"data", "clear_data"} & props.keys():
                yield node, self.stores.update(node)
            case "Interval":
                self.timers.follow(node, self.loop.time())
            case _:
                pass

    def _move(
        self, node: IndexedComponent, props: Props
    ) -> Iterator[tuple[IndexedComponent, Props]]:
        move = self.address.move(node.props, props)
        if move is None:
            return
        self.address.push(move.url)
        self.tell_address()
        if move.reloads:
            self._reload_wanted = True
        elif move.tells_all:
            yield from self.location_changes()
        else:
            yield node, self.address.difference(node.props)

    def tell_address(self) -> None:
        """Tell the session the address of the page."""
        location = asdict(self.address.location)
        self.post({"type": "SetEnvironment", "location": location})

    def location_changes(self) -> Iterator[tuple[IndexedComponent, Props]]:
        """Yield what each `dcc.Location` sends when the address has changed."""
        for node in self.nodes():
            if _core_type(node) == "Location":
                yield node, self.address.difference(node.props)

    def _set_document(self, message: Message) -> None:
        if message.get("title") is not None:
            self.title = message["title"]
        if message.get("replaceUrl"):
            self.address.replace(message["replaceUrl"])
            self.tell_address()

    # --- records

    def _note_call(self, message: Message) -> None:
        found = self.app.callbacks.find(message["callback"])
        if found is None or found.function is None or found.hidden:
            return
        outputs = [f"{each['id']}.{each['property']}" for each in message["outputs"]]
        call = Call(found.origin.name, outputs)
        self.calls.append(call)
        self._runs[message["run"]] = call

    def _note_error(self, message: Message) -> None:
        found = self.app.callbacks.find(message.get("callback") or "")
        name = found.origin.name if found is not None and found.function else ""
        text = (message["title"], message["message"], message["traceback"] or "")
        error = PageError(*text, name, message["kind"])
        self.errors.append(error)
        print(error, file=sys.stderr)  # noqa: T201  # pytest shows it where the test fails

    # --- JavaScript

    def _call_clientside(self, message: Message) -> Message:
        result = self._scripts.call(message, self.app.callbacks)
        if result.title is not None:
            self.title = result.title
        if result.url:
            self.address.replace(result.url)
            self.tell_address()
        return {"type": "ClientsideResult", "run": message["run"], **result.fields}

    def _read_reference(self, component_id: str, prop: str) -> object:
        node = self.session.layout.find(component_id)
        return None if node is None else copy_value(node.props.get(prop))

    # --- time

    def advance(self, seconds: float) -> None:
        """Let the clock go on; timers and sleeping callbacks act at their times, in order."""
        end = self.loop.time() + seconds
        while True:
            sleeping, interval = self.loop.next_timer(), self.timers.next()
            times = [t for t in (sleeping, interval and interval[0]) if t is not None]
            if not times or min(times) > end:
                break
            self.loop.set_time(min(times))
            if interval is not None and interval[0] <= self.loop.time():
                self._tick(interval[1])
            self.settle()
        self.loop.set_time(end)
        self.settle()

    def _tick(self, node_id: str) -> None:
        self.timers.fire(node_id)
        node = self.session.layout.find(node_id)
        if node is None:
            self.timers.forget(node_id)
            return
        count = {"n_intervals": int(node.props.get("n_intervals") or 0) + 1}  # type: ignore[call-overload]  # a number
        message = self._set_props([(node, count)])
        assert message is not None
        self.post(message)
        self.timers.follow(node, self.loop.time())

    def close(self) -> None:
        """End all that runs."""
        self.background.end_all()
        self.loop.end()


def _core_type(node: IndexedComponent) -> str:
    """Return the type of a component of dcc; empty for others."""
    is_core = node.component["namespace"] == "dash_core_components"
    return str(node.component["type"]) if is_core else ""


def _opening(open_request: OpenRequest | None) -> OpenRequest:
    """Return what opens the request of a call, outside of the running event loop."""

    def opened(context: RunContext) -> AbstractContextManager[Callable[[], Sequence[str]]]:
        return _open(open_request, context)

    return opened


@contextmanager
def _open(
    open_request: OpenRequest | None, context: RunContext
) -> Iterator[Callable[[], Sequence[str]]]:
    with ExitStack() as stack:
        stack.enter_context(outside_of_loop())
        inner = open_request(context) if open_request else None
        yield stack.enter_context(inner) if inner is not None else _no_cookies


def _no_cookies() -> Sequence[str]:
    return ()
