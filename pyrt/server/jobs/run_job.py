"""`run_job`: calls the function of a background callback, in the process of its job (S-126).

Progress and `set_props` go through the job's channel while it runs, then the result: what the
function returned, as JSON. The server decides which components it is for when the page polls it.
"""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import wraps
from typing import Any

from pyrt.calls.call import Call, CallOptions, CallResult, Props, props_text
from pyrt.engine.call.invocation import check_size
from pyrt.managers.channel import HEARTBEAT_S, Channel
from pyrt.managers.managers import find_job_callback
from pyrt.model import environment
from pyrt.model.callback import Callback, no_update
from pyrt.model.errors import ResultTooLargeError
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode
from pyrt.server.request import read_environment

_NO_UPDATE = '{"_dash_no_update":"_dash_no_update"}'
_EXITS = (SystemExit, KeyboardInterrupt)
_RETRY_FOR_S = 600.0  # how long the result is kept ready for a store that is unreachable


def run_job(
    key: str, channel: Channel, context: Mapping[str, Any], expire_s: float | None = None
) -> None:
    """Call the function of a callback and write its result to the channel.

    Args:
        key: of the callback.
        channel: of this job.
        context: `request` and `environment`, as JSON.
        expire_s: how long the result is kept, in seconds; None for as long as the store does.

    Raises:
        SystemExit: the process was asked to end while the function ran. It is raised again once
            the result is written, because the sender expects it: Celery's pool would attribute the
            next job's end to this one.
    """
    with _ignore_store_errors():
        channel.resume()
    with _heartbeats(channel):
        text, exit_request = _describe(lambda: _call(key, channel, context))
    _retry(channel.flush)
    _retry(lambda: channel.write_result(text, expire_s))
    if exit_request is not None:
        raise exit_request


def _call(key: str, channel: Channel, context: Mapping[str, Any]) -> tuple[CallResult, list[str]]:
    callback = find_job_callback(key)
    values: list[str] = []
    call = Call(
        callback,
        context["request"],
        stream=_make_stream(channel),
        environment=read_environment(context["environment"]),
        options=CallOptions(max_result=environment.current().max_result),
        substitute=_substitute(callback, channel, values),
    )
    return call.run(), values


def _describe(
    call: Callable[[], tuple[CallResult, list[str]]],
) -> tuple[str, SystemExit | KeyboardInterrupt | None]:
    """Return the JSON of a call's result or error, and the request to exit if there was one."""
    try:
        result, values = call()
    except Exception as failure:  # noqa: BLE001  # the page polls until there is a result
        return _failure(failure), None
    if result.outcome == "prevented":
        return _NO_UPDATE, None
    error = result.error
    if error is not None:
        return _failure(error), error if isinstance(error, _EXITS) else None
    return values[0], None


def _failure(error: BaseException) -> str:
    described: dict[str, object] = {
        "msg": str(error),
        "tb": "".join(traceback.format_exception(error)),
    }
    if isinstance(error, ResultTooLargeError):
        described["tooLarge"] = [error.label, error.reason]
    return json.dumps({"background_callback_error": described})


def _substitute(callback: Callback, channel: Channel, values: list[str]) -> Callback:
    """Return the callback with a function that appends the JSON of its return value to `values`.

    It has no error handler: the server calls that when the page polls, as Dash does.
    """
    function, background = callback.function, callback.background
    assert function is not None
    assert background is not None
    limit = environment.current().max_result
    first = [_make_set_progress(channel, callback, limit)] if background.progress else []
    done = no_update if callback.outputs else None

    def keep(result: object) -> object:
        encoded = encode(result, where=f"The callback {callback}")
        check_size(str(callback), encoded.size, limit)
        values.append(encoded.whole_text())
        return done

    if is_coroutine_function(function):

        @wraps(function)
        async def called(*args: object, **kwargs: object) -> object:
            return keep(await function(*first, *args, **kwargs))  # type: ignore[misc]  # an async function

    else:

        @wraps(function)
        def called(*args: object, **kwargs: object) -> object:
            return keep(function(*first, *args, **kwargs))

    quiet = replace(background, progress=(), progress_default=None)
    return replace(callback, function=called, background=quiet, on_error=None)


def _make_set_progress(
    channel: Channel, callback: Callback, limit: int
) -> Callable[[object], None]:
    def set_progress(value: object) -> None:
        """Show progress with the next poll (S-122)."""
        values = value if isinstance(value, list | tuple) else [value]
        encoded = encode(list(values), where="set_progress")
        check_size(str(callback), encoded.size, limit)
        text = encoded.whole_text()
        with _ignore_store_errors():
            channel.write_progress(text)

    return set_progress


def _make_stream(channel: Channel) -> Callable[[Props], None]:
    def stream(props: Props) -> None:
        plain = json.loads(props_text(props))
        with _ignore_store_errors():
            channel.write_props(plain)

    return stream


# --- when the store is unreachable

# Each store raises errors of its own library, so all are caught: the job continues in any case.


@contextmanager
def _ignore_store_errors() -> Iterator[None]:
    """Continue the job when a write fails: the channel writes the same again with the next one."""
    with suppress(Exception):
        yield


def _retry(write: Callable[[], None]) -> None:
    """Write something that must not be lost, as soon as the store is reachable."""
    end = time.monotonic() + _RETRY_FOR_S
    while True:
        try:
            return write()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(HEARTBEAT_S)


@contextmanager
def _heartbeats(channel: Channel) -> Iterator[None]:
    """Write heartbeats from a thread as long as the block runs."""
    is_over = threading.Event()

    def write_heartbeats() -> None:
        while True:
            with _ignore_store_errors():
                channel.write_heartbeat()
            if is_over.wait(HEARTBEAT_S):
                return

    thread = threading.Thread(target=write_heartbeats, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
