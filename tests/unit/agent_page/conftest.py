"""What the tests of an agent's page share."""

import pytest
from dash import Dash

from pyrt.agent_page.page_tools import PageTools
from pyrt.agents import settings
from pyrt.app import dash as apps
from pyrt.testing import Page


@pytest.fixture(autouse=True)
def _fresh():
    yield
    settings.forget()
    apps.forget_apps()


@pytest.fixture
def app():
    return Dash("app", use_pages=False)


@pytest.fixture
def open_page(app):
    """Return the tools of a page of the app with a layout."""
    pages = []

    def open_it(*children):
        app.layout = list(children)
        pages.append(Page(app))
        return PageTools(pages[-1], app.callbacks)

    yield open_it
    for page in pages:
        page.close()
