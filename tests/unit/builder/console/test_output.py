"""Results on stdout, progress on stderr: a script reads stdout, a user both."""

import io
import json
import os

import pytest

from pyrt_build.console import output
from pyrt_build.console.notes import Code, Note

WARNING = Note(Code.OLDER_WHEEL, "The index has no x")
ADVICE = Note(Code.STARTED, "The app starts")


@pytest.fixture(autouse=True)
def fresh():
    """No mode of an earlier test is left, nor is one for a later test."""
    output.begin("test", as_json=False)
    yield
    output.begin("", as_json=False)


def document(capsys):
    captured = capsys.readouterr()
    return json.loads(captured.out)


def write_everything():
    output.say("a result")
    output.table(["name", "size"], [["a", "1"]])
    output.say_note(ADVICE)
    output.say_note(WARNING)
    output.progress("a line")
    output.detail("a detail")
    with output.step("A step", 2_000_000):
        pass


def test_results_and_progress_are_kept_apart(capsys):
    write_everything()
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "a result",
        "  name  size",
        "  a     1",
        "Note PB301: The app starts",
        "Warning PB104: The index has no x",
    ]
    assert captured.err.splitlines() == ["a line", "A step (2.0 MB)"]


def test_quiet_leaves_warnings_and_errors(capsys):
    output.begin("test", quiet=True, as_json=False)
    write_everything()
    output.fail("build", "It failed", 1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Warning PB104: The index has no x\npyrt: It failed\n"


def test_a_build_in_a_program_of_others_is_quiet_and_leaves_nothing_behind(capsys):
    output.begin("dev", as_json=False)
    with output.quietly():
        output.say("a result")
        output.warn(Note(Code.NO_BROWSER, "of the block"))
    output.say("another one")
    assert capsys.readouterr().out == "another one\n"
    assert output.take_notes() == []


def test_verbose_adds_details_and_times(capsys):
    output.begin("test", verbose=True, as_json=False)
    write_everything()
    assert capsys.readouterr().err.splitlines() == [
        "a line",
        "a detail",
        "A step (2.0 MB)",
        "  0.0 s",
    ]


def test_json_is_one_document_and_progress_is_not_in_it(capsys):
    output.begin("test", as_json=True)
    write_everything()
    output.result({"site": "dist"})
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["a line", "A step (2.0 MB)"]
    found = json.loads(captured.out)
    assert found.pop("pyrt")
    assert found == {"command": "test", "ok": True, "site": "dist"}


def test_an_error_is_a_document_as_well(capsys):
    output.begin("test", as_json=True)
    assert output.fail("warnings", "There is 1 warning", 1, [WARNING]) == 1
    found = document(capsys)
    assert found["ok"] is False
    assert found["error"] == {"kind": "warnings", "message": "There is 1 warning", "exit_code": 1}
    assert found["notes"] == [WARNING.as_json()]


def test_an_error_after_the_document_does_not_spoil_it(capsys):
    output.begin("test", as_json=True)
    output.result({})
    output.fail("build", "The server ended", 1)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["ok"] is True
    assert captured.err == "pyrt: The server ended\n"


def test_without_json_a_result_is_no_document(capsys):
    output.result({"site": "dist"})
    assert capsys.readouterr().out == ""


def test_an_interrupted_command_says_nothing(capsys):
    assert output.fail("interrupted", "", 130) == 130
    assert capsys.readouterr() == ("", "")


def test_lines_are_seen_at_once_also_by_a_program_that_reads_them(monkeypatch):
    """A pipe is not written line by line."""

    class Pipe(io.StringIO):
        seen = ""

        def flush(self):
            self.seen = self.getvalue()

    out, err = Pipe(), Pipe()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    output.say("a")
    output.progress("b")
    assert (out.seen, err.seen) == ("a\n", "b\n")


def test_a_reader_that_goes_away_ends_nothing(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        output.say("not read")
        output.say("nor this")


def test_characters_without_a_code_are_written_by_their_number(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    output.say("daten/größe.csv")
    assert stream.buffer.getvalue() == b"daten/gr\\xf6\\xdfe.csv\n"


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (100, ["  package  why", "  numpy    no wheel of that version"]),
        (30, ["  numpy", "    why: no wheel of that", "      version"]),
    ],
)
def test_a_table_fits_the_terminal(columns, lines, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    output.table(["package", "why"], [["numpy", "no wheel of that version"]])
    assert capsys.readouterr().out.splitlines() == lines


def test_a_table_with_long_cells_breaks_them(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    output.table(["package", "why"], [["numpy", "no wheel " * 9]])
    first, second, *more = capsys.readouterr().out.splitlines()
    assert first.split() == ["package", "why"]
    assert second.split()[:3] == ["numpy", "no", "wheel"]
    assert more


def test_notes_are_kept_until_they_are_taken():
    output.warn(WARNING)
    assert output.take_notes() == [WARNING]
    assert output.take_notes() == []


def test_a_new_command_has_no_notes_of_an_earlier_one():
    output.warn(WARNING)
    output.begin("test", as_json=False)
    assert output.take_notes() == []


def test_a_terminal_draws_steps_and_a_log_of_a_ci_gets_lines(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("CI", "true")
    with output.step("A step"):
        pass
    assert capsys.readouterr().err == "A step\n"
    monkeypatch.delenv("CI")
    with output.step("A step"):
        output.progress("a line")
    output.end()
    drawn = capsys.readouterr().err
    assert "\x1b[" in drawn
    assert "a line" in drawn
