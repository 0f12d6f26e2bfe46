"""A project on a real Dash: an environment with the versions that its site has, and a server."""

import contextlib
import hashlib
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyrt_build import target
from tests.support.compare.site import MOUNT, Site
from tests.support.environments import NEUTRAL
from tests.support.ports import Port

PROGRAM = Path(__file__).with_name("real_dash_program.py")
START_S = 300
# numpy sorts equal values in another order with these instructions, which WebAssembly has not.
SLOWLY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
# In a site only: what Pyodide has in place of a part of Python, and what it adds.
OF_PYODIDE = {"pyodide-http", "pyodide-unix-timezones", "micropip", "sqlite3", "ssl", "lzma"}


class RealDashError(Exception):
    """The project does not start on a real Dash; the message is the end of what it wrote."""


def environment(site: Site, more: Sequence[str], folder: Path) -> Path:
    """The Python with Dash and the packages of a site; made for the first project that needs it.

    A version that this Python cannot have is replaced by the newest that it can.
    """
    pins = sorted(
        f"{name}=={version}" for name, version in site.packages.items() if name not in OF_PYODIDE
    )
    wanted = [f"dash=={target.DASH_VERSION}", "waitress", *pins, *more]
    key = hashlib.sha256(json.dumps([sys.version, *wanted]).encode()).hexdigest()[:16]
    python, done = folder / key / "bin" / "python", folder / key / "done"
    if not done.exists():
        shutil.rmtree(folder / key, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder / key], check=True)
        if _install(python, wanted):
            # Pins contradict what Dash needs: each without what it requires.
            if _install(python, ["--no-deps", *wanted[2:]]):
                for each in wanted[2:]:  # one is not to be had
                    if _install(python, ["--no-deps", each]):
                        _install(python, [each.partition("==")[0]])
            _install(python, wanted[:2])  # what Dash needs newer comes last
        done.touch()
    return python


def _install(python: Path, wanted: Sequence[str]) -> int:
    uv = shutil.which("uv")
    how = [uv, "pip", "install", "--python"] if uv else [str(python), "-m", "pip", "install"]
    pip = [str(python)] if uv else ["--no-compile", "--prefer-binary"]
    command = [*how, *pip, "--quiet", "--only-binary", ":all:", *wanted]
    return subprocess.run(command, env=NEUTRAL, check=False, capture_output=True).returncode


@contextlib.contextmanager
def serve(site: Site, python: Path, folder: Path) -> Iterator[str]:
    """Serve a copy of the project from its own entry; yields the address of its first page."""
    project = folder / "real"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(site.project, project, symlinks=True)
    root = project / site.root
    launch = {
        **site.launch,
        "entry": site.entry.replace(MOUNT, str(root), 1),
        "path": [each.replace(MOUNT, str(root), 1) for each in site.launch["path"]],
        "workingFolder": site.launch["workingFolder"].replace(MOUNT, str(root), 1),
    }
    described = folder / "launch.json"
    described.write_text(json.dumps(launch), encoding="utf-8")
    reserved, log = Port(), folder / "real.log"
    command = [str(python), str(PROGRAM), str(described), str(reserved.number)]
    with (
        log.open("wb") as written,
        subprocess.Popen(
            command,
            cwd=launch["workingFolder"],
            env={**NEUTRAL, **SLOWLY, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
        ) as server,
    ):
        try:
            _wait(server, reserved.number, log)
            prefix = re.search(r"^PREFIX (\S+)$", log.read_text(errors="replace"), re.MULTILINE)
            yield f"http://127.0.0.1:{reserved.number}{prefix[1] if prefix else '/'}"
        finally:
            server.kill()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path):
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.2)
    raise RealDashError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
