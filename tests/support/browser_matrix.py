"""`make browsers`: visits the sites of `tests/browsers` with every engine, and writes a table.

python -m tests.support.browser_matrix docs/browsers.md [ENGINE ...]

With engines, only they are visited: the rows of the others stay as they are in the file. The
sections after the table stay in any case.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.support.built_sites import shared_folder
from tests.support.engine_checks import CHECKS, Visit, run_checks
from tests.support.engine_sites import Host, serving
from tests.support.engines import names, open_engine

_MEGABYTE = 1 << 20
_MARK = "performance.getEntriesByName('pyrt:{}')[0].startTime"
_OBSTACLE = """(async () => {
  const { failed } = window.__pyrt__ ?? {};
  const late = new Promise((resolve) => setTimeout(resolve, 500));
  const said = failed?.then(({ stage, message }) => stage === "browser" && message);
  return Promise.race([said ?? late, late]);
})()"""
_INTRODUCTION = """# Browsers

What a site does in which browser; `make browsers` writes this page. Every row is a real engine
that opens sites built by `pyrt build` and uses them as a user would
(`tests/support/engine_checks.py`): the counter, started without a snapshot; an app with one
control for each ability; the example `pages`; callbacks on a server. `phone` is Chromium as an
iPhone 14 with touch, with a processor four times slower: on iOS, Python cannot use stack
switching. CI makes the same checks in Debian's Firefox ESR and WebKitGTK.

Without WebAssembly stack switching (JSPI), `asyncio.run` and `run_sync` in a callback raise an
error that says what to write, and others wait while a callback sleeps. The first versions that
can run an app are in `web/src/browser/requirements.ts`. In a browser that cannot, one line says
so, and what was recorded of the page stays readable. Times, and the resident memory of the page's
process (MB), are those of a second visit of the app with all abilities.
"""


def row(name: str, host: Host, folder: Path) -> list[str]:
    """The cells of one engine."""
    with open_engine(name) as browser:
        label = [f"{name} {browser.version}", f"{datetime.now(UTC):%Y-%m-%d}"]
        browser.goto(f"{host.address}/plain/")
        if obstacle := browser.wait(_OBSTACLE, 5):
            return [*label, *[""] * 3, f"no: {obstacle}", *[""] * (len(CHECKS) - 1)]
        visit = Visit(browser, host, folder)
        cells, wrong = run_checks(visit)
        visit.open("abilities")
        memory = browser.page_memory() // _MEGABYTE
        times = [round(browser.evaluate(_MARK.format(mark))) for mark in ("paint", "ready")]
    for column, text in wrong.items():
        print(f"{name}: {column}: {text}", file=sys.stderr)  # noqa: T201
    results = [cells.get(column, "NO") for column in CHECKS]
    return [*label, *map(str, times), str(memory), *results]


def main(target: Path, engines: list[str]) -> None:
    """Write the table of these engines, or of all, anew with each row."""
    columns = ["engine", "made", "paint ms", "ready ms", "MB", *CHECKS]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    before, heading, sections = text.partition("\n## ")
    after = f"{heading}{sections}".lstrip("\n")
    rows = rows_of(before) if engines else {}
    with tempfile.TemporaryDirectory(prefix="pyrt-browsers-") as name:
        folder = Path(name)
        with serving(folder, shared_folder(folder)) as host:
            for engine in engines or names():
                rows[engine] = f"| {' | '.join(row(engine, host, folder))} |"
                text = "\n".join([_INTRODUCTION, *lines, *rows.values(), "", after])
                target.write_text(text, encoding="utf-8")


def rows_of(table: str) -> dict[str, str]:
    """The rows of a table that was written before, by engine."""
    lines = table.splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| engine ")]
    return {line.split()[1]: line for line in rows}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
