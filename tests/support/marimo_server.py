"""marimo as a process that runs a notebook."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.jupyter import wait_for_answer
from tests.support.paths import ROOT
from tests.support.ports import Port


@contextmanager
def marimo(python: Path, notebook: Path) -> Iterator[str]:
    """Serve a notebook whose cells run when a browser opens it; yields the address."""
    port = Port()
    paths = (ROOT, ROOT / "build", ROOT / "build/site_packages")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "HOME": str(notebook.parent),
    }
    command = [str(python), "-m", "marimo", "-q", "run", notebook.name, "--headless", "--no-token"]
    log = notebook.with_suffix(".log")
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--host=127.0.0.1", f"--port={port.number}"],
            cwd=notebook.parent,
            env=environment,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port.number}"
    try:
        wait_for_answer(server, f"{address}/health", log)
        yield address
    finally:
        server.terminate()
        server.wait(30)
