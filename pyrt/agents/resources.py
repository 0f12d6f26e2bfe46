"""The resources of an app: layout, components, pages, callbacks in JavaScript."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyrt.agents.components import LayoutView, load_layout
from pyrt.agents.limits import MAX_RESULT, cut, to_json
from pyrt.agents.settings import AgentSettings
from pyrt.app import awaitables, pages
from pyrt.app.dash import Dash
from pyrt.model.components import LIBRARIES

LAYOUT = "dash://layout"
COMPONENTS = "dash://components"
PAGES = "dash://pages"
CLIENTSIDE = "dash://clientside-callbacks"
PAGE_LAYOUT = "dash://page-layout/"

JSON = "application/json"

_COMPONENTS = (
    "The components that have an id, with their types. The tool get_dash_component tells their "
    f"properties; {LAYOUT} tells where they are."
)
_CLIENTSIDE = (
    "What the user's browser does itself: which components change when the user changes others. "
    "No tool does this."
)


class UnknownResource(LookupError):  # noqa: N818  # as LookupError
    """There is no resource with this address."""


class Resources:
    """The resources of one app.

    Args:
        app: the app.
        view: returns its layout as agents are told of it.
        settings: which resources there are.
    """

    def __init__(self, app: Dash, view: Callable[[], LayoutView], settings: AgentSettings) -> None:
        self._app = app
        self._view = view
        self._settings = settings

    def list_all(self) -> list[dict[str, Any]]:
        """Return the resources with a fixed address."""
        return [
            {"uri": uri, "name": name, "description": description, "mimeType": JSON}
            for uri, name, description, _ in self._all()
        ]

    def templates(self) -> list[dict[str, Any]]:
        """Return the addresses with a variable part."""
        if not (self._settings.include_pages and pages.page_registry):
            return []
        return [
            {
                "uriTemplate": f"{PAGE_LAYOUT}{{path}}",
                "name": "dash_page_layout",
                "description": "The components of one page of the app, as a tree.",
                "mimeType": JSON,
            }
        ]

    def read(self, uri: str) -> dict[str, Any]:
        """Return a resource: `{uri, mimeType, text}`.

        Raises:
            UnknownResource: there is none with this address.
        """
        uri = uri if uri.startswith(PAGE_LAYOUT) else uri.rstrip("/")
        for known, _, _, make in self._all():
            if uri == known:
                return _as_text(uri, make())
        if uri.startswith(PAGE_LAYOUT) and self.templates():
            return _as_text(uri, self._page_layout(uri.removeprefix(PAGE_LAYOUT)))
        addresses = ", ".join(str(each["uri"]) for each in self.list_all())
        raise UnknownResource(f"There is no resource {uri!r}. There are: {addresses}.")

    def _all(self) -> Iterator[tuple[str, str, str, Callable[[], object]]]:
        settings = self._settings
        if settings.include_layout:
            yield (
                LAYOUT,
                "dash_app_layout",
                f"All components of the app, as a tree. {COMPONENTS} is a short list of their ids.",
                lambda: load_layout(self._app.get_layout()).root,
            )
            yield (
                COMPONENTS,
                "dash_components",
                _COMPONENTS,
                self._components,
            )
        if settings.include_pages and pages.page_registry:
            yield (
                PAGES,
                "dash_app_pages",
                "The pages of the app: path, name, title and description of each.",
                _pages,
            )
        if settings.include_clientside_callbacks and self._clientside():
            yield (
                CLIENTSIDE,
                "dash_clientside_callbacks",
                _CLIENTSIDE,
                self._describe_clientside,
            )

    def _components(self) -> object:
        found = [
            {"id": node.id, "type": str(node.component.get("type"))} for node in self._view().nodes
        ]
        return sorted(found, key=lambda each: each["id"])

    def _clientside(self) -> list[dict[str, Any]]:
        return [
            {
                role: [
                    {"component_id": each.component_id_str(), "property": each.component_property}
                    for each in dependencies
                ]
                for role, dependencies in (
                    ("outputs", callback.outputs),
                    ("inputs", callback.inputs),
                    ("state", callback.state),
                )
            }
            for callback in self._app.callbacks
            if callback.clientside is not None
        ]

    def _describe_clientside(self) -> object:
        return {
            "description": "The user's browser computes these: when a user changes one of the "
            "inputs, the outputs change.",
            "callbacks": self._clientside(),
        }

    @staticmethod
    def _page_layout(path: str) -> object:
        wanted = "/" + path.lstrip("/")
        page = next((each for each in pages.page_registry.values() if each["path"] == wanted), None)
        layout = None if page is None else page.get("layout")
        if layout is None:
            known = ", ".join(str(each["path"]) for each in pages.page_registry.values())
            raise UnknownResource(f"There is no page {wanted!r}. There are: {known}.")
        value = awaitables.finish(layout()) if callable(layout) else layout
        if isinstance(value, list | tuple):
            value = LIBRARIES["html"].make("Div")(list(value))
        return LayoutView(load_layout(value)).root


def _pages() -> object:
    return [
        {
            "path": page.get("path", ""),
            "module": module,
            "name": page.get("name", ""),
            "description": _text(page, "description", ""),
            "title": _text(page, "title", str(page.get("name", ""))),
        }
        for module, page in pages.page_registry.items()
    ]


def _text(page: Mapping[str, Any], key: str, instead: str) -> str:
    value = page.get(key)
    return instead if callable(value) else str(value or "")


def _as_text(uri: str, value: object) -> dict[str, Any]:
    kept, note = cut(value, MAX_RESULT)
    found = {"uri": uri, "mimeType": JSON, "text": to_json(kept)}
    return {**found, "_meta": {"note": note}} if note else found
