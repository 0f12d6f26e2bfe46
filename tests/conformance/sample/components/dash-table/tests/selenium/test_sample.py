"""A cell of a table, for the harness; the server is started by a function of the module."""

import pytest
from dash import Dash, dash_table

CELL = 'td[data-dash-column="{}"][data-dash-row="{}"]'


def start(test, options):
    app = Dash(__name__)
    app.layout = dash_table.DataTable(
        id="table",
        columns=[{"name": name, "id": name} for name in ("city", "river")],
        data=[{"city": "Bern", "river": "Aare"}, {"city": "Basel", "river": "Rhine"}],
        **options,
    )
    test.start_server(app)


@pytest.mark.parametrize("options", [{"editable": True}])
def test_smpl010_cell(test, options):
    start(test, options)
    test.wait_for_text_to_equal(CELL.format("river", 1), "Rhine")
    test.find_element(CELL.format("city", 0)).click()
    test.wait_for_element(f"{CELL.format('city', 0)}.focused")
    assert test.get_logs() == []
