"""From a keystroke to its echo in a full page: 5,000 table rows and 200 components.

.venv/bin/python -m tests.bench.keystrokes [--quick]

Real key presses; the time is taken in the page, from the keydown event until the echo that Python
computes is in the DOM. (An html table of 5,000 rows would not do: Dash takes minutes to draw it.)
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.bench import chrome, sites
from tests.bench.host import hosting
from tests.bench.results import Rows

ECHOED = "document.getElementById('echo')?.textContent"
WATCH = """
() => {
  const echo = document.getElementById("echo"), input = document.getElementById("typed");
  let pressed = 0;
  window.times = [];
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (echo.textContent === `heard ${input.value}`) window.times.push(performance.now() - pressed);
  }).observe(echo, {subtree: true, childList: true, characterData: true});
}
"""


def opened(profile: BrowserContext, address: str) -> Page:
    """The page, once Python has echoed the empty input and the table is drawn."""
    page = profile.new_page()
    page.goto(address)
    if page.query_selector("#pyrt-manifest"):
        chrome.wait_until_ready(page)
    page.wait_for_function(f"{ECHOED} === 'heard '", timeout=120_000)
    page.wait_for_selector("#table td")
    page.evaluate(WATCH)
    return page


def keystrokes(page: Page, count: int) -> list[float]:
    """Milliseconds from key to echo, one per key; each key waits for the echo before it."""
    page.bring_to_front()
    page.focus("#typed")
    page.evaluate("window.times.length = 0")
    for done in range(1, count + 1):
        page.keyboard.press("abcdefghij"[done % 10])
        page.wait_for_function(f"window.times.length >= {done}", polling=20)
    times: list[float] = page.evaluate("window.times")
    return times


def main() -> None:
    """Build, serve, type in turns, write."""
    parser = argparse.ArgumentParser(description="from a keystroke to its echo in a full page")
    parser.add_argument("--quick", action="store_true")
    count = 10 if parser.parse_args().quick else 25
    rows = Rows("keystrokes")
    app = sites.APPS / "typing.py"
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        host = stack.enter_context(hosting(sites.build(app, Path(scratch, "typing"))))
        port = stack.enter_context(sites.dash_server(app))
        profile = stack.enter_context(chrome.open_profile())
        pages = {
            "ours": opened(profile, host.address),
            "theirs": opened(profile, f"http://127.0.0.1:{port}/"),
        }
        times: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(4):
            for name, page in pages.items():
                times[name] += keystrokes(page, count)
    figure = "keystroke -> Python -> DOM, 5,000 table rows and 200 components"
    rows.compare(figure, times["ours"], "Dash server", times["theirs"], limit=2)
    chrome.stop()


if __name__ == "__main__":
    main()
