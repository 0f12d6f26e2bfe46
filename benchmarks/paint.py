"""Time until first contentful paint, and until React has rendered, against a page without Python.

    .venv/bin/python -m benchmarks.paint [--quick]

The baseline is the same page as a developer would write it by hand: its HTML in the file, the same
styles, React and the same bundles, and a few lines that render the same components from the same
data. It has neither pyrt's renderer nor a worker nor Python. Both sides take turns, each in a fresh
profile, over a network of 20 Mbit/s and 40 ms and on loopback.
"""

import argparse
import contextlib
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import sites
from benchmarks.chrome import open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows
from benchmarks.slow_network import Line, reached_through, shaped

APPS = {"trivial": sites.APPS / "trivial.py", "sales": sites.SALES}
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
DRAWN = "performance.getEntriesByName('pyrt:paint')[0]?.startTime"
# The globals that the component bundles need from the page: the minimum with which they render.
DRAW = """
(() => {
  const { layout, childrenProps } = JSON.parse(document.getElementById("layout").textContent);
  const draw = (value, key) => {
    if (Array.isArray(value)) return value.map(draw);
    if (!value?.props || !value.type) return value;
    const { children, ...props } = value.props;
    const element = window[value.namespace][value.type];
    return React.createElement(element, { key, ...props, setProps() {} }, draw(children));
  };
  const entry = document.getElementById("react-entry-point");
  const root = ReactDOM.createRoot(entry);
  ReactDOM.flushSync(() => root.render(draw(layout)));
  performance.mark("pyrt:paint");
})();
"""
HOST = """
(() => {
  const context = React.createContext({});
  const value = { useLoading: () => false, isLoading: () => false, componentPath: [] };
  window.dash_component_api = {
    DashContext: context,
    useDashContext: () => value,
    stringifyId: (id) => (typeof id === "string" ? id : JSON.stringify(id)),
    getLayout: () => undefined,
    devtool: {},
  };
  window.dash_clientside = { clean_url: (url) => url };
})();
"""


def by_hand(built: Path, out: Path) -> Path:
    """Make the baseline from a prerendered site."""
    shutil.copytree(built, out)
    page = (built / "index.html").read_text()
    manifest = json.loads(_element(page, "pyrt-manifest"))
    document, _, layout = json.loads(_read_prerendered(page, built)["text"])
    page = re.sub(r'<script type="application/json".*?</script>\n?', "", page)
    page = re.sub(r"<script defer.*?</script>\n?", "", page)
    data = {"layout": layout["layout"]}
    (out / "host.js").write_text(HOST)
    plotly = manifest["plotlyUrl"]
    (out / "draw.js").write_text(f"window._dashPlotlyJSURL = {json.dumps(plotly)};{DRAW}")
    sources = [
        *manifest["react"],
        "host.js",
        *(script["src"] for script in document["scripts"]),
        "draw.js",
    ]
    scripts = "".join(f'<script defer src="{source}"></script>\n' for source in sources)
    text = json.dumps(data).replace("<", "\\u003c")
    scripts += f'<script type="application/json" id="layout">{text}</script>\n'
    page = page.replace("</head>", f"{scripts}</head>")
    page = page.replace('<div id="react-entry-point"></div>\n', "").replace(
        " data-pyrt-preview", ""
    )
    (out / "index.html").write_text(page)
    return out


def _element(page: str, name: str) -> str:
    found = re.search(rf'id="{name}"[^>]*>(.*?)</script>', page)
    assert found
    return found[1]


def _read_prerendered(page: str, built: Path) -> dict[str, Any]:
    named = re.search(r'id="pyrt-prerender" data-url="([^"]*)"', page)
    text = (built / named[1]).read_text() if named else _element(page, "pyrt-prerender")
    prerendered: dict[str, Any] = json.loads(text)
    return prerendered


def visited(port: int, line: Line) -> tuple[float, float]:
    """Milliseconds until first contentful paint, and until React has rendered."""
    with open_profile() as profile, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{port}/"
        if line.rate:
            address = stack.enter_context(reached_through(line, port))
        tab = profile.new_tab()
        tab.goto(address)
        tab.wait_for(f"{SEEN} && {DRAWN}")
        return tab.evaluate(SEEN), tab.evaluate(DRAWN)


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    times = 3 if parser.parse_args().quick else 7
    rows = Rows("paint")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        for name, app in APPS.items():
            sites.note(f"building {name}")
            built = sites.build(app, Path(scratch, name))
            hand = by_hand(built, Path(scratch, f"{name}-by-hand"))
            ports = [stack.enter_context(hosting(folder)).port for folder in (built, hand)]
            for where, line in (("20 Mbit/s, 40 ms", shaped), ("loopback", Line)):
                found = [[visited(port, line()) for port in ports] for _ in range(times)]
                for index, what in enumerate(("first paint", "drawn by React")):
                    rows.compare(
                        f"{what}, {name}, {where}",
                        [ours[index] for ours, _ in found],
                        "static HTML and React",
                        [theirs[index] for _, theirs in found],
                        limit=1.5,
                        budget="paint" if what == "first paint" else None,
                    )


if __name__ == "__main__":
    main()
