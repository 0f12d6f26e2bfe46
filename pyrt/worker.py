"""The entry points of the page's Python worker: runs the app's script and connects it to the page.

    worker/main.ts --boot--> the script runs (app/launch.py), its app is found and completed
                   --connect--> Document and Callbacks go to the page; a session waits for messages
                   --receive--> one batch of messages, again and again
                   --serve_jobs--> in a job worker (background callbacks), instead of connect

Only this module and `browser_stdlib` import `js` or `pyodide`, and this one not before `connect`:
until then the interpreter has no reference to JavaScript, so that a memory snapshot of it can be
taken.
"""

import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from json import dumps, loads
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pyrt import browser_files, browser_stdlib
from pyrt.app import awaitables, document, hooks, launch, module_stubs, pages
from pyrt.app.dash import APPS, Dash
from pyrt.calls.job_worker import JobWorker
from pyrt.engine.wire.messages import Callbacks, Precompute, Precomputed, SetDocument
from pyrt.engine.wire.protocol import encode_batch
from pyrt.model import environment, failures
from pyrt.model.arrays import Buffer
from pyrt.model.callback import BACKGROUND_CALLBACKS, GLOBAL_CALLBACKS
from pyrt.model.environment import decode_environment
from pyrt.model.errors import ProtocolError
from pyrt.model.failures import StartError
from pyrt.model.local import callback_table

if TYPE_CHECKING:
    from pyrt.agents.open_page.tab import TabAgents
    from pyrt.engine.session_config import Precomputing
    from pyrt.engine.tree.layout import Layout

_AGENTS = "agents:"  # as in web/src/agents/requests.ts

type Evaluate = Callable[[str], str]
type Post = Callable[[str, Any], None]
type Receive = Callable[[str, Any], None]


def boot(environment_json: str) -> Coroutine[Any, Any, None] | None:
    """Run the app's file and complete its app; may be called again (hot reload).

    Returns:
        What to await before `connect`; None if nothing is left to do. In browsers without stack
        switching, the start of an app that uses `await` goes on there.

    Raises:
        StartError: something is wrong with the app; the text says what.
    """
    _show_start_errors_without_traceback()
    page = decode_environment(loads(environment_json))
    environment.use(replace(page, started=time.time()))
    forget_previous_run(page.root)
    module_stubs.install(page.server_only)
    if sys.platform == "emscripten":
        browser_stdlib.install(switching=page.switching)
        browser_files.install(show_sources=page.debug)
    try:
        launch.prepare(page.launch)
        value = launch.run(page.entry, page.launch)
        is_done = not isinstance(value, launch.Unfinished)
        if is_done and (page.switching or not pages.has_async_layouts()):
            APPS.choose(value, page.entry).prepare()
            return None
    except BaseException as error:  # noqa: BLE001  # whatever the app's script raises
        raise StartError(failures.explain(error)) from None
    return _boot_async(value, page.entry)


async def _boot_async(value: object, entry: str) -> None:
    try:
        if isinstance(value, launch.Unfinished):
            await value.finish()
        await pages.await_layouts()
        APPS.choose(value, entry).prepare()
    except BaseException as error:  # noqa: BLE001  # whatever the app's script raises
        raise StartError(failures.explain(error)) from None


def connect(post: Post) -> Receive:
    """Describe the page, open a session, and return the function that receives its messages.

    Args:
        post: receives the JSON of a batch, and a JavaScript array of its buffers.
    """
    app = APPS.get()
    transfer = _find_transfer()

    def send(text: str, buffers: Sequence[Buffer]) -> None:
        post(text, transfer(buffers))

    page = environment.current()
    evaluating: Evaluate | None = evaluate if page.debug else None
    if find_spec("pyrt.agents"):
        evaluating = _with_agents(app, lambda: session.layout, evaluating)
    session = app.session(send, evaluating, _precompute if find_spec("pyrt.precompute") else None)
    messages: list[Any] = [
        document.describe(app, page),
        Callbacks(callback_table(app.callbacks, hide=app.config.hide_all_callbacks)),
    ]
    location = page.location
    path = pages.find_address(location.pathname)
    if path:  # before the layout is made, so that the app sees the corrected URL
        environment.change(location=replace(location, pathname=path))
        messages.insert(0, SetDocument(replace_url=f"{path}{location.search}{location.hash}"))
    send(*encode_batch(messages))

    def receive(text: str, buffers: Iterable[Any] | None = None) -> None:
        session.receive_text(text, [buffer.to_bytes() for buffer in buffers or ()])

    return receive


def _precompute(session: "Precomputing", request: Precompute) -> Precomputed:
    from pyrt.precompute.compute import precompute  # noqa: PLC0415  # in rehearsals only

    return precompute(session, request)


def serve_jobs(post: Post) -> Receive:
    """Return the function that receives the messages of a job worker; replaces `connect`."""
    app = APPS.get()
    nothing = _find_transfer()(())
    jobs = JobWorker(app.callbacks, lambda text: post(text, nothing), app.call_options)

    def receive(text: str, _buffers: object = None) -> None:
        jobs.receive(text)

    return receive


def _find_transfer() -> Callable[[Sequence[Buffer]], Any]:
    """Return the function that converts buffers to what `post` can transfer."""
    try:
        from js import Array, Uint8Array  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError:  # not in a browser
        return lambda buffers: [bytes(buffer.data) for buffer in buffers]
    nothing = Array.new()  # one for all: most batches have no buffers

    def transfer(buffers: Sequence[Buffer]) -> Any:  # noqa: ANN401
        """Copy bytes out of Python's memory, once; the copies can be transferred."""
        if not buffers:
            return nothing
        copies = Array.new()
        for buffer in buffers:
            copy = Uint8Array.new(buffer.data.nbytes)
            copy.assign(buffer.data)
            copies.push(copy.buffer)
        return copies

    return transfer


def _with_agents(app: Dash, layout: Callable[[], "Layout"], otherwise: Evaluate | None) -> Evaluate:
    """Return what answers agents in this browser, too: texts that begin with `agents:`."""

    @cache
    def agents() -> "TabAgents":
        from pyrt.agents.open_page.tab import TabAgents  # noqa: PLC0415  # if an agent asks

        return TabAgents(app, layout, awaitables.finish)

    def answer(text: str) -> str:
        if text.startswith(_AGENTS):
            return agents().answer(text.removeprefix(_AGENTS))
        if otherwise is None:
            raise ProtocolError("Eval is for sites built with --debug.")
        return otherwise(text)

    return answer


def evaluate(expression: str) -> str:
    """Return the JSON of an expression's value in the namespace of the app's script."""
    name = environment.current().launch.module
    module = sys.modules[name if name in sys.modules else "__main__"]
    value = eval(expression.strip(), vars(module))  # noqa: S307  # debug only
    return dumps(awaitables.finish(value), default=repr)


def forget_previous_run(folder: str) -> None:
    """Reset what an earlier `boot` in this interpreter has left (S-172: hot reload).

    Args:
        folder: of the app.
    """
    APPS.forget()
    GLOBAL_CALLBACKS.restart()
    BACKGROUND_CALLBACKS.clear()
    pages.forget_pages()
    hooks.hooks.forget(folder)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{folder}/") and name != "__main__":
            del sys.modules[name]


def _show_start_errors_without_traceback() -> None:
    """Show only the text of a StartError in the page.

    Pyodide makes the message of the JavaScript error with `sys.excepthook`.
    """
    previous = sys.excepthook
    if getattr(previous, "shows_start_errors", False):
        return

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, StartError):
            print(error, file=sys.stderr)  # noqa: T201 -- Pyodide drops a line without its end
        else:
            previous(kind, error, trace)

    show.shows_start_errors = True  # type: ignore[attr-defined]
    sys.excepthook = show
