"""The command line: exit codes and messages."""

import pytest

from pyrt_build.cli import main


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("launch",),
        ("build", "--colour"),
        ("build", "a.py", "b.py"),
        ("build", "--base-url", "reports"),
        ("serve", "--port", "http"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments, capsys):
    assert run(*arguments) == 2
    assert "usage: pyrt" in capsys.readouterr().err


def test_help_and_version_end_with_0(capsys):
    assert run("--help") == 0
    assert run("--version") == 0
    assert "pyrt 0." in capsys.readouterr().out


def test_a_missing_app_ends_with_1_and_one_line(tmp_path, capsys):
    assert main(["build", str(tmp_path / "none.py")]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"pyrt: There is no file {tmp_path / 'none.py'}. "
        "Give the app's file: pyrt build path/to/app.py\n"
    )


def test_serving_a_folder_without_a_site_ends_with_1(tmp_path, capsys):
    assert main(["serve", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"pyrt: There is no site in {tmp_path}")
