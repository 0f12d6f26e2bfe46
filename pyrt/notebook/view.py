"""`View`: one page of an app in a notebook: its session, its environment and its jobs.

Messages come in threads of the kernel (its main one, and those of subshells), callbacks that are
async go on in its loop; a lock lets one at a time work with the session.
"""

import threading
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import coroutine
from typing import TYPE_CHECKING, Any

from pyrt.app import document
from pyrt.app.dash import APPS, Dash
from pyrt.engine.call.invocation import CallbackInvoker
from pyrt.engine.session import Session
from pyrt.engine.wire.messages import Callbacks
from pyrt.engine.wire.protocol import encode_batch
from pyrt.model import environment
from pyrt.model.arrays import Buffer
from pyrt.model.environment import Environment, OpenPage
from pyrt.model.failures import format_traceback
from pyrt.model.local import callback_table
from pyrt.model.serialize import encode
from pyrt.notebook.interrupts import INTERRUPTS
from pyrt.notebook.jobs import Job, start_job
from pyrt.notebook.kept_state import KeptState, keep, put_back, read_props
from pyrt.notebook.kernel import Kernel

if TYPE_CHECKING:
    from concurrent.futures import Future

type Post = Callable[[Mapping[str, object], Sequence[bytes]], None]
"""Sends a message to the browser."""


class View:
    """One page.

    Args:
        app: prepared.
        page: address, cookies, language of the page.
        kernel: runs what is async.
        post: sends a message to the page.
        kept: what an earlier page of the app has kept.
    """

    def __init__(
        self, app: Dash, page: Environment, kernel: Kernel, post: Post, kept: KeptState | None
    ) -> None:
        self.app = app
        self.layout = app.layout
        self._page = OpenPage(page)
        self._kernel = kernel
        self._post = post
        self._kept = kept
        self._lock = threading.RLock()
        self._served: Any = None
        self._jobs: dict[int, Job] = {}
        self._tasks: set[Future[None]] = set()
        self._format: Callable[[BaseException], str] = format_traceback
        with self._entered():
            self.revision = app.callbacks.revision
            self.session = app.session(self._send)
            self._configure(self.session)
            table = callback_table(app.callbacks, hide=app.config.hide_all_callbacks)
            self._send(*encode_batch([document.describe(app, page), Callbacks(table)]))

    def _configure(self, session: Session) -> None:
        session.config = replace(
            session.config,
            loaded=lambda: self._configure_calls(session.invoker),
            defer=self._defer,
            log=None,
        )
        session.serve_layout = self._serve_layout

    def _configure_calls(self, invoker: CallbackInvoker) -> None:
        invoker.spawn = self._spawn
        if invoker.format_error != self._format_error:
            self._format = invoker.format_error
            invoker.format_error = self._format_error

    def _format_error(self, error: BaseException) -> str:
        """Return the traceback for a report, and tell the page of an interrupt."""
        if isinstance(error, KeyboardInterrupt):
            self._post({"kind": "interrupted"}, ())
        return self._format(error)

    @contextmanager
    def _entered(self) -> Iterator[None]:
        """Work with the session: alone, with its environment, and output below the cell."""
        with (
            self._lock,
            INTERRUPTS.reached(),
            environment.serving(self._page),
            APPS.serving(self.app),
            self._kernel.output_to_cell(),
        ):
            yield

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Work with the session; where an interrupt ends that, the page opens another one."""
        try:
            with self._entered():
                yield
        except KeyboardInterrupt:  # between callbacks: the session may be left half changed
            self._post({"kind": "interrupted"}, ())
            self._post({"kind": "lost"}, ())

    def _serve_layout(self) -> object:
        """Return the layout, with what an earlier page of the app has kept."""
        tree = encode(self.app.get_layout(self.session.set_cookie), where="The layout").decode()
        self._served = read_props(tree)
        return put_back(tree, self._kept) if self._kept else tree

    def receive(self, text: str) -> None:
        """Receive a batch of the page, and run the callbacks that it asks for."""
        with self._going_on():
            self.session.receive_text(text)

    def renew(self) -> None:
        """Serve the layout and the callbacks anew, and keep what was typed and chosen."""
        with self._entered():
            self._kept = self.keep()
            self._end_tasks()
            self.layout = self.app.layout
            self.revision = self.app.callbacks.revision
            self.session.renew()

    @property
    def is_outdated(self) -> bool:
        """Whether layout or callbacks of the app have been changed since they were served."""
        return self.layout is not self.app.layout or self.revision != self.app.callbacks.revision

    def keep(self) -> KeptState | None:
        """Return what a later page of the app has to keep; None if nothing was served."""
        if self._served is None:
            return self._kept
        with self._lock:
            return keep(self._served, self.session)

    @property
    def ids(self) -> frozenset[str]:
        """The ids in the layout, as text."""
        return frozenset(self.session.layout.index.nodes)

    def close(self) -> None:
        """End what still runs for the page."""
        for job in list(self._jobs.values()):
            job.cancel()
        self._jobs.clear()
        self._end_tasks()

    def _end_tasks(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    # --- background callbacks

    def start_job(self, worker: int, text: str) -> None:
        """Start a call for a job worker of the page."""

        def post(messages: str) -> None:
            self._post({"kind": "job", "worker": worker, "text": messages}, ())

        with self._entered():
            self._jobs[worker] = start_job(self.app, text, post)

    def end_job(self, worker: int) -> None:
        """End the call of a job worker, if it has not ended."""
        job = self._jobs.pop(worker, None)
        if job is not None:
            job.cancel()

    # --- called by the session

    def _send(self, text: str, buffers: Sequence[Buffer]) -> None:
        self._post({"kind": "batch", "text": text}, [bytes(each.data) for each in buffers])

    def _defer(self, function: Callable[[], None]) -> None:
        def call() -> None:
            with self._going_on():
                function()

        self._kernel.call_soon(call)

    def _spawn(self, rest: Coroutine[object, object, None]) -> None:
        task = self._kernel.spawn(self._step(rest))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _step(self, rest: Coroutine[object, object, None]) -> None:
        """Run an async callback; each of its steps works with the session alone."""
        await _stepping(rest, self._going_on)


@coroutine
def _stepping(
    rest: Coroutine[object, object, None], entered: Callable[[], Any]
) -> Generator[Any, Any, None]:
    send: Callable[[], Any] = lambda: rest.send(None)  # noqa: E731  # replaced by each step
    while True:
        has_ended = True
        with entered():
            try:
                waited = send()
                has_ended = False
            except StopIteration:
                pass
        if has_ended:
            return
        try:
            value = yield waited
        except BaseException as error:  # noqa: BLE001  # a cancellation, for the callback
            send = _throwing(rest, error)
        else:
            send = _sending(rest, value)


def _sending(rest: Coroutine[Any, Any, None], value: object) -> Callable[[], Any]:
    return lambda: rest.send(value)


def _throwing(rest: Coroutine[Any, Any, None], error: BaseException) -> Callable[[], Any]:
    return lambda: rest.throw(error)
