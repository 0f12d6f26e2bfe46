"""The build of an app for the output of its cell; the command itself is replaced."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyrt.notebook import live_export
from pyrt.notebook.live_export import ExportError, build_page

CELLS = ["from dash import Dash, html", "app = Dash()", "app.run()"]


@pytest.fixture
def builds(monkeypatch):
    """What the command was called with; it writes a page, or says what the test lets it say."""
    seen = SimpleNamespace(cells=[], folder="", error="")

    def run(command, *, cwd, **_):
        notebook, page = Path(command[4]), Path(command[6])
        seen.cells = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"]]
        seen.folder = notebook.parent
        assert command[3] == "build"
        assert {"--single-file", "--no-rehearsal"} < set(command)
        assert cwd == seen.folder
        if not seen.error:
            page.write_bytes(b"<p>\xfc\x80</p>")
        return SimpleNamespace(returncode=bool(seen.error), stdout="", stderr=seen.error)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_the_cells_are_built_beside_the_notebook_and_nothing_stays_there(builds, tmp_path):
    assert build_page(CELLS, tmp_path) == "<p>ü\x80</p>"
    assert builds.cells == CELLS
    assert builds.folder == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_the_build_says_is_told(builds, tmp_path):
    builds.error = "app.py, line 3: no wheel of torch"
    with pytest.raises(ExportError, match=r"cannot be built\.\napp.py, line 3: no wheel of torch"):
        build_page(CELLS, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(builds, tmp_path):
    with pytest.raises(ExportError, match="gone does not allow"):
        build_page(CELLS, tmp_path / "gone")


def test_without_the_builder_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(live_export, "find_spec", lambda _: None)
    with pytest.raises(ExportError, match="install pyrt-dash"):
        build_page(CELLS, tmp_path)
