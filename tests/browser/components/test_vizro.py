"""Vizro, which makes the app itself, and the templates of dash-bootstrap-templates."""

import re

import pytest
from playwright.sync_api import expect

# Whether the first graph has one trace, of this name.
DRAWN = """name => document.querySelector('.js-plotly-plot')?._fullData
  .map(trace => trace.name).join() === name"""


@pytest.fixture
def open_dashboard(page, open_small_app):
    """Open Vizro's dashboard: in a window that has its filters, without hosts of styles."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.route(
        re.compile(r"^https?://(?!127\.0\.0\.1[:/])"),
        lambda route: route.fulfill(body="", content_type="text/css"),
    )
    return lambda: open_small_app("vizro_dashboard")


def test_vizros_first_dashboard_with_a_component_of_the_apps_own(open_dashboard):
    """Its packages bring figures' templates as files; `add_type` takes a component of the app."""
    page = open_dashboard()
    expect(page.get_by_role("heading", name="My first dashboard")).to_be_visible()
    page.get_by_label("virginica").check()
    page.wait_for_function(DRAWN, arg="virginica")
    page.get_by_label("setosa").check()
    page.wait_for_function(DRAWN, arg="setosa")
    expect(page.locator("#paper")).to_have_text("minty has paper of #fff")
    page.locator("input[id*=ThemeSwitchAIO]").click()
    expect(page.locator("#paper")).to_have_text("cyborg has paper of #282828")
    expect(page.locator("link[rel=stylesheet][href*=cyborg]")).to_be_attached()
