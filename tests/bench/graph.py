"""A graph of a million points, new from numpy with each click, and plotly.js with the same arrays.

.venv/bin/python -m tests.bench.graph [--quick]
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from tests.bench import chrome, sites
from tests.bench.host import hosting
from tests.bench.results import Rows

# Both wait for plotly's own word that everything is drawn.
OURS = """
() => new Promise((done) => {
  const graph = document.querySelector("#graph .js-plotly-plot");
  const start = performance.now();
  graph.once("plotly_afterplot", () => done(performance.now() - start));
  document.getElementById("button").click();
})
"""
PREPARE = """
() => {
  const x = Float64Array.from({length: 1e6}, (_, i) => i / 1e4);
  window.states = [x.map(Math.sin), x.map(Math.cos)];
  window.clicks = 0;
  window.show = () => {
    const trace = {type: "scattergl", mode: "lines", x, y: window.states[window.clicks % 2]};
    const layout = {title: {text: `clicked ${window.clicks}`}};
    return Plotly.react("graph", [trace], layout, {responsive: true});
  };
  return window.show().then(() => null);
}
"""
THEIRS = """
async () => {
  const graph = document.getElementById("graph");
  const start = performance.now();
  window.clicks += 1;
  const drawn = new Promise((done) => graph.once("plotly_afterplot", done));
  window.show();
  await drawn;
  return performance.now() - start;
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
        profile = stack.enter_context(chrome.open_profile())
        ours, alone = profile.new_page(), profile.new_page()
        ours.goto(address)
        ours.wait_for_function(
            "document.querySelector('.gtitle')?.textContent === 'clicked 0'", timeout=180_000
        )
        alone.goto(f"{address}alone.html")
        alone.evaluate(PREPARE)
        times: dict[str, list[float]] = {"ours": [], "alone": []}
        for turn in range(6 if given.quick else 12):
            for name, page, program in (("ours", ours, OURS), ("alone", alone, THEIRS)):
                page.bring_to_front()
                page.wait_for_timeout(300)
                seen = page.evaluate(program)
                if turn:  # the first draws for the first time
                    times[name].append(seen)
        rows.compare(
            "Graph of 1e6 points updated from numpy",
            times["ours"],
            "plotly.js alone, the same typed arrays",
            times["alone"],
            limit=1.5,
            budget=True,
        )
    rows.write()
    chrome.stop()


if __name__ == "__main__":
    main()
