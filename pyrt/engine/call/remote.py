"""Remote calls: runs whose function is called in a job worker or on a server.

    choose_executor  decides what calls the function of a callback
    make_call        the message for a run, with the request that Dash itself sends (S-50)
    RemoteRuns       the calls that have not ended, and what ends them early (S-77, S-123, S-124)
    read_result      the outcome for a result (S-54)

The page finds a worker or a server and passes messages on. When a call starts, what it may change,
and what its result means is decided here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal, Protocol, cast

from pyrt.engine.call.context import RunContext
from pyrt.engine.call.invocation import CallbackInvoker, failure_title, group_arguments, write
from pyrt.engine.schedule.run import Ending, Outcome, Report, Run, State, Updates
from pyrt.engine.wire.messages import (
    CallRemote,
    EndRemote,
    EngineMessage,
    RemoteExecutor,
    RemoteResult,
)
from pyrt.model.callback import Callback, CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output
from pyrt.model.environment import Environment
from pyrt.model.errors import (
    BackgroundCallbackError,
    InvalidCallbackReturnValue,
    ResultTooLargeError,
)
from pyrt.model.ids import PropId, Wildcard, parse_id

type Executor = Literal["session"] | RemoteExecutor


class CachingManager(Protocol):
    """What a manager of background callbacks is used for while jobs run in the tab: its cache."""

    cache_by: Sequence[Callable[[], object]] | None
    expire: float | None

    def build_cache_key(
        self, fn: object, args: object, cache_args_to_ignore: object, triggered: object
    ) -> str:
        """Return the key of a result (S-125)."""


# --- which executor


def choose_executor(callback: Callback, page: Environment, manager: object = None) -> Executor:
    """Return what calls the function of a callback: this session, a job worker or the server.

    Args:
        callback: a callback with a Python function.
        page: whether it has job workers, whether it has a server, and for which callbacks.
        manager: the app's manager of background callbacks.
    """
    background = callback.background
    if page.bridge:
        if callback.server or not _names(callback, page).isdisjoint(page.server):
            return "server"
        if background is not None and (background.manager or manager) is not None:
            return "server"
    return "job" if background is not None and page.jobs else "session"


def _names(callback: Callback, page: Environment) -> set[str]:
    """Return the names `module:function` of a callback; `__main__` also by file and module."""
    function = callback.function
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    modules = {module}
    if module == "__main__":
        modules |= {PurePath(page.entry).stem, page.launch.module}
    return {f"{each}:{name}" for each in modules}


# --- the request


def make_call(
    run: Run,
    context: RunContext,
    executor: RemoteExecutor,
    position: int,
    manager: CachingManager | None,
) -> CallRemote:
    """Return the message that starts the remote call of a run.

    Args:
        run: has its arguments.
        context: the callback context of the run.
        executor: `job` or `server`.
        position: of the callback among all, in order of registration.
        manager: the manager of the callback; it decides whether results are cached.
    """
    callback = run.compiled.callback
    call = CallRemote(
        run=run.id,
        executor=executor,
        callback_position=position,
        request=make_request(run, context),
        output=callback.callback_id,
        persistent=callback.persistent,
    )
    # A callback without Outputs is called for its side effects, which must not happen twice.
    retry = bool(callback.outputs) and not callback.persistent
    if callback.background is None:
        is_stream = callback.websocket or callback.persistent
        return replace(call, transport="websocket" if is_stream else "fetch", retry=retry)
    background = callback.background
    call = replace(
        call,
        interval=background.interval_ms,
        progress=[str(output) for output in background.progress] or None,
        retry=retry and executor == "server",
    )
    if executor == "job" and manager is not None and getattr(manager, "cache_by", None) is not None:
        key, expire = make_cache_key(context, manager), getattr(manager, "expire", None)
        return replace(call, cache_key=key, expire=expire)
    return call


def make_request(run: Run, context: RunContext) -> dict[str, object]:
    """Return the body that Dash posts to `_dash-update-component` (S-50)."""
    callback = run.compiled.callback
    changed = [str(prop_id) for prop_id in run.changed]
    request: dict[str, object] = {
        "output": callback.callback_id,
        "inputs": [_plain(entry) for entry in context.inputs_list],
        "changedPropIds": changed,
        "parsedChangedPropsIds": [
            parse_id(prop_id.component_id) if prop_id.component_id.startswith("{") else str(prop_id)
            for prop_id in run.changed
        ],
    }
    if callback.outputs:
        request["outputs"] = context.outputs_list
    if callback.state:
        request["state"] = [_plain(entry) for entry in context.states_list]
    return request


def _plain(entry: object) -> object:
    """Return an entry of a request as JSON; a pattern without a component as in Dash."""
    component_id = entry.get("id") if isinstance(entry, dict) else None
    if not (isinstance(entry, dict) and isinstance(component_id, dict)):
        return entry
    spelled = {k: [v.value] if isinstance(v, Wildcard) else v for k, v in component_id.items()}
    return {**entry, "id": spelled}


def make_cache_key(context: RunContext, manager: CachingManager) -> str:
    """Return the cache key of the result of a run (S-125); calls `cache_by` of the app."""
    callback = context.run.compiled.callback
    background = callback.background
    assert background is not None
    args, kwargs = group_arguments(callback, context.values)
    triggered = None if background.cache_ignore_triggered else context.triggered_inputs
    ignored = list(background.cache_args_to_ignore)
    return manager.build_cache_key(callback.function, args or kwargs, ignored, triggered)


# --- calls that have not ended


class RemoteRuns:
    """The runs of one session with a remote call that has not ended.

    Args:
        invoker: calls local functions: `cache_by`, error handlers, and fallbacks.
        post: sends a message to the page.
        manager: the app's manager of background callbacks.
    """

    def __init__(
        self,
        invoker: CallbackInvoker,
        post: Callable[[EngineMessage], None],
        manager: object = None,
    ) -> None:
        self._invoker = invoker
        self._post = post
        self._manager = manager
        self._runs: dict[int, Run] = {}
        self._executors: dict[int, RemoteExecutor] = {}
        self._local_calls: dict[int, Callable[[Run], Outcome | None]] = {}

    def call(self, executor: RemoteExecutor, position: int, run: Run) -> Outcome | None:
        """Start the remote call of a run; return an outcome only if that fails."""
        background = run.compiled.callback.background
        manager = (background and background.manager) or self._manager

        def send(run: Run, context: RunContext) -> None:
            self._post(make_call(run, context, executor, position, cast("CachingManager", manager)))
            self._runs[run.id] = run
            self._executors[run.id] = executor

        return self._invoker.call_in_context(run, send)

    def find(self, run_id: int) -> Run | None:
        """Return a run with a remote call; None if that has been ended meanwhile."""
        return self._runs.get(run_id)

    def pop(self, run_id: int) -> Run | None:
        """Return a run whose remote call has ended, and remove it; None as in `find`."""
        return self._runs.pop(run_id, None)

    def read_outcome(self, run: Run, message: RemoteResult) -> Outcome | None:
        """Return the outcome for a result; None if a local function must be called first.

        That is the error handler (S-126), or the callback itself if the server could not be
        reached; `pop_local_call` returns it.
        """
        executor = self._executors.pop(run.id)
        if run.state is State.DROPPED:  # S-77: its result is ignored
            return read_result(run, message)
        if message.outcome == "error" and executor == "job" and _is_from_function(message):
            error = read_error(message)
            self._local_calls[run.id] = lambda run: self._invoker.handle_remote_error(run, error)
        elif message.outcome == "unreachable" and run.compiled.callback.fallback == "browser":
            self._local_calls[run.id] = self._invoker.call
        else:
            return read_result(run, message)
        return None

    def pop_local_call(self, run: Run) -> Callable[[Run], Outcome | None] | None:
        """Return the local call that follows the remote one, once; None if there is none."""
        return self._local_calls.pop(run.id, None)

    def end(self, run: Run) -> bool:
        """End the remote call of a run; return False if it has none."""
        if self._runs.pop(run.id, None) is None:
            return False
        del self._executors[run.id]
        self._post(EndRemote(run.id))
        return True

    def end_all(self) -> None:
        """End all remote calls, before a reload of the page."""
        for run in list(self._runs.values()):
            self.end(run)

    def replaced_by(self, run: Run) -> list[Run]:
        """Return the older runs of the same invocation, which this run replaces (S-124)."""
        return [older for older in self._runs.values() if older.key == run.key]

    def cancelled_by(self, run: Run) -> list[Run]:
        """Return the runs that this run cancels: it has one of their `cancel` Inputs.

        As in Dash, Inputs are compared as declared, with wildcards (S-123).
        """
        if not self._runs:
            return []
        inputs = {str(dependency) for dependency in run.compiled.callback.inputs}
        return [other for other in self._runs.values() if not inputs.isdisjoint(_cancel(other))]


def _cancel(run: Run) -> list[str]:
    background = run.compiled.callback.background
    return [str(dependency) for dependency in background.cancel] if background else []


def add_cancellers(callbacks: CallbackRegistry) -> None:
    """Add a hidden callback for each `cancel` Input; its call cancels the jobs (S-123).

    Its Output makes it belong to a component, and is never written. Those that have one already,
    from an earlier call, get no second one.
    """
    known = {str(each.inputs[0]) for each in callbacks if each.function is _end_jobs}
    inputs = {
        str(dependency): dependency
        for callback in callbacks
        if callback.background is not None
        for dependency in callback.background.cancel
    }
    for name, dependency in inputs.items():
        if name in known:
            continue
        output = Output(dependency.component_id, "id", allow_duplicate=True)
        trigger = Input(dependency.component_id, dependency.component_property)
        register = callbacks.callback(output, trigger, prevent_initial_call=True, hidden=True)
        register(_end_jobs)


def _end_jobs(_: object) -> object:
    return no_update


# --- results


def read_result(run: Run, message: RemoteResult) -> Outcome:
    """Return the outcome for a result (S-52, S-54); error handlers are not called."""
    error = message.error or {}
    text = str(error.get("message", ""))
    if message.outcome == "error":
        kind = str(error.get("type") or "Error")
        report = _report(run, f"{kind}: {text}", str(error.get("traceback", "")))
        return Outcome(Ending.FAILED, report=report)
    if message.outcome == "unreachable":
        return Outcome(Ending.FAILED, report=_report(run, text))
    is_value = message.outcome == "value"
    return Outcome(
        Ending.DONE if is_value else Ending.PREVENTED,
        read_props(run, message.response if is_value else None),
        read_props(run, message.side_update),
        message.cookies or (),
    )


def read_props(run: Run, props: Mapping[str, Mapping[str, object]] | None) -> Updates:
    """Return `{id: {prop: value}}` of a message as `Updates`."""
    return {
        component_id: {
            prop: write(run, PropId(component_id, prop), value) for prop, value in values.items()
        }
        for component_id, values in (props or {}).items()
    }


_NOT_HANDLED = {InvalidCallbackReturnValue.__name__, ResultTooLargeError.__name__}


def _is_from_function(message: RemoteResult) -> bool:
    """Return whether the function raised it; a result of the wrong shape is not handled (S-119)."""
    return (message.error or {}).get("type") not in _NOT_HANDLED


def read_error(message: RemoteResult) -> BackgroundCallbackError:
    """Return the exception that Dash raises for an error of a job (S-126)."""
    error = message.error or {}
    return BackgroundCallbackError(
        "An error occurred inside a background callback: "
        f"{error.get('message', '')}\n{error.get('traceback', '')}".rstrip()
    )


def _report(run: Run, message: str, traceback: str = "") -> Report:
    return Report(
        "callback",
        failure_title(run),
        message,
        traceback,
        callback=run.compiled.callback.callback_id,
        run=run.id,
    )
