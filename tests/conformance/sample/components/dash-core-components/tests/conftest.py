"""The fixture of the dcc tests."""

import pytest


@pytest.fixture
def dash_dcc(dash_duo):
    return dash_duo
