"""Compare whole projects: as a site that `pyrt build` makes of them, and on a real Dash server.

    python tests/projects/compare.py run FOLDER --name OWNER/NAME --commit C [-- HINTS OF BUILD]
    python tests/projects/compare.py reason OWNER/NAME TEXT
    python tests/projects/compare.py table

README.md beside it says what is compared, and has the table.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0:1] = [str(Path(__file__).parents[2])]

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.support.chromium import FLAGS, executable  # noqa: E402
from tests.support.compare import real_dash, site  # noqa: E402
from tests.support.compare.actions import Action, Chooser, perform  # noqa: E402
from tests.support.compare.results import RESULTS, Results, write_table  # noqa: E402
from tests.support.compare.state import SCRIPT, Console, differences, read, settle  # noqa: E402

HERE = Path(__file__).parent
INTERACTIONS = 10
EQUAL_S = 60  # how long a difference may last before it is one; machines may be busy
READY_MS = 300_000
RESOLVER = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no network for either
NOT_DONE = "not done"  # the machine was too slow: no result
SHOWN = 6  # differences in a row of the results


class Differs(Exception):  # noqa: N818  # a result, no error
    """The pages differ: the step, and where."""


class Pages:
    """The page of a real Dash and the page of the site, side by side."""

    def __init__(self, browser: Browser, addresses: tuple[str, str]):
        self._browser, self._addresses = browser, addresses
        self.real, self.real_console = self._open(addresses[0])
        self.site, self.site_console = self._open(addresses[1])
        self.site.wait_for_function(
            "Promise.race([window.__pyrt__.ready, window.__pyrt__.failed]).then(() => true)",
            timeout=READY_MS,
        )
        self.done: list[Action] = []
        self.by_nature: set[str] = set()

    def _open(self, address: str) -> tuple[Page, Console]:
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 1000}, reduced_motion="reduce", accept_downloads=True
        )
        context.add_init_script(SCRIPT)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        console = Console(page)
        page.goto(address, wait_until="load", timeout=READY_MS)
        return page, console

    def act(self, action: Action) -> None:
        """Do the same with both."""
        self.done.append(action)
        first, second = perform(self.real, action), perform(self.site, action)
        if bool(first) != bool(second):
            raise Differs(f"real Dash: {first or 'done'} / site: {second or 'done'}")

    def compare(self) -> None:
        """Wait until both show the same; what differs between two visits of a real Dash may."""
        settle(self.real)
        settle(self.site)
        end = time.monotonic() + EQUAL_S
        while True:
            found = self._differences()
            if not found:
                return
            if time.monotonic() > end:
                break
            self.site.wait_for_timeout(500)
        self.by_nature |= self._of_second_visit()
        left = [f"{where}: {both}" for where, both in self._differences().items()]
        if left:
            raise Differs("; ".join(left[:SHOWN]))

    def _differences(self) -> dict[str, str]:
        found = differences(read(self.real), read(self.site))
        return {where: both for where, both in found if where not in self.by_nature}

    def _of_second_visit(self) -> set[str]:
        """Where a second visit of the same real Dash differs from the first."""
        page, _ = self._open(self._addresses[0])
        try:
            settle(page)
            for action in self.done:
                perform(page, action)
                settle(page)
            return {where for where, _ in differences(read(self.real), read(page))}
        finally:
            page.context.close()

    def compare_consoles(self) -> None:
        """Errors that only the site has."""
        theirs = {each[:60] for each in self.real_console.errors}
        ours = [each for each in self.site_console.errors if each[:60] not in theirs]
        if ours and not self.real_console.failed_callbacks:
            raise Differs("console: " + " | ".join(each[-400:] for each in ours[:SHOWN]))

    def screenshots(self, folder: Path, name: str) -> list[str]:
        """Save a picture of each; returns the names of the files."""
        files = [f"{name}-real.png", f"{name}-site.png"]
        for page, file in zip((self.real, self.site), files, strict=True):
            page.screenshot(path=folder / file)
        return files


def drive(pages: Pages, row: dict[str, Any]) -> None:
    """Do ten interactions, and compare after each; `row` gets what was done."""
    chooser = Chooser()
    pages.compare()
    for _ in range(INTERACTIONS):
        action = chooser.next(pages.real)
        if action is None:
            break
        row["step"] = str(action)
        progress(f"  {action}")
        pages.act(action)
        pages.compare()
        row["interactions"] += 1
    pages.compare_consoles()


def progress(text: str) -> None:
    """Say where the program is."""
    print(text, flush=True)  # noqa: T201


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Build, serve and compare one project; returns its row."""
    row: dict[str, Any] = {
        "name": options.name,
        "commit": options.commit,
        "folder": options.folder_name,
        "hints": options.hints,
        "interactions": 0,
        "step": "start",
        "reason": "",
    }
    folder = options.work / folder_of(options.name)
    folder.mkdir(parents=True, exist_ok=True)
    progress(f"{options.name}: pyrt build {' '.join(options.hints)}")
    started = time.monotonic()
    built = site.build(options.project.absolute(), options.hints, folder)
    row["seconds"] = round(time.monotonic() - started)
    (folder / "build.log").write_text(built.output, encoding="utf-8")
    if built.code == site.NOT_DONE:
        progress(built.output[-1500:])
        return {**row, "result": NOT_DONE}
    if built.code != 0:
        progress(built.output)
        return {**row, "result": "stops", "details": built.output[-1500:]}
    row["entry"] = f"{built.launch['module']}:{built.launch['attribute']}".strip(":") or built.entry
    progress(f"  {row['entry']}; real Dash: environment")
    python = real_dash.environment(built, options.more, options.work / "venvs")
    try:
        with real_dash.serve(built, python, folder) as real, site.serve(built) as ours:
            return _in_browser((real, ours), row, folder)
    except real_dash.RealDashError as error:
        progress(f"  {error}")
        return {**row, "result": "real Dash fails", "details": str(error)[-1500:]}


def _in_browser(addresses: tuple[str, str], row: dict[str, Any], folder: Path) -> dict[str, Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=[*FLAGS, RESOLVER], executable_path=executable())
        try:
            pages = Pages(browser, addresses)
            try:
                drive(pages, row)
                failed = not row["interactions"] and pages.real_console.failed_callbacks
                row |= {"result": "real Dash fails" if failed else "same", "details": ""}
            except Differs as found:
                progress(f"  DIFFERS: {found}")
                row |= {"result": "differs", "details": str(found)}
            row["by_nature"] = sorted(pages.by_nature)
            row["console"] = [each[-600:] for each in pages.site_console.errors[:SHOWN]]
            pages.screenshots(folder, "last")
        finally:
            browser.close()
    return row


def folder_of(name: str) -> str:
    """The name of a project's folder."""
    return name.replace("/", "+")


def without_places(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is of this machine, or too long for a table."""
    kept = (
        "name",
        "commit",
        "folder",
        "hints",
        "entry",
        "result",
        "interactions",
        "step",
        "reason",
    )
    return {key: row[key] for key in kept if row.get(key)} | {"interactions": row["interactions"]}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=HERE / "results.jsonl")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run", help="build and compare one project; after --: for pyrt build")
    one.add_argument("project", type=Path, help="its folder")
    one.add_argument("--name", required=True, help="owner/name at GitHub")
    one.add_argument("--commit", required=True)
    one.add_argument("--folder-name", default="", help="the part of the repository that this is")
    one.add_argument("--more", action="append", default=[], help="a package for real Dash alone")
    one.add_argument("--work", type=Path, default=Path(".cache/projects"), help="where it works")
    one.add_argument("--again", action="store_true", help="although there is a row of this commit")
    reason = commands.add_parser("reason", help="say why a result is as it is")
    reason.add_argument("name")
    reason.add_argument("text")
    reason.add_argument("--result", choices=RESULTS)
    reason.add_argument("--secrets", help="what was said of secrets, and whether it was true")
    commands.add_parser("table", help="write the table in README.md")
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)  # behind it: for `pyrt build`
    return parser.parse_args(given[:end], argparse.Namespace(hints=given[end + 1 :]))


def main() -> int:
    """Do what the command line says."""
    options = arguments()
    results = Results(options.results)
    rows = results.read()
    if options.command == "table":
        write_table(HERE / "README.md", rows)
    elif options.command == "reason":
        row = {**rows[options.name], "reason": options.text}
        row |= {"result": options.result} if options.result else {}
        results.put(row | ({"secrets": options.secrets} if options.secrets else {}))
    elif options.again or rows.get(options.name, {}).get("commit") != options.commit:
        row = run(options)
        report = json.dumps(row, indent=1, ensure_ascii=False)
        (options.work / folder_of(options.name) / "row.json").write_text(report, encoding="utf-8")
        if row["result"] != NOT_DONE:
            results.put(without_places(row))
        progress(f"{row['name']}: {row['result']} after {row['interactions']} interactions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
