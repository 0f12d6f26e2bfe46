"""`--run`, `--describe`: run an app with this machine's Python, to learn about the app it makes.

For apps that no reading finds, such as those that a package makes, where there is no browser to run
them in. The app's packages must be installed beside pyrt.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyrt.model.environment import Launch, encode_launch
from pyrt_build.app.discover import App
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError

TIMEOUT_S = 120
_MARK = "pyrt-run:"
_BOOT = """
import sys, json
from pyrt.activation import activate
activate()
from pyrt.model.failures import StartError
from pyrt.worker import boot
try:
    boot(sys.argv[1])
except StartError as error:
    sys.exit(str(error))
from pyrt.app.dash import get_app
app = get_app()
"""
_FACTS = f"""
from pyrt.app.pages import page_registry
facts = {{
    "assets": app.config.assets_folder,
    "title": app.title,
    "pages": [page["path"] for page in page_registry.values() if not page.get("path_template")],
}}
print({_MARK!r} + json.dumps(facts))
"""
_DESCRIBE = f"""
from pyrt.agents.describe import describe
print({_MARK!r} + json.dumps(describe(app)))
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an app said of itself.

    Attributes:
        assets: its folder of assets, on this machine.
        title: of the page.
        pages: URL paths of its pages.
    """

    assets: Path
    title: str
    pages: list[str]


def run_here(entry: Path, launch: Launch) -> Facts:
    """Run an app in a process of its own.

    Raises:
        BuildError: it does not start, or takes too long; the text has the Python error.
    """
    facts = _run("--run", _FACTS, entry, launch)
    return Facts(Path(facts["assets"]), facts["title"], facts["pages"])


def describe_here(entry: Path, launch: Launch) -> bytes:
    """Run an app in a process of its own, and return its `llms.txt`.

    Raises:
        BuildError: it does not start, or takes too long; the text has the Python error.
    """
    return str(_run("--describe", _DESCRIBE, entry, launch)).encode()


def _run(option: str, script: str, entry: Path, launch: Launch) -> Any:  # noqa: ANN401  # JSON
    progress(f"{option}: running the app on this machine")
    environment = json.dumps({"entry": str(entry), "launch": encode_launch(launch)})
    folder = str(Path(sys.modules["pyrt"].__path__[0]).parent)
    try:
        done = subprocess.run(  # noqa: S603 -- the author has asked for it
            [sys.executable, "-c", _BOOT + script, environment],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=TIMEOUT_S,
            env={**os.environ, "PYTHONPATH": folder, "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"{option}: {entry.name} did not end within {TIMEOUT_S} s.") from None
    lines = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.returncode or not lines:
        raise BuildError(
            f"{option}: the app does not start on this machine.\n{done.stderr.strip()}"
        )
    return json.loads(lines[-1].removeprefix(_MARK))


def with_facts(app: App, facts: Facts) -> App:
    """Return an app with what it said of itself, in place of what was read."""
    root = app.folder.resolve()
    assets = facts.assets.resolve()
    folder = assets.relative_to(root).as_posix() if assets.is_relative_to(root) else ""
    found = replace(app, title=facts.title, pages=sorted({*app.pages, *facts.pages}))
    if folder and folder != app.assets_folder:
        inside = {w: path for w, path in app.data.items() if w.startswith(f"{folder}/")}
        found.assets = {w.removeprefix(f"{folder}/"): path for w, path in inside.items()}
        found.data = {w: path for w, path in app.data.items() if w not in inside}
        found.assets_folder = folder
    return found
