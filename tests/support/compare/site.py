"""A project as `pyrt build` in its folder makes a site of it, and the site's server."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrt_build.site.manifest import MOUNTS, read_manifest
from tests.support.paths import ROOT
from tests.support.ports import Port

BUILD_S = 1800
NOT_DONE = -1  # the exit code of a build that has not ended by then
MOUNT = MOUNTS["app"]
PYTHONPATH = os.pathsep.join(str(ROOT / each) for each in ("", "build", "pyrt/compat"))
COMMAND = [sys.executable, "-m", "pyrt_build.cli"]


@dataclass
class Site:
    """What `pyrt build` did in a copy of a project.

    Attributes:
        code: its exit code, or NOT_DONE.
        output: what it wrote.
        project: the project as it was.
        folder: the site.
        root: the root that the build has found, below the project.
        entry: path of the app's file in the site; empty without a site.
        launch: how it is run there.
        packages: versions of the packages in the site, by name.
    """

    code: int
    output: str
    project: Path
    folder: Path
    root: Path = Path()
    entry: str = ""
    launch: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if self.code == 0:
            manifest: Any = read_manifest({"index.html": (self.folder / "index.html").read_bytes()})
            self.entry, self.launch = manifest["entry"], manifest["launch"]
            lock = json.loads((self.folder / "pyrt-lock.json").read_text(encoding="utf-8"))
            self.packages = {each["name"]: each["version"] for each in lock["packages"]}


def build(project: Path, hints: Sequence[str], folder: Path) -> Site:
    """Build a copy of a project, as its author would: `pyrt build` in its folder, and hints."""
    copy, site = folder / "project", folder / "site"
    for each in (copy, site):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    (copy / ".git").mkdir(exist_ok=True)  # as in a clone: the search for its root ends there
    command = [*COMMAND, "build", *hints, "--fast", "-o", str(site)]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=BUILD_S,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        output = (expired.output or b"").decode(errors="replace")
        return Site(NOT_DONE, f"{output}\nNot done after {BUILD_S} s.", project, site)
    output = done.stdout.decode(errors="replace")
    return Site(done.returncode, output, project, site, root_below(copy, output))


def root_below(project: Path, output: str) -> Path:
    """The root that a build says, relative to the folder of the project."""
    said = re.search(r"^Root: (.+) \(.+\)$", output, re.MULTILINE)
    return Path(said[1]).resolve().relative_to(project.resolve()) if said else Path()


@contextlib.contextmanager
def serve(site: Site) -> Iterator[str]:
    """Serve a site by `pyrt serve`; yields its address."""
    reserved = Port()
    command = [*COMMAND, "serve", str(site.folder), "--port", str(reserved.number)]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while server.poll() is None:
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection(("127.0.0.1", reserved.number)),
                ):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{reserved.number}/"
        finally:
            server.terminate()
