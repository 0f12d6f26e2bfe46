"""`Catalog`: the callbacks of an app that are tools, with their names, and what connects them.

    callbacks of the registry --which, names--> tools --initial values--> descriptions, schemas

A catalog is a picture of one moment: `AgentApp` in `pyrt.agents.tools` makes a new one when
callbacks or settings have changed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pyrt.agents.callback_tool import CallbackTool, Props, Request, Run
from pyrt.agents.components import LayoutView
from pyrt.agents.parameters import shorten
from pyrt.agents.settings import AgentSettings
from pyrt.model.callback import Callback


class Catalog:
    """The tools of an app's callbacks.

    Args:
        callbacks: of the app.
        view: its layout.
        settings: which callbacks are tools.
        allows: whether an agent may call a callback here.
        run: calls a callback and returns the props that it writes; for initial values.
    """

    def __init__(
        self,
        callbacks: Iterable[Callback],
        view: LayoutView,
        settings: AgentSettings,
        allows: Callable[[Callback], bool],
        run: Run,
    ) -> None:
        self.view = view
        self._run = run
        chosen = [each for each in callbacks if is_tool(each, settings) and allows(each)]
        names = name_tools(chosen)
        self.tools = [CallbackTool(names[each.index], each, self) for each in chosen]
        self.by_name = {tool.name: tool for tool in self.tools}
        self._writers: dict[tuple[str, str], list[CallbackTool]] = {}
        self._readers: dict[tuple[str, str], list[CallbackTool]] = {}
        for tool in self.tools:
            for output in tool.callback.outputs:
                self._writers.setdefault(output.prop_id, []).append(tool)
            for dependency in tool.dependencies:
                self._readers.setdefault(dependency.prop_id, []).append(tool)

    @property
    def written(self) -> Iterable[tuple[str, str]]:
        """The props that tools write: `(id, prop)`."""
        return self._writers.keys()

    def writers(self, component_id: str, prop: str) -> Sequence[CallbackTool]:
        """Return the tools that write a prop, the first one first."""
        return self._writers.get((component_id, prop), ())

    def readers(self, component_id: str, prop: str) -> Sequence[CallbackTool]:
        """Return the tools that read a prop."""
        return self._readers.get((component_id, prop), ())

    def initial_value(self, component_id: str, prop: str) -> object:
        """Return the value of a prop when the page is open."""
        first = next(iter(self.writers(component_id, prop)), None)
        if first is None:
            return self.view.value(component_id, prop)
        written = first.initial_outputs.get(component_id, {})
        return written[prop] if prop in written else self.view.value(component_id, prop)

    def run(self, tool: CallbackTool, request: Request) -> Props:
        """Call a callback and return the props that it writes."""
        return self._run(tool.callback, request)


def is_tool(callback: Callback, settings: AgentSettings) -> bool:
    """Return whether the app makes this callback a tool."""
    if callback.function is None:
        return False
    if callback.mcp_enabled is None:
        return settings.include_callbacks
    return callback.mcp_enabled


def name_tools(callbacks: Sequence[Callback]) -> dict[int, str]:
    """Return the names of tools by `Callback.index`.

    A tool has the name of its function if only one function has it, else the name of what it
    writes; letters, digits and underscores, 64 at most, and each name once.
    """
    counts = Counter(_function_name(each) for each in callbacks)
    names: dict[int, str] = {}
    for callback in callbacks:
        own = _function_name(callback)
        wanted = clean(own if own and counts[own] == 1 else callback.callback_id)
        name, number = wanted, 2
        while name in names.values():
            name = shorten(f"{wanted}_{number}")
            number += 1
        names[callback.index] = name
    return names


def _function_name(callback: Callback) -> str:
    return str(getattr(callback.function, "__name__", ""))


def clean(text: str) -> str:
    """Return a text as the name of a tool."""
    name = re.sub(r"[^a-zA-Z0-9]+", "_", text).strip("_")
    if name[:1].isdigit():
        name = f"cb_{name}"
    return shorten(name or "unnamed_callback")
