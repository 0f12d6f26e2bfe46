"""Results on stdout, progress on stderr: a script reads stdout, a user both."""

from pyrt_build import console


def test_results_and_progress_are_kept_apart(capsys):
    console.say("dist/app: 3 MB")
    console.progress("download: x")
    console.say("")
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
    console.say("a")
    console.progress("b")
    assert (out.seen, err.seen) == ("a\n", "b\n")
