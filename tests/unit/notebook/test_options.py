"""What `app.run(jupyter_...)` accepts, and what pyrt answers."""

import pytest

from pyrt.notebook.options import OptionError, Options, read_options


def read(mode=None, height=650, width="100%", debug=None):
    return read_options(mode, height, width, debug=debug)


def test_an_app_is_shown_below_its_cell():
    assert read() == Options(height=650)
    assert read("Inline", "400px", 500) == Options(height=400, width="500px")
    assert read(debug=0).debug is False


@pytest.mark.parametrize("mode", ["external", "tab", "jupyterlab"])
def test_a_mode_that_needs_a_server_shows_the_app_and_says_why(mode):
    assert "shown here" in read(mode).note


def test_nothing_is_shown_in_dashs_mode_for_that():
    assert read("_none") is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"mode": "window"}, "jupyter_mode='window' is no way.*'inline', 'external', 'jupyterlab'"),
        ({"height": "high"}, "jupyter_height='high' is no height. Give a number"),
        ({"height": 0}, "jupyter_height=0 is no height"),
    ],
)
def test_another_value_is_refused_with_what_to_give(given, text):
    with pytest.raises(OptionError, match=text):
        read(**given)
    with pytest.raises(ValueError):  # as Dash raises
        read(**given)
