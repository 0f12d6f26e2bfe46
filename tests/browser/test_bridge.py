"""Sites whose callbacks are answered by real servers: `pyrt serve-bridge`, and a plain Dash."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from tests.bridge.conftest import Server

ANY_PRICE = re.compile(r"^\$\d+\.\d\d$")


@pytest.fixture
def start_bridge(sites, tmp_path, page, examples):
    """Start `pyrt serve-bridge` for an example, and let the page know where it is."""
    started = []

    def start(name, *options, **variables):
        app = examples / name / "app.py"
        origin = "/".join(sites(app).split("/")[:3])
        server = Server(app, tmp_path, "--origin", origin, "--debug", *options, **variables)
        started.append(server)
        page.add_init_script(f"window.__pyrt_bridge__ = '{server.url}'")
        return server.start()

    yield start
    for server in started:
        with suppress(ProcessLookupError):
            server.end()


def test_a_persistent_callback_pushes_prices_and_begins_anew_after_a_restart(
    start_bridge, open_example, expected_errors
):
    """S-131, S-132."""
    server = start_bridge("live_stream")
    page = open_example("live_stream")
    state, price = page.locator("#state"), page.locator(".price").first
    expect(state).to_have_text("live")
    expect(price).to_have_text(ANY_PRICE)
    _wait_for_change(page)

    page.get_by_label("EUR").check()  # answered in the tab
    expect(price).to_have_text(re.compile(r"^€\d+\.\d\d$"))

    page.get_by_label("pause").check()  # read by the server, with get_prop
    expect(state).to_have_text("paused")
    page.get_by_label("pause").uncheck()
    expect(state).to_have_text("live")

    expected_errors.append("WebSocket connection to")
    server.stop()
    page.get_by_label("USD").check()
    expect(price).to_have_text(ANY_PRICE)  # the tab goes on
    server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    _wait_for_change(page)
    ended = [line for line in server.journal if line.get("via") == "websocket"]
    assert all("push" in line["callback"] for line in ended)


def _wait_for_change(page):
    """Until a price is another one than now."""
    before = page.locator(".price").all_inner_texts()
    page.wait_for_function(
        "b => [...document.querySelectorAll('.price')].some((p, i) => p.innerText !== b[i])",
        arg=before,
    )
