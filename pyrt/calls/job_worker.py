"""The Python end of a worker for jobs: background callbacks, one after the other (S-126).

    page  --Job-->  JobServer  --JobUpdate, ... JobResult-->  page

The worker has run the app's file for itself, so that it has the same callbacks as the page's own
worker, in the same order. Errors are told, not handled: `on_error` belongs to the session, whose
layout it may change. May import `dispatch` and what is below it.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from pyrt.calls.call import Answer, Call, Surroundings, find_callback, props_text
from pyrt.model import environment
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.environment import Environment, decode_location
from pyrt.model.errors import ProtocolError


class JobServer:
    """Calls the functions of jobs.

    Args:
        callbacks: those of the app.
        post: takes the JSON of a list of messages.
        surroundings: what the app does around its callbacks, of which errors are not handled here.
    """

    def __init__(
        self, callbacks: CallbackRegistry, post: Callable[[str], None], surroundings: Surroundings
    ) -> None:
        self._callbacks = callbacks
        self._post = post
        self._surroundings = replace(surroundings, on_error=None)
        self._bare: dict[Callback, Callback] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def receive(self, text: str) -> None:
        """Take a batch of `Job` messages; those of plain functions have ended when it returns."""
        for message in json.loads(text):
            job = message["job"]
            try:
                call = self._prepare(job, message)
            except ProtocolError as error:
                self._send("JobResult", job, outcome="error", error={"message": str(error)})
                continue
            if call.is_async:
                self._spawn(self._finish(job, call))
            else:
                self._end(job, call.run())

    def _prepare(self, job: int, message: Mapping[str, object]) -> Call:
        def stream(props: Mapping[str, Mapping[str, object]]) -> None:
            self._post(f'[{{"type":"JobUpdate","job":{job},"props":{props_text(props)}}}]')

        index = message["callbackPosition"]
        assert isinstance(index, int)
        found = find_callback(self._callbacks, message["request"], index)
        bare = self._bare.setdefault(found, replace(found, on_error=None))
        page = _surrounding_page(message["environment"])
        return Call(bare, message["request"], stream, page, self._surroundings)

    def _spawn(self, finish: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(finish)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, job: int, call: Call) -> None:
        try:
            answer = await call.run_async()
        except asyncio.CancelledError:
            self._send("JobResult", job, outcome="cancelled")
        else:
            self._end(job, answer)

    def _end(self, job: int, answer: Answer) -> None:
        if answer.outcome == "error":
            self._send("JobResult", job, outcome="error", error=_describe(answer))
            return
        cookies = json.dumps(list(answer.cookies))
        self._post(
            f'[{{"type":"JobResult","job":{job},"outcome":"{answer.outcome}",'
            f'"response":{props_text(answer.response)},"sideUpdate":{props_text(answer.side_update)},'
            f'"cookies":{cookies}}}]'
        )

    def _send(self, kind: str, job: int, **fields: object) -> None:
        self._post(json.dumps([{"type": kind, "job": job, **fields}]))


def _surrounding_page(facts: object) -> Environment:
    """Return the environment with the address and the cookies of the moment the job was asked."""
    assert isinstance(facts, dict)
    return replace(
        environment.current(), location=decode_location(facts["location"]), cookie=facts["cookie"]
    )


def _describe(answer: Answer) -> dict[str, str]:
    assert answer.error is not None
    return {
        "message": str(answer.error),
        "type": type(answer.error).__name__,
        "traceback": answer.report.traceback if answer.report else "",
    }
