"""Background callbacks in a notebook: each call in a process of its own, forked from the kernel.

A forked process has the functions and data of all cells. Where there is no fork, the call runs in a
thread; where there are no threads (JupyterLite), at once.
"""

import asyncio
import json
import multiprocessing
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Protocol

from pyrt.app.dash import Dash
from pyrt.calls.job_worker import JobWorker

type Post = Callable[[str], None]
"""Takes the JSON of a list of messages of a job worker."""


class Job(Protocol):
    """One call that has begun."""

    def cancel(self) -> None:
        """End it; nothing more is posted."""


def start_job(app: Dash, text: str, post: Post) -> Job:
    """Start the call that a batch with one `Job` message asks for.

    Args:
        app: has the callback.
        text: the batch.
        post: gets the messages, from another thread.
    """
    if sys.platform == "emscripten":
        JobWorker(app.callbacks, post, app.call_options).receive(text)
        return _Ended()
    if "fork" in multiprocessing.get_all_start_methods():
        return _ProcessJob(app, text, post)
    return _ThreadJob(app, text, post)


class _Ended:
    def cancel(self) -> None:
        """Do nothing: it has ended."""


class _ProcessJob:
    def __init__(self, app: Dash, text: str, post: Post) -> None:
        context = multiprocessing.get_context("fork")
        self._receiving, sending = context.Pipe(duplex=False)
        self._number = json.loads(text)[0]["job"]
        self._post = post
        self._is_cancelled = False
        self._process = context.Process(target=_work, args=(app, text, sending), daemon=True)
        with warnings.catch_warnings():  # of threads: those of the kernel do not matter to a job
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        sending.close()
        threading.Thread(target=self._read, name="pyrt job", daemon=True).start()

    def _read(self) -> None:
        has_ended = False
        while not has_ended:
            try:
                text = self._receiving.recv()
            except EOFError:
                break
            has_ended = _is_result(text)
            if not self._is_cancelled:
                self._post(text)
        self._process.join()
        self._receiving.close()
        if not has_ended and not self._is_cancelled:
            self._post(_failed(self._number, self._process.exitcode))

    def cancel(self) -> None:
        self._is_cancelled = True
        self._process.kill()


class _ThreadJob:
    def __init__(self, app: Dash, text: str, post: Post) -> None:
        self._is_cancelled = False

        def post_unless_cancelled(messages: str) -> None:
            if self._is_cancelled:
                raise SystemExit  # ends the thread at the next progress
            post(messages)

        arguments = (app, text, post_unless_cancelled)
        threading.Thread(target=_run, args=arguments, name="pyrt job", daemon=True).start()

    def cancel(self) -> None:
        self._is_cancelled = True


def _work(app: Dash, text: str, sending: Connection) -> None:
    """Run the call in the new process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Interrupt is for the cells
    _run(app, text, sending.send)
    sending.close()


def _run(app: Dash, text: str, post: Post) -> None:
    """Run a call to its end, in a loop of its own."""

    async def run() -> None:
        ended = asyncio.Event()

        def take(messages: str) -> None:
            post(messages)
            if _is_result(messages):
                ended.set()

        JobWorker(app.callbacks, take, app.call_options).receive(text)
        await ended.wait()

    asyncio.run(run())


def _is_result(text: str) -> bool:
    return any(message["type"] == "JobResult" for message in json.loads(text))


def _failed(number: int, code: int | None) -> str:
    error = {
        "type": "Error",
        "message": (
            f"The process of this background callback ended by itself (exit code {code}): it was "
            "killed, or had no memory left."
        ),
    }
    return json.dumps([{"type": "JobResult", "job": number, "outcome": "error", "error": error}])
