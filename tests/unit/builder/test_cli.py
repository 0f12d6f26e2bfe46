"""The command line: exit codes and messages."""

import json
import subprocess
import sys

import pytest

from pyrt_build.cli import main


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("launch",),
        ("build", "--colour"),
        ("build", "a.py", "b.py"),
        ("build", "--base-url", "reports"),
        ("serve", "--port", "http"),
        ("celery",),
        ("replay", "log.json"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments, capsys):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert "Usage: pyrt" in output.err
    assert output.out == ""


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("biuld",), "'build'"),
        (("build", "--precomress"), "'--precompress'"),
        (("build", "--rehearsal", "requir"), "'require'"),
        (("serve", "--prot=1"), "'--port'"),
    ],
)
def test_what_was_nearly_meant_is_named(arguments, meant, capsys):
    assert main(arguments) == 2
    assert "Did you mean" in (error := capsys.readouterr().err)
    assert meant in error


def test_help_and_version_end_with_0(capsys):
    assert main(["--help"]) == 0
    assert main(["build", "-h"]) == 0
    assert main(["--version"]) == 0
    assert "pyrt 0." in capsys.readouterr().out


def test_commands_are_listed_in_the_order_of_their_use(capsys):
    main(["--help"])
    listed = capsys.readouterr().out.split("Commands:")[1].split("\n")
    assert [line.split()[0] for line in listed if line][:4] == ["new", "dev", "check", "build"]


def test_a_missing_app_ends_with_1_and_one_line(tmp_path, capsys):
    assert main(["build", str(tmp_path / "none.py")]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"pyrt: There is no file {tmp_path / 'none.py'}. Give a file (pyrt build path/to/app.py), "
        "a folder, module:attribute as for gunicorn, or -m package.\n"
    )


def test_an_interrupted_command_ends_with_130(monkeypatch, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pyrt_build.serve.serve", interrupt)
    assert main(["serve", str(tmp_path)]) == 130


def test_nothing_that_builds_or_draws_is_imported_to_read_a_command_line():
    heavy = ["pyrt_build.build", "pyrt_build.packages", "packaging", "rich", "pyrt.server.serve"]
    script = (
        "import sys\nfrom pyrt_build.cli import main\n"
        "assert main(['build', '--help']) == 0\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_bug_of_pyrt_is_told_from_a_mistake_of_the_user(monkeypatch, tmp_path, capsys):
    def fail(*_):
        raise KeyError("a bug")

    monkeypatch.setattr("pyrt_build.serve.serve", fail)
    assert main(["serve", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "KeyError: 'a bug'" in error
    assert "pyrt: This is a bug of pyrt." in error
    assert main(["serve", "--json", str(tmp_path)]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "internal"
