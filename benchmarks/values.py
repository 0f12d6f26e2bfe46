"""What a callback costs that reads 10,000 rows (0.6 MB as JSON), against a Dash server.

    .venv/bin/python -m benchmarks.values [--quick]

From a click to the answer in the page. A Dash server gets all rows with each call; each call of
pyrt gets rows of its own, which nothing else shares (S-51).
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import open_profile
from benchmarks.clicks import in_turns, opened
from benchmarks.host import hosting
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
    app = sites.APPS / "values.py"
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        host = stack.enter_context(hosting(sites.build(app, Path(scratch, "values"))))
        port = stack.enter_context(sites.dash_server(app))
        profile = stack.enter_context(open_profile())
        addresses = {"ours": host.address, "theirs": f"http://127.0.0.1:{port}/"}
        tabs = {side: opened(profile, url, "#new-text") for side, url in addresses.items()}
        for name, figure in FIGURES.items():
            times = in_turns(
                {side: (tab, f"#{name}", f"#{name}-text") for side, tab in tabs.items()}, count, 8
            )
            rows.compare(figure, times["ours"], "Dash server", times["theirs"], limit=0.5)


if __name__ == "__main__":
    main()
