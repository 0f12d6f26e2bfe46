"""`CallService`: carries out the requests for one app, however they arrive.

    request --admit--> callback --carry_out--> Answer

What is malformed, unknown or not marked is refused before anything of the author's runs. Plain
functions run in a pool of threads, `async def` on the event loop. May import `dispatch` and what
stands beside it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from pyrt.calls.call import (
    Answer,
    Call,
    Stream,
    Surroundings,
    UnknownCallback,
    find_callback,
)
from pyrt.engine.call.context import RunContext
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.environment import Environment
from pyrt.model.errors import MissingLongCallbackManagerError, ProtocolError
from pyrt.server.access_log import logger
from pyrt.server.http_error import MALFORMED, NO_MANAGER, UNAVAILABLE, UNKNOWN, UNMARKED, Refusal
from pyrt.server.jobs.lifecycle import Asked, Dispatcher, Query
from pyrt.server.permission import Permission
from pyrt.server.threads import Threads

_AWAY = "The server cannot reach what runs its background callbacks. Ask again in a while."
THREADS = 40  # calls of plain functions at once: most of them wait for a database or a disk


@dataclass(frozen=True, slots=True)
class Way:
    """How a call reaches its page while it goes on.

    Attributes:
        stream: takes side updates at once; None keeps them for the answer.
        open_websocket: makes `ctx.websocket`.
    """

    stream: Stream | None = None
    open_websocket: Callable[[RunContext], object] | None = None


_NO_WAY = Way()


class CallService:
    """See above.

    Args:
        callbacks: those of the app; may grow (S-34).
        permission: which of them may be called.
        surroundings: what the app does around them.
        dispatcher: has background callbacks run as jobs.
        debug: tell the page what an author's exception says, and where it was raised.
    """

    def __init__(
        self,
        callbacks: CallbackRegistry,
        permission: Permission,
        surroundings: Surroundings,
        dispatcher: Dispatcher,
        *,
        debug: bool = False,
    ) -> None:
        self.callbacks = callbacks
        self.permission = permission
        self.surroundings = surroundings
        self.dispatcher = dispatcher
        self.debug = debug
        self._threads = Threads(THREADS)

    def admit(self, request: object) -> Callback:
        """Return the callback that a request may have called.

        Raises:
            Refusal: it may not.
        """
        try:
            callback = find_callback(self.callbacks, request)
        except UnknownCallback as error:
            raise Refusal(UNKNOWN, str(error)) from None
        except ProtocolError as error:
            raise Refusal(MALFORMED, str(error)) from None
        if not self.permission.allows(callback):
            raise Refusal(
                UNMARKED,
                f"The callback {callback.origin.name} runs in the page. To have it called here, "
                "give it server=True, or name it in [tool.pyrt] server.",
            )
        return callback

    async def carry_out(
        self, callback: Callback, request: object, environment: Environment, way: Way = _NO_WAY
    ) -> Answer:
        """Call a callback's function and wait for its end.

        Raises:
            Refusal: the request does not fit the callback.
        """
        try:
            call = Call(callback, request, way.stream, environment, self.surroundings)
        except ProtocolError as error:
            raise Refusal(MALFORMED, str(error)) from None
        call.open_websocket = way.open_websocket
        if call.is_async:
            return await call.run_async()
        return await self.in_thread(call.run)

    async def carry_out_job(self, asked: Asked) -> Answer | str:
        """Start the job of a background callback, or ask for it; see `Dispatcher`.

        Raises:
            Refusal: the request does not fit, or whoever runs the jobs cannot be reached.
        """
        act = self.dispatcher.poll if asked.query.cache_key else self.dispatcher.start
        return await self._on_jobs(lambda: act(asked))

    async def cancel(self, query: Query) -> int:
        """End jobs; return how many.

        Raises:
            Refusal: one of them is not of this page, or whoever runs them cannot be reached.
        """
        return await self._on_jobs(lambda: self.dispatcher.end(query.cancelled, query.end_id))

    async def _on_jobs[T](self, act: Callable[[], T]) -> T:
        try:
            return await self.in_thread(act)
        except Refusal:
            raise
        except ProtocolError as error:
            raise Refusal(MALFORMED, str(error)) from None
        except MissingLongCallbackManagerError as error:
            raise Refusal(NO_MANAGER, str(error)) from None
        except Exception as error:
            # Stores and brokers raise what they like when they are away.
            logger.exception("Jobs of background callbacks")
            raise Refusal(UNAVAILABLE, _AWAY) from error

    async def in_thread[T](self, function: Callable[[], T]) -> T:
        """Call something that blocks."""
        return await self._threads.run(function)

    def close(self) -> None:
        """Let no further call begin."""
        self._threads.close()

    def error_of(self, answer: Answer) -> dict[str, object]:
        """Return what the page is told of a failed call; its text may hold secrets of the server.

        With `debug` it is everything, else which callback it was.
        """
        report, error = answer.report, answer.error
        title = report.title if report else "Callback error"
        if not self.debug:
            return {"message": f"{title}\nIt failed on the server; the log there says why."}
        return {
            "message": str(error),
            "type": type(error).__name__,
            "traceback": report.traceback if report else "",
        }


def parse_request(body: bytes | str) -> object:
    """Return the JSON of a request.

    Raises:
        Refusal: it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(MALFORMED, "The body of a callback request must be JSON.") from None
