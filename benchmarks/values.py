"""What a callback costs that reads 10,000 rows (0.6 MB as JSON), against a Dash server.

    .venv/bin/python -m benchmarks.values [--quick]

From a click to the answer in the page. A Dash server gets all rows with each call; each call of
pyrt gets rows of its own, which nothing else shares (S-51).
"""

import argparse

from benchmarks import sites
from benchmarks.clicks import beside_dash, in_turns
from benchmarks.measurements import Rows

FIGURES = {
    "again": "click -> Python -> DOM, a State of 10,000 rows that has not changed",
    "new": "click -> JavaScript -> Python -> DOM, an Input of 10,000 rows that is new",
}


def main() -> None:
    """Build, serve, click in turns, write."""
    parser = argparse.ArgumentParser(description="what a callback costs that reads 10,000 rows")
    parser.add_argument("--quick", action="store_true")
    count = 40 if parser.parse_args().quick else 104
    rows = Rows("values")
    with beside_dash(sites.APPS / "values.py", "#new-text") as tabs:
        for name, figure in FIGURES.items():
            times = in_turns(
                {side: (tab, f"#{name}", f"#{name}-text") for side, tab in tabs.items()}, count, 8
            )
            rows.compare(figure, times["ours"], "Dash server", times["theirs"], limit=0.5)


if __name__ == "__main__":
    main()
