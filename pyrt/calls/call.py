"""One request of Dash's callback protocol, answered without a session (S-50, S-54).

    request --prepare--> Call --run--> CallResult

Used wherever a callback runs outside its page's session: in a server, in a background job and in
the page's job worker. There is no layout: for each component that the request names, an
`IndexedComponent` is made that is in no layout. The form of the request is checked, the values in
it are not.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json import JSONEncoder
from math import inf
from typing import Literal

from pyrt.engine.call.context import RunContext
from pyrt.engine.call.invocation import CallbackInvoker, Hooks, OpenRequest, format_whole_traceback
from pyrt.engine.graph.compiled_callback import CallbackPort, CompiledCallback
from pyrt.engine.schedule.run import Arguments, Ending, Outcome, Report, Run, Target, Updates
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING
from pyrt.model import environment
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.environment import Environment
from pyrt.model.errors import ProtocolError
from pyrt.model.failures import format_traceback
from pyrt.model.ids import Wildcard, matches, parse_prop_id, stringify_id
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import Encoded

# {id: {prop: value}}; a value is plain JSON or `Encoded`.
type Props = Mapping[str, Mapping[str, object]]
type Stream = Callable[[Props], None]


class UnknownCallback(ProtocolError):  # noqa: N818  # a kind of ProtocolError
    """The request names a callback that this app does not have."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """The result of a call.

    Attributes:
        outcome: as in the message `RemoteResult`.
        response: new values of Outputs, `{id: {prop: value}}`.
        side_update: the props given to `set_props` and not streamed, in the same shape.
        cookies: texts to assign to `document.cookie`.
        error: the exception of the function; `report` describes it.
    """

    outcome: Literal["value", "prevented", "error"]
    response: Props = field(default_factory=dict)
    side_update: Props = field(default_factory=dict)
    cookies: Sequence[str] = ()
    error: BaseException | None = None
    report: Report | None = None

    def body(self) -> str:
        """Return the JSON of the response in Dash's protocol (S-54)."""
        side = f',"sideUpdate":{props_text(self.side_update)}' if self.side_update else ""
        return f'{{"multi":true,"response":{props_text(self.response)}{side}}}'


def props_text(props: Props) -> str:
    """Return the JSON of props; arrays are part of it, not in buffers."""
    return _object((key, values_text(values)) for key, values in props.items())


def values_text(values: Mapping[str, object]) -> str:
    """Return the JSON of the props of one component."""
    return _object((name, _value_text(value)) for name, value in values.items())


def _object(items: Iterator[tuple[str, str]]) -> str:
    return "{" + ",".join([f"{_dump(key)}:{text}" for key, text in items]) + "}"


def _value_text(value: object) -> str:
    return value.whole_text() if type(value) is Encoded else _dump(value)


_dump = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class CallOptions:
    """The options that all calls of an app share.

    Attributes:
        on_error: the app's error handler (S-119).
        hooks: called around every callback.
        open_request: returns the request in which a callback runs (S-114).
        prune_errors: leave frames of libraries out of tracebacks.
        max_result: the largest result, in bytes.
    """

    on_error: Callable[[Exception], object] | None = None
    hooks: Hooks | None = None
    open_request: OpenRequest | None = None
    prune_errors: bool = True
    max_result: float = inf


_DEFAULTS = CallOptions()


def find_callback(
    callbacks: CallbackRegistry, request: object, index: int | None = None
) -> Callback:
    """Return the callback that a request is for.

    Args:
        callbacks: those of the app.
        request: an object as in S-50; its `output` is Dash's name of the callback.
        index: position in the order of registration; needed where names may not be unique.

    Raises:
        ProtocolError: the request has no `output`.
        UnknownCallback: there is no such callback, or its function is JavaScript.
    """
    if not isinstance(request, dict) or not isinstance(request.get("output"), str):
        raise ProtocolError("A callback request is an object with the name of its output.")
    name = request["output"]
    found = callbacks.find(name) if index is None else _at(callbacks, index)
    if found is None or found.callback_id != name or found.function is None:
        raise UnknownCallback(f"This app has no Python callback for {name[:_SHOWN_CHARS]!r}.")
    return found


_SHOWN_CHARS = 200  # of a name, in an error message


def _at(callbacks: CallbackRegistry, index: int) -> Callback | None:
    ordered = list(callbacks)
    return ordered[index] if 0 <= index < len(ordered) else None


def prepare(  # noqa: PLR0913  # the facts of a call
    callbacks: CallbackRegistry,
    request: object,
    *,
    index: int | None = None,
    stream: Stream | None = None,
    environment: Environment | None = None,
    options: CallOptions = _DEFAULTS,
) -> "Call":
    """Return the call that a request asks for.

    Args:
        callbacks: those of the app.
        request: an object as in S-50.
        index: see `find_callback`.
        stream: receives the updates of `set_props` and `set_progress` at once, in the thread of the
            function; None collects them for the result.
        environment: of the page; None for that of the interpreter.
        options: of the app.

    Raises:
        ProtocolError: the request does not fit this app.
    """
    callback = find_callback(callbacks, request, index)
    return Call(callback, request, stream, environment, options)


class Call:
    """One call of a callback's function.

    Args:
        callback: the one that `find_callback` returns for the request.
        request, stream, environment, options: as in `prepare`.
        substitute: called instead: the same callback with another function or other options.

    Attributes:
        open_websocket: makes `ctx.websocket`; None leaves it None.

    Raises:
        ProtocolError: the request does not fit the callback.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # see prepare
        self,
        callback: Callback,
        request: object,
        stream: Stream | None = None,
        environment: Environment | None = None,
        options: CallOptions = _DEFAULTS,
        substitute: Callback | None = None,
    ) -> None:
        self.callback = callback
        self._run = read_request(_compile(callback), request)
        if substitute is not None:
            self._run.replace_invocation(CompiledCallback(substitute).plain)
        self.open_websocket: Callable[[RunContext], object] | None = None
        self._stream = stream
        self._environment = environment
        self._options = options
        self._collected: dict[str, dict[str, object]] = {}
        self._outcome: Outcome | None = None

    @property
    def is_async(self) -> bool:
        """Whether the function is `async def`, and has to run on an event loop."""
        function = self._run.compiled.callback.function
        assert function is not None
        return is_coroutine_function(function)

    def run(self) -> CallResult:
        """Call the function and return its result; not in a thread that runs an event loop."""
        with environment.serving(self._environment):
            outcome = self._invoker(self._run_to_end).call(self._run)
        return self._result(outcome or self._outcome)

    async def run_async(self) -> CallResult:
        """Call the function on the running event loop; cancelling this cancels the function."""
        tasks: list[asyncio.Task[None]] = []  # at most one; it runs in the context of the call
        with environment.serving(self._environment):
            outcome = self._invoker(lambda rest: tasks.append(asyncio.ensure_future(rest))).call(
                self._run
            )
        for task in tasks:
            await task
        return self._result(outcome or self._outcome)

    # --- called by the invoker (invocation.SessionPort, invocation.ValueSource)

    def stream(self, run: Run, updates: Updates) -> None:  # noqa: ARG002
        """Stream side updates, or collect them for the result."""
        props = _wire_form(updates)
        if self._stream is not None:
            self._stream(props)
            return
        for component_id, values in props.items():
            self._collected.setdefault(component_id, {}).update(values)

    def complete(self, run: Run, outcome: Outcome) -> None:  # noqa: ARG002
        """Receive the outcome of an async function."""
        self._outcome = outcome

    @staticmethod
    def read_prop(component_id: str, prop: str) -> object:  # noqa: ARG004
        """Return None: there is no layout to read from."""
        return None

    @staticmethod
    def copy_for_callback(node: IndexedComponent, prop: str, value: object) -> object:  # noqa: ARG004
        """Return a value of the request itself: it is not shared, so no copy is needed."""
        return value

    def _invoker(self, spawn: Callable[[Coroutine[object, object, None]], None]) -> CallbackInvoker:
        given = self._options
        return CallbackInvoker(
            value_source=self,
            session=self,
            on_error=given.on_error,
            hooks=given.hooks,
            open_request=given.open_request,
            format_error=format_traceback if given.prune_errors else format_whole_traceback,
            spawn=spawn,
            open_websocket=self.open_websocket or _no_websocket,
            max_result=given.max_result,
        )

    @staticmethod
    def _run_to_end(rest: Coroutine[object, object, None]) -> None:
        asyncio.run(rest)

    def _result(self, outcome: Outcome | None) -> CallResult:
        if outcome is None or outcome.ending is Ending.DROPPED:
            raise asyncio.CancelledError
        if outcome.ending is Ending.PREVENTED:
            return CallResult("prevented")
        if outcome.ending is Ending.FAILED:
            return CallResult("error", error=outcome.error, report=outcome.report)
        side = self._collected
        for component_id, values in _wire_form(outcome.side_updates).items():
            side.setdefault(component_id, {}).update(values)
        return CallResult("value", _wire_form(outcome.updates), side, outcome.cookies)


def _no_websocket(context: RunContext) -> None:
    """Return what `ctx.websocket` is in a call without one."""


def _wire_form(updates: Updates) -> dict[str, dict[str, object]]:
    return {
        component_id: {prop: written.wire for prop, written in props.items()}
        for component_id, props in updates.items()
    }


# --- reading requests


@lru_cache(maxsize=4096)
def _compile(callback: Callback) -> CompiledCallback:
    return CompiledCallback(callback)


def read_request(compiled: CompiledCallback, request: object) -> Run:
    """Return the run that a request describes, with its arguments.

    Raises:
        ProtocolError: it does not have the shape that the callback declares.
    """
    assert isinstance(request, dict)  # see find_callback
    inputs, input_values = _read_role(compiled.inputs, request, "inputs")
    state, state_values = _read_role(compiled.state, request, "state")
    outputs, _ = _read_role(compiled.outputs, {"outputs": _outputs(compiled, request)}, "outputs")
    run = Run(compiled.plain, dict.fromkeys(map(parse_prop_id, _changed(request)), -1))
    run.arguments = Arguments(inputs, state, outputs, input_values, state_values)
    return run


def _outputs(compiled: CompiledCallback, request: Mapping[str, object]) -> object:
    """Return a list with one entry per Output; a single Output is not in a list in the request."""
    if not compiled.outputs:
        return []  # a page leaves them out, or sends a value without meaning
    given = request.get("outputs")
    return given if compiled.multi else [given]


def _changed(request: Mapping[str, object]) -> Sequence[str]:
    changed = request.get("changedPropIds") or []
    if not isinstance(changed, list) or not all(isinstance(item, str) for item in changed):
        raise ProtocolError("changedPropIds must be a list of strings.")
    return changed


def _read_role(
    ports: Sequence[CallbackPort], request: Mapping[str, object], role: str
) -> tuple[list[Target], list[object]]:
    entries = request.get(role) or []
    if not isinstance(entries, list) or len(entries) != len(ports):
        raise ProtocolError(f"This callback has {len(ports)} {role}, the request has not.")
    targets: list[Target] = []
    values: list[object] = []
    for port, entry in zip(ports, entries, strict=True):
        target, value = _read_target(port, entry, role)
        targets.append(target)
        values.append(value)
    return targets, values


def _read_target(port: CallbackPort, entry: object, role: str) -> tuple[Target, object]:
    if not port.multi:
        return _read_entry(port, entry, role)
    if not isinstance(entry, list):
        raise ProtocolError(f"{port} among the {role} stands for a list of components.")
    pairs = [_read_entry(port, item, role) for item in entry]
    nodes = [node for node, _ in pairs if node is not None]
    return nodes, [value for node, value in pairs if node is not None]


def _read_entry(
    port: CallbackPort, entry: object, role: str
) -> tuple[IndexedComponent | None, object]:
    """Return the component that an entry names, and its value."""
    if not isinstance(entry, dict):
        if port.optional and entry is None:
            return None, MISSING
        raise ProtocolError(f"{port} among the {role} must be an object with id and property.")
    component_id = entry.get("id")
    if str(entry.get("property")).partition("@")[0] != port.property:
        raise ProtocolError(f"{port} among the {role} has another property in the request.")
    if port.optional and _is_unbound(component_id):
        return None, MISSING
    if not _fits(port, component_id):
        raise ProtocolError(f"{port} among the {role} has another id in the request.")
    dict_id = component_id if isinstance(component_id, dict) else None
    node = IndexedComponent(stringify_id(component_id), dict_id, {"props": {}}, None, ())
    return node, entry.get("value", MISSING)


def _is_unbound(component_id: object) -> bool:
    """Return whether this is a pattern: the id of an optional dependency without a match."""
    return isinstance(component_id, dict) and any(
        isinstance(value, list) for value in component_id.values()
    )


def _fits(port: CallbackPort, component_id: object) -> bool:
    pattern = port.dependency.component_id
    if not isinstance(pattern, dict):
        return component_id == pattern
    return (
        isinstance(component_id, dict)
        and all(isinstance(v, str | int | float | bool) for v in component_id.values())
        and not any(isinstance(v, Wildcard) for v in component_id.values())
        and matches(pattern, component_id)
    )
