"""docs/command-line.md describes each command, and the options that all of them have."""

import re
from pathlib import Path

import pytest

from pyrt_build.cli import main, pyrt
from tests.support.repository import read

PAGE = read(Path("docs/command-line.md"))


def test_each_command_has_a_row():
    assert set(re.findall(r"^\| `pyrt ([\w-]+)", PAGE, re.MULTILINE)) == set(pyrt.commands)


@pytest.mark.parametrize("command", pyrt.commands)
def test_the_options_for_output_have_a_row(command, capsys):
    main([command, "--help"])
    text = capsys.readouterr().out
    assert all(f"{name}  " in text for name in ("--quiet", "--verbose", "--json"))
    assert all(f"| `{name}` |" in PAGE for name in ("--quiet", "--verbose", "--json"))
    assert "--strict" not in text or "| `--strict` |" in PAGE


def test_each_option_of_a_build_has_a_row():
    options = {name for option in pyrt.commands["build"].params for name in option.opts[-1:]}
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `-"))
    assert {name for name in options - {"app"} if f"`{name}" not in rows} == set()
