"""Runs whose function is called elsewhere: in a worker for jobs, or on a server.

    choose_executor  decides where
    make_call        the run as a message, with the request that Dash itself would send (S-50)
    RemoteRuns       those under way: what ends them early (S-77, S-123, S-124)
    read_result      what comes back, as an outcome (S-54)

The page finds a worker or a server; the rules are the engine's: when a call starts, what it may
change, and what its end means. May import `messages`, `invocation` and what is below them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal, Protocol, cast

from pyrt.engine.call.context import RunContext
from pyrt.engine.call.invocation import CallbackInvoker, failure_title, group_arguments, write
from pyrt.engine.schedule.run import Ending, Outcome, Report, Run, State, Updates
from pyrt.engine.wire.messages import CallRemote, EndRemote, RemoteResult, WorkerMessage
from pyrt.model.callback import Callback, CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output
from pyrt.model.environment import Environment
from pyrt.model.errors import BackgroundCallbackError, InvalidCallbackReturnValue
from pyrt.model.ids import PropId, Wildcard, parse_id

type Executor = Literal["session", "job", "server"]


class CachingManager(Protocol):
    """What is asked of a manager of background callbacks while the job itself runs in the tab."""

    cache_by: Sequence[Callable[[], object]] | None
    expire: float | None

    def build_cache_key(
        self, fn: object, args: object, cache_args_to_ignore: object, triggered: object
    ) -> str:
        """Return what tells results apart (S-125)."""


# --- which executor


def choose_executor(callback: Callback, page: Environment, manager: object = None) -> Executor:
    """Return what calls the function of a callback: this session, a job worker or the server.

    Args:
        callback: any callback of Python.
        page: says what the page is able to do; nothing at all on a server or in tests.
        manager: the app's own for background callbacks.
    """
    background = callback.background
    if page.bridge:
        if callback.server or not _names(callback, page.entry).isdisjoint(page.server):
            return "server"
        if background is not None and (background.manager or manager) is not None:
            return "server"
    return "job" if background is not None and page.jobs else "session"


def _names(callback: Callback, entry: str) -> set[str]:
    """Return `module:function` of a callback; the app's file is known under its own name, too."""
    function = callback.function
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    modules = {module, PurePath(entry).stem} if module == "__main__" else {module}
    return {f"{each}:{name}" for each in modules}


# --- the request


def make_call(
    run: Run,
    context: RunContext,
    executor: Executor,
    position: int,
    manager: CachingManager | None,
) -> CallRemote:
    """Return the message that has the function of a run called elsewhere.

    Args:
        run: it has its arguments.
        context: the same as the function would see them.
        executor: `job` or `server`.
        position: of the callback among all, in order of registration.
        manager: the one in use, which says whether results are kept.
    """
    callback = run.compiled.callback
    call = CallRemote(
        run=run.number,
        executor=executor,
        callback_position=position,
        request=make_request(run, context),
        output=callback.callback_id,
        persistent=callback.persistent,
    )
    if callback.background is None:
        is_stream = callback.websocket or callback.persistent
        # What has outputs is a function of its inputs; what has none is called for its effects.
        retry = bool(callback.outputs) and not callback.persistent
        return replace(call, transport="websocket" if is_stream else "fetch", retry=retry)
    background = callback.background
    call = replace(
        call,
        interval=background.interval_ms,
        progress=[str(output) for output in background.progress] or None,
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
    """Return an entry of a request; a pattern that nothing fits is spelled as Dash spells it."""
    component_id = entry.get("id") if isinstance(entry, dict) else None
    if not (isinstance(entry, dict) and isinstance(component_id, dict)):
        return entry
    spelled = {k: [v.value] if isinstance(v, Wildcard) else v for k, v in component_id.items()}
    return {**entry, "id": spelled}


def make_cache_key(context: RunContext, manager: CachingManager) -> str:
    """Return the key under which the result of a run is kept (S-125); calls the author's code."""
    callback = context.run.compiled.callback
    background = callback.background
    assert background is not None
    args, kwargs = group_arguments(callback, context.values)
    triggered = None if background.cache_ignore_triggered else context.triggered_inputs
    ignored = list(background.cache_args_to_ignore)
    return manager.build_cache_key(callback.function, args or kwargs, ignored, triggered)


# --- those under way


class RemoteRuns:
    """The runs of one session whose function is called elsewhere.

    Args:
        invoker: calls functions here: those that tell results apart, handle errors, stand in.
        post: takes messages for the page.
        manager: the app's own for background callbacks.
    """

    def __init__(
        self,
        invoker: CallbackInvoker,
        post: Callable[[WorkerMessage], None],
        manager: object = None,
    ) -> None:
        self._invoker = invoker
        self._post = post
        self._manager = manager
        self._runs: dict[int, Run] = {}
        self._executors: dict[int, Executor] = {}
        self._next: dict[int, Callable[[Run], Outcome | None]] = {}

    def call(self, executor: Executor, position: int, run: Run) -> Outcome | None:
        """Send a run away; an outcome only if that has failed."""
        background = run.compiled.callback.background
        manager = (background and background.manager) or self._manager

        def send(run: Run, context: RunContext) -> None:
            self._post(make_call(run, context, executor, position, cast("CachingManager", manager)))
            self._runs[run.number] = run
            self._executors[run.number] = executor

        return self._invoker.act(run, send)

    def find(self, number: int) -> Run | None:
        """Return a run that is away; None for one whose end crossed a message about it."""
        return self._runs.get(number)

    def take(self, number: int) -> Run | None:
        """Return a run that has come back, and forget it."""
        return self._runs.pop(number, None)

    def read(self, run: Run, message: RemoteResult) -> Outcome | None:
        """Return what a result means; None if a function must be called here first.

        That is the handler of errors (S-126), or the callback itself when nobody else could be
        asked: `find_next` has it.
        """
        executor = self._executors.pop(run.number)
        if run.state is State.DROPPED:  # nobody waits for it (S-77)
            return read_result(run, message)
        if message.outcome == "error" and executor == "job" and _is_authors(message):
            error = read_error(message)
            self._next[run.number] = lambda run: self._invoker.recover(run, error)
        elif message.outcome == "unreachable" and run.compiled.callback.fallback == "browser":
            self._next[run.number] = self._invoker.call
        else:
            return read_result(run, message)
        return None

    def find_next(self, run: Run) -> Callable[[Run], Outcome | None] | None:
        """Return what a run that has come back is to do here, once."""
        return self._next.pop(run.number, None)

    def end(self, run: Run) -> bool:
        """Tell the page that nobody waits for a run any more; False if it is not away."""
        if self._runs.pop(run.number, None) is None:
            return False
        del self._executors[run.number]
        self._post(EndRemote(run.number))
        return True

    def end_all(self) -> None:
        """Tell the page so of all runs: it is being reloaded."""
        for run in list(self._runs.values()):
            self.end(run)

    def replaced_by(self, run: Run) -> list[Run]:
        """Return the older runs of the invocation that is about to be called again (S-124)."""
        return [older for older in self._runs.values() if older.key == run.key]

    def cancelled_by(self, run: Run) -> list[Run]:
        """Return the runs that the call of a callback with one of their `cancel` Inputs ends.

        As in Dash, Inputs are compared as they are written (S-123).
        """
        inputs = {str(dependency) for dependency in run.compiled.callback.inputs}
        return [other for other in self._runs.values() if not inputs.isdisjoint(_cancel(other))]


def _cancel(run: Run) -> list[str]:
    background = run.compiled.callback.background
    return [str(dependency) for dependency in background.cancel] if background else []


def add_cancellers(callbacks: CallbackRegistry) -> None:
    """Add a hidden callback for each Input that ends jobs: its call is what ends them (S-123).

    It has an Output only because it must belong to a component, and never writes it.
    """
    inputs = {
        str(dependency): dependency
        for callback in callbacks
        if callback.background is not None
        for dependency in callback.background.cancel
    }
    for dependency in inputs.values():
        output = Output(dependency.component_id, "id", allow_duplicate=True)
        trigger = Input(dependency.component_id, dependency.component_property)
        register = callbacks.callback(output, trigger, prevent_initial_call=True, hidden=True)
        register(_end_jobs)


def _end_jobs(_: object) -> object:
    return no_update


# --- what comes back


def read_result(run: Run, message: RemoteResult) -> Outcome:
    """Return what a result means (S-52, S-54); for an error, the outcome without `on_error`."""
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
    """Return `{id: {prop: value}}` of the wire in the form the engine needs."""
    return {
        component_id: {
            prop: write(run, PropId(component_id, prop), value) for prop, value in values.items()
        }
        for component_id, values in (props or {}).items()
    }


def _is_authors(message: RemoteResult) -> bool:
    """Return whether the function raised it: a result of the wrong shape is no case of S-119."""
    return (message.error or {}).get("type") != InvalidCallbackReturnValue.__name__


def read_error(message: RemoteResult) -> BackgroundCallbackError:
    """Return the exception of a job as Dash tells it (S-126)."""
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
        run=run.number,
    )
