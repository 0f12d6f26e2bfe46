"""What the tests of agents share: apps that forget each other."""

import pytest
from dash import Dash

from pyrt.agents import settings
from pyrt.app import dash as apps
from pyrt.app import pages


@pytest.fixture(autouse=True)
def _fresh():
    yield
    settings.forget()
    apps.forget_apps()
    pages.forget_pages()


@pytest.fixture
def app():
    return Dash("app", use_pages=False)
