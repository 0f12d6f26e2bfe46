"""What the tests of an agent's page share."""

import pytest
from dash import Dash

from pyrt.agents import settings
from pyrt.app.dash import APPS


@pytest.fixture(autouse=True)
def _fresh():
    yield
    settings.forget()
    APPS.forget()


@pytest.fixture
def app():
    return Dash("app", use_pages=False)
