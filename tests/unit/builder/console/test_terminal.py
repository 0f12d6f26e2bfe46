"""What streams can show, and texts that fit."""

import io

import pytest

from pyrt_build.console import terminal

ERROR = (
    "app.py:3 needs rpy2, and no version of it runs in a browser\n"
    "    import rpy2\n"
    "           ^\n"
    "Correct this line."
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class OldTerminal(Terminal):
    encoding = "cp1252"


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """An environment that says nothing about terminals."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "40")


@pytest.mark.parametrize(
    ("stream", "environment", "draws", "colours"),
    [
        (Terminal(), {}, True, True),
        (io.StringIO(), {}, False, False),
        (Terminal(), {"NO_COLOR": "1"}, True, False),
        (Terminal(), {"NO_COLOR": ""}, True, True),
        (io.StringIO(), {"FORCE_COLOR": "1"}, False, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        (Terminal(), {"CI": "true"}, False, False),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (OldTerminal(), {}, False, False),
    ],
)
def test_a_stream_draws_and_has_colours(stream, environment, draws, colours, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.draws(stream) is draws
    assert terminal.has_colours(stream) is colours
    assert ("\x1b[31m" in terminal.coloured("x", "red", stream)) is colours


def test_lines_are_broken_between_words_for_a_terminal_only():
    assert terminal.fitted(ERROR, io.StringIO()) == ERROR
    assert terminal.fitted(ERROR, Terminal()) == (
        "app.py:3 needs rpy2, and no version of\n"
        "  it runs in a browser\n"
        "    import rpy2\n"
        "           ^\n"
        "Correct this line."
    )


def test_a_word_that_is_longer_than_a_line_stays_whole():
    """An address that is broken cannot be copied."""
    address = f"https://example.org/{'x' * 60}"
    assert address in terminal.fitted(f"See {address}", Terminal()).split()


def test_the_first_word_has_the_colour():
    assert terminal.led("pyrt: it failed", "red", Terminal()) == "\x1b[31mpyrt:\x1b[0m it failed"
