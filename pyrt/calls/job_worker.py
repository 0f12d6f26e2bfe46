"""`JobWorker`: runs background callbacks in a separate worker of the page (S-126).

    page  --Job-->  JobWorker  --JobUpdate, ... JobResult-->  page

The worker has run the app's file itself, so it has the same callbacks as the session's worker, in
the same order. Errors are reported, not handled: `on_error` belongs to the session, whose layout it
may change.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from pyrt.calls.call import Call, CallOptions, CallResult, find_callback, props_text
from pyrt.model import environment
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.environment import Environment, decode_location
from pyrt.model.errors import ProtocolError


class JobWorker:
    """Calls the functions of jobs.

    Args:
        callbacks: those of the app.
        post: receives the JSON of a list of messages.
        options: of the app; its error handler is not called here.
    """

    def __init__(
        self, callbacks: CallbackRegistry, post: Callable[[str], None], options: CallOptions
    ) -> None:
        self._callbacks = callbacks
        self._post = post
        self._options = replace(options, on_error=None)
        self._without_handlers: dict[Callback, Callback] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def receive(self, text: str) -> None:
        """Receive a batch of `Job` messages.

        Plain functions have ended when this returns, except in browsers without stack switching.
        """
        for message in json.loads(text):
            job = message["job"]
            try:
                call = self._prepare(job, message)
            except ProtocolError as error:
                self._send("JobResult", job, outcome="error", error={"message": str(error)})
                continue
            # What a plain function returns may be awaitable, too.
            if call.is_async or not environment.current().switching:
                self._spawn(self._finish(job, call))
            else:
                self._end(job, call.run())

    def _prepare(self, job: int, message: Mapping[str, object]) -> Call:
        def stream(props: Mapping[str, Mapping[str, object]]) -> None:
            self._post(f'[{{"type":"JobUpdate","job":{job},"props":{props_text(props)}}}]')

        index = message["callbackPosition"]
        assert isinstance(index, int)
        found = find_callback(self._callbacks, message["request"], index)
        callback = self._without_handlers.setdefault(found, replace(found, on_error=None))
        page = _environment_of(message["environment"])
        return Call(callback, message["request"], stream, page, self._options)

    def _spawn(self, finish: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(finish)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, job: int, call: Call) -> None:
        try:
            result = await call.run_async()
        except asyncio.CancelledError:
            self._send("JobResult", job, outcome="cancelled")
        else:
            self._end(job, result)

    def _end(self, job: int, result: CallResult) -> None:
        if result.outcome == "error":
            self._send("JobResult", job, outcome="error", error=_describe(result))
            return
        cookies = json.dumps(list(result.cookies))
        self._post(
            f'[{{"type":"JobResult","job":{job},"outcome":"{result.outcome}",'
            f'"response":{props_text(result.response)},"sideUpdate":{props_text(result.side_update)},'
            f'"cookies":{cookies}}}]'
        )

    def _send(self, kind: str, job: int, **fields: object) -> None:
        self._post(json.dumps([{"type": kind, "job": job, **fields}]))


def _environment_of(facts: object) -> Environment:
    """Return the environment with the URL and the cookies of the page when it sent the job."""
    assert isinstance(facts, dict)
    return replace(
        environment.current(), location=decode_location(facts["location"]), cookie=facts["cookie"]
    )


def _describe(result: CallResult) -> dict[str, str]:
    assert result.error is not None
    return {
        "message": str(result.error),
        "type": type(result.error).__name__,
        "traceback": result.report.traceback if result.report else "",
    }
