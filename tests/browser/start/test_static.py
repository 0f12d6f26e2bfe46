"""`pyrt build --static`: a site that has no Python, in a browser that could not run it."""

import pytest
from playwright.sync_api import expect

from tests.support.shaping import shaped_server


@pytest.fixture
def page_without_webassembly(new_context):
    context = new_context()
    context.add_init_script("delete window.WebAssembly; delete window.Worker")
    return context.new_page()


def test_all_choices_are_answered_without_python(page_without_webassembly, built_site, examples):
    page = page_without_webassembly
    requested, errors = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    site = built_site(examples / "opening_hours" / "app.py", "--static")
    assert [each.name for each in site.rglob("*") if each.suffix in {".img", ".zst", ".wasm"}] == []
    with shaped_server(site, mbit_per_s=200, latency_ms=1) as address:
        page.goto(address)
        page.evaluate("window.__pyrt__.ready")
        page.get_by_label("Monday").check()
        expect(page.locator("#sentence")).to_have_text("Lighthouse, Monday: closed")
        expect(page.locator("tr.chosen")).to_have_text("Mondayclosed")
        page.click("#place")
        page.get_by_role("option", name="Observatory").click()
        page.get_by_label("Friday").check()
        expect(page.locator("#sentence")).to_have_text("Observatory, Friday: 20:00 to 24:00")
        page.get_by_label("senior").check()
        page.get_by_label("adult").uncheck()
        expect(page.locator("#price")).to_have_text("One ticket each: 5 euros")
        expect(page).to_have_title("Opening hours")
    assert page.locator(".pyrt-failure").count() == 0
    assert errors == []
    assert [url for url in requested if "worker" in url or "interpreter" in url] == []
