"""Running one job: the author's function, called away from its page (S-126).

    run_job(key, channel, context) : progress and props go through the channel, then the result

The result is what the function returned, as JSON: which components it is for is decided when the
page asks for it. Runs in whatever process a manager has found for it. May import `channel`,
`managers` and `pyrt.calls.call`.
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

from pyrt.calls.call import Answer, Call, Props, props_text
from pyrt.managers.channel import BEAT_S, Channel
from pyrt.managers.managers import find_job_callback
from pyrt.model.callback import Callback, no_update
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode
from pyrt.server.request import read_environment

_NO_UPDATE = '{"_dash_no_update":"_dash_no_update"}'
_ENDS = (SystemExit, KeyboardInterrupt)
_PATIENCE_S = 600.0  # that a store may be away when there is a result


def run_job(
    key: str, channel: Channel, context: Mapping[str, Any], expire_s: float | None = None
) -> None:
    """Call a callback's function, and write what came of it.

    Args:
        key: of the callback.
        channel: of this job.
        context: `request` and `environment`, as JSON.
        expire_s: how long the result is kept.

    Raises:
        SystemExit: the process was told to end, after that has been written: whoever has told it
            counts on it (Celery's pool would take the next job's end for this one's).
    """
    with _forgiving():
        channel.resume()
    with _beating(channel):
        text, end = _describe(lambda: _call(key, channel, context))
    _insist(channel.flush)
    _insist(lambda: channel.write_result(text, expire_s))
    if end is not None:
        raise end


def _call(key: str, channel: Channel, context: Mapping[str, Any]) -> tuple[Answer, list[str]]:
    callback = find_job_callback(key)
    results: list[str] = []
    call = Call(
        callback,
        context["request"],
        stream=_make_stream(channel),
        environment=read_environment(context["environment"]),
        substitute=_substitute(callback, channel, results),
    )
    return call.run(), results


def _describe(
    call: Callable[[], tuple[Answer, list[str]]],
) -> tuple[str, SystemExit | KeyboardInterrupt | None]:
    """Return the JSON of what came of a call, and whether the process is to end."""
    try:
        answer, results = call()
    except Exception as failure:  # noqa: BLE001  # whatever it is, somebody waits to be told
        return _failure(failure), None
    if answer.outcome == "prevented":
        return _NO_UPDATE, None
    error = answer.error
    if error is not None:
        return _failure(error), error if isinstance(error, _ENDS) else None
    return results[0], None


def _failure(error: BaseException) -> str:
    told = {"msg": str(error), "tb": "".join(traceback.format_exception(error))}
    return json.dumps({"background_callback_error": told})


def _substitute(callback: Callback, channel: Channel, results: list[str]) -> Callback:
    """Return the callback with a function that keeps the bare result.

    It handles no errors: that is done where the page waits, as in Dash.
    """
    function, background = callback.function, callback.background
    assert function is not None
    assert background is not None
    first = [_make_set_progress(channel)] if background.progress else []
    done = no_update if callback.outputs else None

    def keep(result: object) -> object:
        results.append(encode(result, where=f"The callback {callback}").whole_text())
        return done

    if is_coroutine_function(function):

        @wraps(function)
        async def called(*args: object, **kwargs: object) -> object:
            return keep(await function(*first, *args, **kwargs))  # type: ignore[misc]  # async

    else:

        @wraps(function)
        def called(*args: object, **kwargs: object) -> object:
            return keep(function(*first, *args, **kwargs))

    quiet = replace(background, progress=(), progress_default=None)
    return replace(callback, function=called, background=quiet, on_error=None)


def _make_set_progress(channel: Channel) -> Callable[[object], None]:
    def set_progress(value: object) -> None:
        """Show progress at the next poll (S-122)."""
        values = value if isinstance(value, list | tuple) else [value]
        text = encode(list(values), where="set_progress").whole_text()
        with _forgiving():
            channel.write_progress(text)

    return set_progress


def _make_stream(channel: Channel) -> Callable[[Props], None]:
    def stream(props: Props) -> None:
        plain = json.loads(props_text(props))
        with _forgiving():
            channel.write_props(plain)

    return stream


# --- stores come and go

# A store is another program's, each with errors of its own: whatever they are, the job goes on.


@contextmanager
def _forgiving() -> Iterator[None]:
    """Let a job go on while its store is away: what it shows is written again with the next."""
    with suppress(Exception):
        yield


def _insist(write: Callable[[], None]) -> None:
    """Write something that must not get lost, as soon as the store is there."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return write()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(BEAT_S)


@contextmanager
def _beating(channel: Channel) -> Iterator[None]:
    """Say again and again that the job goes on."""
    over = threading.Event()

    def beat() -> None:
        while True:
            with _forgiving():
                channel.beat()
            if over.wait(BEAT_S):
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
