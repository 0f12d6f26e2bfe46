"""Help, in terminals of any width."""

import pytest

from pyrt_build.cli import main


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
