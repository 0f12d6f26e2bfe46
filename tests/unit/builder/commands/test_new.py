"""`pyrt new`: what it writes, and that it overwrites nothing."""

import json

import pytest

from pyrt_build.cli import main
from pyrt_build.starters.write import STARTERS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("starter", STARTERS)
def test_a_new_app_passes_the_check(starter, folder, capsys):
    assert main(["new", starter, "mine"]) == 0
    assert "cd mine; pyrt check; pyrt build" in capsys.readouterr().out
    assert (folder / "mine" / ".gitignore").read_text().startswith("dist/")
    assert main(["check", "mine/app.py"]) == 0


def test_the_smallest_is_the_default(folder, capsys):
    assert main(["new", "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert written["folder"] == "minimal"
    assert sorted(path.name for path in (folder / "minimal").iterdir()) == [
        *(".gitignore", "app.py", "requirements.txt", "test_app.py")
    ]


def test_nothing_is_overwritten(folder, capsys):
    (folder / "mine").mkdir()
    (folder / "mine" / "app.py").write_text("mine")
    assert main(["new", "dashboard", "mine"]) == 1
    assert "there already, and nothing was written" in capsys.readouterr().err
    assert [path.name for path in (folder / "mine").iterdir()] == ["app.py"]


def test_an_unknown_starter_names_those_there_are(capsys):
    assert main(["new", "tiny"]) == 2
    assert "'minimal', 'dashboard', 'multi-page', 'bridge'" in capsys.readouterr().err


def test_a_translation_to_be_filled_in_is_written_beside(folder, capsys):
    assert main(["new", "--translation", "de", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "translation.de.json"
    assert [path.name for path in folder.iterdir()] == ["translation.de.json"]
    assert main(["new", "--translation", "de"]) == 1
    assert "there already, and nothing was written" in capsys.readouterr().err
