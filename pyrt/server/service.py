"""`CallService`: runs the callbacks of one app for requests over HTTP and WebSockets.

    request --find_callback--> callback --call--> CallResult
                                        --start_or_poll_job--> CallResult, or JSON about the job

A request that is malformed, unknown or not permitted is refused before any function of the app
runs. Plain functions run in a pool of threads, `async def` functions on the event loop.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pyrt.calls.call import (
    Call,
    CallOptions,
    CallResult,
    Stream,
    UnknownCallback,
    find_callback,
)
from pyrt.engine.call.context import RunContext
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.environment import Environment
from pyrt.model.errors import (
    MissingLongCallbackManagerError,
    ProtocolError,
    ResultTooLargeError,
)
from pyrt.server.access_log import logger
from pyrt.server.http_error import MALFORMED, NO_MANAGER, UNAVAILABLE, UNKNOWN, UNMARKED, HttpError
from pyrt.server.jobs.lifecycle import JobLifecycle, JobQuery, JobRequest
from pyrt.server.permission import Permission
from pyrt.server.threads import CallbackThreadPool

_UNREACHABLE = "The server cannot reach what runs its background callbacks. Try again later."
MAX_THREADS = 40  # most callbacks in threads wait for a database or a disk


@dataclass(frozen=True, slots=True)
class StreamingOptions:
    """How a running callback reaches its page.

    Attributes:
        stream: receives side updates at once; None keeps them for the response.
        open_websocket: makes `ctx.websocket`; None leaves it None.
    """

    stream: Stream | None = None
    open_websocket: Callable[[RunContext], object] | None = None


_NO_STREAMING = StreamingOptions()


class CallService:
    """Finds and calls callbacks.

    Args:
        callbacks: those of the app; may grow (S-34).
        permission: which of them requests may call.
        options: error handler and hooks of the app.
        jobs: starts and polls background callbacks.
        debug: send messages and tracebacks of exceptions to the page.
    """

    def __init__(
        self,
        callbacks: CallbackRegistry,
        permission: Permission,
        options: CallOptions,
        jobs: JobLifecycle,
        *,
        debug: bool = False,
    ) -> None:
        self.callbacks = callbacks
        self.permission = permission
        self.debug = debug
        self._options = options
        self._jobs = jobs
        self._threads = CallbackThreadPool(MAX_THREADS)

    @property
    def max_result(self) -> float:
        """The largest result of a callback, in bytes."""
        return self._options.max_result

    def find_callback(self, request: object) -> Callback:
        """Return the callback that a request names.

        Raises:
            HttpError: there is none, or requests may not call it.
        """
        try:
            callback = find_callback(self.callbacks, request)
        except UnknownCallback as error:
            raise HttpError(UNKNOWN, str(error)) from None
        except ProtocolError as error:
            raise HttpError(MALFORMED, str(error)) from None
        if not self.permission.allows(callback):
            raise HttpError(
                UNMARKED,
                f"The callback {callback.origin.name} runs in the page. To have it called here, "
                "give it server=True, or name it in [tool.pyrt] server.",
            )
        return callback

    async def call(
        self,
        callback: Callback,
        request: object,
        environment: Environment,
        streaming: StreamingOptions = _NO_STREAMING,
    ) -> CallResult:
        """Call the function of a callback and return its result.

        Raises:
            HttpError: the request does not fit the callback.
        """
        try:
            call = Call(callback, request, streaming.stream, environment, self._options)
        except ProtocolError as error:
            raise HttpError(MALFORMED, str(error)) from None
        call.open_websocket = streaming.open_websocket
        if call.is_async:
            return await call.run_async()
        return await self.in_thread(call.run)

    async def start_or_poll_job(self, request: JobRequest) -> CallResult | str:
        """Start the job of a background callback, or poll it; see `JobLifecycle`.

        Raises:
            HttpError: the request does not fit, or the manager's broker or store is unreachable.
        """
        step = self._jobs.poll if request.query.cache_key else self._jobs.start
        return await self._in_job_thread(lambda: step(request))

    async def cancel(self, query: JobQuery) -> int:
        """End the jobs in `query.cancelled` and return how many there were.

        Raises:
            HttpError: a job is not of this page, or the broker or store is unreachable.
        """
        return await self._in_job_thread(lambda: self._jobs.end(query.cancelled, query.end_id))

    async def check_managers(self) -> dict[str, str]:
        """Ask the brokers and stores of background callbacks; return what is wrong with which."""
        return await self.in_thread(self._jobs.check_managers)

    async def _in_job_thread[T](self, step: Callable[[], T]) -> T:
        try:
            return await self.in_thread(step)
        except HttpError:
            raise
        except ProtocolError as error:
            raise HttpError(MALFORMED, str(error)) from None
        except MissingLongCallbackManagerError as error:
            raise HttpError(NO_MANAGER, str(error)) from None
        except Exception as error:  # brokers and stores raise errors of their own libraries
            logger.exception("Jobs of background callbacks")
            raise HttpError(UNAVAILABLE, _UNREACHABLE) from error

    async def in_thread[T](self, function: Callable[[], T]) -> T:
        """Call a function that blocks, in a thread."""
        return await self._threads.run(function)

    def close(self) -> None:
        """Start no further calls in threads."""
        self._threads.close()

    def error_of(self, result: CallResult) -> dict[str, object]:
        """Return what the page is told about a failed call.

        Message and traceback may contain secrets of the server: they are sent with `debug` only.
        Why a result is too large holds none.
        """
        report, error = result.report, result.error
        title = report.title if report else "Callback error"
        if not self.debug and isinstance(error, ResultTooLargeError):
            return {"message": f"{title}\nIts function {error.reason}"}
        if not self.debug:
            return {"message": f"{title}\nIt failed on the server; the log there says why."}
        return {
            "message": str(error),
            "type": type(error).__name__,
            "traceback": report.traceback if report else "",
        }
