"""Checks docs/libraries.md: where each library comes from, and whether it can be imported in a tab.

    make libraries

Pyodide's lock file and the package index are asked as a build asks them. The libraries whose files
can be had are put into one site, which is opened in Chromium and imports each of them. Not in CI:
it needs the package index, and what it finds changes with every release.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import sync_playwright

from pyrt_build.packages import carrier, distribution, pip, python_part
from tests.support.chromium import FLAGS, executable
from tests.support.servers import static_server

PAGE = Path(__file__).parents[1] / "docs" / "libraries.md"
_ROW = re.compile(r"^\| `([\w.-]+)` \| (?:`([\w.]+)` )?\|")
APP = """
import importlib, json
from dash import Dash, html

def attempt(name):
    try:
        importlib.import_module(name)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "ok"

app = Dash(__name__)
app.layout = html.Pre(json.dumps({name: attempt(name) for name in NAMES}), id="found")
"""


@dataclass(frozen=True, slots=True)
class Library:
    """A row of the page: a distribution, and the module that an app imports; empty if none."""

    name: str
    module: str


def rows() -> Iterator[Library]:
    """Yield the libraries of the page."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        found = _ROW.match(line)
        if found:
            yield Library(found[1], found[2] or "")


def sources(libraries: Iterable[Library]) -> dict[str, str]:
    """Return where each library can be had: its name -> a text; empty if nowhere."""
    lock = distribution.open_distribution("cdn").lock.packages
    here = distribution.open_distribution(str(carrier.FALLBACK))
    names = {library: str(canonicalize_name(library.name)) for library in libraries}
    index = on_index([name for name in names.values() if name not in lock])
    found = {}
    for library, name in names.items():
        entry, wheel = lock.get(name), index.get(name)
        if wheel:
            tag = "-".join(wheel.file_name.removesuffix(".whl").split("-")[-3:])
            found[library.name] = f"index {wheel.version} ({tag})"
        elif here.find(name):
            found[library.name] = f"Pyodide, also in {carrier.FALLBACK}"
        elif python_part.versions(name, None):
            found[library.name] = "Pyodide; its Python from the index"
        elif entry and entry.file_name.endswith("-any.whl"):
            found[library.name] = f"Pyodide {entry.version}, and the index"
        else:
            found[library.name] = f"Pyodide {entry.version}, only there" if entry else ""
    return found


def on_index(names: Sequence[str]) -> dict[str, pip.Wheel]:
    """Return the newest wheel for a browser of each package that has one, in few questions."""
    found = pip.newest([Requirement(name) for name in names], None)
    if found is not None or len(names) == 1:
        return found or {}
    middle = len(names) // 2
    return on_index(names[:middle]) | on_index(names[middle:])


def imported(libraries: Iterable[Library], folder: Path) -> dict[str, str]:
    """Build a site with all libraries, and return what the import of each module gives in it."""
    chosen = list(libraries)
    names = [library.module for library in chosen]
    (folder / "app.py").write_text(f"NAMES = {names!r}\n{APP}", encoding="utf-8")
    lines = "\n".join(["dash", *(library.name for library in chosen)])
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "pyrt_build.cli", "build", "app.py", "-o", "site", "--debug"]
    subprocess.run([*command, "--fast", "--no-rehearsal"], check=True, cwd=folder)  # noqa: S603
    with static_server(folder / "site") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#found", timeout=600_000)
        found: dict[str, str] = json.loads(page.inner_text("#found"))
        browser.close()
    return found


def main() -> None:
    """Print a line for each library, and how many there are."""
    libraries = list(rows())
    where = sources(libraries)
    reachable = [
        library
        for library in libraries
        if library.module and where[library.name] and not where[library.name].endswith("there")
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = imported(reachable, Path(folder))
    for library in libraries:
        result = found.get(library.module, "not tried")
        print(f"{library.name}: {where[library.name] or 'nowhere'}: {result}")  # noqa: T201
    print(f"{sum(map(bool, where.values()))} of {len(libraries)} can be had")  # noqa: T201


if __name__ == "__main__":
    main()
