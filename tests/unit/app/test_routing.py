"""S-149 to S-151: the callbacks that show the page of the current address."""

import asyncio
from typing import Any

import pytest
from dash import html

from pyrt.app import config, pages, paths
from pyrt.app.config import Config
from pyrt.app.routing import enable_routing
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input, State
from pyrt.model.errors import InvalidConfig, NoLayoutException


class App:
    """What an app must offer to have pages, and nothing else."""

    title = "Mine"

    def __init__(self, prefix="/", **inputs):
        self.config = Config(
            name="__main__",
            title=self.title,
            description=None,
            assets_folder="assets",
            assets_url_path="assets",
            assets_external_path="",
            pages_folder="pages",
            requests_pathname_prefix=prefix,
            suppress_callback_exceptions=False,
        )
        config.use(self.config)
        self.routing_callback_inputs = inputs
        self.validation_layout = None
        self.callbacks = CallbackRegistry()
        self.callback = self.callbacks.callback
        self.layout = html.Div(pages.page_container())
        self.layouts_made = 0

    def clientside_callback(self, clientside_function: Any, *dependencies, **options):
        self.callbacks.clientside_callback(clientside_function, *dependencies, **options)

    def strip_relative_path(self, path):
        return paths.strip_relative_path(self.config.requests_pathname_prefix, path)

    def _layout_value(self):
        self.layouts_made += 1
        return self.layout

    def show(self, path, search="", **states):
        """What the router returns: the layout and what the page is sent."""
        enable_routing(self)
        router, _ = self.callbacks
        assert router.function is not None
        return asyncio.run(router.function(pathname_=path, search_=search, **states))  # type: ignore[arg-type]  # async


@pytest.fixture(autouse=True)
def no_pages():
    before = config.current()
    pages.page_registry.clear()
    yield
    config.use(before)
    pages.forget_pages()


def add(module, **options):
    pages.register_page(module, **options)


def test_both_callbacks_are_the_apps_and_are_not_shown_among_its_own():
    """S-150."""
    app = App()
    add("home", path="/", layout="h")
    enable_routing(app)
    router, title = app.callbacks
    assert router.hidden
    assert title.hidden
    assert router.prevent_initial_call, "the location calls it, once it is mounted"
    assert router.clientside is None
    assert title.clientside is not None


def test_the_address_is_the_first_input_and_those_of_the_app_follow():
    """S-149."""
    app = App(theme=Input("theme", "value"), user=State("user", "data"))
    add("home", path="/", layout=lambda **given: given)
    shown, _ = app.show("/", "?a=1&a=2", theme="dark", user=None)
    router, _ = app.callbacks
    assert [str(each) for each in router.inputs][2:] == ["theme.value"]
    assert [str(each) for each in router.state] == ["user.data"]
    assert shown == {"a": ["1", "2"], "theme": "dark", "user": None}


@pytest.mark.parametrize("path", ["/", None])
def test_without_a_path_the_home_page_is_shown(path):
    app = App()
    add("home", path="/", title="Home", layout="home")
    assert app.show(path) == ("home", {"title": "Home"})


def test_an_address_without_a_page_is_data_so_under_the_apps_title():
    """S-149."""
    app = App()
    add("home", path="/", layout="home")
    layout, data = app.show("/nowhere")
    assert layout.children == "404 - Page not found"
    assert data == {"title": "Mine"}


def test_an_old_address_shows_its_page_and_tells_the_new_one():
    """S-151."""
    app = App(prefix="/sub/")
    add("new", path="/new", title="New", layout="n", redirect_from=["/old"])
    assert app.show("/sub/old") == ("n", {"title": "New", "url": "/sub/new"})


def test_a_layout_of_a_coroutine_is_awaited():
    async def layout():
        return "later"

    app = App()
    add("home", path="/", layout=layout)
    assert app.show("/")[0] == "later"


def test_ids_are_checked_against_all_pages_and_the_layout():
    """S-150."""
    app = App()
    add("a", path="/a", layout=html.Div(id="of-a"))
    enable_routing(app)
    assert app.validation_layout is not None
    assert {"of-a", pages.ID_CONTENT} <= set(app.validation_layout)


def test_where_unknown_ids_are_no_errors_no_layout_is_made_for_a_check():
    """S-43, S-150."""
    app = App()
    app.config["suppress_callback_exceptions"] = True
    app.layout = html.Div("without the container")
    add("a", path="/a", layout=lambda: pytest.fail("called"))
    enable_routing(app)
    assert app.validation_layout is None
    assert app.layouts_made == 0
    assert len(list(app.callbacks)) == 2


@pytest.mark.parametrize(
    ("second", "error"),
    [
        ({"path": "/a", "layout": "b"}, InvalidConfig),
        ({"path": "/b"}, NoLayoutException),
    ],
    ids=["the same path", "no layout"],
)
def test_a_registry_that_cannot_work_leaves_the_app_without_callbacks(second, error):
    app = App()
    add("a", path="/a", layout="a")
    add("b", **second)
    with pytest.raises(error):
        enable_routing(app)
    assert list(app.callbacks) == []


def test_a_layout_without_the_container_is_refused():
    """S-150."""
    app = App()
    app.layout = html.Div("something else")
    add("a", path="/a", layout="a")
    with pytest.raises(InvalidConfig, match=r"`dash\.page_container` not found"):
        enable_routing(app)
