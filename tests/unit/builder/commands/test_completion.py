"""Completion by the shell: its script, where that goes, and what it completes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyrt_build.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("shell", "start"), [("bash", "_pyrt_completion()"), ("zsh", "#compdef"), ("fish", "function")]
)
def test_the_script_of_a_shell_is_shown(shell, start, capsys):
    assert main(["--show-completion", shell]) == 0
    out = capsys.readouterr().out
    assert out.startswith(start)
    assert "_PYRT_COMPLETE" in out


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_loads_the_script_from_its_own_file_once(shell, home, capsys):
    settings = home / f".{shell}rc"
    settings.write_text("alias ll='ls -l'")
    for _ in range(2):
        assert main(["--install-completion", shell]) == 0
    first, second = settings.read_text().splitlines()
    assert first == "alias ll='ls -l'"
    path = home / ".config" / "pyrt" / f"completion.{shell}"
    assert f"source '{path}'" in second
    assert "_PYRT_COMPLETE" in path.read_text()
    assert str(path) in capsys.readouterr().err


def test_fish_finds_its_script_by_itself(home):
    assert main(["--install-completion", "fish"]) == 0
    assert (home / ".config" / "fish" / "completions" / "pyrt.fish").is_file()
    assert not (home / ".fishrc").exists()


def test_the_shell_that_runs_the_command_is_found(monkeypatch, capsys):
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("zsh", "/bin/zsh"))
    assert main(["--show-completion"]) == 0
    assert capsys.readouterr().out.startswith("#compdef")


def test_a_shell_that_is_not_known_is_named(monkeypatch, capsys):
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("tcsh", "/bin/tcsh"))
    assert main(["--install-completion"]) == 2
    assert "tcsh is not known; give one of bash, zsh, fish." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pyrt se", {"serve", "serve-bridge"}),
        ("pyrt build --rehearsal ", {"auto", "require"}),
        ("pyrt build --pre", {"--precompress"}),
    ],
)
def test_commands_options_and_words_are_completed(line, found):
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "pyrt_build.cli"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "_PYRT_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert {text.partition(",")[2] for text in done.stdout.splitlines()} == found
