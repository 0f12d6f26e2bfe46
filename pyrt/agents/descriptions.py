"""What tools and their arguments are, in words: what a model reads before it calls one.

Texts of the app (labels, values, documentation) are quoted as Python values, so that they cannot be
taken for words of these descriptions, and cut.
"""

from collections.abc import Iterator

from pyrt.agents.callback_tool import CallbackTool, Target
from pyrt.agents.catalog import Catalog
from pyrt.agents.parameters import Parameter
from pyrt.agents.roles import describe_prop
from pyrt.agents.schemas import describe_component_prop
from pyrt.agents.settings import AgentSettings
from pyrt.model.ids import Wildcard

MAX_SHOWN = 200  # characters of one value
GET_COMPONENT = "get_dash_component"
GET_RESULT = "get_background_task_result"
CANCEL_TASK = "cancel_background_task"
_LEFT_OUT = frozenset({"id", "className", "style"})
_IN_BACKGROUND = (
    "This takes long and runs in the background: the call returns a taskId at once. Give it to "
    f"`{GET_RESULT}` again and again until the result is there."
)
_LONG_STORED = {
    "memory": "until the page is loaded again",
    "session": "until the tab is closed",
    "local": "until it is cleared",
}


def describe_tool(tool: CallbackTool, settings: AgentSettings) -> str:
    """Return the description of a callback's tool."""
    lines = [*_describe_outputs(tool.targets)]
    wanted = tool.callback.mcp_expose_docstring
    text = getattr(tool.callback.function, "__doc__", None)
    if text and (settings.expose_callback_docstrings if wanted is None else wanted):
        lines += ["", text.strip()]
    if tool.callback.background is not None:
        lines += ["", _IN_BACKGROUND]
    if asks_user(tool):
        lines += ["", "The app asks the user to confirm this."]
    return "\n".join(lines)


def _describe_outputs(targets: list[Target]) -> Iterator[str]:
    texts = []
    for target in targets:
        says = describe_prop(target.kind, target.prop)
        texts.append(f"{target.component_id}.{target.prop}" + (f": {says}" if says else ""))
    if not texts:
        yield "A callback of the app that writes no fixed output."
    elif len(texts) == 1:
        yield f"Gives {texts[0]}"
    else:
        yield f"Gives {len(texts)} outputs:"
        yield from (f"- {text}" for text in texts)


def asks_user(tool: CallbackTool) -> bool:
    """Return whether an Input of the callback is the confirmation of a dialog."""
    return any(is_confirmation(each) for each in tool.parameters if each.is_input)


def is_confirmation(parameter: Parameter) -> bool:
    """Return whether a parameter counts how often a dialog was confirmed."""
    kind = (parameter.component or {}).get("type")
    return kind in {"ConfirmDialog", "ConfirmDialogProvider"} and parameter.prop in {
        "submit_n_clicks",
        "submit_n_clicks_timestamp",
    }


def describe_parameter(parameter: Parameter, catalog: Catalog) -> str:
    """Return the description of an argument; empty if there is nothing to say."""
    lines = [] if parameter.required else ["Optional."]
    sentence = describe_component_prop(parameter.component, parameter.prop)
    if sentence:
        lines.append(sentence)
    labels = catalog.view.labels.get(parameter.component_id)
    if labels:
        lines.append("Label: " + "; ".join(repr(_cut(label)) for label in labels))
    lines += _describe_component(parameter, catalog)
    if parameter.wildcard:
        lines.append(_describe_wildcard(parameter))
    return "\n".join(lines)


def _describe_component(parameter: Parameter, catalog: Catalog) -> list[str]:
    """Return the props of the component of an argument with their values when the page is open."""
    component, component_id = parameter.component, parameter.component_id
    if component is None:
        return []
    names = dict.fromkeys([*component["props"], *_written_props(component_id, catalog)])
    lines = []
    for prop in names:
        if prop in _LEFT_OUT:
            continue
        writers = catalog.writers(component_id, prop)
        value = catalog.initial_value(component_id, prop)
        if value is None and not writers:
            continue
        line = prop
        if value is not None:
            line += f": {_describe_value(value, parameter, prop, catalog)}"
        if writers:
            line += f" (the tool `{writers[0].name}` can change it)"
        lines.append(line)
    return [f"Properties of {component_id}:", *lines] if lines else []


def _written_props(component_id: str, catalog: Catalog) -> Iterator[str]:
    for tool in catalog.tools:
        for output in tool.callback.outputs:
            if output.component_id_str() == component_id:
                yield output.component_property


def _describe_value(value: object, parameter: Parameter, prop: str, catalog: Catalog) -> str:
    component = parameter.component or {}
    if component.get("type") == "Store" and prop == "storage_type" and value in _LONG_STORED:
        return f"{value!r}, kept {_LONG_STORED[str(value)]}"
    if prop == "children":
        value = catalog.view.text(value)
    text = repr(value)
    if len(text) <= MAX_SHOWN:
        return text
    hint = f"{GET_COMPONENT} with {parameter.component_id!r} and {prop!r} gives all of it"
    return f"{text[:MAX_SHOWN]}... ({hint})"


def _describe_wildcard(parameter: Parameter) -> str:
    component_id = parameter.dependency.component_id
    assert isinstance(component_id, dict)
    fixed = {key: value for key, value in component_id.items() if not isinstance(value, Wildcard)}
    wild = next(key for key, value in component_id.items() if isinstance(value, Wildcard))
    shown = ", ".join(f"{key}={value!r}" for key, value in fixed.items())
    prop = parameter.prop
    texts = {
        "ALL": f"a list with the `{prop}` of every component with {{{shown}}} in its id.",
        "MATCH": f"the `{prop}` of the one component with {{{shown}}} in its id that was changed.",
        "ALLSMALLER": f"a list with the `{prop}` of each component with {{{shown}}} in its id "
        f"whose `{wild}` is smaller than that of the one that was changed.",
    }
    return f"Pattern-matching input ({parameter.wildcard}): {texts[parameter.wildcard]}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
