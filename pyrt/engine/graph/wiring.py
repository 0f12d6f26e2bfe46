"""A callback compiled for the engine: its endpoints, with patterns taken apart once.

    Callback   what the author declared        (pyrt/model/callback.py)
    Wiring     the same, ready to be matched   (here)
    Invocation one way to call it: a wiring and the values of its MATCH wildcards
    Run        one execution of an invocation  (pyrt/engine/schedule/run.py)

Nothing here knows other callbacks or the layout. May import the model floor and `nodes`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pyrt.engine.tree.index import Binding, Pattern
from pyrt.model.callback import Callback
from pyrt.model.dependencies import Dependency, Output

if TYPE_CHECKING:
    from pyrt.model.ids import PropId

type InvocationKey = tuple[int, tuple[object, ...]]


class Endpoint:
    """One Input, Output or State of a callback.

    Attributes:
        component_id: the stringified id, or None for a pattern.
        pattern: the dict id taken apart, also when it has no wildcard; None for a string id.
        property: the name of the prop.
        key_property: the name under which the graph knows it. An Output with `allow_duplicate` has
            a name of its own, so that nobody waits for it (S-37).
        multi: whether it stands for a list of components.
        optional: whether the component may be missing (`allow_optional`).
    """

    __slots__ = (
        "component_id",
        "dependency",
        "key_property",
        "multi",
        "optional",
        "pattern",
        "property",
    )

    def __init__(self, dependency: Dependency, number: int) -> None:
        component_id = dependency.component_id
        is_dict = isinstance(component_id, dict)
        self.dependency = dependency
        self.pattern = Pattern(component_id) if is_dict else None  # type: ignore[arg-type]
        self.component_id = None if is_dict else str(component_id)
        self.property = dependency.component_property
        duplicate = isinstance(dependency, Output) and dependency.allow_duplicate
        self.key_property = f"{self.property}@{number}" if duplicate else self.property
        self.multi = self.pattern is not None and self.pattern.multi
        self.optional = dependency.allow_optional

    def __repr__(self) -> str:
        return repr(self.dependency)

    @property
    def match_keys(self) -> tuple[str, ...]:
        """The keys with MATCH, sorted."""
        return self.pattern.match_keys if self.pattern else ()

    @property
    def text(self) -> str:
        """Its name in messages: `id.prop`."""
        return str(self.dependency)


class Wiring:
    """One callback and its endpoints.

    Attributes:
        number: its place in the order of registration.
        running, progress: the Outputs that have other values while it runs (S-99, S-122).
        match_keys: the keys that have MATCH in all of its Outputs (S-14).
        enumerators: the Outputs whose components say which invocations there are (S-20).
        multi: whether results come in a container.
        all_inputs_multi: no Input stands for a single component; true without Inputs.
    """

    def __init__(self, callback: Callback) -> None:
        self.callback = callback
        self.number = callback.index
        self.inputs = _endpoints(callback.inputs, self.number)
        self.outputs = _endpoints(callback.outputs, self.number)
        self.state = _endpoints(callback.state, self.number)
        self.running = _endpoints([entry.output for entry in callback.running], self.number)
        progress = callback.background.progress if callback.background else ()
        self.progress = _endpoints(progress, self.number)
        self.match_keys = self.outputs[0].match_keys if self.outputs else ()
        single = [output for output in self.outputs if not output.multi]
        self.enumerators = (single[:1] or self.outputs) if self.match_keys else ()
        self.multi = callback.multi
        self.all_inputs_multi = all(endpoint.multi for endpoint in self.inputs)
        self.plain = Invocation(self, (), None)

    def __repr__(self) -> str:
        return f"<Wiring {self.callback}>"

    @cached_property
    def label(self) -> str:
        """The subject of sentences about it: its name, file and line."""
        return f"The callback {self.callback}"


class Invocation:
    """A wiring with values for its MATCH wildcards.

    Attributes:
        match: the MATCH values that tell it from others of this wiring (S-15, S-16).
        binding: what these values demand of the components of other endpoints.
        inputs, outputs: the concrete props, as the graph last found them, in this `version` of the
            layout; only the graph looks at these.
    """

    __slots__ = ("binding", "inputs", "key", "match", "outputs", "version", "wiring")

    def __init__(self, wiring: Wiring, match: tuple[object, ...], binding: Binding | None) -> None:
        self.wiring = wiring
        self.match = match
        self.binding = binding
        self.key: InvocationKey = (wiring.number, match)
        self.version = -1
        self.inputs: list[PropId] | None = None
        self.outputs: list[PropId] | None = None

    def __repr__(self) -> str:
        return f"<Invocation {self.wiring.callback} {self.match or ''}>"


def _endpoints(dependencies: Sequence[Dependency], number: int) -> tuple[Endpoint, ...]:
    return tuple(Endpoint(dependency, number) for dependency in dependencies)
