"""`dash.ctx` of a running callback: `triggered_id`, `inputs`, `set_props` (S-110 to S-113).

    ctx = CallbackContext     what apps import; reads the context variable `current`
    RunContext                the attributes for one run

The context variable separates concurrent callbacks. Lists and dicts are built on first access,
because most callbacks do not use them.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property
from typing import Any
from warnings import warn

from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.run import Arguments, Run, Target
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING
from pyrt.model import environment
from pyrt.model.attributes import AttributeDict
from pyrt.model.dependencies import Grouping, regroup
from pyrt.model.errors import MissingCallbackContextException
from pyrt.model.ids import parse_id, stringify_id

type Entry = dict[str, object]


class FalsyList(list[dict[str, object]]):
    """A list of one item that is false in conditions (Dash's `triggered` without a trigger)."""

    def __bool__(self) -> bool:
        return False


_NOTHING_TRIGGERED = FalsyList([{"prop_id": ".", "value": None}])


class Response:
    """`ctx.response`: cookies are set in the page, headers are ignored.

    Attributes:
        cookies: the texts to assign to `document.cookie`.
    """

    def __init__(self) -> None:
        self.cookies: list[str] = []

    def set_cookie(  # noqa: PLR0913, PLR0917  # Flask's signature
        self,
        key: str,
        value: str = "",
        max_age: float | None = None,
        expires: object = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,  # noqa: FBT001, FBT002  # Flask's signature
        httponly: bool = False,  # noqa: FBT001, FBT002  # Flask's signature
        samesite: str | None = None,
        **_: object,
    ) -> None:
        """Set a cookie in the page; without a server, `httponly` has no effect."""
        has_server = environment.current().has_server
        if httponly and not has_server:
            warn(f"The cookie {key!r} is visible to scripts: there is no server.", stacklevel=2)
        attributes = {
            "max-age": None if max_age is None else int(max_age),
            "expires": expires,
            "path": path,
            "domain": domain,
            "samesite": samesite,
        }
        text = "".join(f"; {k}={v}" for k, v in attributes.items() if v is not None)
        text += "; secure" if secure else ""
        text += "; httponly" if httponly and has_server else ""
        self.cookies.append(f"{key}={value}{text}")

    def delete_cookie(self, key: str, path: str | None = "/", **_: object) -> None:
        """Remove a cookie."""
        self.set_cookie(key, max_age=0, path=path)

    def set_header(self, *_: object) -> None:
        """Do nothing: headers are ignored."""

    append_header = set_header


class RunContext:
    """The callback context of one run.

    It has the attributes of `ctx` and those of Dash's internal object, which hooks get.

    Args:
        run: a run with arguments.
        values: the values of inputs and state, copied for the function.
        stream: called by `set_props` with `(id, props)`; None to collect them in `updated_props`
            until the function returns.
    """

    def __init__(
        self,
        run: Run,
        values: Sequence[object],
        stream: Callable[[str, Mapping[str, object]], None] | None = None,
    ) -> None:
        assert run.arguments is not None
        self.run = run
        self.values = values
        self.stream = stream
        self.updated_props: dict[str, dict[str, object]] = {}
        self.websocket: object = None
        self.handled = False  # whether the result comes from the error handler
        # Ends the request of the call (S-114), and returns the cookies that it sets.
        self.end_request: Callable[[], Sequence[str]] | None = None
        self._arguments: Arguments = run.arguments

    @cached_property
    def custom_data(self) -> AttributeDict:
        """What the app's hooks have given (S-141)."""
        return AttributeDict()

    @cached_property
    def timing_information(self) -> dict[str, dict[str, object]]:
        """`{name: {dur, desc}}` of what `record_timing` has recorded."""
        return {}

    # --- triggers

    @cached_property
    def triggered_inputs(self) -> list[dict[str, object]]:
        """`[{prop_id, value}]` in order of change (S-111)."""
        inputs = self.input_values
        return [{"prop_id": name, "value": inputs.get(name)} for name in map(str, self.run.changed)]

    @property
    def triggered(self) -> list[dict[str, object]]:
        """The same; a false list without a trigger."""
        return self.triggered_inputs or _NOTHING_TRIGGERED

    @cached_property
    def triggered_prop_ids(self) -> AttributeDict:
        """`{prop_id: id}` in order of change."""
        return AttributeDict(
            {
                str(prop_id): _attribute_id(parse_id(prop_id.component_id))
                for prop_id in self.run.changed
            }
        )

    @property
    def triggered_id(self) -> object:
        """The id of the first trigger."""
        return next(iter(self.triggered_prop_ids.values()), None)

    # --- inputs, state and outputs

    @cached_property
    def inputs_list(self) -> list[object]:
        """`[{id, property, value}]`, with lists for wildcards (S-50)."""
        ports = self.run.compiled.inputs
        return _entries(ports, self._arguments.inputs, self.values)

    @cached_property
    def states_list(self) -> list[object]:
        """The same for State."""
        ports = self.run.compiled.state
        return _entries(ports, self._arguments.state, self.values[len(self.inputs_list) :])

    @cached_property
    def outputs_list(self) -> object:
        """The same for Outputs, without values; a single entry for a scalar callback."""
        entries = _entries(self.run.compiled.outputs, self._arguments.outputs, None)
        return entries if self.run.compiled.callback.multi else entries[0]

    @cached_property
    def input_values(self) -> AttributeDict:
        """`{prop_id: value}` with wildcards flattened."""
        return _by_prop_id(self.inputs_list)

    @cached_property
    def state_values(self) -> AttributeDict:
        """The same for State."""
        return _by_prop_id(self.states_list)

    @cached_property
    def args_grouping(self) -> object:
        """The entries of inputs and state in the declared shape, with `str_id` and `triggered`."""
        changed = set(map(str, self.run.changed))
        entries = [_detailed(entry, changed) for entry in (*self.inputs_list, *self.states_list)]
        if not entries:
            return []
        return regroup(self.run.compiled.callback.declaration.argument_grouping, entries)

    @cached_property
    def outputs_grouping(self) -> object:
        """The entries of Outputs in the declared shape."""
        outputs = self.outputs_list if self.run.compiled.callback.multi else [self.outputs_list]
        if not outputs:
            return []
        grouping = self.run.compiled.callback.declaration.output_grouping
        return regroup(grouping, outputs)  # type: ignore[arg-type]  # a list unless scalar

    @property
    def using_args_grouping(self) -> bool:
        """Whether the declared shape is not a plain list."""
        declaration = self.run.compiled.callback.declaration
        return bool(self.values) and _is_grouping(declaration.argument_grouping)

    @property
    def using_outputs_grouping(self) -> bool:
        """The same for Outputs."""
        callback = self.run.compiled.callback
        return bool(callback.outputs) and _is_grouping(callback.declaration.output_grouping)

    # --- request and response

    @cached_property
    def dash_response(self) -> Response:
        """The response, for cookies."""
        return Response()

    def request_cookies(self) -> Sequence[str]:
        """End the request of the call, and return the cookies that its framework sets."""
        return self.end_request() if self.end_request else ()

    def take_cookies(self) -> Sequence[str]:
        """The same, and before these the cookies that the function has set in `ctx.response`."""
        response = self.__dict__.get("dash_response")
        cookies = response.cookies if response else ()
        return (*cookies, *self.request_cookies()) if self.end_request else cookies

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the page."""
        return environment.current().cookies

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a browser would send."""
        return environment.current().headers

    @property
    def path(self) -> str:
        """The path of the request."""
        return environment.current().path

    @property
    def args(self) -> object:
        """The query of the request."""
        return environment.current().args

    @property
    def remote(self) -> str:
        """The IP address of the user."""
        return environment.current().remote

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page."""
        return environment.current().origin

    # --- actions

    def set_props(self, component_id: object, props: Mapping[str, object]) -> None:
        """Change props of a component that is not among the Outputs (S-89)."""
        key = stringify_id(component_id)
        if self.stream is not None:
            self.stream(key, props)
        else:
            self.updated_props.setdefault(key, {}).update(props)

    def record_timing(self, name: str, duration: float, description: str | None = None) -> None:
        """Record a duration in seconds under a name (`Server-Timing` in Dash).

        Raises:
            KeyError: the name was used before.
        """
        if name in self.timing_information:
            raise KeyError(f'Duplicate resource name "{name}" found.')
        self.timing_information[name] = {"dur": round(duration * 1000), "desc": description}


current: ContextVar[RunContext | None] = ContextVar("callback_context", default=None)


class CallbackContext:
    """`dash.ctx`: the context of the callback that runs now.

    Every access outside of a callback raises MissingCallbackContextException (S-110).
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # depends on the attribute
        if name.startswith("_"):
            raise AttributeError(name)
        context = current.get()
        if context is None:
            if name not in _ATTRIBUTES:
                raise AttributeError(name)
            raise MissingCallbackContextException(
                f"dash.callback_context.{name} is only available from a callback!"
            )
        if name not in _ATTRIBUTES:
            raise AttributeError(f"The callback context has no attribute {name!r}.")
        _warn_of_grouping(context, name)
        return getattr(context, _ATTRIBUTES[name])

    def __dir__(self) -> list[str]:
        return sorted(_ATTRIBUTES)


_NAMES = """
    triggered triggered_id triggered_prop_ids inputs_list states_list outputs_list args_grouping
    outputs_grouping using_args_grouping using_outputs_grouping cookies headers path args remote
    origin record_timing timing_information custom_data websocket set_props
"""
_ATTRIBUTES = {name: name for name in _NAMES.split()} | {
    "inputs": "input_values",
    "states": "state_values",
    "response": "dash_response",
}

_REPLACED_BY = {
    "inputs_list": "args_grouping",
    "states_list": "args_grouping",
    "outputs_list": "outputs_grouping",
}

ctx = CallbackContext()
callback_context = ctx


def set_props(component_id: object, props: Mapping[str, object]) -> None:
    """Change props of a component that is not among the Outputs of the running callback (S-89).

    Raises:
        MissingCallbackContextException: no callback runs.
    """
    ctx.set_props(component_id, props)


def _warn_of_grouping(context: RunContext, name: str) -> None:
    better = _REPLACED_BY.get(name)
    if better is not None and getattr(context, f"using_{better}"):
        warn(f"{name} is deprecated, use {better} instead", DeprecationWarning, stacklevel=3)


def _entries(
    ports: Sequence[CallbackPort], targets: Sequence[Target], values: Sequence[object] | None
) -> list[object]:
    return [
        _entry(
            port,
            target,
            MISSING if values is None else values[index],
            has_value=values is not None,
        )
        for index, (port, target) in enumerate(zip(ports, targets, strict=True))
    ]


def _entry(port: CallbackPort, target: Target, value: object, *, has_value: bool) -> object:
    if isinstance(target, IndexedComponent):
        name = port.property if has_value else port.listed_property
        entry: Entry = {"id": _plain_id(target), "property": name}
        if has_value and value is not MISSING:
            entry["value"] = value
        return entry
    if target is None:  # optional and missing
        return {
            "id": port.dependency.component_id,
            "property": port.property,
            "value": None,
        }
    items = value if has_value else [MISSING] * len(target)
    return [
        _entry(port, node, item, has_value=has_value)
        for node, item in zip(target, items, strict=True)  # type: ignore[call-overload]  # both are lists
    ]


def _plain_id(node: IndexedComponent) -> object:
    return dict(zip(node.keys, node.values, strict=True)) if node.keys else node.id


def _attribute_id(component_id: object) -> object:
    return AttributeDict(component_id) if isinstance(component_id, dict) else component_id


def _by_prop_id(entries: Sequence[object]) -> AttributeDict:
    flat: list[Any] = []
    for entry in entries:
        flat.extend(entry if isinstance(entry, list) else [entry])
    return AttributeDict(
        {f"{stringify_id(entry['id'])}.{entry['property']}": entry.get("value") for entry in flat}
    )


def _detailed(entry: object, changed: set[str]) -> object:
    if isinstance(entry, list):
        return [_detailed(item, changed) for item in entry]
    found: Any = AttributeDict(entry)  # type: ignore[call-overload]  # an Entry
    text = stringify_id(found["id"])
    found.update(
        {
            "value": found.get("value"),
            "str_id": text,
            "triggered": f"{text}.{found['property']}" in changed,
            "id": _attribute_id(found["id"]),
        }
    )
    return found


def _is_grouping(grouping: Grouping) -> bool:
    return not isinstance(grouping, int) and grouping != list(range(len(grouping)))
