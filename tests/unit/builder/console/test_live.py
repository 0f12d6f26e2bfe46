"""Steps on a terminal: what is drawn, and what stays."""

import io
import re

import pytest
from rich.console import Console
from rich.progress import Progress

from pyrt_build.console import live

MB = 10**6


class Clock:
    """The time that the display sees, in seconds."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still; nothing is drawn but on demand."""
    made = Clock()
    monkeypatch.setattr(
        live,
        "Progress",
        lambda *columns, **options: Progress(
            *columns, **options, get_time=made, auto_refresh=False
        ),
    )
    return made


class Terminal:
    """A terminal of which what it gets is kept."""

    def __init__(self, monkeypatch):
        self.stream = io.StringIO()
        self._monkeypatch = monkeypatch

    def __call__(self, width):
        """Make a display on it."""
        console = Console(file=self.stream, width=width, force_terminal=True, color_system=None)
        self._monkeypatch.setattr(live, "Console", lambda **_: console)
        return live.Display()


@pytest.fixture
def terminal(monkeypatch):
    return Terminal(monkeypatch)


def drawn(display):
    """The lines that are drawn now, without the spinner."""
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(display._progress.get_renderable())
    return [line[2:].rstrip() for line in captured.get().splitlines()]


def test_a_download_shows_bytes_and_the_time_left(clock, terminal):
    display = terminal(100)
    with display.step("Downloading numpy.whl", None) as shown:
        assert drawn(display)[0].split() == ["Downloading", "numpy.whl", "0.0", "s"]
        shown.show(total=20 * MB)
        for done in range(1, 6):
            clock.now += 1
            shown.show(done=done * MB)
        (line,) = drawn(display)
        assert line.startswith("Downloading numpy.whl ")
        assert line.endswith("5.0 MB of 20 MB, 15 s left")
        assert line.count("━") == 5
    display.close()


def test_a_narrow_terminal_cuts_the_text_and_not_the_figures(clock, terminal):
    display = terminal(40)
    with display.step("Downloading a_wheel_with_a_long_name.whl", 20 * MB) as shown:
        shown.show(done=10 * MB)
        (line,) = drawn(display)
        assert len(line) <= 38
        assert "Downloading a_whee" in line
        assert line.endswith("…  10 MB of 20 MB")
    display.close()


def test_of_a_step_that_took_a_while_a_line_stays(clock, terminal):
    display = terminal(60)
    with display.step("Resolving packages", None):
        clock.now += 0.1
    with display.step("Compressing", 5 * MB):
        clock.now += 12
    display.close()
    left = terminal.stream.getvalue()
    assert "Compressing  5.0 MB, 12 s" in left
    assert not re.search(r"Resolving packages  \d", left)


def test_of_a_step_that_fails_no_line_stays(clock, terminal):
    display = terminal(60)

    def fail():
        with display.step("Starting", None):
            clock.now += 5
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert drawn(display) == []
    display.close()
    assert "Starting  5.0 s" not in terminal.stream.getvalue()


def test_the_cursor_is_there_again_at_the_end(terminal):
    display = terminal(60)
    assert terminal.stream.getvalue().count("\x1b[?25l") == 1
    display.close()
    assert terminal.stream.getvalue().count("\x1b[?25h") == 1
