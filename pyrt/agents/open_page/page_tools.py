"""`PageTools`: what an agent can do to a page that is open for it: read, set, click, navigate.

A page is used by one thread. Each step is checked as the page itself would: what is disabled or no
option is refused, what a dialog protects asks the user. Its result says what has changed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pyrt.agents.checking.checks import BadArguments
from pyrt.agents.checking.controls import refuse
from pyrt.agents.components import LayoutView
from pyrt.agents.limits import cut_text, to_json
from pyrt.agents.results import Content, Result, data, draw
from pyrt.agents.roles import FIGURE
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import Layout
from pyrt.engine.tree.values import copy_value
from pyrt.model.callback import CallbackRegistry
from pyrt.model.errors import PyrtError

type Tool = dict[str, Any]

READ, SET, CLICK, NAVIGATE, WAIT = "read_page", "set_values", "click", "navigate", "wait"
MAX_TEXT = 20_000  # characters of the text of a page
MAX_WAIT_S = 3600
_MAX_VALUE = 2000  # characters of a value in an overview
_DIALOGS = frozenset({"ConfirmDialog", "ConfirmDialogProvider"})

# By type of component: what its user can change. Types that are missing: what callbacks read.
_USABLE: Mapping[str, frozenset[str]] = {
    "Checklist": frozenset({"value"}),
    "Clipboard": frozenset({"n_clicks"}),
    "DataTable": frozenset(
        {
            *("active_cell", "selected_cells", "selected_rows", "selected_row_ids", "data"),
            *(
                "page_current",
                "sort_by",
                "filter_query",
                "hidden_columns",
                "start_cell",
                "end_cell",
            ),
        }
    ),
    "DatePickerRange": frozenset({"start_date", "end_date"}),
    "DatePickerSingle": frozenset({"date"}),
    "Dropdown": frozenset({"value", "search_value"}),
    "Graph": frozenset({"clickData", "hoverData", "selectedData", "relayoutData", "restyleData"}),
    "Input": frozenset({"value", "n_submit", "n_blur"}),
    "RadioItems": frozenset({"value"}),
    "RangeSlider": frozenset({"value", "drag_value"}),
    "Slider": frozenset({"value", "drag_value"}),
    "Tabs": frozenset({"value"}),
    "Textarea": frozenset({"value", "n_blur"}),
    "Upload": frozenset({"contents", "filename", "last_modified"}),
}
_NEVER = frozenset({"children", "id", "className", "style", "options", "disabled", "figure"})
# What an overview shows of a component, beside what its user can change.
_SHOWN = (
    *("options", "min", "max", "step", "multi", "placeholder", "type", "disabled", "readOnly"),
    *("min_date_allowed", "max_date_allowed", "message", "displayed", "href", "n_clicks"),
)


class ConfirmFirst(Exception):  # noqa: N818  # no error: a question
    """The app asks the user before this step is done."""


class PageError(Protocol):
    """An error that the page shows."""

    @property
    def title(self) -> str:
        """What has failed."""

    @property
    def message(self) -> str:
        """Why."""


class PageLocation(Protocol):
    """The address of a page."""

    @property
    def pathname(self) -> str:
        """Its path."""


class AgentPage(Protocol):
    """A page that an agent uses: `pyrt.testing.Page`, or one in a browser (`tab`)."""

    @property
    def tree(self) -> Layout:
        """The layout as it is now."""

    @property
    def text(self) -> str:
        """What a user reads."""

    @property
    def title(self) -> str:
        """The title of the document."""

    @property
    def location(self) -> PageLocation:
        """The address."""

    @property
    def errors(self) -> Sequence[PageError]:
        """The errors that the page has shown, in order."""

    def __contains__(self, component_id: object) -> bool: ...

    def set(self, component_id: object, **props: Any) -> None:  # noqa: ANN401  # any prop
        """Change props as a user does."""

    def click(self, component_id: object) -> None:
        """Click a component."""

    def navigate(self, path: str) -> None:
        """Go to another page of the app."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""


@dataclass(frozen=True, slots=True)
class Before:
    """A page before a step: the JSON of all props, and the number of errors."""

    props: Mapping[str, Mapping[str, str]]
    errors: int


class PageTools:
    """The tools of one page.

    Args:
        page: the page.
        callbacks: of its app.
    """

    def __init__(self, page: AgentPage, callbacks: CallbackRegistry) -> None:
        self._page = page
        self._callbacks = callbacks

    @property
    def view(self) -> LayoutView:
        """The layout as it is now."""
        return LayoutView(self._page.tree)

    def call(self, name: str, given: Mapping[str, Any], *, is_confirmed: bool = False) -> Result:
        """Do one step and return what it has changed.

        Args:
            name: of the tool.
            given: its arguments, which fit its schema.
            is_confirmed: whether the user has agreed.

        Raises:
            BadArguments: a user could not do that.
            ConfirmFirst: the app asks before it does that.
        """
        if name == READ:
            return self.read(given)
        before = self.look()
        self.act(name, given, is_confirmed=is_confirmed)
        return data(*self.report(before))

    def look(self) -> Before:
        """Return the page as it is, for a report of what has changed since."""
        return Before(self._snapshot(), len(self._page.errors))

    def read(self, given: Mapping[str, Any]) -> Result:
        """Return the page, or one component of it."""
        return self._read(given.get("component_id"), given.get("property"))

    def act(self, name: str, given: Mapping[str, Any], *, is_confirmed: bool = False) -> None:
        """Do one step; see `call`."""
        try:
            self._act(name, given, is_confirmed=is_confirmed)
        except PyrtError as error:
            raise BadArguments(str(error)) from None

    def _act(self, name: str, given: Mapping[str, Any], *, is_confirmed: bool) -> None:
        if name == SET:
            self._set(given["values"])
        elif name == CLICK:
            self._click(given["component_id"], is_confirmed=is_confirmed)
        elif name == NAVIGATE:
            self._page.navigate(given["path"])
        else:
            self._page.advance(given["seconds"])

    # --- set

    def _set(self, values: Iterable[Mapping[str, Any]]) -> None:
        """Change props in order; nothing is changed if one of them cannot be."""
        steps = [(each["component_id"], each["property"], each["value"]) for each in values]
        problems = [self.refuse(*step) for step in steps]
        found = [problem for problem in problems if problem]
        if found:
            raise BadArguments("Nothing was changed:\n" + "\n".join(found))
        for component_id, prop, value in steps:
            if component_id not in self._page:  # a callback of the step before has removed it
                raise BadArguments(f"{component_id} is not in the page any more.")
            self._page.set(component_id, **{prop: value})

    def refuse(self, component_id: str, prop: str, value: object) -> str:
        """Return why a user could not give this value to a component now; empty if they could."""
        node = self._page.tree.find(component_id)
        if node is None:
            return f"{component_id}: the page has no such component now."
        usable = self._usable(node)
        if prop not in usable:
            names = ", ".join(sorted(usable)) or "nothing"
            return f"{component_id}.{prop}: a user cannot change that; they can change {names}."
        reason = refuse(_plain(node), prop, value)
        return f"{component_id}.{prop}: {reason}." if reason else ""

    def _usable(self, node: IndexedComponent) -> set[str]:
        """Return the props that a user can change."""
        if node.component.get("type") in _DIALOGS:
            return set()  # they ask the user
        known = _USABLE.get(str(node.component.get("type")))
        namespace = str(node.component.get("namespace"))
        if known is not None and namespace.startswith("dash_"):
            return set(known)
        if namespace == "dash_html_components":
            return set()  # they are clicked
        read = {
            each.component_property
            for callback in self._callbacks
            for each in (*callback.inputs, *callback.state)
            if each.component_id_str() == node.id or each.has_wildcard()
        }
        return read - _NEVER

    # --- click

    def _click(self, component_id: str, *, is_confirmed: bool) -> None:
        node = self._page.tree.find(component_id)
        dialog = None if node is None else _dialog_of(node)
        if dialog is None:
            self.check_click(component_id)
            self._page.click(component_id)
            return
        props = dialog.props
        if dialog.component.get("type") == "ConfirmDialog" and not props.get("displayed"):
            raise BadArguments(f"{component_id}: the dialog is not open now.")
        if not is_confirmed:
            raise ConfirmFirst(f"The app asks: {str(props.get('message') or 'Go on?')!r}")
        count = props.get("submit_n_clicks")
        number = count + 1 if isinstance(count, int) else 1
        self._page.set(dialog.id, submit_n_clicks=number, displayed=False)

    def check_click(self, component_id: str) -> None:
        """Check that a user could click a component now.

        Raises:
            BadArguments: they could not.
        """
        node = self._page.tree.find(component_id)
        reason = "" if node is None else refuse(_plain(node), "n_clicks", 1)
        if reason:
            raise BadArguments(f"{component_id}: {reason}.")

    # --- read

    def _read(self, component_id: str | None, prop: str | None) -> Result:
        view = self.view
        if component_id is None:
            return data(self._overview(view))
        node = self._page.tree.find(component_id)
        if node is None:
            known = ", ".join(sorted(each.id for each in view.nodes)[:40])
            raise BadArguments(f"The page has no component {component_id!r} now. It has: {known}.")
        component = _plain(node)
        props = component["props"]
        if prop is not None:
            if prop not in props:
                raise BadArguments(
                    f"{component_id} has no {prop!r} now; it has {', '.join(props)}."
                )
            props = {prop: props[prop]}
        found = {"component_id": component_id, "type": component["type"], "props": props}
        labels = view.labels.get(component_id)
        return data({**found, "label": labels} if labels else found, *_pictures(component))

    def _overview(self, view: LayoutView) -> dict[str, Any]:
        return {
            "title": self._page.title,
            "path": self._page.location.pathname,
            "text": cut_text(self._page.text, MAX_TEXT),
            "components": [self._describe(node, view) for node in view.nodes],
            "errors": [str(error.message) for error in self._page.errors[-5:]],
        }

    def _describe(self, node: IndexedComponent, view: LayoutView) -> dict[str, Any]:
        component = _plain(node)
        usable = self._usable(node)
        props = component["props"]
        shown = {
            name: _short(props[name])
            for name in (*sorted(usable), *_SHOWN)
            if props.get(name) is not None
        }
        described: dict[str, Any] = {"id": node.id, "type": component["type"], **shown}
        labels = view.labels.get(node.id)
        return {**described, "label": labels} if labels else described

    # --- what has changed

    def _snapshot(self) -> dict[str, dict[str, str]]:
        return {
            node.id: {prop: to_json(copy_value(value)) for prop, value in node.props.items()}
            for node in self._page.tree.index.nodes.values()
        }

    def report(self, then: Before) -> tuple[dict[str, Any], *tuple[Content, ...]]:
        """Return what has changed since then, and pictures of figures."""
        before, errors = then.props, self._page.errors[then.errors :]
        now = self._snapshot()
        changed: dict[str, dict[str, Any]] = {}
        pictures: list[Content] = []
        for component_id, props in now.items():
            known = before.get(component_id, {})
            new = {prop: text for prop, text in props.items() if known.get(prop) != text}
            if not new:
                continue
            changed[component_id] = {prop: json.loads(text) for prop, text in new.items()}
            node = self._page.tree.find(component_id)
            if node is not None and any(FIGURE.fits(None, prop) for prop in new):
                pictures += _pictures(_plain(node))
        report: dict[str, Any] = {
            "path": self._page.location.pathname,
            "changed": _outermost(changed),
            "removed": sorted(before.keys() - now.keys()),
            "errors": [f"{error.title}: {error.message}" for error in errors],
        }
        return report, *pictures


def _outermost(changed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Leave out content that only repeats what is said of components inside of it."""
    ids = set(changed)

    def holds_changed(value: Any) -> bool:  # noqa: ANN401  # JSON
        if isinstance(value, list):
            return any(map(holds_changed, value))
        if not isinstance(value, dict):
            return False
        props = value.get("props")
        if not isinstance(props, dict):
            return False
        return props.get("id") in ids or holds_changed(props.get("children"))

    kept = {
        component_id: {
            prop: value
            for prop, value in props.items()
            if not (prop == "children" and holds_changed(value))
        }
        for component_id, props in changed.items()
    }
    return {component_id: props for component_id, props in kept.items() if props}


def _plain(node: IndexedComponent) -> dict[str, Any]:
    copied = copy_value(node.component)
    assert isinstance(copied, dict)
    return copied


def _dialog_of(node: IndexedComponent) -> IndexedComponent | None:
    """Return the dialog that a click on a component opens, or that it is."""
    around: IndexedComponent | None = node
    while around is not None and around.id:
        kind = around.component.get("type")
        if kind == "ConfirmDialogProvider" or (kind in _DIALOGS and around is node):
            return around
        around = around.parent
    return None


def _pictures(component: Mapping[str, Any]) -> list[Content]:
    figure = component["props"].get("figure")
    picture = draw(figure) if isinstance(figure, dict) else None
    return [picture] if picture else []


def _short(value: Any) -> Any:  # noqa: ANN401  # JSON
    text = to_json(value)
    return value if len(text) <= _MAX_VALUE else cut_text(text, _MAX_VALUE)


def _tool(name: str, words: str, required: list[str], **properties: Any) -> Tool:  # noqa: ANN401
    schema = {"type": "object", "properties": properties, "required": required}
    reads = name == READ
    return {
        "name": name,
        "description": words,
        "inputSchema": schema,
        "annotations": {"readOnlyHint": reads, "openWorldHint": False},
    }


def list_page_tools() -> list[Tool]:
    """Return the tools."""
    text, anything = {"type": "string"}, {"description": "the new value, as JSON"}
    one = {
        "type": "object",
        "properties": {"component_id": text, "property": text, "value": anything},
        "required": ["component_id", "property", "value"],
        "additionalProperties": False,
    }
    return [
        _tool(
            READ,
            "Read the page as it is now: its text and its components with ids, types, values, "
            "options and labels. With component_id: all properties of one component; with "
            "property, that one.",
            [],
            component_id=text,
            property=text,
        ),
        _tool(
            SET,
            "Change controls as a user does, in order: the value of a Dropdown, Input or Slider, "
            "the clickData of a Graph. The callbacks that follow run; the result says what they "
            "have changed.",
            ["values"],
            values={"type": "array", "items": one, "minItems": 1, "maxItems": 50},
        ),
        _tool(
            CLICK,
            "Click a button or a link. The callbacks that follow run; the result says what they "
            "have changed.",
            ["component_id"],
            component_id=text,
        ),
        _tool(
            NAVIGATE,
            "Go to another page of the app, as a link does.",
            ["path"],
            path={"type": "string", "description": "path, query and fragment: /sales?year=2024"},
        ),
        _tool(
            WAIT,
            "Let time pass in the page, whose clock stands still otherwise: timers (dcc.Interval) "
            "tick.",
            ["seconds"],
            seconds={"type": "number", "exclusiveMinimum": 0, "maximum": MAX_WAIT_S},
        ),
    ]


PAGE_TOOL_NAMES = frozenset({READ, SET, CLICK, NAVIGATE, WAIT})
