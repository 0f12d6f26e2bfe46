"""A graph of a million points, new from numpy with each click, and plotly.js with the same arrays.

    .venv/bin/python -m benchmarks.graph [--quick]

Two times of each: until plotly says that it has drawn, and until the browser shows it. Without a
graphics card the second is mostly that of WebGL in software, and the next click is only made when
that is over: it would wait for it.
"""

import argparse
import contextlib
import tempfile
import time
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows

# No turn begins after so many seconds, and what is not drawn within LIMIT_S is an error.
QUICK_S, FULL_S = 45, 100
MINIMUM, MAXIMUM = 3, 12
LIMIT_S = 120
MEASURED = """
(own, limit) => new Promise((done, fail) => {
  const graph = document.querySelector(own ? "#graph .js-plotly-plot" : "#graph");
  const start = performance.now(), passed = () => performance.now() - start;
  graph.once("plotly_afterplot", () => {
    const drawn = passed();
    requestAnimationFrame(() => requestAnimationFrame(() => done([drawn, passed()])));
  });
  setTimeout(() => fail(Error(`not drawn within ${limit} s`)), 1000 * limit);
  if (own) document.getElementById("button").click();
  else window.showNext();
})
"""
PREPARE = """
() => {
  const x = Float64Array.from({length: 1e6}, (_, i) => i / 1e4);
  window.states = [x.map(Math.sin), x.map(Math.cos)];
  window.clicks = 0;
  window.showNext = () => {
    window.clicks += 1;
    const trace = {type: "scattergl", mode: "lines", x, y: window.states[window.clicks % 2]};
    const layout = {title: {text: `clicked ${window.clicks}`}};
    return Plotly.react("graph", [trace], layout, {responsive: true});
  };
  return window.showNext().then(() => null);
}
"""
ALONE = """<!doctype html><title>plotly.js alone</title>
<div id="graph"></div><script src="pkg/plotly/package_data/plotly.min.js"></script>"""


def main() -> None:
    """Build, serve, measure, write."""
    parser = argparse.ArgumentParser(description="a graph of a million points")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    rows = Rows("graph")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = sites.build(sites.APPS / "points.py", Path(scratch, "points"))
        (folder / "alone.html").write_text(ALONE)
        address = stack.enter_context(hosting(folder)).address
        profile = stack.enter_context(open_profile())
        ours = profile.new_tab()
        ours.goto(address)
        ours.wait_until_ready()
        ours.wait_for("document.querySelector('#graph .gtitle')?.textContent === 'clicked 0'")
        alone = profile.new_tab()
        alone.goto(f"{address}alone.html")
        alone.wait_until_ready()
        alone.call(PREPARE)
        sides = {"ours": ours, "alone": alone}
        times: dict[str, list[list[float]]] = {name: [] for name in sides}
        turn, end = 0, time.monotonic() + (QUICK_S if given.quick else FULL_S)
        while turn < MINIMUM or (turn < MAXIMUM and time.monotonic() < end):
            for name, tab in sides.items():
                tab.front()
                seen = tab.call(MEASURED, name == "ours", LIMIT_S)
                sites.note(f"{name}, turn {turn}: drawn {seen[0]:.0f} ms, seen {seen[1]:.0f} ms")
                if turn:  # the first draws for the first time
                    times[name].append(seen)
            turn += 1
        for place, what in enumerate(("drawn by plotly", "seen in the page")):
            rows.compare(
                f"Graph of 1e6 points updated from numpy, until {what}",
                [seen[place] for seen in times["ours"]],
                "plotly.js alone, the same typed arrays",
                [seen[place] for seen in times["alone"]],
                limit=1.5,
                budget="graph",
            )


if __name__ == "__main__":
    main()
