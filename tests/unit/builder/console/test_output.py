"""Results on stdout, progress on stderr: a script reads stdout, a user both."""

from pyrt_build.console import output
from pyrt_build.console.notes import Code, Note


def test_results_and_progress_are_kept_apart(capsys):
    output.say("dist/app: 3 MB")
    output.progress("download: x")
    output.say("")
    captured = capsys.readouterr()
    assert captured.out == "dist/app: 3 MB\n\n"
    assert captured.err == "download: x\n"


def test_lines_are_seen_at_once_also_by_a_program_that_reads_them(monkeypatch):
    """A pipe is not written line by line."""

    class Pipe:
        def __init__(self):
            self.held = self.seen = ""

        def write(self, text):
            self.held += text

        def flush(self):
            self.seen += self.held
            self.held = ""

    out, err = Pipe(), Pipe()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    output.say("a")
    output.progress("b")
    assert (out.seen, err.seen) == ("a\n", "b\n")


def test_notes_are_kept_until_they_are_taken():
    note = Note(Code.OLDER_WHEEL, "The index has no x")
    output.warn(note)
    assert output.take_notes() == [note]
    assert output.take_notes() == []
