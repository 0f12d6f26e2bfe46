"""From a keystroke to its echo in a full page: 5,000 table rows and 200 components.

.venv/bin/python -m benchmarks.keystrokes [--quick]

Real key presses; the time is taken in the page, from the keydown event until the echo that Python
computes is in the DOM. (An html table of 5,000 rows would not do: Dash takes minutes to draw it.)
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows

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


def opened(profile: Profile, address: str) -> Tab:
    """The page, once Python has echoed the empty input and the table is drawn."""
    tab = profile.new_tab()
    tab.goto(address)
    tab.wait_until_ready()
    tab.wait_for(f"{ECHOED} === 'heard '", 120)
    tab.wait_for("document.querySelector('#table td')")
    tab.call(WATCH)
    return tab


def keystrokes(tab: Tab, count: int) -> list[float]:
    """Milliseconds from key to echo, one per key; each key waits for the echo before it."""
    tab.front()
    tab.focus("#typed")
    tab.evaluate("window.times.length = 0")
    for done in range(1, count + 1):
        tab.press("abcdefghij"[done % 10])
        tab.wait_for(f"window.times.length >= {done}")
    times: list[float] = tab.evaluate("window.times")
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
        profile = stack.enter_context(open_profile())
        tabs = {
            "ours": opened(profile, host.address),
            "theirs": opened(profile, f"http://127.0.0.1:{port}/"),
        }
        times: dict[str, list[float]] = {name: [] for name in tabs}
        for _ in range(4):
            for name, tab in tabs.items():
                times[name] += keystrokes(tab, count)
    figure = "keystroke -> Python -> DOM, 5,000 table rows and 200 components"
    rows.compare(figure, times["ours"], "Dash server", times["theirs"], limit=2)


if __name__ == "__main__":
    main()
