"""`pyrt check`: its exit code and its three forms."""

import json

import pytest

from pyrt_build.cli import main

APP = "import tkinter\nfrom dash import Dash, html\napp = Dash(__name__)\napp.layout = html.P()\n"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(APP)


def test_findings_are_lines_and_the_exit_code(app, capsys):
    assert main(["check"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("app.py:1: PY103: Python in a browser has no tkinter.")
    assert last == "1 finding in 1 file."


def test_quiet_leaves_the_findings_only(app, capsys):
    assert main(["check", "--quiet"]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_without_findings_the_exit_code_is_0(app, tmp_path, capsys):
    (tmp_path / "app.py").write_text(APP.replace("tkinter", "math"))
    assert main(["check", "app.py"]) == 0
    assert capsys.readouterr().out == "Nothing found in 1 file.\n"


def test_findings_as_json(app, capsys):
    assert main(["check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["command"], found["ok"], found["modules"]) == ("check", False, 1)
    (finding,) = found["findings"]
    assert (finding["file"], finding["line"], finding["code"]) == ("app.py", 1, "PY103")


def test_findings_as_sarif(app, capsys):
    assert main(["check", "--sarif"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["version"] == "2.1.0"
    (run,) = found["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["PY103"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app.py"
    assert place["region"]["startLine"] == 1
