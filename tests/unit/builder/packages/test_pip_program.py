"""How pip is run, and what is shown of its downloads."""

import sys

import pytest

from pyrt_build.console import output
from pyrt_build.packages import pip_program

PIP = """
import os, sys
print("Collecting numpy")
print("  Downloading numpy-2.4.whl.metadata (62 kB)")
print("Progress 0 of 62000")
print("Progress 62000 of 62000")
print("  Downloading https://files/a/numpy-2.4.whl (16.6 MB)")
print("Progress 0 of 16600000")
print("Progress 16600000 of 16600000")
print("  Downloading narwhals-2.0-py3-none-any.whl (0.4 MB)")
print("Progress 0 of 400000")
print("arguments", *sys.argv[1:])
print("variable", os.environ.get("CC"))
print("ERROR: something", file=sys.stderr)
sys.exit(3)
"""


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch):
    path = tmp_path / "pip.py"
    path.write_text(PIP)
    monkeypatch.setattr(pip_program, "PROGRAM", (sys.executable, str(path)))
    output.begin("test", as_json=False)
    yield
    output.begin("", as_json=False)


def test_each_download_is_a_step_with_its_size_and_metadata_is_none(capsys):
    pip_program.run(["download", "numpy"])
    assert capsys.readouterr().err.splitlines() == [
        "Downloading numpy-2.4.whl (17 MB)",
        "Downloading narwhals-2.0-py3-none-any.whl (400 kB)",
    ]


def test_bytes_are_shown_while_they_arrive(monkeypatch):
    shown: list[tuple[object, ...]] = []

    class Step:
        def __init__(self, text, total):
            self.text = text

        def __enter__(self):
            return self

        def __exit__(self, *_):
            shown.append((self.text, "end"))

        def show(self, *, done, total):
            shown.append((self.text, done, total))

    monkeypatch.setattr(output, "step", Step)
    pip_program.run(["download", "numpy"])
    assert shown == [
        ("Downloading numpy-2.4.whl", 0, 16_600_000),
        ("Downloading numpy-2.4.whl", 16_600_000, 16_600_000),
        ("Downloading numpy-2.4.whl", "end"),
        ("Downloading narwhals-2.0-py3-none-any.whl", 0, 400_000),
        ("Downloading narwhals-2.0-py3-none-any.whl", "end"),
    ]


def test_the_result_has_all_lines_but_those_about_progress():
    done = pip_program.run(["download", "numpy"], {"CC": "false"})
    assert done.returncode == 3
    assert done.stderr == "ERROR: something\n"
    assert "Progress" not in done.stdout
    assert done.stdout.startswith("Collecting numpy\n  Downloading numpy-2.4.whl.metadata")
    assert "arguments download --progress-bar=raw numpy\nvariable false\n" in done.stdout


def test_only_commands_that_download_report_bytes():
    done = pip_program.run(["index", "versions", "numpy"])
    assert "arguments index versions numpy\n" in done.stdout


def test_verbose_shows_the_command_without_credentials(capsys):
    output.begin("test", verbose=True, as_json=False)
    pip_program.run(["index", "versions", "--index-url", "https://me:word@host/simple", "numpy"])
    first = capsys.readouterr().err.splitlines()[0]
    assert first == "pip index versions --index-url https://***@host/simple numpy"
