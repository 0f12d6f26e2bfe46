"""The checks of `pyrt doctor`: each looks at one subject, and returns what it found."""

import locale
import os
import platform
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from pyrt_build import cache, cache_usage, static_files, target
from pyrt_build.console import amounts, terminal
from pyrt_build.console.redaction import without_secrets
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution
from pyrt_build.rehearsal import browser
from pyrt_build.site.compile import bytecode

TIMEOUT_S = 10
# Files that `make web` and `make registry` make, or the wheel has.
GENERATED = (
    "page.js",
    "early.js",
    "single.js",
    "offline.js",
    "app-element.js",
    "worker.js",
    "pyodide/pyodide.asm.wasm",
)
# Settings of pip that say where packages come from.
INDEX_SETTINGS = ("index-url", "extra-index-url", "find-links", "no-index", "proxy", "cert")
_PATIENCE = ("--timeout", str(TIMEOUT_S // 2), "--retries", "0", "--disable-pip-version-check")
SECRET_WORDS = ("SECRET", "TOKEN", "PASSWORD", "KEY")


@dataclass(slots=True)
class Section:
    """What was found of one subject.

    Attributes:
        facts: name -> what was found, without secrets.
        missing: what a build needs and does not have, with what to do.
        limits: what works less well, or not, without being needed.
    """

    title: str
    facts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)


def versions() -> Section:
    """Look at pyrt itself, Python and the system."""
    found = Section("Versions")
    found.facts = {
        "pyrt": target.PYRT_VERSION,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": platform.platform(),
        "pip": _version("pip"),
        "Dash of sites": target.DASH_VERSION,
        "Pyodide of sites": f"{target.PYODIDE_VERSION}, Python {target.PYTHON_VERSION}",
        "Dash installed": _version("dash"),
    }
    if found.facts["pip"] == "none":
        found.missing.append(f"pip is missing in {sys.prefix}. Run: {sys.executable} -m ensurepip")
    absent = [name for name in GENERATED if not (static_files.folder() / name).is_file()]
    if absent:
        found.missing.append(
            f"This pyrt was not built completely: {', '.join(absent)} is missing in "
            f"{static_files.folder()}. Run `make web` in its repository, or install its wheel."
        )
    return found


def programs() -> Section:
    """Look for a browser, Node and a CPython that compiles for the browser."""
    found = Section("Programs")
    try:
        chromium = browser.find()
    except BuildError as error:
        chromium = None
        found.missing.append(str(error))
    compiler, node = bytecode.find_compiler(), bytecode.find_node()
    found.facts = {
        "browser": _described(chromium),
        "Node": _described(node),
        "compiles for the browser": compiler[0] if compiler else "none",
    }
    if chromium is None and not found.missing:
        found.limits.append(
            "No browser: sites are not rehearsed, and start without a snapshot. Install Chromium, "
            "Chrome or Edge, or name one with PYRT_BROWSER."
        )
    if compiler is None:
        found.limits.append(
            f"Neither Node nor CPython {target.PYTHON_SERIES}: sites have packages as source, and "
            "start more slowly."
        )
    return found


def caches() -> Section:
    """Look at the cache: where it is, what is in it, and whether it can be written."""
    found = Section("Cache")
    root, limit = cache.root(), cache_usage.limit()
    existing = next(path for path in (root, *root.parents) if path.exists())
    found.facts = {
        "folder": str(root),
        "limit": amounts.size(limit) if limit else "none",
        "free on its disk": amounts.size(shutil.disk_usage(existing).free),
    }
    for used in cache_usage.usage(cache_usage.files()):
        found.facts[used.kind] = f"{amounts.size(used.size)} in {amounts.files(used.files)}"
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        found.limits.append(
            f"The cache folder {root} cannot be written: nothing is kept for the next build. Set "
            "PYRT_CACHE to a folder that can."
        )
    return found


def index() -> Section:
    """Ask the package index for Dash, through pip and its configuration."""
    found = Section("Package index")
    found.facts = dict(_pip_settings())
    if not any(name.endswith(".index-url") for name in found.facts):
        found.facts["index-url"] = "not set: pip's default"
    answer = _run([sys.executable, "-m", "pip", "index", "versions", "dash", *_PATIENCE])
    found.facts["reached"] = "yes" if answer.returncode == 0 else "no"
    if answer.returncode:
        errors = [line for line in answer.stderr.splitlines() if line.startswith("ERROR:")]
        reason = errors[0].removeprefix("ERROR: ") if errors else "no answer"
        wheels = list((cache.root() / "wheels").glob(f"dash-{target.DASH_VERSION}-*.whl"))
        text = f"pip finds no dash on its index ({reason})."
        if wheels:
            found.limits.append(f"{text} Apps whose packages are in the cache can be built.")
        else:
            found.missing.append(f"{text} Check the settings above, or --index-url.")
    return found


def cdn() -> Section:
    """Ask Pyodide's CDN for its lock file."""
    found = Section("Pyodide's CDN")
    address = f"{distribution.CDN}{distribution.LOCK}"
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 -- https
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310 -- https
            found.facts["reached"] = "yes"
    except OSError as error:
        found.facts["reached"] = f"no ({getattr(error, 'reason', error)})"
        found.limits.append(
            "Pyodide's CDN cannot be reached: its packages come from the cache, from --pyodide, or "
            "from a wheel on the package index."
        )
    return found


def screen() -> Section:
    """Look at the terminal, and at variables that change what the command does."""
    found = Section("Terminal and environment")
    found.facts = {
        "stdout": "a terminal" if sys.stdout.isatty() else "no terminal",
        "columns": str(terminal.width()),
        "colours": "yes" if terminal.has_colours(sys.stdout) else "no",
        "encoding": sys.stdout.encoding or locale.getencoding(),
    }
    for name in sorted(os.environ):
        if name in {"TERM", "CI", "NO_COLOR", "FORCE_COLOR"} or name.startswith("PYRT_"):
            is_secret = any(word in name for word in SECRET_WORDS)
            found.facts[name] = "(set)" if is_secret else without_secrets(os.environ[name])
        elif name.lower() in {"http_proxy", "https_proxy", "no_proxy", "all_proxy"}:
            found.facts[name] = without_secrets(os.environ[name])
    return found


ALL = (versions, programs, caches, index, cdn, screen)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def _described(program: Path | str | None) -> str:
    """Return a program and what it says of its version."""
    if program is None:
        return "none"
    answer = _run([str(program), "--version"])
    said = next(iter(answer.stdout.splitlines()), "").strip()
    return f"{said or 'of unknown version'} ({program})"


def _pip_settings() -> Iterator[tuple[str, str]]:
    """Yield those of pip's settings that say where packages come from."""
    answer = _run([sys.executable, "-m", "pip", "config", "list"])
    for line in answer.stdout.splitlines():
        name, equals, value = line.partition("=")
        if equals and name.rpartition(".")[2].strip() in INDEX_SETTINGS:
            yield f"pip {name}", value.strip("'\"")


def _run(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program; one that does not run, or not end, has failed without a word."""
    try:
        return subprocess.run(  # noqa: S603 -- programs that a build runs, too
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=2 * TIMEOUT_S,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return subprocess.CompletedProcess(command, 1, "", "")
