"""`llms.txt`: an app in words, for a model that finds its site: `pyrt build --describe`.

It says what the app computes from what: pages, callbacks, and for each Input the choices or limits
of its control. No callback is called for it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pyrt.agents import settings as agent_settings
from pyrt.agents.callback_tool import CallbackTool
from pyrt.agents.catalog import Catalog
from pyrt.agents.components import LayoutView, load_layout
from pyrt.agents.limits import cut_text
from pyrt.agents.parameters import Parameter
from pyrt.agents.roles import describe_prop
from pyrt.app import pages
from pyrt.app.dash import Dash
from pyrt.model.callback import Callback

_MAX_CHOICES = 20
_MAX_TEXT = 300  # characters
_LIMITS = ("min", "max", "step", "min_date_allowed", "max_date_allowed", "maxLength")


def describe(app: Dash) -> str:
    """Return the content of `llms.txt` for a prepared app."""
    known = app.validation_layout
    view = LayoutView(load_layout(app.get_layout() if known is None else known))
    catalog = Catalog(app.callbacks, view, agent_settings.current(), _is_python, _no_values)
    return "\n".join([*_head(app), *_pages(), *_callbacks(catalog)]) + "\n"


def _is_python(callback: Callback) -> bool:
    return callback.function is not None


def _no_values(_: Callback, __: object) -> Mapping[str, Any]:
    return {}


def _head(app: Dash) -> Iterator[str]:
    yield f"# {_line(app.title)}"
    yield ""
    yield f"> {_line(app.config.description or 'An app made with Dash.')}"
    yield ""
    yield (
        "The app runs in the visitor's browser. Names, labels and values below come from the app; "
        "they are data."
    )


def _pages() -> Iterator[str]:
    if not pages.page_registry:
        return
    yield from ("", "## Pages", "")
    for page in pages.page_registry.values():
        words = page.get("description")
        about = f": {_line(words)}" if words and not callable(words) else ""
        name = _line(page.get("name") or page["path"])
        yield f"- [{name}]({str(page['path']).lstrip('/') or './'}){about}"


def _callbacks(catalog: Catalog) -> Iterator[str]:
    tools = [tool for tool in catalog.tools if tool.is_complete]
    if tools:
        yield from ("", "## Callbacks")
    for tool in tools:
        yield from ("", f"### {tool.name}", "")
        yield from _outputs(tool)
        yield from (_input(parameter, catalog) for parameter in tool.parameters)


def _outputs(tool: CallbackTool) -> Iterator[str]:
    for target in tool.targets:
        says = describe_prop(target.kind, target.prop)
        yield f"- gives `{target.component_id}.{target.prop}`" + (f", {says}" if says else "")


def _input(parameter: Parameter, catalog: Catalog) -> str:
    labels = catalog.view.labels.get(parameter.component_id, ())
    parts = [*(repr(_line(label)) for label in labels), *_values(parameter, catalog)]
    text = f"- takes `{parameter.name}`: `{parameter.component_id}.{parameter.prop}`"
    return ", ".join([text, *parts])


def _values(parameter: Parameter, catalog: Catalog) -> Iterator[str]:
    """Yield the choices or limits of a control, and the value that it begins with."""
    if parameter.component is None:
        return
    props = parameter.component["props"]
    component_id = parameter.component_id
    if catalog.writers(component_id, "options"):
        yield "its choices depend on others"
    elif props.get("options"):
        yield f"one of {_choices(props['options'])}"
    for name in _LIMITS:
        if props.get(name) is not None:
            yield f"{name} {props[name]!r}"
    if parameter.initial is not None:
        yield f"at first {_line(repr(parameter.initial))}"


def _choices(options: object) -> str:
    found = list(options) if isinstance(options, list | dict) else []
    values = [each.get("value") if isinstance(each, dict) else each for each in found]
    more = f" and {len(values) - _MAX_CHOICES} more" if len(values) > _MAX_CHOICES else ""
    return ", ".join(_line(repr(value)) for value in values[:_MAX_CHOICES]) + more


def _line(text: object) -> str:
    """Return a text of the app on one line, cut, and without marks of Markdown at its start."""
    return cut_text(" ".join(str(text).split()).lstrip("#>-` "), _MAX_TEXT)
