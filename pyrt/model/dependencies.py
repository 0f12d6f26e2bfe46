"""`Input`, `State`, `Output`, and `Declaration`: the dependencies of a callback and their shape.

A declaration is flattened once, when the callback is registered (S-2 to S-6). Its shape is kept as
a `Grouping` of indexes, which turns flat values into arguments of that shape (`regroup`), and
results of that shape into flat values (`flatten_outputs`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from pyrt.model.attributes import AttributeDict
from pyrt.model.component import Component, advise
from pyrt.model.errors import (
    CallbackException,
    IncorrectTypeException,
    InvalidCallbackReturnValue,
)
from pyrt.model.ids import (
    ALL,
    ALLSMALLER,
    MATCH,
    PropId,
    Wildcard,
    ids_overlap,
    is_pattern,
    stringify_id,
    validate_dependency_id,
)

# Leaves are positions in a flat sequence; containers have the declared shape.
type Grouping = int | list[Grouping] | dict[str, Grouping]


class Dependency:
    """One property of one component, or of all components that a pattern matches."""

    component_id: object  # anything until the callback is registered; then str or dict
    component_property: str
    allow_duplicate = False
    allow_optional = False
    allowed_wildcards: tuple[Wildcard, ...] = (MATCH, ALL, ALLSMALLER)

    def __init__(self, component_id: object, component_property: str) -> None:
        if isinstance(component_id, Component):
            component_id = component_id._set_random_id()  # noqa: SLF001  # Dash's name (S-8)
        self.component_id = component_id
        self.component_property = component_property

    def __str__(self) -> str:
        return f"{self.component_id_str()}.{self.component_property}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} `{self}`>"

    def __eq__(self, other: object) -> bool:
        """Return whether both may denote a common property (S-11): not an equivalence."""
        return (
            isinstance(other, Dependency)
            and self.component_property == other.component_property
            and ids_overlap(self.component_id, other.component_id)
        )

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def prop_id(self) -> PropId:
        """The key of this property; for a pattern, the key of the pattern."""
        return PropId(self.component_id_str(), self.component_property)

    def component_id_str(self) -> str:
        """Return the stringified id."""
        return stringify_id(self.component_id)

    def has_wildcard(self) -> bool:
        """Return whether the id is a pattern."""
        return is_pattern(self.component_id)

    def to_dict(self) -> dict[str, object]:
        """Return its entry in the page's callback table: `{id, property}` (S-22)."""
        entry: dict[str, object] = {
            "id": self.component_id_str(),
            "property": self.component_property,
        }
        if self.allow_optional:
            entry["allow_optional"] = True
        return entry


class Output(Dependency):
    """A property that a callback writes."""

    allowed_wildcards = (MATCH, ALL)

    def __init__(
        self,
        component_id: object,
        component_property: str,
        allow_duplicate: bool = False,  # noqa: FBT001, FBT002  # as in Dash
    ) -> None:
        super().__init__(component_id, component_property)
        self.allow_duplicate = allow_duplicate


class _Read(Dependency):
    """A property that a callback reads; with `allow_optional` its component may be missing."""

    def __init__(
        self,
        component_id: object,
        component_property: str,
        allow_optional: bool = False,  # noqa: FBT001, FBT002  # as in Dash
    ) -> None:
        super().__init__(component_id, component_property)
        self.allow_optional = allow_optional


class Input(_Read):
    """A property whose change calls the callback."""


class State(_Read):
    """A property that a callback reads; its change calls nothing."""


class ClientsideFunction:
    """The name of a JavaScript function: `window.dash_clientside[namespace][function_name]`."""

    def __init__(self, namespace: str, function_name: str) -> None:
        if namespace.startswith("_dashprivate_"):
            raise ValueError(
                f"The namespace {namespace!r} begins with '_dashprivate_', which is reserved. "
                "Choose another name."
            )
        if namespace in {"PreventUpdate", "no_update"}:
            raise ValueError(
                f"`window.dash_clientside.{namespace}` is a value of Dash's own, so it cannot be a "
                "namespace of functions. Choose another name."
            )
        self.namespace = namespace
        self.function_name = function_name

    def __repr__(self) -> str:
        return f"ClientsideFunction({self.namespace}, {self.function_name})"


@dataclass(frozen=True, slots=True)
class Declaration:
    """The dependencies of one callback, flat, and their declared shapes.

    Attributes:
        outputs, inputs, state: the dependencies in order.
        output_grouping: shape of results; indexes of `outputs`, just `0` for a scalar callback
            (S-6).
        argument_grouping: shape of arguments; indexes of `inputs` followed by `state`.
        prevent_initial_call: as given; None if left out.
    """

    outputs: tuple[Output, ...]
    inputs: tuple[Input, ...]
    state: tuple[State, ...]
    output_grouping: Grouping
    argument_grouping: Grouping
    prevent_initial_call: bool | str | None = None

    @property
    def multi(self) -> bool:
        """Whether results come in a container; false for a single output without a list."""
        return not isinstance(self.output_grouping, int)

    def group_arguments(self, values: Sequence[object]) -> tuple[list[object], dict[str, object]]:
        """Return positional and keyword arguments, made of the flat values of inputs and state."""
        grouped = regroup(self.argument_grouping, values)
        if isinstance(self.argument_grouping, dict):
            return [], dict(grouped)  # type: ignore[call-overload]  # a dict grouping gives a dict
        if isinstance(self.argument_grouping, list):
            return list(grouped), {}  # type: ignore[call-overload]  # a list grouping gives a list
        return [grouped], {}

    def flatten_outputs(self, value: object, where: str = "A callback") -> list[object]:
        """Return one value per output, in order, of a result in the declared shape.

        Args:
            value: the result; a scalar callback's is returned as the only value.
            where: name and position of the callback, the subject of the error message.

        Raises:
            InvalidCallbackReturnValue: the value does not have the declared shape (S-61).
        """
        return list(_match_leaves(self.output_grouping, value, where, ()))


def regroup(grouping: Grouping, values: Sequence[object]) -> object:
    """Return the values in the shape of the grouping; dicts become `AttributeDict`s (S-5).

    >>> regroup({"a": 1, "b": [0, 2]}, ["x", "y", "z"])
    {'a': 'y', 'b': ['x', 'z']}
    """
    if isinstance(grouping, int):
        return values[grouping]
    if isinstance(grouping, dict):
        return AttributeDict({key: regroup(item, values) for key, item in grouping.items()})
    return [regroup(item, values) for item in grouping]


def flatten(shape: object) -> list[object]:
    """Return the leaves of nested lists, tuples and dicts, in order."""
    if isinstance(shape, dict):
        shape = list(shape.values())
    if isinstance(shape, list | tuple):
        return [leaf for item in shape for leaf in flatten(item)]
    return [shape]


def declare(args: Sequence[object], keywords: Mapping[str, object]) -> Declaration:
    """Return the declaration of a Python callback, in any of Dash's forms (S-2 to S-6).

    Args:
        args: the positional arguments of `callback(...)`.
        keywords: its keywords; `output`, `inputs`, `state`, `prevent_initial_call` are read.

    Raises:
        IncorrectTypeException: an argument is no dependency, or in the wrong position.
        ValueError: `inputs` and `state` are of different kinds, or one is missing or misplaced.
    """
    args, prevent_initial_call = _split_prevent_initial_call(args, keywords)
    rest = _flatten_once(args)
    outputs = _pop_outputs(rest, keywords)
    first = keywords.get("output", args[0] if args else None)
    if isinstance(outputs, list) and len(outputs) == 1 and not isinstance(first, list | tuple):
        outputs = outputs[0]
    arguments = _pop_arguments(rest, keywords)
    return _build_declaration(outputs, arguments, rest, prevent_initial_call)


def declare_clientside(args: Sequence[object], keywords: Mapping[str, object]) -> Declaration:
    """Return the declaration of a clientside callback: Outputs, Inputs, States, no dicts (S-3).

    Raises:
        IncorrectTypeException: an argument is no dependency, or in the wrong position.
    """
    args, prevent_initial_call = _split_prevent_initial_call(args, keywords)
    rest = _flatten_once(args)
    outputs: object = _pop_kind(rest, keywords, "output", Output)
    first = keywords.get("output", args[0] if args else None)
    if isinstance(outputs, list) and len(outputs) == 1 and not isinstance(first, list | tuple):
        outputs = outputs[0]
    arguments = _pop_kind(rest, keywords, "inputs", Input)
    arguments += _pop_kind(rest, keywords, "state", State)
    return _build_declaration(outputs, arguments, rest, prevent_initial_call)


def _split_prevent_initial_call(
    args: Sequence[object], keywords: Mapping[str, object]
) -> tuple[Sequence[object], bool | str | None]:
    wanted = keywords.get("prevent_initial_call")
    if wanted is None and args and isinstance(args[-1], bool):
        return args[:-1], args[-1]
    return args, wanted  # type: ignore[return-value]  # Dash takes any truthy value


def _flatten_once(args: Sequence[object]) -> list[object]:
    """Flatten one level of lists and tuples, which older apps write around arguments."""
    return [item for arg in args for item in (arg if isinstance(arg, list | tuple) else [arg])]


def _pop_outputs(rest: list[object], keywords: Mapping[str, object]) -> object:
    if "output" not in keywords:
        return _pop_while(rest, Output)
    outputs = keywords["output"]
    for leaf in flatten(outputs):
        if not isinstance(leaf, Output):
            raise ValueError(  # noqa: TRY004  # Dash raises ValueError here
                f"The keyword `output` of a callback holds {leaf!r} where an Output dependency "
                "object was expected."
            )
    return list(outputs) if isinstance(outputs, list | tuple) else outputs


def _pop_arguments(rest: list[object], keywords: Mapping[str, object]) -> object:
    if "inputs" in keywords:
        return _merge_arguments(keywords["inputs"], keywords.get("state"))
    if "state" in keywords:
        raise ValueError(
            "A callback with `state=` needs `inputs=` as well: give both by keyword, or neither."
        )
    taken = _pop_while(rest, Input, State)
    return taken[0] if len(taken) == 1 else taken


def _merge_arguments(inputs: object, state: object) -> object:
    if isinstance(inputs, Dependency):
        inputs = [inputs]
    if isinstance(state, Dependency):
        state = [state]
    if isinstance(inputs, dict) and (not state or isinstance(state, dict)):
        return {**(state or {}), **inputs}  # type: ignore[dict-item]  # falsy state is empty
    if isinstance(inputs, list | tuple) and (not state or isinstance(state, list | tuple)):
        return [*inputs, *(state or ())]  # type: ignore[misc]  # falsy state is empty
    if not isinstance(inputs, dict | list | tuple):
        raise ValueError(  # noqa: TRY004  # Dash raises ValueError here
            "The inputs argument of a callback may be a dict, a list or a tuple, but it is of type "
            f"{type(inputs)}."
        )
    raise ValueError(
        f"The inputs argument of a callback is a {type(inputs).__name__}, but its state argument "
        f"is a {type(state).__name__}. Make both dicts, or both lists."
    )


def _pop_while(rest: list[object], *kinds: type[Dependency]) -> list[object]:
    """Remove and return the leading items whose leaves are all of these kinds."""
    taken: list[object] = []
    while rest and all(isinstance(leaf, kinds) for leaf in flatten(rest[0])):
        taken.append(rest.pop(0))
    return taken


def _pop_kind(
    rest: list[object], keywords: Mapping[str, object], name: str, kind: type[Dependency]
) -> list[object]:
    given = keywords.get(name)
    if given:
        return list(given) if isinstance(given, list | tuple) else [given]
    taken: list[object] = []
    while rest and isinstance(rest[0], kind):
        taken.append(rest.pop(0))
    return taken


def _build_declaration(
    outputs: object,
    arguments: object,
    rest: list[object],
    prevent_initial_call: bool | str | None,  # noqa: FBT001  # not always a bool
) -> Declaration:
    flat_outputs, flat_arguments = flatten(outputs), flatten(arguments)
    if rest:
        raise _misplaced(rest[0], [*flat_outputs, *flat_arguments])
    inputs = [leaf for leaf in flat_arguments if isinstance(leaf, Input)]
    state = [leaf for leaf in flat_arguments if not isinstance(leaf, Input)]
    for dependency in (*flat_outputs, *inputs, *state):
        _validate_dependency(dependency)
    _validate_keywords(arguments)
    return Declaration(
        outputs=tuple(flat_outputs),  # type: ignore[arg-type]  # validated above
        inputs=tuple(inputs),
        state=tuple(state),  # type: ignore[arg-type]  # validated above
        output_grouping=_index_shape(outputs, count()),
        argument_grouping=_index_shape(arguments, _argument_positions(flat_arguments, len(inputs))),
        prevent_initial_call=prevent_initial_call,
    )


def _argument_positions(leaves: Sequence[object], input_count: int) -> Iterator[int]:
    """Yield, for each leaf in declared order, its index among inputs followed by state."""
    next_input, next_state = count(), count(input_count)
    for leaf in leaves:
        yield next(next_input if isinstance(leaf, Input) else next_state)


def _index_shape(shape: object, indexes: Iterator[int]) -> Grouping:
    if isinstance(shape, dict):
        return {key: _index_shape(item, indexes) for key, item in shape.items()}
    if isinstance(shape, list | tuple):
        return [_index_shape(item, indexes) for item in shape]
    return next(indexes)


def _validate_dependency(dependency: object) -> None:
    if not isinstance(dependency, Dependency):
        raise _misplaced(dependency, [])
    if not isinstance(dependency.component_property, str):
        raise IncorrectTypeException(
            f"component_property must be a string, found {dependency.component_property!r} "
            f"in the {type(dependency).__name__} of {dependency.component_id!r}."
        )
    validate_dependency_id(dependency.component_id)


def _validate_keywords(arguments: object) -> None:
    for key in arguments if isinstance(arguments, dict) else ():
        if not (isinstance(key, str) and key.isidentifier()):
            raise CallbackException(
                f"{key!r} is not a valid Python variable name, so it cannot be a keyword argument "
                "of the callback. Rename this key of its inputs or state."
            )


def _misplaced(item: object, before: Sequence[object]) -> IncorrectTypeException:
    if not isinstance(item, Dependency):
        return IncorrectTypeException(
            "Callback arguments must be `Output`, `Input`, or `State` objects, alone or in a list "
            f"or tuple, but one of them is\n{item!r}{advise(item)}"
        )
    after = f"{before[-1]!r} is followed by" if before else "the first one is"
    return IncorrectTypeException(
        "A callback is declared with all Outputs first,\nthen all Inputs, then all States.\n"
        f"Here {after} {item!r}."
    )


def _match_leaves(
    grouping: Grouping, value: object, where: str, path: tuple[object, ...]
) -> Iterator[object]:
    """Yield the parts of a value at the leaves of a grouping; raise for any other shape."""
    if isinstance(grouping, int):
        yield value
    elif isinstance(grouping, dict):
        if not isinstance(value, dict) or value.keys() != grouping.keys():
            raise _wrong_shape(where, path, f"a dict with the keys {list(grouping)}", value)
        for key, item in grouping.items():
            yield from _match_leaves(item, value[key], where, (*path, key))
    else:
        if not isinstance(value, list | tuple) or len(value) != len(grouping):
            wanted = f"a list or tuple with {len(grouping)} item{'s' * (len(grouping) != 1)}"
            raise _wrong_shape(where, path, wanted, value)
        for index, item in enumerate(grouping):
            yield from _match_leaves(item, value[index], where, (*path, index))


def _wrong_shape(
    where: str, path: tuple[object, ...], wanted: str, value: object
) -> InvalidCallbackReturnValue:
    at = f" at {''.join(f'[{step!r}]' for step in path)}" if path else ""
    size = f" with {len(value)} items" if isinstance(value, list | tuple) else ""
    text = repr(value)
    shown = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
    return InvalidCallbackReturnValue(
        f"{where} must return {wanted}{at}, one value per Output, but it returned a "
        f"{type(value).__name__}{size}: {shown}"
    )


_SHOWN_CHARS = 200  # of a wrong value, in error messages
