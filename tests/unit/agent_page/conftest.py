"""What the tests of an agent's page share."""

import pytest
from dash import Dash

from pyrt.agents import settings
from pyrt.app import dash as apps


@pytest.fixture(autouse=True)
def _fresh():
    yield
    settings.forget()
    apps.forget_apps()


@pytest.fixture
def app():
    return Dash("app", use_pages=False)
