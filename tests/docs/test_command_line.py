"""docs/command-line.md describes each command, and the options that all of them have."""

import re
from pathlib import Path

import pytest

from pyrt_build.cli import pyrt
from tests.support.repository import read

PAGE = read(Path("docs/command-line.md"))


def test_each_command_has_a_row():
    assert set(re.findall(r"^\| `pyrt ([\w-]+)", PAGE, re.MULTILINE)) == set(pyrt.commands)


@pytest.mark.parametrize("command", pyrt.commands)
def test_the_options_for_output_have_a_row(command):
    context = pyrt.commands[command].make_context("pyrt", ["--help"], resilient_parsing=True)
    options = {name for p in pyrt.commands[command].get_params(context) for name in p.opts}
    assert {"--quiet", "--verbose", "--json"} <= options
    assert all(f"| `{name}` |" in PAGE for name in ("--quiet", "--verbose", "--json"))
    assert "--strict" not in options or "| `--strict` |" in PAGE
