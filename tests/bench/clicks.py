"""From a click to the changed page: against a Dash server, JavaScript, and a smaller page.

.venv/bin/python -m tests.bench.clicks [--quick]
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.bench import chrome, sites
from tests.bench.host import hosting
from tests.bench.results import Rows

CLICKS = """
async ([count, buttonSelector, outSelector, pause]) => {
  const out = document.querySelector(outSelector), button = document.querySelector(buttonSelector);
  const number = () => Number(out.textContent.split(" ")[1]);
  let next = number(), resolve = null;
  new MutationObserver(() => { if (resolve && number() === next) resolve(); })
    .observe(out, {subtree: true, childList: true, characterData: true});
  const times = [];
  for (let i = 0; i < count; i++) {
    next += 1;
    const seen = new Promise((done) => { resolve = done; });
    const start = performance.now();
    button.click();
    await seen;
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, pause));
  }
  return times;
}
"""


def clicks(page: Page, count: int, button: str, out: str) -> list[float]:
    """Milliseconds from click to changed DOM, one per click."""
    page.bring_to_front()
    times: list[float] = page.evaluate(CLICKS, [count, button, out, 10])
    return times


def opened(profile: BrowserContext, address: str, shown: str) -> Page:
    """A page that has drawn the answer of its first callback."""
    page = profile.new_page()
    page.goto(address)
    page.wait_for_function(
        f"document.querySelector({shown!r})?.textContent.match(/ [0-9]+$/)", timeout=180_000
    )
    page.wait_for_timeout(1000)
    return page


def in_turns(
    sides: dict[str, tuple[Page, str, str]], count: int, turns: int = 4
) -> dict[str, list[float]]:
    """Click on all sides by turns: page, button, text that changes."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for name, (page, button, out) in sides.items():
        clicks(page, 3, button, out)
        times[name].clear()
    for _ in range(turns):
        for name, (page, button, out) in sides.items():
            times[name] += clicks(page, max(1, count // turns), button, out)
    return times


def measure(rows: Rows, profile: BrowserContext, addresses: dict[str, str], count: int) -> None:
    """All comparisons."""
    echo = opened(profile, addresses["echo"], "#out")
    served = opened(profile, addresses["echo at Dash"], "#out")
    times = in_turns(
        {
            "Python": (echo, "#button", "#out"),
            "JavaScript": (echo, "#local-button", "#local-out"),
            "Dash": (served, "#button", "#out"),
        },
        count,
    )
    figure = "click -> Python -> DOM, trivial callback"
    rows.compare(figure, times["Python"], "Dash server", times["Dash"], limit=0.2, budget=True)
    rows.compare(
        figure, times["Python"], "clientside callback", times["JavaScript"], limit=2, budget=True
    )
    crowd = opened(profile, addresses["crowd"], "#out")
    times = in_turns(
        {"many": (crowd, "#button", "#out"), "few": (echo, "#button", "#out")}, count // 2
    )
    rows.compare(
        "click that touches 1 of 10,000 components",
        times["many"],
        "1 of 4",
        times["few"],
        limit=1.5,
        budget=True,
    )


LOADED = """
(() => { const look = () => {
  const texts = document.querySelectorAll("#react-entry-point > div > div:nth-child(3) > div");
  if (texts.length === 1000 && [...texts].every((text) => text.textContent)) {
    performance.mark("all");
  } else setTimeout(look, 50);
}; look(); })();
"""
FIRST_ANSWER = """
(() => {
  const [mark] = performance.getEntriesByName("all");
  const layout = performance.getEntriesByName("pyrt:paint")[0]?.startTime
    ?? performance.getEntriesByType("resource").find(({name}) => name.includes("_dash-depend"))
      .responseEnd;
  return mark.startTime - layout;
})()
"""


def measure_wildcards(
    rows: Rows, profile: BrowserContext, addresses: dict[str, str], runs: int
) -> None:
    """1,001 initial calls, from the layout's arrival until every text is there; then clicks."""
    profile.add_init_script(LOADED)
    sides = {"wildcards": "ours", "wildcards at Dash": "theirs"}
    loads: dict[str, list[float]] = {"ours": [], "theirs": []}
    pages = {}
    for _ in range(runs):
        for name, side in sides.items():
            pages[side] = profile.new_page()
            pages[side].goto(addresses[name])
            pages[side].wait_for_function(
                "performance.getEntriesByName('all').length", timeout=600_000
            )
            loads[side].append(pages[side].evaluate(FIRST_ANSWER))
            sites.note(f"{name}: {loads[side][-1]:.0f} ms")
    rows.compare(
        "1,000 MATCH callbacks and one ALL at load, after the layout",
        loads["ours"],
        "Dash server",
        loads["theirs"],
        limit=0.1,
        budget=True,
    )
    parts = "#react-entry-point > div > div"
    button = f"{parts}:nth-child(2) > button"
    for name, out in (("MATCH", f"{parts}:nth-child(3) > div"), ("ALL", f"{parts}:nth-child(1)")):
        times = in_turns({side: (page, button, out) for side, page in pages.items()}, 4)
        rows.compare(
            f"click, {name} over 1,000 components",
            times["ours"],
            "Dash server",
            times["theirs"],
            limit=0.1,
            budget=True,
        )


def main() -> None:
    """Build, serve, measure, write."""
    parser = argparse.ArgumentParser(description="from a click to the changed page")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    rows = Rows("clicks")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        addresses = {}
        for name in ("echo", "crowd", "wildcards"):
            app = sites.APPS / f"{name}.py"
            folder = sites.build(app, Path(scratch, name))
            addresses[name] = stack.enter_context(hosting(folder)).address
            if name != "crowd":
                port = stack.enter_context(sites.dash_server(app))
                addresses[f"{name} at Dash"] = f"http://127.0.0.1:{port}/"
        profile = stack.enter_context(chrome.open_profile())
        measure(rows, profile, addresses, 40 if given.quick else 100)
        measure_wildcards(rows, profile, addresses, 1 if given.quick else 3)
    rows.write()
    chrome.stop()


if __name__ == "__main__":
    main()
