"""`CompiledCallback`: a callback with its dependencies ready to be matched with components.

Callback          what the app declares                  (pyrt/model/callback.py)
CompiledCallback  the same, with patterns compiled       (here)
Invocation        and values for its MATCH wildcards     (here)
Run               one execution of an invocation         (pyrt/engine/schedule/run.py)
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pyrt.engine.tree.index import Binding, Pattern
from pyrt.model.callback import Callback, name_output
from pyrt.model.dependencies import Dependency, Input, Output

if TYPE_CHECKING:
    from pyrt.model.ids import PropId

type InvocationKey = tuple[int, tuple[object, ...]]  # (index of the callback, MATCH values)


class CallbackPort:
    """One Input, Output or State of a callback.

    Attributes:
        component_id: the stringified id, or None for a pattern.
        pattern: the compiled dict id, with or without wildcards; None for a string id.
        property: the name of the prop.
        listed_property: the same in lists of outputs, where a duplicate has its hash (S-9).
        key_property: the name of the prop in the graph. That of an Output with `allow_duplicate`
            is unique, so that no other callback waits for it (S-37).
        multi: whether it stands for a list of components.
        optional: whether the component may be missing (`allow_optional`).
    """

    __slots__ = (
        "component_id",
        "dependency",
        "key_property",
        "listed_property",
        "multi",
        "optional",
        "pattern",
        "property",
    )

    def __init__(self, dependency: Dependency, index: int, inputs: Sequence[Input] = ()) -> None:
        component_id = dependency.component_id
        is_dict = isinstance(component_id, dict)
        self.dependency = dependency
        self.pattern = Pattern(component_id) if is_dict else None  # type: ignore[arg-type]  # a dict
        self.component_id = None if is_dict else str(component_id)
        self.property = dependency.component_property
        self.key_property = self.listed_property = self.property
        if isinstance(dependency, Output) and dependency.allow_duplicate:
            self.key_property = f"{self.property}@{index}"
            self.listed_property = name_output(dependency, inputs)
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
        """`id.prop`, for error messages."""
        return str(self.dependency)


class CompiledCallback:
    """One callback and its ports.

    Attributes:
        index: `Callback.index`; ascends in order of registration.
        inputs, outputs, state: its ports, in order of declaration.
        running, progress: the Outputs that have other values while it runs (S-99, S-122).
        match_keys: the keys that have MATCH in all of its Outputs (S-14).
        enumerators: the Outputs whose components determine which invocations exist (S-20).
        multi: whether results come in a container.
        all_inputs_multi: whether each Input stands for a list; true without Inputs.
        answered: the props of Inputs whose component may have another prop among its Inputs and
            State. The component may answer a new value of the one with a change of the other.
        plain: the invocation without MATCH values.
    """

    def __init__(self, callback: Callback) -> None:
        self.callback = callback
        self.index = callback.index
        self.inputs = _compile_ports(callback.inputs, self.index)
        self.outputs = tuple(
            CallbackPort(output, self.index, callback.inputs) for output in callback.outputs
        )
        self.state = _compile_ports(callback.state, self.index)
        self.running = _compile_ports([entry.output for entry in callback.running], self.index)
        progress = callback.background.progress if callback.background else ()
        self.progress = _compile_ports(progress, self.index)
        self.match_keys = self.outputs[0].match_keys if self.outputs else ()
        single = [output for output in self.outputs if not output.multi]
        self.enumerators = (single[:1] or self.outputs) if self.match_keys else ()
        self.multi = callback.multi
        self.all_inputs_multi = all(port.multi for port in self.inputs)
        self.answered = _find_answered(self.inputs, (*self.inputs, *self.state))
        self.plain = Invocation(self, (), None)

    def __repr__(self) -> str:
        return f"<CompiledCallback {self.callback}>"

    @cached_property
    def label(self) -> str:
        """The subject of error messages: name, file and line."""
        return f"The callback {self.callback}"


class Invocation:
    """A compiled callback with values for its MATCH wildcards.

    Attributes:
        match: the MATCH values, which distinguish the invocations of a callback (S-15, S-16).
        binding: what these values require of the components of the other ports.
        key: equal for equal callbacks and MATCH values.
        inputs, outputs: cache of the graph: the concrete props in `version` of the layout.
    """

    __slots__ = ("binding", "compiled", "inputs", "key", "match", "outputs", "version")

    def __init__(
        self, compiled: CompiledCallback, match: tuple[object, ...], binding: Binding | None
    ) -> None:
        self.compiled = compiled
        self.match = match
        self.binding = binding
        self.key: InvocationKey = (compiled.index, match)
        self.version = -1
        self.inputs: list[PropId] | None = None
        self.outputs: list[PropId] | None = None

    def __repr__(self) -> str:
        return f"<Invocation {self.compiled.callback} {self.match or ''}>"


def _find_answered(inputs: Sequence[CallbackPort], read: Sequence[CallbackPort]) -> frozenset[str]:
    props: dict[object, set[str]] = {}
    for port in read:
        where = port.pattern.keys if port.pattern else port.component_id
        props.setdefault(where, set()).add(port.property)
    return frozenset(
        port.property
        for port in inputs
        if len(props[port.pattern.keys if port.pattern else port.component_id]) > 1
    )


def _compile_ports(dependencies: Sequence[Dependency], index: int) -> tuple[CallbackPort, ...]:
    return tuple(CallbackPort(dependency, index) for dependency in dependencies)
