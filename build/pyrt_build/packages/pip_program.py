"""Runs pip, and shows what it downloads while it does.

pip is a program of its own, so that mirrors, proxies, certificates and credentials are those of its
configuration.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

from pyrt_build.console import output
from pyrt_build.console.redaction import without_secrets

PROGRAM = (sys.executable, "-m", "pip")
# Variables that the environment may set otherwise. A download that breaks off is continued.
DEFAULTS = {"PIP_RESUME_RETRIES": "5", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
# Commands that download; pip writes the bytes of `Progress 123 of 456` lines (pip 24.1).
DOWNLOADING = frozenset({"download", "install", "wheel"})
_FILE = re.compile(r"\s*Downloading (?:\S*/)?([^/\s]+)(?: \(.*\))?\s*$")
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)\s*$")


def run(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pip; return its exit code, its stdout without lines about progress, and its stderr.

    Args:
        arguments: the command of pip, its options and its arguments.
        environment: variables beside those of this process.
    """
    command, *rest = arguments
    if command in DOWNLOADING:
        rest = ["--progress-bar=raw", *rest]
    output.detail(without_secrets(f"pip {' '.join([command, *rest])}"))
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        _Downloads() as downloads,
        subprocess.Popen(  # noqa: S603 -- no shell
            [*PROGRAM, command, *rest],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            errors="replace",
            env={**DEFAULTS, **os.environ, "PYTHONUTF8": "1", **(environment or {})},
        ) as process,
    ):
        assert process.stdout is not None
        try:
            lines = [line for line in process.stdout if not downloads.read(line)]
        except BaseException:  # interrupted
            process.kill()
            raise
        code = process.wait()
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, code, "".join(lines), errors.read())


class _Downloads(contextlib.ExitStack):
    """The download that runs, as a step with bytes; pip downloads one file after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._step: output.Step | None = None

    def read(self, line: str) -> bool:
        """Read a line of pip; tell whether it was about the bytes of a download."""
        if found := _FILE.match(line):
            self.close()
            self._name, self._step = found[1], None
        found = _PROGRESS.match(line)
        if not found:
            return False
        if self._name and not self._name.endswith(".metadata"):
            self._show(int(found[1]), int(found[2]))
        return True

    def _show(self, done: int, total: int) -> None:
        if self._step is None:
            self._step = self.enter_context(output.step(f"Downloading {self._name}", total))
        self._step.show(done=done, total=total)
