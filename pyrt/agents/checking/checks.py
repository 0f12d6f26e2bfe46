"""Checks of what an agent gives to a tool, before anything runs.

First the arguments against the schema of the tool, then each value against the control that a user
would have to use. All that is wrong is said at once.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pyrt.agents.callback_tool import CallbackTool
from pyrt.agents.catalog import Catalog
from pyrt.agents.checking.controls import refuse
from pyrt.agents.checking.plain_schema import find_problems
from pyrt.agents.limits import cut_text
from pyrt.agents.parameters import Parameter

_MAX_ERRORS = 5
_MAX_ERROR = 500  # characters


class BadArguments(ValueError):  # noqa: N818  # as ValueError
    """The arguments of a tool are wrong; the text says all that is."""


def check_schema(name: str, schema: Mapping[str, Any], arguments: object) -> dict[str, Any]:
    """Return the arguments of a tool without those that are null and may be left out.

    Raises:
        BadArguments: they do not fit the schema.
    """
    if not isinstance(arguments, dict):
        raise BadArguments(f"The arguments of {name} must be a JSON object.")
    properties, required = schema.get("properties", {}), schema.get("required", ())
    errors = [
        f"{key}: {name} has no such argument. It has: {', '.join(properties) or 'none'}."
        for key in arguments
        if key not in properties
    ]
    given = {k: v for k, v in arguments.items() if v is not None or k in required}
    errors += _problems(schema, {k: v for k, v in given.items() if k in properties})
    _raise(name, errors)
    return given


def _problems(schema: Mapping[str, Any], value: object) -> Iterator[str]:
    try:
        import jsonschema  # noqa: PLC0415  # comes with the SDK
    except ImportError:  # in a tab
        yield from find_problems(schema, value)
        return
    found = jsonschema.Draft202012Validator(schema).iter_errors(value)
    for error in sorted(found, key=lambda each: [str(step) for step in each.absolute_path]):
        where = ".".join(map(str, error.absolute_path))
        yield f"{where}: {error.message}" if where else error.message


def check_controls(tool: CallbackTool, catalog: Catalog, arguments: Mapping[str, Any]) -> None:
    """Check that a user could give these values to the components.

    What callbacks write (options that depend on another choice) is not known here, and not checked.

    Raises:
        BadArguments: they could not.
    """
    _raise(tool.name, list(_refusals(tool, catalog, arguments)))


def _refusals(tool: CallbackTool, catalog: Catalog, arguments: Mapping[str, Any]) -> Iterator[str]:
    for parameter in tool.parameters:
        if parameter.name not in arguments or parameter.component is None:
            continue
        value = arguments[parameter.name]
        if value == parameter.initial or catalog.writers(parameter.component_id, parameter.prop):
            continue
        reason = refuse(_fixed(parameter, catalog), parameter.prop, value)
        if reason:
            yield f"{parameter.name}: {reason} ({parameter.component_id})."


def _fixed(parameter: Parameter, catalog: Catalog) -> dict[str, Any]:
    """Return the component of a parameter without the props that callbacks write."""
    component = parameter.component
    assert component is not None
    props = {
        prop: value
        for prop, value in component["props"].items()
        if not catalog.writers(parameter.component_id, prop)
    }
    return {**component, "props": props}


def _raise(name: str, errors: list[str]) -> None:
    if not errors:
        return
    shown = [cut_text(each, _MAX_ERROR) for each in errors[:_MAX_ERRORS]]
    more = [f"... and {len(errors) - _MAX_ERRORS} more"] if len(errors) > _MAX_ERRORS else []
    raise BadArguments(f"{name} was not called:\n" + "\n".join([*shown, *more]))
