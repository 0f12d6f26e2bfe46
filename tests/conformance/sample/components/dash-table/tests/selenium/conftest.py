"""The fixture of the tests of dash_table."""

import pytest


@pytest.fixture
def test(dash_duo):
    return dash_duo
