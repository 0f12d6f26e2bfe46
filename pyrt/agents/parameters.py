"""`Parameter`: one argument of a callback's tool, for one of its Inputs and States."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pyrt.agents.components import Described
from pyrt.model.callback import Callback
from pyrt.model.dependencies import Dependency, Grouping, Input, flatten
from pyrt.model.ids import Wildcard

MAX_NAME = 64  # characters; some clients refuse longer ones
_HASH_CHARS = 8


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a tool.

    Attributes:
        name: of the argument.
        dependency: the Input or State that it is the value of.
        annotation: of the function's parameter; None without one.
        component: the component in the layout; None if it is not there, or a pattern.
        initial: the value when the page is open: the layout's, or what a callback writes first.
        required: whether a call must give it.
        written_by: names of the tools that write the prop.
    """

    name: str
    dependency: Dependency
    annotation: object = None
    component: Described | None = None
    initial: object = None
    required: bool = False
    written_by: tuple[str, ...] = field(default=())

    @property
    def prop(self) -> str:
        """The name of the prop."""
        return self.dependency.component_property

    @property
    def component_id(self) -> str:
        """The stringified id."""
        return self.dependency.component_id_str()

    @property
    def is_input(self) -> bool:
        """Whether a change of the prop calls the callback."""
        return isinstance(self.dependency, Input)

    @property
    def wildcard(self) -> str:
        """The first wildcard of the id: ALL, MATCH or ALLSMALLER; empty without one."""
        component_id = self.dependency.component_id
        values = component_id.values() if isinstance(component_id, dict) else ()
        return next((each.value for each in values if isinstance(each, Wildcard)), "")


def name_arguments(callback: Callback) -> list[tuple[str, str]]:
    """Return `(parameter of the function, argument of the tool)` for each Input, then State.

    A parameter that takes several props gives one argument for each:
    `pair=(Input("a", "value"), ...)` gives `pair_a__value`.
    """
    dependencies: list[Dependency] = [*callback.inputs, *callback.state]
    grouping = callback.declaration.argument_grouping
    if isinstance(grouping, dict):
        named = _name_keywords(grouping, dependencies)
    else:
        names = _positional(callback.function, skip=_extra_arguments(callback))
        named = _name_positions(grouping, names, dependencies)
    return [
        named.get(position, (f"param_{position}", f"param_{position}"))
        for position in range(len(dependencies))
    ]


def _name_keywords(
    grouping: dict[str, Grouping], dependencies: list[Dependency]
) -> dict[int, tuple[str, str]]:
    named: dict[int, tuple[str, str]] = {}
    for name, shape in grouping.items():
        named |= _name_group(name, shape, dependencies)
    return named


def _name_positions(
    grouping: Grouping, names: list[str], dependencies: list[Dependency]
) -> dict[int, tuple[str, str]]:
    shapes = grouping if isinstance(grouping, list) else [grouping]
    named: dict[int, tuple[str, str]] = {}
    for name, shape in zip(names, shapes, strict=False):
        named |= _name_group(name, shape, dependencies)
    return named


def _name_group(
    name: str, shape: Grouping, dependencies: list[Dependency]
) -> dict[int, tuple[str, str]]:
    positions = [each for each in flatten(shape) if isinstance(each, int)]
    if len(positions) == 1:
        return {positions[0]: (name, name)}
    return {each: (name, _name_of_part(name, dependencies[each])) for each in positions}


def _name_of_part(name: str, dependency: Dependency) -> str:
    component = re.sub(r"\W", "_", dependency.component_id_str())
    return shorten(f"{name}_{component}__{dependency.component_property}")


def shorten(name: str) -> str:
    """Return a name of at most 64 characters; what is cut off is replaced by a hash of all."""
    if len(name) <= MAX_NAME:
        return name
    mark = sha256(name.encode()).hexdigest()[:_HASH_CHARS]
    return f"{name[: MAX_NAME - _HASH_CHARS - 1].rstrip('_')}_{mark}"


def _extra_arguments(callback: Callback) -> int:
    """Return how many arguments come before those of the dependencies: `set_progress`."""
    return 1 if callback.background is not None and callback.background.progress else 0


def _positional(function: Callable[..., Any] | None, skip: int) -> list[str]:
    if function is None:
        return []
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return [each.name for each in parameters if each.kind in kinds][skip:]
