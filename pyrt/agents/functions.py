"""Functions with `mcp_enabled` as tools."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from pyrt.agents.results import Result, data, text
from pyrt.agents.schemas import hints_of, may_be_none, schema_of_annotation
from pyrt.agents.settings import AgentFunction
from pyrt.engine.call.invocation import CALLBACK_ERRORS
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode

_NO_DESCRIPTION = "A function of the app."


class InThread(Protocol):
    """Calls a function that blocks."""

    def __call__[T](self, function: Callable[[], T], /) -> Awaitable[T]:
        """Return its result."""


def describe_function(function: AgentFunction, *, expose: bool) -> dict[str, Any]:
    """Return the tool of a function.

    Args:
        function: the function.
        expose: show its docstring, unless it says otherwise itself.
    """
    shown = expose if function.expose_docstring is None else function.expose_docstring
    words = (function.function.__doc__ or "").strip() if shown else ""
    described = {
        "name": function.name,
        "description": words or _NO_DESCRIPTION,
        "inputSchema": _input_schema(function.function),
    }
    returned = schema_of_annotation(hints_of(function.function).get("return"))
    if returned is not None:
        described["outputSchema"] = {
            "type": "object",
            "properties": {"result": returned},
            "required": ["result"],
        }
    return described


def _input_schema(function: Callable[..., Any]) -> dict[str, Any]:
    hints = hints_of(function)
    properties: dict[str, Any] = {}
    required = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        annotation = hints.get(name)
        schema = dict(schema_of_annotation(annotation) or {})
        has_default = parameter.default is not parameter.empty
        if has_default or (annotation is not None and may_be_none(annotation)):
            schema["description"] = "Optional."
        else:
            required.append(name)
        properties[name] = schema
    made = {"type": "object", "properties": properties}
    return {**made, "required": required} if required else made


async def call_function(
    function: AgentFunction, arguments: Mapping[str, Any], in_thread: InThread
) -> Result:
    """Call a function and return its result as that of a tool; an exception is an error result."""
    try:
        if is_coroutine_function(function.function):
            value = await function.function(**arguments)
        else:
            value = await in_thread(lambda: function.function(**arguments))
        plain = encode(value, where=f"The function {function.name}").decode()
    except CALLBACK_ERRORS as error:
        return text(f"{type(error).__name__}: {error}", is_error=True)
    result = data({"result": plain})
    result["content"][0] = text(_shown(result["structuredContent"]["result"]))["content"][0]
    return result


def _shown(value: object) -> str:
    return encode(value).whole_text()
