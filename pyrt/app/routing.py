"""The callbacks that show the page of the current URL (S-150)."""

from collections.abc import Callable
from typing import Any, Protocol

from pyrt.app import pages
from pyrt.app.config import Config
from pyrt.model.dependencies import Input, Output, State


class Routable(Protocol):
    """The parts of an app that the router uses."""

    config: Config
    title: str
    validation_layout: Any
    routing_callback_inputs: dict[str, Input | State]

    def callback(self, *dependencies: Any, **options: Any) -> Callable[..., Any]:  # noqa: ANN401
        """Return a decorator that registers a callback."""

    def clientside_callback(
        self, clientside_function: object, *dependencies: object, **options: object
    ) -> None:
        """Register a clientside callback."""

    def strip_relative_path(self, path: str | None) -> str | None:
        """Return a path without the app's prefix."""

    def _layout_value(self) -> Any: ...  # noqa: ANN401


def enable_routing(app: Routable) -> None:
    """Check the registered pages and register the router.

    Raises:
        InvalidConfig: two pages have the same path, or the layout has no page container.
        NoLayoutException: a page has no layout.
    """
    pages.check_registry()
    if not app.config.suppress_callback_exceptions:
        app.validation_layout = pages.make_validation_layout(app._layout_value())  # noqa: SLF001

    @app.callback(
        Output(pages.ID_CONTENT, "children"),
        Output(pages.ID_STORE, "data"),
        inputs={
            "pathname_": Input(pages.ID_LOCATION, "pathname"),
            "search_": Input(pages.ID_LOCATION, "search"),
            **app.routing_callback_inputs,
        },
        prevent_initial_call=True,
        hidden=True,
    )
    async def show_page(
        pathname_: str | None, search_: str | None, **states: object
    ) -> tuple[object, dict[str, str]]:
        target = pages.find_redirect(pathname_)
        path = app.strip_relative_path(target or pathname_) or ""
        layout, title = await pages.render(path, search_, states, app.title)
        return layout, {"title": title, "url": target} if target else {"title": title}

    app.clientside_callback(
        pages.SHOW_TITLE,
        Output(pages.ID_DUMMY, "children"),
        Input(pages.ID_STORE, "data"),
        hidden=True,
    )
