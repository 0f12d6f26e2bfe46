"""`TabAgents`: an app as tools of the browser's agent (WebMCP), in the Python worker of its page.

    page (web/src/agents)                        here
    {"list": {}}                            -->  {"tools": [...]}
    {"call": {name, arguments, page, ...}}  -->  {"result"}, {"question"}, or {"steps": [[step]]}
    {"report": {"page": ...}}               -->  {"result"}

The page does the steps as its user would: all of a group, then it waits until no callback runs. A
step is `{"id", "props"}`, `{"click"}` with an id, or `{"navigate"}` with a path. `page` is what
only the page knows: its text, title, path and errors. One call at a time.
"""

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pyrt.agents.callback_tool import CallbackTool, Request
from pyrt.agents.catalog import Catalog
from pyrt.agents.checking.checks import BadArguments, check_schema
from pyrt.agents.components import LayoutView
from pyrt.agents.enabled import is_enabled
from pyrt.agents.open_page.page_tools import (
    PAGE_TOOL_NAMES,
    READ,
    WAIT,
    Before,
    ConfirmFirst,
    PageTools,
    list_page_tools,
)
from pyrt.agents.results import Result, data, text
from pyrt.agents.tasks import Jobs
from pyrt.agents.tools import AgentApp, Caller, Tool, UnknownTool
from pyrt.app.dash import Dash
from pyrt.calls.call import CallResult
from pyrt.engine.tree.layout import Layout
from pyrt.model import environment
from pyrt.model.callback import Callback
from pyrt.model.environment import Environment
from pyrt.model.errors import PyrtError
from pyrt.model.ids import stringify_id

type Answer = dict[str, Any]
type Step = dict[str, Any]
type Change = tuple[str, str, Any]  # id, prop, value

_CLICKS = "n_clicks"
_CONFIRMS = "submit_n_clicks"  # of a dialog


@dataclass(slots=True)
class _Page:
    """The open page: its layout, what it has told of itself, and the steps that it is to do."""

    tree: Layout
    facts: Mapping[str, Any]
    groups: list[list[Step]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.facts.get("text", ""))

    @property
    def title(self) -> str:
        return str(self.facts.get("title", ""))

    @property
    def location(self) -> Any:  # noqa: ANN401  # has `pathname`
        return SimpleNamespace(pathname=str(self.facts.get("path", "/")))

    @property
    def errors(self) -> Sequence[Any]:
        return [SimpleNamespace(**each) for each in self.facts.get("errors", ())]

    def __contains__(self, component_id: object) -> bool:
        return self.tree.find(str(component_id)) is not None

    def set(self, component_id: object, **props: Any) -> None:  # noqa: ANN401  # any prop
        self.groups.append([{"id": str(component_id), "props": props}])

    def click(self, component_id: object) -> None:
        if component_id not in self:
            raise PyrtError(f"{component_id}: the page has no such component now.")
        self.groups.append([{"click": str(component_id)}])

    def navigate(self, path: str) -> None:
        self.groups.append([{"navigate": path}])

    def advance(self, seconds: float) -> None:
        """Never called: the clock of a browser goes on by itself."""


class _TabHost:
    """The place where the app runs: nothing is called here but functions with `mcp_enabled`."""

    jobs: Jobs | None = None

    @staticmethod
    def allows(callback: Callback) -> bool:
        return callback.function is not None

    @staticmethod
    async def in_thread[T](function: Callable[[], T]) -> T:
        return function()

    async def call(
        self, callback: Callback, request: Request, environment: Environment
    ) -> CallResult:
        raise NotImplementedError

    def call_blocking(self, callback: Callback, request: Request) -> CallResult:
        raise NotImplementedError

    def explain(self, result: CallResult) -> str:
        raise NotImplementedError


class _TabApp(AgentApp):
    """The tools of callbacks, with the layout and the values of the open page."""

    def __init__(self, app: Dash, tree: Layout) -> None:
        super().__init__(app, _TabHost())
        self._tree = tree

    def _view(self) -> LayoutView:
        return LayoutView(self._tree)

    def _run(self, *_: object) -> Mapping[str, Mapping[str, Any]]:
        """Return nothing: what callbacks write first is in the layout already."""
        return {}

    @property
    def _has_tasks(self) -> bool:
        return False  # the page shows the progress of background callbacks


class TabAgents:
    """Answers the page's requests.

    Args:
        app: the app.
        layout: returns the layout of the page's session.
        finish: waits for what a function returns, if that is awaitable.
    """

    def __init__(
        self, app: Dash, layout: Callable[[], Layout], finish: Callable[[object], object]
    ) -> None:
        self._app = app
        self._layout = layout
        self._finish = finish
        self._before = Before({}, 0)
        self._tool: CallbackTool | None = None  # of the call whose steps the page does

    def answer(self, text: str) -> str:
        """Answer one request; both are JSON."""
        ((kind, given),) = json.loads(text).items()
        found = {"list": self._list, "call": self._call, "report": self._report}[kind](given)
        return json.dumps(found, ensure_ascii=False, default=str)

    def _open(self, facts: Mapping[str, Any]) -> tuple[_Page, PageTools]:
        page = _Page(self._layout(), facts)
        return page, PageTools(page, self._app.callbacks)

    def _list(self, _: object) -> Answer:
        if not is_enabled(self._app, by_project=True):
            return {"tools": []}
        others = _TabApp(self._app, self._layout()).list_tools()
        own = [each for each in list_page_tools() if each["name"] != WAIT]
        names = {each["name"] for each in own}
        return {"tools": [*(each for each in others if each["name"] not in names), *own]}

    def _call(self, given: Mapping[str, Any]) -> Answer:
        page, tools = self._open(given["page"])
        try:
            return self._begin(given, page, tools)
        except ConfirmFirst as question:
            return {"question": str(question)}
        except (BadArguments, UnknownTool) as error:
            return {"result": text(str(error), is_error=True)}

    def _begin(self, given: Mapping[str, Any], page: _Page, tools: PageTools) -> Answer:
        name, arguments = str(given["name"]), given["arguments"]
        listed: dict[str, Tool] = {each["name"]: each for each in self._list({})["tools"]}
        if name not in listed:
            raise UnknownTool(f"Tool not found: {name[:200]}. The page may have changed.")
        is_confirmed = bool(given.get("confirmed"))
        self._tool = None
        if name in PAGE_TOOL_NAMES:
            fit = check_schema(name, listed[name]["inputSchema"], arguments)
            if name == READ:
                return {"result": tools.read(fit)}
            tools.act(name, fit, is_confirmed=is_confirmed)
        else:
            app = _TabApp(self._app, self._layout())
            tool = app.catalog.by_name.get(name)
            if tool is None:
                return {"result": self._call_function(app, name, arguments)}
            fit = check_schema(name, listed[name]["inputSchema"], arguments)
            page.groups = [_steps_of(tool, fit, tools, app.catalog, is_confirmed=is_confirmed)]
            self._tool = tool
        self._before = tools.look()
        return {"steps": page.groups}

    def _call_function(self, app: AgentApp, name: str, arguments: object) -> Result:
        """Call a function of the app, or `get_dash_component`."""

        async def confirm(_: str) -> bool:
            raise NotImplementedError  # only callbacks ask

        call: Coroutine[Any, Any, Result]
        call = app.call(name, arguments, Caller(environment.current(), confirm))
        found = self._finish(call)
        assert isinstance(found, dict)
        return found

    def _report(self, given: Mapping[str, Any]) -> Answer:
        page, tools = self._open(given["page"])
        report, *pictures = tools.report(self._before)
        if page.facts.get("running"):
            report["running"] = page.facts["running"]
        if self._tool is not None:
            report = {"response": _outputs_of(self._tool, LayoutView(page.tree)), **report}
        return {"result": data(report, *pictures)}


def _steps_of(
    tool: CallbackTool,
    given: Mapping[str, Any],
    tools: PageTools,
    catalog: Catalog,
    *,
    is_confirmed: bool,
) -> list[Step]:
    """Return what a user does so that a callback is called with these arguments.

    States change before Inputs. What has the value already is left alone.

    Raises:
        BadArguments: a user could not do that.
        ConfirmFirst: the app asks before it is done.
    """
    steps: list[Step] = []
    problems: list[str] = []
    question = ""
    for component_id, prop, value in _changes(tool, given):
        if catalog.view.value(component_id, prop) == value:
            continue
        if prop == _CONFIRMS:
            found = catalog.view.find(component_id)
            message = (found or {}).get("props", {}).get("message")
            question = f"The app asks before it runs {tool.name}: {str(message or 'Go on?')!r}"
            steps.append({"id": component_id, "props": {prop: value}})
        elif prop == _CLICKS:
            tools.check_click(component_id)
            steps.append({"click": component_id})
        else:
            reason = tools.refuse(component_id, prop, value)
            problems += [reason] if reason else []
            steps.append({"id": component_id, "props": {prop: value}})
    if problems:
        raise BadArguments(f"{tool.name} was not called:\n" + "\n".join(problems))
    if question and not is_confirmed:
        raise ConfirmFirst(question)
    return steps


def _changes(tool: CallbackTool, given: Mapping[str, Any]) -> Iterator[Change]:
    for parameter in sorted(tool.parameters, key=lambda each: each.is_input):
        if parameter.name not in given:
            continue
        value = given[parameter.name]
        if not parameter.wildcard:
            yield parameter.component_id, parameter.prop, value
            continue
        for each in value if isinstance(value, list) else [value]:
            yield str(stringify_id(each["id"])), parameter.prop, each["value"]


def _outputs_of(tool: CallbackTool, view: LayoutView) -> dict[str, dict[str, Any]]:
    """Return the values of what a callback writes."""
    found: dict[str, dict[str, Any]] = {}
    for target in tool.targets:
        if target.component is not None:
            value = view.value(target.component_id, target.prop)
            found.setdefault(target.component_id, {})[target.prop] = value
    return found
