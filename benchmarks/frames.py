"""What a callback costs that returns 100,000 rows of pandas, against a Dash server.

    .venv/bin/python -m benchmarks.frames [--quick]

From a click to the answer in the page: the text that comes with the rows. A part of it is the app's
own: it changes the frame and makes records of it. The note of a row has that part. The next click
waits until the page has nothing to do: plotly.js still draws then, and a table tells Python which
of its rows it shows.
"""

import argparse

from benchmarks import sites
from benchmarks.clicks import beside_dash, in_turns
from benchmarks.measurements import Rows

FIGURES = {
    "store": "click -> 100,000 rows of pandas in a Store",
    "table": "click -> 100,000 rows of pandas in a DataTable",
    "grid": "click -> 100,000 rows of pandas in an AG Grid",
    "figure": "click -> a figure of 100,000 points of pandas",
}

PAUSE_MS = 800
OWN = "document.getElementById('{}-text').title"


def main() -> None:
    """Build, serve, click in turns, write."""
    parser = argparse.ArgumentParser(description="what a callback costs that returns 100,000 rows")
    parser.add_argument("--quick", action="store_true")
    count = 6 if parser.parse_args().quick else 12
    rows = Rows("frames")
    with beside_dash(sites.APPS / "frames.py", "#store-text") as tabs:
        for name, figure in FIGURES.items():
            sides = {side: (tab, f"#{name}-button", f"#{name}-text") for side, tab in tabs.items()}
            times = in_turns(sides, count, turns=3, pause_ms=PAUSE_MS)
            own = {side: tab.evaluate(OWN.format(name)) for side, tab in tabs.items()}
            rows.compare(
                figure,
                times["ours"],
                "Dash server",
                times["theirs"],
                limit=0.5,
                note=f"of it the app's function: {own['ours']} ms, at Dash {own['theirs']}",
                floor=[float(own["ours"])],
                why="the app's own function, pandas in WebAssembly",
            )


if __name__ == "__main__":
    main()
