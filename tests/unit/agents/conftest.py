"""What the tests of agents share: apps that forget each other."""

import pytest
from dash import Dash

from pyrt.agents import settings
from pyrt.agents.open_page.page_tools import PageTools
from pyrt.app import pages
from pyrt.app.dash import APPS
from pyrt.testing import Page


@pytest.fixture(autouse=True)
def _fresh():
    yield
    settings.forget()
    APPS.forget()
    pages.forget_pages()


@pytest.fixture
def app():
    return Dash("app", use_pages=False)


@pytest.fixture
def open_page(app):
    """Return the tools of a page of the app with a layout."""
    opened = []

    def open_it(*children):
        app.layout = list(children)
        opened.append(Page(app))
        return PageTools(opened[-1], app.callbacks)

    yield open_it
    for page in opened:
        page.close()
