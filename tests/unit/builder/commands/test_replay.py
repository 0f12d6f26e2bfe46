"""`pyrt replay`: its verdict and exit code."""

import pytest

from pyrt_build.cli import main


@pytest.mark.parametrize(
    ("differences", "code", "verdict"),
    [
        ([], 0, "Every output is the same.\n"),
        (["a.b: 1, 2"], 1, "a.b: 1, 2\n1 prop differs.\n"),
        (["x", "y"], 1, "x\ny\n2 props differ.\n"),
    ],
)
def test_differences_are_counted_and_make_the_exit_code(  # noqa: PLR0913, PLR0917  # fixtures
    differences, code, verdict, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("import dash\n")
    monkeypatch.setattr("pyrt_build.replay.replay", lambda log, app, launch: differences)
    assert main(["replay", "log.json", "app.py"]) == code
    assert capsys.readouterr().out == verdict
