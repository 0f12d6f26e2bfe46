"""`Callback`: what a callback reads, writes and calls; and the registry of an app's callbacks.

`dash.callback`, `app.callback` and both clientside variants register in a `CallbackRegistry`. The
checks here are those that Dash makes while the app's script runs (S-30). Checks that need other
callbacks or the layout are in `pyrt/engine/check/`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import count
from warnings import warn

from pyrt.model import environment
from pyrt.model.background_callbacks import BackgroundCallbacks
from pyrt.model.dependencies import (
    ClientsideFunction,
    Declaration,
    Input,
    Output,
    State,
    declare,
    declare_clientside,
)
from pyrt.model.errors import DefinitionError, DuplicateCallback
from pyrt.model.options import Background, Running, make_background, make_running
from pyrt.model.origin import (
    Origin,
    find_caller,
    find_origin,
    is_coroutine_function,
    is_import_of_package,
)

INLINE_NAMESPACE = "_dashprivate_clientside_funcs"


class NoUpdate:
    """The class of `no_update`, which a callback returns to leave a property unchanged (S-52)."""

    def to_plotly_json(self) -> dict[str, str]:
        """Return its form in JSON, which a result may contain as well."""
        return {"_dash_no_update": "_dash_no_update"}

    @staticmethod
    def is_no_update(value: object) -> bool:
        """Return whether a value is `no_update`, its class, or its form in JSON."""
        return (
            isinstance(value, NoUpdate)
            or value is NoUpdate
            or (isinstance(value, dict) and value == {"_dash_no_update": "_dash_no_update"})
        )


no_update = NoUpdate()
is_no_update = NoUpdate.is_no_update


@dataclass(frozen=True, slots=True, eq=False)
class Callback:
    """One declared callback. Callbacks are compared by identity.

    After registration, either `function` or `clientside` is set. The other options are the keywords
    of `CallbackRegistry.callback`.

    Attributes:
        index: unique in this process; ascends in order of registration.
        callback_id: Dash's name of the callback (S-9), not always unique.
        declaration: shapes of arguments and results.
        outputs, inputs, state: its dependencies, flat.
        origin: file and line, for messages.
        function: the Python function.
        clientside: the name of the JavaScript function.
        source: the JavaScript of an inline clientside function.
    """

    index: int
    callback_id: str
    declaration: Declaration
    outputs: tuple[Output, ...]
    inputs: tuple[Input, ...]
    state: tuple[State, ...]
    origin: Origin
    function: Callable[..., object] | None = None
    clientside: ClientsideFunction | None = None
    source: str | None = None
    prevent_initial_call: bool = False
    running: tuple[Running, ...] = ()
    on_error: Callable[[Exception], object] | None = None
    background: Background | None = None
    manager: object = None
    api_endpoint: str | None = None
    optional: bool = False
    hidden: bool | None = None
    websocket: bool = False
    persistent: bool = False
    server: bool = False
    fallback: str | None = None
    precompute: bool = False
    allow_dynamic_callbacks: bool = False
    mcp_enabled: bool | None = None
    mcp_expose_docstring: bool | None = None

    def __str__(self) -> str:
        return str(self.origin)

    @property
    def multi(self) -> bool:
        """Whether the result is a container with one value per output (S-6)."""
        return self.declaration.multi

    @property
    def no_output(self) -> bool:
        """Whether this callback declares no output at all (S-7)."""
        return not self.outputs

    def spec(self, *, hide: bool = False) -> dict[str, object]:
        """Return the entry in the page's callback table (S-22).

        Args:
            hide: `hidden` of callbacks that do not set it.
        """
        entry: dict[str, object] = {
            "output": self.callback_id,
            "inputs": [dependency.to_dict() for dependency in self.inputs],
            "state": [dependency.to_dict() for dependency in self.state],
            "clientside_function": self.clientside
            and {
                "namespace": self.clientside.namespace,
                "function_name": self.clientside.function_name,
            },
            "prevent_initial_call": self.prevent_initial_call,
            "background": self.background and {"interval": self.background.interval_ms},
            "dynamic_creator": self.allow_dynamic_callbacks,
            "no_output": self.no_output,
            "optional": self.optional,
            "hidden": hide if self.hidden is None else self.hidden,
            "websocket": self.websocket,
            "persistent": self.persistent,
        }
        if self.running:
            entry["running"] = {
                "running": {str(entry.output): entry.on for entry in self.running},
                "runningOff": {str(entry.output): entry.off for entry in self.running},
            }
        return entry


class CallbackRegistry:
    """The callbacks of one app, or those of `dash.callback` before an app takes them over.

    Iteration is in order of registration. `revision` grows with each change of the list.

    Args:
        prevent_initial_callbacks: default of `prevent_initial_call` (S-21).
        websocket_callbacks: give all Python callbacks a websocket, except background ones (S-131).
        keeps_packages: `restart` keeps what packages register when they are imported.
    """

    def __init__(
        self,
        prevent_initial_callbacks: bool | str = False,  # noqa: FBT001, FBT002  # as in Dash
        *,
        websocket_callbacks: bool = False,
        keeps_packages: bool = False,
    ) -> None:
        self._of_packages: list[Callback] | None = [] if keeps_packages else None
        self.prevent_initial_callbacks = prevent_initial_callbacks
        self.websocket_callbacks = websocket_callbacks
        self.revision = 0
        self._callbacks: dict[int, Callback] = {}
        self._successor: CallbackRegistry | None = None
        self._named: dict[str, Callback] = {}
        self._named_at = -1

    def __iter__(self) -> Iterator[Callback]:
        return iter([self._callbacks[index] for index in sorted(self._callbacks)])

    def __len__(self) -> int:
        return len(self._callbacks)

    def add(self, callback: Callback) -> None:
        """Add a callback; it replaces one with the same index."""
        if self._of_packages is not None and is_import_of_package():
            self._of_packages.append(callback)
        successor = _passing.get().get(self, self._successor)
        if successor is not None:
            successor.add(callback)
            return
        if self.websocket_callbacks and callback.function and callback.background is None:
            callback = replace(callback, websocket=True)
        self._callbacks[callback.index] = callback
        self.revision += 1

    def find(self, callback_id: str) -> Callback | None:
        """Return the callback with this id, the last one if there are several; None without one."""
        if self._named_at != self.revision:
            self._named = {callback.callback_id: callback for callback in self}
            self._named_at = self.revision
        return self._named.get(callback_id)

    def absorb(self, other: "CallbackRegistry") -> None:
        """Move all callbacks of another registry into this one (S-10).

        Raises:
            DuplicateCallback: both have a callback of the same `callback_id`.
        """
        known = {callback.callback_id: callback for callback in self}
        for callback in other:
            if callback.callback_id in known:
                raise DuplicateCallback(
                    f"The callback {callback} provided with `dash.callback` writes what "
                    f"{known[callback.callback_id]} was already assigned to with `app.callback`: "
                    f"{callback.callback_id}. Merge them, or use allow_duplicate=True."
                )
        for callback in other:
            self.add(callback)
        other.clear()

    def forward_to(self, successor: "CallbackRegistry | None") -> None:
        """Pass on what is registered from now on (S-34); None to keep it again."""
        self._successor = successor

    @contextmanager
    def passing_to(self, successor: "CallbackRegistry") -> Iterator[None]:
        """Pass on what is registered in this context, tasks included: a callback of an app runs."""
        token = _passing.set({self: successor})
        try:
            yield
        finally:
            _passing.reset(token)

    def remove(self, indexes: Collection[int]) -> None:
        """Remove callbacks, by their `index`."""
        if not self._callbacks.keys().isdisjoint(indexes):
            self._callbacks = {k: v for k, v in self._callbacks.items() if k not in indexes}
            self.revision += 1

    def clear(self) -> None:
        """Remove all callbacks, and end `forward_to`."""
        self._callbacks.clear()
        self._successor = None
        self.revision += 1

    def restart(self) -> None:
        """Forget what an app has registered, not what the import of packages has.

        A package is imported once: for a memory snapshot, or by the app before a hot reload.
        """
        self.clear()
        self._callbacks = {each.index: each for each in self._of_packages or ()}

    @property
    def inline_sources(self) -> dict[str, str]:
        """The JavaScript of inline clientside callbacks by sha256 (S-92), each source once."""
        return {
            callback.clientside.function_name: callback.source
            for callback in self
            if callback.clientside is not None and callback.source is not None
        }

    @property
    def api_paths(self) -> dict[str, Callable[..., object]]:
        """The functions of callbacks with an `api_endpoint`, by its path."""
        return {
            callback.api_endpoint: callback.function
            for callback in self
            if callback.api_endpoint and callback.function
        }

    def callback[**P, R](  # noqa: PLR0913  # Dash's keywords
        self,
        *dependencies: object,
        background: bool = False,
        interval: int = 1000,
        progress: Sequence[Output] | Output | None = None,
        progress_default: object = None,
        running: Sequence[object] | None = None,
        cancel: Sequence[Input] | Input | None = None,
        manager: object = None,
        cache_args_to_ignore: Sequence[object] | object | None = None,
        cache_ignore_triggered: bool = True,
        on_error: Callable[[Exception], object] | None = None,
        api_endpoint: str | None = None,
        optional: bool | None = False,
        hidden: bool | None = None,
        websocket: bool | None = False,
        persistent: bool | None = False,
        server: bool = False,
        fallback: str | None = None,
        precompute: bool = False,
        mcp_enabled: bool | None = None,
        mcp_expose_docstring: bool | None = None,
        _allow_dynamic_callbacks: bool | None = None,
        **declaration: object,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Return a decorator that registers a Python function as a callback.

        Args:
            dependencies: Outputs, then Inputs and States, single or in lists; or one dict of
                outputs and one of arguments. A last bool is `prevent_initial_call`.
            background: run it as a job (S-120 to S-128). `interval`, `progress`,
                `progress_default`, `cancel`, `manager` and `cache_*` are for jobs only.
            interval: milliseconds between two polls, for managers that poll.
            progress: the properties that `set_progress` writes.
            progress_default: their values when the job is not running.
            running: `(Output, value while running, value afterwards)`, once or in a list.
            cancel: properties whose change stops the job.
            manager: the manager that runs the job; None for the app's.
            cache_args_to_ignore: names or positions of arguments that are not in the cache key.
            cache_ignore_triggered: leave the trigger out of the cache key, too.
            on_error: called with the exception of the function; its result is used (S-119).
            api_endpoint: a path by which other programs call the function.
            optional: its ids may be missing from the layout (S-41).
            hidden: leave it out of the graph in the developer tools.
            websocket: `ctx.websocket` is available.
            persistent: it does not count as "Updating...".
            server: call it on the server, if the page has one.
            fallback: "browser" to call it in the tab while the server cannot be reached.
            precompute: the build computes its results for all values that its Inputs can have; the
                page answers from them while Python starts.
            mcp_enabled: whether agents may call it; None for the setting of the app.
            mcp_expose_docstring: show them its docstring; None for the setting of the app.
            _allow_dynamic_callbacks: callbacks registered while it runs become active (S-34).
            declaration: `output`, `inputs`, `state`, `prevent_initial_call`; as in Dash, other
                keywords are ignored.

        Raises:
            IncorrectTypeException: a dependency has the wrong type or position.
            InvalidComponentIdError: an id has an invalid character.
            DuplicateCallback: `allow_duplicate` without `prevent_initial_call` (S-36).
            WildcardInLongCallback: `progress` or `cancel` has a wildcard id.
            DefinitionError: `fallback` has another value.
        """
        declared = self._declare(
            declare(dependencies, declaration),
            running=make_running(running),
            on_error=on_error,
            background=make_background(
                interval_ms=interval,
                manager=manager,
                progress=progress,
                progress_default=progress_default,
                cancel=cancel,
                cache_args_to_ignore=cache_args_to_ignore,
                cache_ignore_triggered=cache_ignore_triggered,
            )
            if background
            else None,
            manager=manager,
            api_endpoint=api_endpoint,
            optional=bool(optional),
            hidden=hidden,
            websocket=bool(websocket),
            persistent=bool(persistent),
            server=server,
            fallback=_check_fallback(fallback),
            precompute=precompute,
            allow_dynamic_callbacks=bool(_allow_dynamic_callbacks),
            mcp_enabled=mcp_enabled,
            mcp_expose_docstring=mcp_expose_docstring,
        )

        def register(function: Callable[P, R]) -> Callable[P, R]:
            callback = _complete(declared, function)
            self.add(callback)
            if callback.background is not None:
                BACKGROUND_CALLBACKS.add(callback)
            return function

        return register

    def clientside_callback(
        self,
        clientside_function: str | ClientsideFunction,
        *dependencies: object,
        **declaration: object,
    ) -> None:
        """Register a callback that runs JavaScript in the page (S-92).

        Args:
            clientside_function: JavaScript source of a function, or the name of one that a script
                in the assets folder defines.
            dependencies: Outputs, then Inputs, then States, single or in lists.
            declaration: `output`, `inputs`, `state`, `prevent_initial_call`, `hidden`; as in Dash,
                other keywords are ignored.
        """
        hidden = declaration.get("hidden")
        declared = self._declare(
            declare_clientside(dependencies, declaration),
            hidden=None if hidden is None else bool(hidden),
        )
        source = clientside_function if isinstance(clientside_function, str) else None
        self.add(replace(declared, clientside=_name_clientside(clientside_function), source=source))

    def _declare(self, declaration: Declaration, **options: object) -> Callback:
        """Return a callback without its function."""
        wanted = declaration.prevent_initial_call
        if wanted is None:
            wanted = self.prevent_initial_callbacks
        origin = find_caller("callback")
        _validate_duplicates(declaration.outputs, wanted, self.prevent_initial_callbacks, origin)
        return Callback(
            index=next(_indexes),
            callback_id=make_callback_id(declaration, origin),
            declaration=declaration,
            outputs=declaration.outputs,
            inputs=declaration.inputs,
            state=declaration.state,
            origin=origin,
            # "initial_duplicate" is truthy, and yet asks for the initial call.
            prevent_initial_call=wanted is True,
            **options,  # type: ignore[arg-type]  # the two callers give fields of Callback
        )


_indexes = count()
_NOWHERE: "Mapping[CallbackRegistry, CallbackRegistry]" = {}
# The registries whose new callbacks go to another one in this context.
_passing: "ContextVar[Mapping[CallbackRegistry, CallbackRegistry]]" = ContextVar(
    "passing", default=_NOWHERE
)


def make_callback_id(declaration: Declaration, origin: Origin) -> str:
    """Return Dash's name for a callback (S-9; Dash 4.4, `_utils.py:124`)."""
    if not declaration.outputs:
        if declaration.inputs:
            return _hash_inputs(declaration.inputs)
        # Relative to the app's folder, which has another path on the server; the id must be equal.
        folder = environment.current().root.replace("\\", "/")
        file = origin.file.replace("\\", "/").removeprefix(f"{folder}/")
        return _sha256(f"{file}:{origin.line}")
    parts = [_output_text(output, declaration.inputs) for output in declaration.outputs]
    return f"..{'...'.join(parts)}.." if declaration.multi else parts[0]


def _output_text(output: Output, inputs: Sequence[Input]) -> str:
    # Dots of dict ids are escaped, because two dots in a row separate outputs.
    component_id = output.prop_id.component_id
    return component_id.replace(".", "\\.") + "." + name_output(output, inputs)


def name_output(output: Output, inputs: Sequence[Input]) -> str:
    """Return the property of an Output, with the hash of a duplicate (S-9)."""
    prop = output.component_property
    return f"{prop}@{_hash_inputs(inputs)}" if output.allow_duplicate else prop


def _hash_inputs(inputs: Sequence[Input]) -> str:
    return _sha256(".".join(map(str, inputs)))


def _sha256(text: str) -> str:
    import hashlib  # noqa: PLC0415  # slow to import, and most apps do not need it

    return hashlib.sha256(text.encode()).hexdigest()


def _name_clientside(function: str | ClientsideFunction) -> ClientsideFunction:
    if not isinstance(function, str):
        return function
    named = ClientsideFunction("inline", _sha256(function))
    named.namespace = INLINE_NAMESPACE  # ClientsideFunction refuses it in apps
    return named


def _complete(declared: Callback, function: Callable[..., object]) -> Callback:
    made = replace(declared, function=function, origin=find_origin(function, declared.origin))
    if made.persistent and made.no_output and not is_coroutine_function(function):
        warn(
            f"The persistent callback {made} has no Output and is not async: while it runs, no "
            "other Python callback can. Define it with 'async def' (S-132).",
            RuntimeWarning,
            stacklevel=3,
        )
    return made


def _check_fallback(fallback: str | None) -> str | None:
    if fallback not in {None, "browser"}:
        raise DefinitionError(
            f"fallback={fallback!r} means nothing. Give 'browser' to call the function in the tab "
            "while its server cannot be reached, or leave it out."
        )
    return fallback


def _validate_duplicates(
    outputs: Iterable[Output], wanted: object, default: object, origin: Origin
) -> None:
    if wanted or default:
        return
    for output in outputs:
        if output.allow_duplicate:
            raise DuplicateCallback(
                f"allow_duplicate requires prevent_initial_call to be True, but {origin} writes "
                f"{output} without it: the order of initial calls would not be the same on every "
                "page load. Set prevent_initial_call=True, or 'initial_duplicate' to accept any "
                "order (also as prevent_initial_callbacks of the app)."
            )


GLOBAL_CALLBACKS = CallbackRegistry(keeps_packages=True)
BACKGROUND_CALLBACKS: BackgroundCallbacks[Callback] = BackgroundCallbacks()
callback = GLOBAL_CALLBACKS.callback
clientside_callback = GLOBAL_CALLBACKS.clientside_callback
