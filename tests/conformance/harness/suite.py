"""The suite to run: a copy of a checkout's tests, and what pytest collects in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .items import Item

# The folders with browser tests, and their short names in summaries.
ROOTS = {
    "tests/integration": "integration",
    "components/dash-core-components/tests/integration": "dcc",
    "components/dash-html-components/tests": "html",
    "components/dash-table/tests/selenium": "table",
}
TREES = (
    "tests",
    "components/dash-core-components/tests",
    "components/dash-html-components/tests",
    "components/dash-table/tests",
)
PACKAGE_PATH = Path(__file__).parents[1]  # where the tests' environment finds this package
COLLECTED = "collected.json"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-o", "addopts=")


def copy_suite(checkout: Path, work: Path, *, is_new: bool = False) -> Path:
    """Copy the tests of a checkout without the dash package beside them.

    Args:
        checkout: of Dash.
        work: the folder for files of the harness.
        is_new: whether to copy again although the tests of this checkout were copied.
    """
    suite = work / "suite"
    done = suite / ".copied"
    if is_new or not done.exists() or done.read_text() != f"{checkout}\n":
        shutil.rmtree(suite, ignore_errors=True)
        (work / COLLECTED).unlink(missing_ok=True)
        for tree in TREES:
            if (checkout / tree).is_dir():
                shutil.copytree(checkout / tree, suite / tree)
        shutil.copy(checkout / "pytest.ini", suite)
        done.write_text(f"{checkout}\n")
    return suite


def collect(suite: Path, work: Path, python: str) -> list[Item]:
    """The tests of the suite, in pytest's order; kept in a file until the suite is copied again.

    Args:
        suite: the copied suite.
        work: the folder for files of the harness.
        python: interpreter of the environment with dash[testing].
    """
    file = work / COLLECTED
    if not file.exists():
        items = [
            item
            for root in ROOTS
            if (suite / root).is_dir()
            for item in _collect_root(suite, root, work / "part.json", python)
        ]
        file.write_text(json.dumps(items, indent=0))
    collected: list[Item] = json.loads(file.read_text())
    return collected


def _collect_root(suite: Path, root: str, part: Path, python: str) -> list[Item]:
    folder = root_folder(suite, root)
    command = [python, *PYTEST, "--collect-only", "-q", "-p", "harness.collecting"]
    command += ["--continue-on-collection-errors", "--rootdir", str(folder), str(suite / root)]
    environment = plugin_environment(CONF_COLLECT=str(part), CONF_SUITE=str(suite))
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith(("ERROR ", "E  ")):
            sys.stderr.write(f"collect: {root} {line[:200]}\n")
    if not part.exists():
        sys.stderr.write(f"collect: {root} {done.stdout[-500:]}{done.stderr[-500:]}\n")
        return []
    items: list[Item] = json.loads(part.read_text())
    part.unlink()
    return items


def root_folder(suite: Path, file: str) -> Path:
    """The root folder for pytest, by a path in the suite: the suite's, or a component package's."""
    return suite if file.startswith("tests") else suite.joinpath(*Path(file).parts[:2])


def plugin_environment(**variables: str) -> dict[str, str]:
    """Environment variables of a pytest process with a plugin of this package."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"CONF_COLLECT", "CONF_RUN"}
    }
    return (
        inherited
        | {
            "PYTHONPATH": str(PACKAGE_PATH),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        | variables
    )
