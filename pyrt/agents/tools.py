"""`AgentApp`: all that an app offers to agents, and what happens when one of them calls a tool.

    list_tools    callbacks, tasks, get_dash_component, functions with `mcp_enabled`
    call          schema -> control -> confirmation by the user -> the callback or the function

What it needs of the place where it runs is in a `Host`: a server calls callbacks in its threads,
`pyrt mcp` in its own process.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pyrt.agents import settings as agent_settings
from pyrt.agents.callback_tool import CallbackTool, Request
from pyrt.agents.catalog import Catalog
from pyrt.agents.checking.checks import BadArguments, check_controls, check_schema
from pyrt.agents.components import LayoutView, load_layout
from pyrt.agents.descriptions import (
    CANCEL_TASK,
    GET_COMPONENT,
    GET_RESULT,
    asks_user,
    describe_parameter,
    describe_tool,
)
from pyrt.agents.functions import call_function, describe_function
from pyrt.agents.resources import Resources
from pyrt.agents.results import RESULT_SCHEMA, Result, data, format_response, text
from pyrt.agents.schemas import schema_of_parameter
from pyrt.agents.tasks import Jobs, TaskError, Tasks, as_result
from pyrt.app.dash import Dash
from pyrt.calls.call import CallResult
from pyrt.model.callback import Callback
from pyrt.model.environment import Environment

type Tool = dict[str, Any]
type Confirm = Callable[[str], Awaitable[bool]]


class UnknownTool(LookupError):  # noqa: N818  # as LookupError
    """There is no tool with this name."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The agent that calls.

    Attributes:
        environment: of the callback that is called (S-113).
        confirm: asks the user, and returns whether they agree.
    """

    environment: Environment
    confirm: Confirm


class Host(Protocol):
    """The place where an app runs."""

    @property
    def jobs(self) -> Jobs | None:
        """Runs background callbacks; None if nothing here does."""

    def allows(self, callback: Callback) -> bool:
        """Return whether agents may call a callback here."""

    async def in_thread[T](self, function: Callable[[], T]) -> T:
        """Call a function that blocks."""

    async def call(
        self, callback: Callback, request: Request, environment: Environment
    ) -> CallResult:
        """Call a callback."""

    def call_blocking(self, callback: Callback, request: Request) -> CallResult:
        """Call a callback for the value that it has when the page is opened."""

    def explain(self, result: CallResult) -> str:
        """Return what an agent is told about a failed call."""


class AgentApp:
    """What an app offers to agents.

    Args:
        app: a prepared app.
        host: the place where it runs.
    """

    def __init__(self, app: Dash, host: Host) -> None:
        self.app = app
        self.host = host
        self._catalog: Catalog | None = None
        self._made_at: object = None

    @property
    def revision(self) -> object:
        """A value that changes when the lists of tools and resources may have changed."""
        return self.app.callbacks.revision, agent_settings.revision()

    @property
    def catalog(self) -> Catalog:
        """The tools of callbacks; made again when callbacks or settings have changed.

        Making it may call the app's layout function.
        """
        if self._catalog is None or self._made_at != self.revision:
            self._made_at = self.revision
            self._catalog = Catalog(
                self.app.callbacks,
                self._view(),
                agent_settings.current(),
                self.host.allows,
                self._run,
            )
        return self._catalog

    @property
    def resources(self) -> Resources:
        """The resources."""
        return Resources(self.app, lambda: self.catalog.view, agent_settings.current())

    def list_resources(self) -> list[dict[str, Any]]:
        """Return the resources with a fixed address."""
        return self.resources.list_all()

    def list_templates(self) -> list[dict[str, Any]]:
        """Return the addresses of resources with a variable part."""
        return self.resources.templates()

    def _view(self) -> LayoutView:
        known = self.app.validation_layout
        return LayoutView(load_layout(self.app.get_layout() if known is None else known))

    def _run(self, callback: Callback, request: Request) -> Mapping[str, Mapping[str, Any]]:
        result = self.host.call_blocking(callback, request)
        if result.outcome != "value":
            return {}
        found: dict[str, dict[str, Any]] = json.loads(result.body())["response"]
        return found

    # --- tools

    def list_tools(self) -> list[Tool]:
        """Return all tools; blocks, as callbacks may be called for their first values."""
        catalog = self.catalog
        found = [self._describe(tool) for tool in catalog.tools if tool.is_complete]
        if self._has_tasks:
            found += _TASK_TOOLS
        if agent_settings.current().include_layout:
            found.append(_COMPONENT_TOOL)
        expose = agent_settings.current().expose_callback_docstrings
        for function in agent_settings.functions().values():
            found.append(describe_function(function, expose=expose))
        return found

    @property
    def _has_tasks(self) -> bool:
        return any(tool.callback.background is not None for tool in self.catalog.tools)

    def _describe(self, tool: CallbackTool) -> Tool:
        described = {
            "name": tool.name,
            "description": describe_tool(tool, agent_settings.current()),
            "inputSchema": self.schema_of(tool),
        }
        if tool.callback.background is None:  # its own call gives a task
            described["outputSchema"] = RESULT_SCHEMA
        if asks_user(tool):
            described["annotations"] = {"destructiveHint": True, "readOnlyHint": False}
        return described

    def schema_of(self, tool: CallbackTool) -> dict[str, Any]:
        """Return the schema of the arguments of a tool."""
        properties = {}
        for parameter in tool.parameters:
            schema = schema_of_parameter(parameter, self.catalog.view)
            words = describe_parameter(parameter, self.catalog)
            properties[parameter.name] = {**schema, "description": words} if words else schema
        required = [each.name for each in tool.parameters if each.required]
        schema = {"type": "object", "properties": properties}
        return {**schema, "required": required} if required else schema

    async def call(self, name: str, arguments: object, caller: Caller) -> Result:
        """Call a tool.

        Raises:
            UnknownTool: there is none with this name.
        """
        try:
            return await self._call(name, arguments, caller)
        except (BadArguments, TaskError) as error:
            return text(str(error), is_error=True)

    async def _call(self, name: str, arguments: object, caller: Caller) -> Result:
        tool = await self.host.in_thread(lambda: self._find(name))
        if tool is not None:
            return await self._call_callback(tool, arguments, caller)
        function = agent_settings.functions().get(name)
        if function is not None:
            schema = describe_function(function, expose=False)["inputSchema"]
            given = check_schema(name, schema, arguments)
            return await call_function(function, given, self.host.in_thread)
        own = {_COMPONENT_TOOL["name"]: self._get_component, GET_RESULT: self._poll}
        own[CANCEL_TASK] = self._cancel
        listed = {each["name"]: each for each in await self.host.in_thread(self.list_tools)}
        if name not in own or name not in listed:
            raise UnknownTool(
                f"Tool not found: {name[:200]}. The callbacks of the app may have changed: ask for "
                "tools/list again."
            )
        given = check_schema(name, listed[name]["inputSchema"], arguments)
        return await self.host.in_thread(lambda: own[name](given))

    def _find(self, name: str) -> CallbackTool | None:
        tool = self.catalog.by_name.get(name)
        return tool if tool is not None and tool.is_complete else None

    async def start_task(
        self, name: str, arguments: object, caller: Caller
    ) -> dict[str, Any] | Result:
        """Call the tool of a background callback and return its task; or the result of another.

        Raises:
            UnknownTool: there is none with this name.
        """
        tool = await self.host.in_thread(lambda: self._find(name))
        if tool is None or tool.callback.background is None:
            return await self.call(name, arguments, caller)
        try:
            request = await self._prepare(tool, arguments, caller)
            return await self._start(tool, request)
        except (BadArguments, TaskError) as error:
            return text(str(error), is_error=True)

    async def _call_callback(self, tool: CallbackTool, arguments: object, caller: Caller) -> Result:
        request = await self._prepare(tool, arguments, caller)
        if tool.callback.background is not None:
            started = await self._start(tool, request)
            return as_result(started) if "taskId" in started else started
        result = await self.host.call(tool.callback, request, caller.environment)
        return self._format(tool, result)

    async def _prepare(self, tool: CallbackTool, arguments: object, caller: Caller) -> Request:
        """Check the arguments, ask the user if the app does, and return the request.

        Raises:
            BadArguments: the arguments are wrong, or the user does not agree.
        """

        def check() -> dict[str, Any]:
            given = check_schema(tool.name, self.schema_of(tool), arguments)
            check_controls(tool, self.catalog, given)
            return given

        given = await self.host.in_thread(check)
        question = _question(tool)
        if question and not await caller.confirm(question):
            raise BadArguments(f"{tool.name} was not called: the user has not confirmed it.")
        return await self.host.in_thread(lambda: tool.request(given))

    async def _start(self, tool: CallbackTool, request: Request) -> dict[str, Any] | Result:
        tasks = self.tasks
        started = await self.host.in_thread(lambda: tasks.start(tool, request))
        return self._format(tool, started) if isinstance(started, CallResult) else started

    def _format(self, tool: CallbackTool, result: CallResult) -> Result:
        if result.outcome == "error":
            return text(self.host.explain(result), is_error=True)
        if result.outcome == "prevented":
            return data({"multi": True, "response": {}}, _NOTHING)
        return format_response(json.loads(result.body()), tool.targets)

    # --- tasks

    @property
    def tasks(self) -> Tasks:
        """The tasks of background callbacks.

        Raises:
            TaskError: nothing here runs them.
        """
        jobs = self.host.jobs
        if jobs is None:
            raise TaskError("Nothing here runs background callbacks.")
        return Tasks(self.catalog.by_name.get, jobs, self.host.explain)

    def get_task(self, task_id: str) -> dict[str, Any]:
        """Return the state of a task; see `Tasks`."""
        return self.tasks.get(task_id)

    def task_result(self, task_id: str) -> Result:
        """Return the result of a task that has ended; see `Tasks`."""
        return self.tasks.result(task_id)

    def cancel_task(self, task_id: str) -> dict[str, Any]:
        """End a task and return its state; see `Tasks`."""
        return self.tasks.cancel(task_id)

    def _poll(self, given: Mapping[str, Any]) -> Result:
        return self.tasks.poll(given["taskId"])

    def _cancel(self, given: Mapping[str, Any]) -> Result:
        return text(json.dumps(self.tasks.cancel(given["taskId"])))

    # --- get_dash_component

    def _get_component(self, given: Mapping[str, Any]) -> Result:
        component_id, wanted = given["component_id"], given.get("property") or ""
        catalog = self.catalog
        component = catalog.view.find(component_id)
        writers = [
            tool.name
            for tool in catalog.tools
            if any(each.component_id_str() == component_id for each in tool.callback.outputs)
        ]
        if component is None:
            known = f" These tools write it: {', '.join(writers)}." if writers else ""
            return text(
                f"The layout has no component {component_id!r}.{known} The resource "
                "dash://components lists those it has.",
                is_error=True,
            )
        written = {prop for (each, prop) in catalog.written if each == component_id}
        properties = {}
        for prop in dict.fromkeys([*component["props"], *sorted(written)]):
            value = catalog.initial_value(component_id, prop)
            if value is None or (wanted and prop != wanted):
                continue
            properties[prop] = {
                "initial_value": value,
                "modified_by_tool": [each.name for each in catalog.writers(component_id, prop)],
                "input_to_tool": [each.name for each in catalog.readers(component_id, prop)],
            }
        return data(
            {
                "component_id": component_id,
                "component_type": component["type"],
                "label": catalog.view.labels.get(component_id),
                "properties": properties,
            }
        )


def _question(tool: CallbackTool) -> str:
    """Return what the app asks before it calls a callback; empty if it asks nothing."""
    if not asks_user(tool):
        return ""
    texts = [
        str((each.component or {}).get("props", {}).get("message") or "")
        for each in tool.parameters
        if each.is_input and each.prop == "submit_n_clicks"
    ]
    said = next(filter(None, texts), "")
    return f"The app asks before it runs {tool.name}: {said!r}" if said else f"Run {tool.name}?"


_NOTHING = {"type": "text", "text": "The callback changed nothing."}


def _object(required: list[str], **properties: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": words} for name, words in properties.items()
        },
        "required": required,
    }


_TASK_ID = "the taskId in the result of the tool that has started it"
_TASK_TOOLS: list[Tool] = [
    {
        "name": GET_RESULT,
        "description": "Ask for the result of a background callback. While it runs, this gives its "
        "state and progress: ask again.",
        "inputSchema": _object(["taskId"], taskId=_TASK_ID),
    },
    {
        "name": CANCEL_TASK,
        "description": "End a background callback that runs.",
        "inputSchema": _object(["taskId"], taskId=_TASK_ID),
    },
]
_STRINGS = {"type": "array", "items": {"type": "string"}}
_COMPONENT_TOOL: Tool = {
    "name": GET_COMPONENT,
    "description": "Read a component: its type, its label, and its properties with their values "
    "when the page is opened, and which tools read and write them. The resource dash://components "
    "lists the ids.",
    "inputSchema": _object(
        ["component_id"],
        component_id="the id of the component",
        property="one property, such as 'options'; all of them without it",
    ),
    "outputSchema": {
        "type": "object",
        "properties": {
            "component_id": {"type": "string"},
            "component_type": {"type": "string"},
            "label": {"anyOf": [_STRINGS, {"type": "null"}]},
            "properties": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "initial_value": {},
                        "modified_by_tool": _STRINGS,
                        "input_to_tool": _STRINGS,
                    },
                },
            },
        },
        "required": ["component_id", "component_type", "properties"],
    },
}
