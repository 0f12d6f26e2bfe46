"""`CallbackInvoker`: calls the Python function of a run, and makes an `Outcome` of its result.

    Arguments --copy--> values --regroup--> function(*args) --flatten, check, encode--> Outcome

A plain function is called at once and its outcome returned. An awaitable becomes a task, whose
outcome is passed to `SessionPort.complete` when it ends (S-130). The layout is not changed here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from inspect import isawaitable
from math import inf
from typing import Protocol

from pyrt.engine.call.context import RunContext, current
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.run import Ending, Outcome, Report, Run, Target, Updates, Written
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING
from pyrt.engine.tree.values import SCALAR_TYPES, LazyValue
from pyrt.model.callback import Callback, is_no_update, no_update
from pyrt.model.errors import InvalidCallbackReturnValue, PreventUpdate, ResultTooLargeError
from pyrt.model.failures import describe_error, format_traceback
from pyrt.model.ids import PropId, stringify_id
from pyrt.model.serialize import Encoded, encode

# Exceptions of a callback's function end the callback only: also SystemExit, GeneratorExit, and
# what derives from BaseException. An interpreter that cannot go on raises none.
CALLBACK_ERRORS = BaseException


class SessionPort(Protocol):
    """What a running callback uses of its session."""

    def stream(self, run: Run, updates: Updates) -> None:
        """Apply side updates now."""

    def complete(self, run: Run, outcome: Outcome) -> None:
        """Receive the outcome of an async run."""

    def read_prop(self, component_id: str, prop: str) -> object:
        """Return a copy of a prop, for `ctx.websocket.get_prop`; None if there is none."""


class ValueSource(Protocol):
    """Copies values for a function: the layout, or a request (whose values are used only once)."""

    def copy_for_callback(self, node: IndexedComponent, prop: str, value: object) -> object:
        """Return the value of a prop that a callback may change."""


class Hooks(Protocol):
    """Hooks of the app for each callback."""

    def custom_data(self, context: RunContext) -> Mapping[str, object]:
        """Return `ctx.custom_data` (S-141)."""


# The request of a web framework in which a call runs (S-114), or None. What it gives when it is
# entered returns the cookies of the response.
type OpenRequest = Callable[
    [RunContext], AbstractContextManager[Callable[[], Sequence[str]]] | None
]


@dataclass(slots=True)
class CallbackInvoker:
    """Calls Python callbacks for one session, or for one request (`pyrt.calls.call`).

    Args:
        value_source: copies the values of inputs and state.
        session: receives side updates and the outcomes of async functions.
        on_error: the app's handler, for callbacks without one (S-119).
        hooks: called for each callback.
        open_request: returns the request in which a callback runs.
        format_error: returns the traceback of a report.
        spawn: runs the rest of an async callback; None to create a task of the running loop.
        open_websocket: returns `ctx.websocket`; None for one that uses `session`.
        tasks: the tasks of async callbacks that have not ended.
        max_result: the largest result, in bytes of JSON and arrays.
    """

    value_source: ValueSource
    session: SessionPort
    on_error: Callable[[Exception], object] | None = None
    hooks: Hooks | None = None
    open_request: OpenRequest | None = None
    format_error: Callable[[BaseException], str] = format_traceback
    spawn: Callable[[Coroutine[object, object, None]], None] | None = None
    open_websocket: Callable[[RunContext], object] | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    max_result: float = inf

    def call(self, run: Run) -> Outcome | None:
        """Call the function of a run; return None if it is async and has not ended."""
        return self.call_in_context(run, self._call)

    def handle_remote_error(self, run: Run, error: Exception) -> Outcome | None:
        """Handle an exception of a function called remotely as one of a local call (S-126)."""

        def fail(_run: Run, _context: RunContext) -> None:
            raise error

        return self.call_in_context(run, fail)

    def call_in_context(
        self, run: Run, action: Callable[[Run, RunContext], Outcome | None]
    ) -> Outcome | None:
        """Call `action` with the callback context of a run set, and handle its exceptions."""
        context = RunContext(run, self._copy_values(run))
        token = current.set(context)
        request = self.open_request(context) if self.open_request else None
        try:
            if request is None:
                return self._call_safely(run, context, action)
            with request as context.end_request:
                return self._call_safely(run, context, action)
        finally:
            current.reset(token)

    def _call_safely(
        self, run: Run, context: RunContext, action: Callable[[Run, RunContext], Outcome | None]
    ) -> Outcome | None:
        try:
            return action(run, context)
        except PreventUpdate:
            return Outcome(Ending.PREVENTED, cookies=context.request_cookies())
        except CALLBACK_ERRORS as error:
            return self._handle_error(run, context, error)

    def _call(self, run: Run, context: RunContext) -> Outcome | None:
        """Complete the context, and call the function."""
        callback = run.compiled.callback
        if callback.websocket or callback.persistent or callback.background is not None:
            context.stream = self._make_stream(run)
        if callback.websocket:
            make = self.open_websocket
            context.websocket = make(context) if make else LocalWebsocket(self.session, context)
        if self.hooks is not None:
            context.custom_data.update(self.hooks.custom_data(context))
        args, kwargs = group_arguments(callback, context.values)
        if callback.background is not None and callback.background.progress:
            args = [self._make_set_progress(run), *args]
        assert callback.function is not None
        result = callback.function(*args, **kwargs)
        if type(result) not in SCALAR_TYPES and isawaitable(result):
            self._start_task(run, context, result)
            return None
        return self._make_outcome(run, context, result)

    def _copy_values(self, run: Run) -> list[object]:
        arguments, compiled = run.arguments, run.compiled
        assert arguments is not None
        targets = (*arguments.inputs, *arguments.state)
        values = (*arguments.input_values, *arguments.state_values)
        ports = (*compiled.inputs, *compiled.state)
        return [
            value
            if type(value) in SCALAR_TYPES or value is MISSING
            else self._copy_value(port, target, value)
            for port, target, value in zip(ports, targets, values, strict=True)
        ]

    def _copy_value(self, port: CallbackPort, target: Target, value: object) -> object:
        prop = port.property
        if isinstance(target, IndexedComponent):
            return self.value_source.copy_for_callback(target, prop, value)
        return [
            item if item is MISSING else self.value_source.copy_for_callback(node, prop, item)
            for node, item in zip(target, value, strict=True)  # type: ignore[call-overload]  # both are lists
        ]

    def _make_stream(self, run: Run) -> Callable[[str, Mapping[str, object]], None]:
        def stream(component_id: str, props: Mapping[str, object]) -> None:
            updates = {component_id: _write_all(run, component_id, props)}
            _check_size(run, [updates], self.max_result)
            self.session.stream(run, updates)

        return stream

    def _make_set_progress(self, run: Run) -> Callable[[object], None]:
        background = run.compiled.callback.background
        assert background is not None

        def set_progress(value: object) -> None:
            """Write the `progress` Outputs now (S-122)."""
            values = value if isinstance(value, list | tuple) else [value]
            updates: dict[str, dict[str, Written]] = {}
            for output, item in zip(background.progress, values, strict=False):
                component_id, prop = output.prop_id
                updates.setdefault(component_id, {})[prop] = write(run, output.prop_id, item)
            _check_size(run, [updates], self.max_result)
            self.session.stream(run, updates)

        return set_progress

    # --- async

    def _start_task(
        self, run: Run, context: RunContext, result: Awaitable[object], *, handled: bool = False
    ) -> None:
        context.handled = handled
        context.stream = self._make_stream(run)
        for component_id, props in context.updated_props.items():
            context.stream(component_id, props)
        context.updated_props.clear()
        rest = self._finish(run, context, result)
        if self.spawn is not None:
            self.spawn(rest)
            return
        task = asyncio.ensure_future(rest)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _finish(self, run: Run, context: RunContext, result: Awaitable[object]) -> None:
        try:
            outcome = self._make_outcome(run, context, await result)
        except PreventUpdate:
            outcome = Outcome(Ending.PREVENTED, cookies=context.request_cookies())
        except CALLBACK_ERRORS as error:
            if _is_cancelled(error):
                self.session.complete(run, Outcome(Ending.DROPPED))
                return
            outcome = await self._handle_error_async(run, context, error)
        self.session.complete(run, outcome)

    # --- errors

    def _handle_error(self, run: Run, context: RunContext, error: BaseException) -> Outcome | None:
        """Return the outcome of the error handler for an exception (S-119)."""
        handler = run.compiled.callback.on_error or self.on_error
        if handler is None or not isinstance(error, Exception):
            return self._fail(run, error)
        try:
            result = handler(error)
        except PreventUpdate:
            return Outcome(Ending.PREVENTED)
        except CALLBACK_ERRORS as another:
            return self._fail(run, another)
        if isawaitable(result):
            self._start_task(run, context, _await_handler(run, result), handled=True)
            return None
        return self._make_outcome(run, context, _none_to_no_update(run, result))

    async def _handle_error_async(
        self, run: Run, context: RunContext, error: BaseException
    ) -> Outcome:
        handler = run.compiled.callback.on_error or self.on_error
        if handler is None or context.handled or not isinstance(error, Exception):
            return self._fail(run, error)
        try:
            result = handler(error)
            if isawaitable(result):
                result = await result
        except PreventUpdate:
            return Outcome(Ending.PREVENTED)
        except CALLBACK_ERRORS as another:
            return self._fail(run, another)
        return self._make_outcome(run, context, _none_to_no_update(run, result))

    def _make_outcome(self, run: Run, context: RunContext, result: object) -> Outcome:
        """Return the outcome for a result; an invalid result is an error (S-61)."""
        try:
            outcome = make_outcome(run, context, result)
            _check_size(run, (outcome.updates, outcome.side_updates), self.max_result)
        except InvalidCallbackReturnValue as error:
            return self._fail(run, error)
        return outcome

    def _fail(self, run: Run, error: BaseException) -> Outcome:
        """Return the outcome of a run that ended with an exception (S-62)."""
        report = Report(
            "callback",
            failure_title(run),
            describe_error(error),
            self.format_error(error),
            callback=run.compiled.callback.callback_id,
            run=run.id,
        )
        return Outcome(Ending.FAILED, report=report, error=error)


class LocalWebsocket:
    """`ctx.websocket` in the tab, where the page is always connected (S-133)."""

    def __init__(self, session: SessionPort, context: RunContext) -> None:
        self._session = session
        self._context = context
        self.is_shutdown = False

    async def get_prop(self, component_id: object, prop_name: str, timeout: float = 30.0) -> object:  # noqa: ARG002, ASYNC109  # Dash's signature
        """Return the current value of a prop, or None."""
        return self._session.read_prop(stringify_id(component_id), prop_name)

    def set_prop_sync(self, component_id: object, prop_name: str, value: object) -> None:
        """Set a prop now."""
        self._context.set_props(component_id, {prop_name: value})

    async def set_prop(self, component_id: object, prop_name: str, value: object) -> None:
        """Set a prop now."""
        self.set_prop_sync(component_id, prop_name, value)


def group_arguments(
    callback: Callback, values: Sequence[object]
) -> tuple[list[object], dict[str, object]]:
    """Return the positional and the keyword arguments of a function (S-5, S-51)."""
    return callback.declaration.group_arguments([_argument(value) for value in values])


def format_whole_traceback(error: BaseException) -> str:
    """Return a traceback with all of its frames."""
    import traceback  # noqa: PLC0415  # slow to import, and only needed after a failure

    try:
        return "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001  # the app's code
        return describe_error(error)


def _is_cancelled(error: BaseException) -> bool:
    """Return whether pyrt has cancelled the call, and not the app a part of it."""
    if not isinstance(error, asyncio.CancelledError):
        return False
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def failure_title(run: Run) -> str:
    """Return the title of an error report: the props that the callback updates (S-62)."""
    callback = run.compiled.callback
    if not callback.outputs:
        title = f"Callback error with no output from input {', '.join(map(str, run.changed))}"
    elif run.arguments is None:
        title = f"Callback error updating {callback.callback_id}"
    else:
        pairs = zip(run.compiled.outputs, run.arguments.outputs, strict=True)
        props = [PropId(node.id, e.property) for e, target in pairs for node in _nodes(target)]
        title = f"Callback error updating {', '.join(map(str, props))}"
    if callback.clientside is not None:
        function = callback.clientside
        title += f" via clientside function {function.namespace}.{function.function_name}"
    return title


def write(run: Run, prop_id: PropId, value: object) -> Written:
    """Return a value that a callback returned in the forms for the layout and for the page.

    Args:
        run: the run of the callback, for error messages.
        prop_id: the prop that gets the value.
        value: anything that can become JSON.

    Raises:
        InvalidCallbackReturnValue: the value cannot become JSON (S-61).
    """
    kind = type(value)
    if kind in SCALAR_TYPES and kind is not float:
        return Written(value, value)
    figure = prop_id.property == "figure"
    return _stored(encode(value, where=f"{run.compiled.label}, for {prop_id},", figure=figure))


def _stored(encoded: Encoded) -> Written:
    if encoded.text.startswith(_PATCH_START):
        return Written(encoded.decode(), encoded)
    return Written(LazyValue(decode=encoded.decode), encoded)


_PATCH_START = '{"__dash_patch_update"'


def _write_all(run: Run, component_id: str, props: Mapping[str, object]) -> dict[str, Written]:
    return {prop: write(run, PropId(component_id, prop), value) for prop, value in props.items()}


def _argument(value: object) -> object:
    """Return the value that the function gets: None for MISSING, also in lists (S-51)."""
    if value is MISSING:
        return None
    if type(value) is list and MISSING in value:
        return [None if item is MISSING else item for item in value]
    return value


def _none_to_no_update(run: Run, result: object) -> object:
    return no_update if result is None and run.compiled.outputs else result


async def _await_handler(run: Run, result: Awaitable[object]) -> object:
    return _none_to_no_update(run, await result)


# --- results


def make_outcome(run: Run, context: RunContext, result: object) -> Outcome:
    """Check and encode a result.

    Raises:
        InvalidCallbackReturnValue: it has the wrong shape, or cannot become JSON (S-61).
    """
    updates: dict[str, dict[str, Written]] = {}
    for prop_id, value in _pair(run, result):
        if type(value) in SCALAR_TYPES or not is_no_update(value):
            updates.setdefault(prop_id.component_id, {})[prop_id.property] = write(
                run, prop_id, value
            )
    side_updates = {
        component_id: _write_all(run, component_id, props)
        for component_id, props in context.updated_props.items()
    }
    return Outcome(Ending.DONE, updates, side_updates, context.take_cookies())


def _check_size(run: Run, parts: Iterable[Updates], limit: float) -> None:
    """Check the size of all values of a result; see `check_size`."""
    size = 0
    for updates in parts:
        for props in updates.values():
            for _, wire in props.values():
                if type(wire) is Encoded:
                    size += wire.size
                elif type(wire) is str:
                    size += len(wire)
    check_size(run.compiled.label, size, limit)


def check_size(label: str, size: int, limit: float) -> None:
    """Refuse what would take the memory of the tab, or of a server.

    Args:
        label: of the callback.
        size: of its result, in bytes.
        limit: the largest one.

    Raises:
        ResultTooLargeError: it is too large.
    """
    if size > limit:
        raise ResultTooLargeError(
            label,
            f"returned {size / 1e6:.0f} MB, and a result may have {limit / 1e6:g} MB: tabs and "
            "servers need several times as much memory. Return less, as the rows of one page or an "
            "aggregate, or raise max-result in [tool.pyrt].",
        )


def _pair(run: Run, result: object) -> Iterable[tuple[PropId, object]]:
    """Yield each concrete output with its part of the result."""
    callback = run.compiled.callback
    if not callback.outputs:
        if result is not None:
            raise InvalidCallbackReturnValue(
                f"The callback {callback} declares no Output, so it must return None, but it "
                f"returned {result!r}."
            )
        return
    if type(result) not in SCALAR_TYPES and is_no_update(result):
        return
    assert run.arguments is not None
    if run.compiled.multi:
        values = callback.declaration.flatten_outputs(result, run.compiled.label)
    else:
        values = [result]
    for index, (port, target, value) in enumerate(
        zip(run.compiled.outputs, run.arguments.outputs, values, strict=True)
    ):
        if isinstance(target, IndexedComponent):
            yield PropId(target.id, port.property), value
        elif not (type(value) is not str and is_no_update(value)):
            nodes = _nodes(target)
            _check_list(run, index, port, nodes, value)
            for node, item in zip(nodes, value, strict=True):  # type: ignore[call-overload]  # checked above
                yield PropId(node.id, port.property), item


def _check_list(
    run: Run, index: int, port: CallbackPort, nodes: Sequence[IndexedComponent], value: object
) -> None:
    where = f"output {index} ({port.text}) of the callback {run.compiled.callback}"
    if not isinstance(value, list | tuple):
        raise InvalidCallbackReturnValue(
            f"The {where} is written by a list or tuple, one value for each component that its "
            f"pattern matches ({len(nodes)} now), not by:\n{value!r}."
        )
    if len(value) != len(nodes):
        raise InvalidCallbackReturnValue(
            f"Invalid number of output values for {where}.\n"
            f"Expected {len(nodes)}, got {len(value)}:\n{value!r}"
        )


def _nodes(target: Target) -> Sequence[IndexedComponent]:
    if isinstance(target, IndexedComponent):
        return (target,)
    return target or ()
