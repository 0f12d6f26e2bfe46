"""Makes the files of pyrt that git does not have, before hatchling puts them into a wheel or sdist.

    build/pyrt_build/static/                page and worker, Pyodide's core    npm, from web/
    pyrt/registry.json                      components of dash, for the engine  the dash wheel
    build/site_packages/dash-stubs/         the same, for type checkers         the dash wheel
    pyrt/agents/props.json                  the same, for agents                the dash wheel
    pyrt/notebook/static/                   what pages in notebooks load        npm, the dash wheel
    build/pyrt_build/static/bytecode/       standard library, engine            CPython or Node

So `pip install .` needs Node. A source distribution has all of these files, and needs only Python.
`make setup` makes them itself, at the same time as it installs: it sets `PYRT_ONLY_LINK`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "build/pyrt_build/static"
FINDER = ("pyrt_finder.py", "pyrt_finder.pth")
# Programs that make files from the dash wheel; they run with the dependencies of pyrt.
FROM_DASH = (
    *("pyrt_build.site.components", "tools.dash_stubs"),
    *("tools.prop_types", "tools.notebook_files"),
)
BYTECODE = "pyrt_build.site.bytecode_cache"


class Failed(Exception):  # noqa: N818 -- ends the build with its text
    """A file cannot be made; the text says why, and what to do."""


class MissingFiles(BuildHookInterface[BuilderConfig]):
    """The hook that hatchling finds in this file."""

    def dependencies(self) -> list[str]:
        """Return what the programs that make the files import."""
        return [] if self._has_all() else self.metadata.core.dependencies

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing or older than its sources."""
        root = Path(self.root)
        if version == "editable":  # its packages and dash-stubs stay where they are
            build_data["force_include_editable"] = {
                str(root / "build" / "site_packages" / name): name for name in FINDER
            }
        if self._has_all():
            return
        try:
            make_bundle(root)
            for program in FROM_DASH:
                run_program(root, program)
            if version != "editable":
                run_program(root, BYTECODE)
        except Failed as error:
            self._stop(str(error))

    def _has_all(self) -> bool:
        """Tell whether this is a source distribution, or `make setup` makes the files."""
        return Path(self.root, "PKG-INFO").is_file() or bool(os.environ.get("PYRT_ONLY_LINK"))

    def _stop(self, text: str) -> NoReturn:
        self.app.abort(text)
        sys.exit(1)


def make_bundle(root: Path) -> None:
    """Build the page's bundle with npm, unless it is newer than its sources.

    Raises:
        Failed: Node or npm is missing or too old, or failed.
    """
    built = root / STATIC / ".built"
    if built.is_file() and built.stat().st_mtime >= newest(root / "web"):
        return
    web = root / "web"
    npm = find_npm(web)
    for command in (
        # Not `npm ci`: it refuses a lock file when a registry lacks optional builds.
        [npm, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
        [npm, "run", "--silent", "build"],
    ):
        run(command, web, dict(os.environ))
    built.touch()


def newest(folder: Path) -> float:
    """Return when a file of a folder was changed last; dependencies of npm do not count."""
    return max(path.stat().st_mtime for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file():
            yield path
        elif path.name != "node_modules":
            yield from _files(path)


def find_npm(web: Path) -> str:
    """Return the path of npm.

    Raises:
        Failed: npm or Node is missing, or Node is too old.
    """
    wanted = json.loads((web / "package.json").read_text())["engines"]["node"]
    least = tuple(map(int, re.findall(r"\d+", wanted)))
    advice = (
        f"\nnpm builds the part of pyrt that runs in the page, and needs Node {wanted}. Install\n"
        "it (https://nodejs.org) and try again, or install pyrt from a wheel or from a source\n"
        "distribution: these have that part in them."
    )
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        missing = " and ".join(n for n, path in (("Node", node), ("npm", npm)) if path is None)
        raise Failed(f"{missing} cannot be found on the PATH.{advice}")
    found = subprocess.run(  # noqa: S603  # Node
        [node, "--version"], capture_output=True, text=True, check=False
    )
    version = tuple(map(int, re.findall(r"\d+", found.stdout)))
    if version < least:
        raise Failed(f"{node} is Node {found.stdout.strip()}.{advice}")
    return npm


def run_program(root: Path, module: str) -> None:
    """Run a module of the checkout.

    Raises:
        Failed: it failed.
    """
    paths = [str(root), str(root / "build"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    run([sys.executable, "-m", module], root, environment)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command in a folder.

    Raises:
        Failed: it failed; the text has the end of what it printed.
    """
    done = subprocess.run(  # noqa: S603  # npm, Python
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-20:])
        name = " ".join([Path(command[0]).name, *command[1:]])
        raise Failed(f"`{name}` in {folder} failed, so that pyrt cannot be built:\n{last}")
