"""`CallbackTool`: one Python callback as a tool: its arguments, its request (S-50), its outputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from pyrt.agents.components import Described, LayoutView
from pyrt.agents.parameters import Parameter, name_arguments
from pyrt.agents.schemas import hints_of, may_be_none
from pyrt.model.callback import Callback
from pyrt.model.dependencies import Dependency
from pyrt.model.ids import is_pattern, stringify_id

type Request = dict[str, Any]  # as in S-50
type Props = Mapping[str, Mapping[str, Any]]  # {id: {prop: value}}


class Target(NamedTuple):
    """A prop that a tool writes; `component` is None if it is not in the layout, or a pattern."""

    component_id: str
    prop: str
    component: Described | None

    @property
    def kind(self) -> str | None:
        """The type of the component, such as `Dropdown`."""
        return None if self.component is None else str(self.component.get("type"))


class Siblings(Protocol):
    """The tools beside a tool: `Catalog`."""

    view: LayoutView

    def writers(self, component_id: str, prop: str) -> Sequence["CallbackTool"]:
        """Return the tools that write a prop, the first one first."""

    def initial_value(self, component_id: str, prop: str) -> object:
        """Return the value of a prop when the page is open."""

    def run(self, tool: "CallbackTool", request: Request) -> Props:
        """Call a callback and return the props that it writes."""


@dataclass(frozen=True, eq=False)
class CallbackTool:
    """A callback as a tool.

    Attributes:
        name: of the tool.
        callback: the callback.
        siblings: the tools beside it.
    """

    name: str
    callback: Callback
    siblings: Siblings

    @property
    def dependencies(self) -> list[Dependency]:
        """Inputs, then States."""
        return [*self.callback.inputs, *self.callback.state]

    @property
    def is_complete(self) -> bool:
        """Whether all components that it reads are in the layout; patterns always are."""
        find = self.siblings.view.find
        return all(
            each.has_wildcard() or each.allow_optional or find(each.component_id_str()) is not None
            for each in self.dependencies
        )

    @cached_property
    def parameters(self) -> list[Parameter]:
        """The arguments, in order of the dependencies."""
        hints = hints_of(self.callback.function)
        pairs = zip(self.dependencies, name_arguments(self.callback), strict=True)
        return [self._parameter(each, name, hints.get(of)) for each, (of, name) in pairs]

    def _parameter(self, dependency: Dependency, name: str, annotation: object) -> Parameter:
        component_id, prop = dependency.prop_id
        component = None
        if not dependency.has_wildcard():
            component = self.siblings.view.find(component_id)
        made = Parameter(name, dependency, annotation, component)
        others = [each for each in self.siblings.writers(component_id, prop) if each is not self]
        written = others[0].initial_outputs.get(component_id, {}) if others else {}
        initial = written.get(prop, self.siblings.view.value(component_id, prop))
        is_required = initial is not None if annotation is None else not may_be_none(annotation)
        return replace(
            made,
            initial=initial,
            required=is_required,
            written_by=tuple(each.name for each in others),
        )

    @cached_property
    def targets(self) -> list[Target]:
        """The props that it writes."""
        return [
            Target(
                each.component_id_str(),
                each.component_property,
                None if each.has_wildcard() else self.siblings.view.find(each.component_id_str()),
            )
            for each in self.callback.outputs
        ]

    @cached_property
    def initial_outputs(self) -> Props:
        """What the callback writes when the page is opened; empty if it is not called then.

        Found once, by calling it with the initial values of what it reads (S-63). While that
        happens it is empty, so that callbacks that read each other end.
        """
        vars(self)["initial_outputs"] = {}
        if self.callback.prevent_initial_call or self.callback.background is not None:
            return {}
        values = {
            each.name: self.siblings.initial_value(each.component_id, each.prop)
            for each in self.parameters
            if not each.wildcard
        }
        return self.siblings.run(self, self.request(values))

    # --- the request

    def request(self, arguments: Mapping[str, Any]) -> Request:
        """Return the request of a call with these arguments, as a page would send it (S-50)."""
        names = [name for _, name in name_arguments(self.callback)]
        entries = [
            self._entry(dependency, arguments.get(name))
            for dependency, name in zip(self.dependencies, names, strict=True)
        ]
        inputs = entries[: len(self.callback.inputs)]
        return {
            "output": self.callback.callback_id,
            "outputs": self._outputs(inputs),
            "inputs": inputs,
            "state": entries[len(inputs) :],
            "changedPropIds": [
                f"{stringify_id(each['id'])}.{each['property']}"
                for each in _single(inputs)
                if each.get("value") is not None
            ],
        }

    def _entry(self, dependency: Dependency, value: Any) -> Any:  # noqa: ANN401  # JSON
        """Return the part of a request for one dependency.

        An argument for a pattern is already in that form. Without one, it stands for the components
        of the layout with their values; for MATCH for the first of them.
        """
        prop = dependency.component_property
        component_id = dependency.component_id
        if not is_pattern(component_id):
            return {"id": component_id, "property": prop, "value": value}
        if isinstance(value, list) or (isinstance(value, dict) and "id" in value):
            return value
        found = [
            {
                "id": each["props"]["id"],
                "property": prop,
                "value": self.siblings.view.value(stringify_id(each["props"]["id"]), prop),
            }
            for each in self.siblings.view.match(component_id)
        ]
        if _is_list(component_id):
            return found
        return found[0] if found else {"id": component_id, "property": prop, "value": value}

    def _outputs(self, inputs: Sequence[Any]) -> Any:  # noqa: ANN401  # JSON
        outputs = [self._target_of(each, inputs) for each in self.callback.outputs]
        return outputs if self.callback.multi else next(iter(outputs), [])

    def _target_of(self, output: Dependency, inputs: Sequence[Any]) -> Any:  # noqa: ANN401
        pattern, prop = output.component_id, output.component_property
        if not is_pattern(pattern):
            return {"id": pattern, "property": prop}
        ids = _ids_like(pattern, inputs) or [
            each["props"]["id"] for each in self.siblings.view.match(pattern)
        ]
        found = [{"id": each, "property": prop} for each in ids]
        if _is_list(pattern):
            return found
        return found[0] if found else {"id": pattern, "property": prop}


def _is_list(pattern: object) -> bool:
    """Return whether a pattern stands for a list of components: ALL or ALLSMALLER."""
    values = pattern.values() if isinstance(pattern, dict) else ()
    return any(str(each) in {"ALL", "ALLSMALLER"} for each in values if not isinstance(each, str))


def _single(entries: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the entries that are no lists."""
    return [each for each in entries if isinstance(each, dict)]


def _ids_like(pattern: object, inputs: Sequence[Any]) -> list[dict[str, Any]]:
    """Return ids that fit a pattern, with the values of the first dict ids among the inputs."""
    assert isinstance(pattern, dict)
    wild = [key for key, value in pattern.items() if not isinstance(value, str | int | float)]
    for entry in inputs:
        ids = [each.get("id") for each in (entry if isinstance(entry, list) else [entry])]
        dicts = [
            each for each in ids if isinstance(each, dict) and all(key in each for key in wild)
        ]
        if dicts:
            return [{**pattern, **{key: each[key] for key in wild}} for each in dicts]
    return []


type Run = Callable[[Callback, Request], Props]
