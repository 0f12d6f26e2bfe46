"""What apps of public bug reports do: the page shows what real Dash 4.4.1 shows."""

import re

import pytest
from playwright.sync_api import expect

HASHED = re.compile("'?\"?property'?\"?: ?[\"']children@[0-9a-f]{64}[\"']")


@pytest.fixture
def plain(open_app, apps):
    return open_app(apps / "reports" / "plain.py")


def test_it_starts_without_pandas(plain):
    """Time zones without tzdata, private imports, a timer and argparse beside `app.run()`."""
    expect(plain.locator("#zones")).to_have_text(
        "zoneinfo 14:00 CEST, dateutil 08:00 EDT, pytz 17:30 IST"
    )
    expect(plain.locator("#missing")).to_have_text("none")
    expect(plain.locator("#went")).to_have_text("clicks None")
    plain.click("#go")
    expect(plain.locator("#went")).to_have_text("clicks 1")


def test_outputs_list_has_the_hash_of_a_duplicate(plain):
    """S-95, S-107: from JavaScript and from Python."""
    shown = plain.locator("#outputs")
    for button in "ab":
        plain.click(f"#{button}")
        expect(shown).to_have_text(HASHED)


def test_a_component_of_the_developer_tools_takes_part_in_callbacks(plain):
    """S-140: `hooks.devtool`."""
    expect(plain.locator("#used")).to_have_text("None None None")
    plain.click("#go")
    plain.click("#tool")
    expect(plain.locator("#used")).to_have_text("tool 1 1")


def test_what_a_grid_writes_into_its_rows_is_seen_as_state(plain):
    """R-81: AG Grid changes the value of `rowData` in place."""
    cell = plain.locator("#grid .ag-row[row-index='0'] .ag-cell[col-id='who']")
    cell.dblclick()
    plain.keyboard.type("Grace")
    plain.keyboard.press("Enter")
    expect(cell).to_have_text("Grace")
    plain.click("#read")
    expect(plain.locator("#rows")).to_have_text("Grace Bob")


def test_a_link_to_a_route_of_the_server_says_that_there_is_none(plain):
    address = plain.url
    plain.click("#report")
    notice = plain.get_by_text("/report/2024 belongs to the app's own server")
    expect(notice).to_be_visible()
    assert plain.url == address
    plain.get_by_label("Dismiss").click()
    expect(notice).to_have_count(0)
    plain.click("#inside")
    assert plain.url.endswith("/report/inside"), "dcc.Link does not ask the server"
    expect(plain.get_by_text("belongs to the app's own server")).to_have_count(0)


@pytest.fixture
def data(open_app, apps):
    return open_app(apps / "reports" / "data.py")


def test_packages_for_one_feature_come_along(data):
    expect(data.locator("#features")).to_have_text("style True, spline 4 25, kendall 1.0")


def test_values_become_what_json_and_javascript_make_of_them(data):
    """R-65 to R-67: as on a Dash server whose Python has orjson, also what needs it there."""
    for name, value in {
        "dt": "'2024-02-03T04:05:00'",
        "month": "'2024-02-01'",
        "hour": "'2024-02-03T04:00:00'",
        "mix": "{'2': 2, 'b': 1}",
        "u64": "9223372036854776000",
        "big": "9007199254740992",
        "enum": "1",
        "uuid": "'00000000-0000-0000-0000-000000000005'",
        "dc": "{'x': 1}",
        "datekey": "{'2024-01-01': 1}",
        "npkey": "{'3': 1}",
    }.items():
        data.click(f"#{name}")
        expect(data.locator("#seen")).to_have_text(f"{{'k': '{name}', 'v': {value}}}")
