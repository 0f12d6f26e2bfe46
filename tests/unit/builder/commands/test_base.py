"""Help, in terminals of any width; the options of all commands."""

import json

import pytest

from pyrt_build.cli import main
from pyrt_build.console import output
from pyrt_build.console.notes import Code, Note


@pytest.mark.parametrize("columns", [40, 60, 100, 200])
def test_help_fits_the_terminal(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["build", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < columns
    assert max(map(len, lines)) <= 100


def test_an_option_is_explained_in_two_thirds_of_a_narrow_line(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    main(["build", "--help"])
    assert "  --debug        dev tools, message\n" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["build", "serve", "serve-bridge", "celery", "replay"])
def test_each_command_has_the_options_for_its_output(command, capsys):
    main([command, "--help"])
    text = capsys.readouterr().out
    assert all(option in text for option in ("--quiet", "--verbose", "--json", "--help"))


def test_quiet_and_verbose_exclude_each_other(tmp_path, capsys):
    assert main(["serve", "--quiet", "--verbose", str(tmp_path)]) == 2
    assert "--quiet and --verbose exclude each other." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (["serve", "--json", "nowhere"], "build", 1),
        (["serve", "--json", "--prot", "1"], "usage", 2),
        (["build", "--quiet", "--json", "none.py"], "build", 1),
    ],
)
def test_json_holds_errors_as_well(arguments, kind, code, capsys):
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert captured.err == ""
    found = json.loads(captured.out)
    assert (found["command"], found["ok"]) == (arguments[0], False)
    assert (found["error"]["kind"], found["error"]["exit_code"]) == (kind, code)
    assert found["error"]["message"]


def test_a_wrong_option_is_named_first_and_then_the_usage(capsys):
    assert main(["serve", "--prot", "1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "pyrt: No such option '--prot'. (Did you mean one of: '--host', '--port'?)",
        "Usage: pyrt serve [OPTIONS] [DIR]",
        "All options: pyrt serve --help",
    ]


def test_notes_that_no_result_has_are_written_at_the_end(monkeypatch, tmp_path, capsys):
    note = Note(Code.OLDER_WHEEL, "The index has no x")
    monkeypatch.setattr("pyrt_build.serve.serve", lambda *_: output.warn(note))
    assert main(["serve", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", f"{note}\n")
    assert main(["serve", "--quiet", str(tmp_path)]) == 0
    assert capsys.readouterr().err == f"{note}\n"
