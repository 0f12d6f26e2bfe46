"""From a click to the changed page: against a Dash server, JavaScript, the floor, a smaller page.

    .venv/bin/python -m benchmarks.clicks [--quick]

Times are taken in the page, from `click()` to the moment when a MutationObserver sees the answer.
Only pages that have run their initial callbacks are clicked: the preview that a rehearsed site
shows before does not respond.
"""

import argparse
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows

# What page and worker send each other for a click of apps/echo.py.
REQUEST = (
    '[{"type":"SetProps","seen":99,"changes":[{"path":["props","children",0],"id":"button",'
    '"props":{"n_clicks":99,"n_clicks_timestamp":1796057000000},"origin":"internal"}],"seq":99}]'
)
ANSWER = (
    '[{"type":"Update","updateSeq":99,"seq":99,"changes":[{"id":"out","props":{"children":'
    '"clicked 99"}}],"origin":"callback"},{"type":"RunEnded","run":99,"outcome":"done"},'
    '{"type":"Status","seq":99,"pending":0}]'
)
# A call without an answer by then is an error of the bench, not a slow answer.
ANSWER_S = 60
CLICKS = """
async (count, buttonSelector, outSelector, pause, limit) => {
  const out = document.querySelector(outSelector), button = document.querySelector(buttonSelector);
  const number = () => Number(out.textContent.split(" ")[1]);
  let next = number(), resolve = null;
  const observer = new MutationObserver(() => { if (resolve && number() === next) resolve(); });
  observer.observe(out, {subtree: true, childList: true, characterData: true});
  const times = [];
  for (let i = 0; i < count; i++) {
    next += 1;
    const seen = new Promise((done, fail) => {
      resolve = done;
      setTimeout(() => fail(Error(`${outSelector}: no answer within ${limit} s`)), 1000 * limit);
    });
    const start = performance.now();
    button.click();
    await seen;
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, pause));
  }
  observer.disconnect();
  return times;
}
"""
# Milliseconds from the click that presses all buttons until all texts have changed; null when it
# takes longer than the limit.
PRESS_ALL = """
(limit) => new Promise((resolve) => {
  const texts = document.querySelectorAll(".texts > div"), all = document.getElementById("all");
  const total = document.getElementById("total");
  const before = new Map([...texts].map((text) => [text, text.textContent]));
  const waiting = new Set(texts);
  const observer = new MutationObserver((records) => {
    for (const {target} of records) {
      const text = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      if (before.get(text) !== text?.textContent) waiting.delete(text);
    }
    if (waiting.size === 0 && total.textContent !== counted) end(performance.now() - start);
  });
  const end = (milliseconds) => {
    observer.disconnect();
    clearTimeout(timer);
    resolve(milliseconds);
  };
  const counted = total.textContent;
  for (const seen of [total, document.querySelector(".texts")]) {
    observer.observe(seen, {subtree: true, childList: true, characterData: true});
  }
  const timer = setTimeout(() => end(null), 1000 * limit);
  const start = performance.now();
  all.click();
})
"""


def clicks(tab: Tab, count: int, button: str, out: str, pause_ms: int = 10) -> list[float]:
    """Milliseconds from click to changed DOM, one per click, with a pause after each answer."""
    tab.front()
    times: list[float] = tab.call(CLICKS, count, button, out, pause_ms, ANSWER_S)
    return times


def opened(profile: Profile, address: str, shown: str) -> Tab:
    """A page of pyrt or of Dash that has drawn the answer of its first callback."""
    tab = profile.new_tab()
    tab.goto(address)
    tab.wait_until_ready()
    tab.wait_for(f"document.querySelector({shown!r})?.textContent.match(/ [0-9]+$/)")
    time.sleep(1)
    return tab


@contextlib.contextmanager
def beside_dash(app: Path, shown: str) -> Iterator[dict[str, Tab]]:
    """An app by pyrt ("ours") and by a real Dash ("theirs"), opened in one browser.

    Args:
        app: its file.
        shown: selector of what the answer of its first callback shows.
    """
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        sites.note(f"building {app.stem}")
        host = stack.enter_context(hosting(sites.build(app, Path(scratch, app.stem))))
        port = stack.enter_context(sites.dash_server(app))
        profile = stack.enter_context(open_profile())
        addresses = {"ours": host.address, "theirs": f"http://127.0.0.1:{port}/"}
        yield {side: opened(profile, url, shown) for side, url in addresses.items()}


def by_turns(
    sides: Mapping[str, tuple[Tab, str, str]], count: int, turns: int = 4, pause_ms: int = 10
) -> dict[str, list[list[float]]]:
    """Click on all sides by turns: page, button, text that changes; the times of each turn."""
    times: dict[str, list[list[float]]] = {name: [] for name in sides}
    for tab, button, out in sides.values():
        clicks(tab, 3, button, out, pause_ms)
    for turn in range(turns):
        for name, (tab, button, out) in sides.items():
            found = clicks(tab, max(1, count // turns), button, out, pause_ms)
            times[name].append(found)
            median = statistics.median(found)
            sites.note(f"{out} {name}, turn {turn + 1}/{turns}: {median:.1f} ms")
    return times


def in_turns(
    sides: Mapping[str, tuple[Tab, str, str]], count: int, turns: int = 4, pause_ms: int = 10
) -> dict[str, list[float]]:
    """The same, with the times of all turns in one list."""
    times = by_turns(sides, count, turns, pause_ms)
    return {name: [*chain.from_iterable(found)] for name, found in times.items()}


def floor_site(out: Path) -> Path:
    """A page that does of a click what no page with Python in a worker can leave out."""
    sites.bare(out)
    page = (sites.HERE / "floor_of_click.html").read_text(encoding="utf-8")
    page = page.replace("REQUEST", json.dumps(REQUEST)).replace("ANSWER", repr(ANSWER))
    (out / "index.html").write_text(page, encoding="utf-8")
    return out


def late(turns: Sequence[Sequence[float]]) -> list[float]:
    """The 95th percentile of each turn."""
    return [statistics.quantiles(turn, n=20, method="inclusive")[-1] for turn in turns]


def measure(rows: Rows, profile: Profile, addresses: Mapping[str, str], count: int) -> None:
    """A trivial callback; against Dash, against JavaScript in the same page, and the floor."""
    echo = opened(profile, addresses["echo"], "#out")
    served = opened(profile, addresses["echo at Dash"], "#out")
    floor = opened(profile, addresses["floor"], "#out")
    turns = by_turns(
        {
            "Python": (echo, "#button", "#out"),
            "JavaScript": (echo, "#local-button", "#local-out"),
            "Dash": (served, "#button", "#out"),
            "floor": (floor, "#button", "#out"),
            "floor without Python": (floor, "#bare-button", "#bare-out"),
        },
        2 * count,
        turns=8,  # short: other work of the machine then affects all sides equally
    )
    times = {name: [*chain.from_iterable(found)] for name, found in turns.items()}
    figure = "click -> Python -> DOM, trivial callback"
    baselines = (
        ("Dash server", "Dash", 0.2, "click, Dash"),
        ("clientside callback", "JavaScript", 1.5, "click, clientside"),
    )
    trip, script = (statistics.median(times[name]) for name in ("floor", "JavaScript"))
    floors = {
        "Dash": (trip, "a message to a worker, a call of stock Pyodide, a message back"),
        "JavaScript": (script + trip, "the clientside callback, and such a round trip"),
    }
    for baseline, side, limit, budget in baselines:
        least, why = floors[side]
        more = {"limit": limit, "budget": budget, "floor": [least], "why": why}
        rows.compare(figure, times["Python"], baseline, times[side], **more)
    for baseline, side, limit, _ in baselines:
        ours, theirs = late(turns["Python"]), late(turns[side])
        rows.compare(f"{figure}, 95th percentile of a turn", ours, baseline, theirs, limit=limit)
    for name, side in (
        ("a message to a worker, a call of stock Pyodide, a message back", "floor"),
        ("a message to a worker, a message back", "floor without Python"),
    ):
        for baseline, other, *_ in baselines:
            rows.compare(f"floor of a click: {name}", times[side], baseline, times[other])
    for tab in (echo, served, floor):
        tab.close()


def measure_crowd(rows: Rows, profile: Profile, addresses: Mapping[str, str], count: int) -> None:
    """The same click on a large page and on a small one."""
    sizes = {"many": "10,000 components", "few": "100 components"}
    tabs = {name: opened(profile, addresses[size], "#out") for name, size in sizes.items()}
    sides = {name: (tab, "#button", "#out") for name, tab in tabs.items()}
    times = in_turns(sides, count, turns=8)
    rows.compare(
        "click that touches 1 of 10,000 components",
        times["many"],
        "1 of 100",
        times["few"],
        limit=1.5,
        budget="1 of 10,000",
    )
    for tab in tabs.values():
        tab.close()


def measure_wildcards(
    rows: Rows, profile: Profile, addresses: Mapping[str, str], runs: int, limit_s: float
) -> None:
    """Clicks on one of 1,000 buttons, and on the one that presses all of them."""
    names = {"ours": "wildcards", "theirs": "wildcards at Dash"}
    tabs = {side: opened(profile, addresses[name], "#total") for side, name in names.items()}
    button = ".buttons > button:nth-child(500)"
    for kind, out in (("MATCH", ".texts > div:nth-child(500)"), ("ALL", "#total")):
        sides = {side: (tab, button, out) for side, tab in tabs.items()}
        times = in_turns(sides, 4 * runs, turns=2)
        rows.compare(
            f"click, {kind} over 1,000 components",
            times["ours"],
            "Dash server",
            times["theirs"],
            limit=0.1,
            budget="wildcards",
        )
    # Last, because a page of Dash may be busy with it for minutes.
    ours = [pressed for _ in range(runs) if (pressed := press_all(tabs, "ours", limit_s))]
    theirs = press_all(tabs, "theirs", limit_s)
    rows.compare(
        "one click that calls 1,000 MATCH callbacks and one ALL",
        ours,
        "Dash server",
        [theirs or 1000 * limit_s],
        limit=0.1,
        budget="wildcards",
        capped=theirs is None,
    )


def press_all(tabs: Mapping[str, Tab], side: str, limit_s: float) -> float | None:
    """Milliseconds until all 1,000 texts and their sum have changed; None beyond the limit."""
    tabs[side].front()
    milliseconds: float | None = tabs[side].call(PRESS_ALL, limit_s)
    shown = f"more than {limit_s:.0f} s" if milliseconds is None else f"{milliseconds:.0f} ms"
    sites.note(f"all at once, {side}: {shown}")
    return milliseconds


def main() -> None:
    """Build, serve, measure."""
    parser = argparse.ArgumentParser(description="from a click to the changed page")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    rows = Rows("clicks")
    count = 40 if given.quick else 104
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        crowd = (sites.APPS / "crowd.py").read_text()
        apps = {name: sites.APPS / f"{name}.py" for name in ("echo", "wildcards")}
        for size in ("10,000", "100"):
            apps[f"{size} components"] = app = Path(scratch, f"crowd-{size}", "app.py")
            app.parent.mkdir()
            app.write_text(crowd.replace("10_000", size.replace(",", "_")))
        addresses = {}
        for name, app in apps.items():
            sites.note(f"building {name}")
            folder = sites.build(app, Path(scratch, name))
            addresses[name] = stack.enter_context(hosting(folder)).address
            if app.is_relative_to(sites.APPS):
                port = stack.enter_context(sites.dash_server(app))
                addresses[f"{name} at Dash"] = f"http://127.0.0.1:{port}/"
        floor = floor_site(Path(scratch, "floor"))
        addresses["floor"] = stack.enter_context(hosting(floor)).address
        profile = stack.enter_context(open_profile())
        measure(rows, profile, addresses, count)
        measure_crowd(rows, profile, addresses, count)
        measure_wildcards(
            rows, profile, addresses, 2 if given.quick else 5, 45 if given.quick else 90
        )


if __name__ == "__main__":
    main()
