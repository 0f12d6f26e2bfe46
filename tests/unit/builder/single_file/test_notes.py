"""What needs a network, or is too large for a browser, is said when the file is made."""

import json

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.console.notes import Code
from pyrt_build.single_file import notes as module
from pyrt_build.single_file.notes import network_notes, size_notes
from tests.support.workspace import write_files


@pytest.fixture
def texts(tmp_path):
    """The texts of the notes about an app with this code."""

    def texts(code="", manifest=None, scripts=(), *, separate=False):
        write_files(tmp_path, {"app.py": f"from dash import Dash\nDash()\n{code}"})
        message = {"scripts": [{"src": s} for s in scripts], "stylesheets": []}
        record = json.dumps({"text": json.dumps([message])})
        files = {"index.html": f'<script id="pyrt-prerender">{record}</script>'.encode()}
        if separate:
            files = {
                "index.html": b'<script id="pyrt-prerender" data-url="p.json"></script>',
                "p.json": record.encode(),
            }
        app = discover(tmp_path / "app.py")
        found = [*network_notes(app, files, manifest or {})]
        assert {note.code for note in found} <= {Code.NEEDS_NETWORK}
        return [note.text for note in found]

    return texts


def test_an_app_that_needs_none_is_told_nothing(texts):
    assert texts(scripts=["pkg/dash/dcc/x.js", "assets/a.js"]) == []


def test_callbacks_of_a_server_are_named(texts):
    (text,) = texts(manifest={"server": ["app:load", "app:save"]})
    assert text.startswith("app:load, app:save run on a server")


def test_micropip_is_named_with_its_line(texts):
    (text,) = texts("def f():\n    import micropip\n")
    assert text.startswith("app.py:4: micropip installs from the network")


@pytest.mark.parametrize("separate", [False, True])
def test_scripts_of_other_hosts_are_named(texts, separate):
    (text,) = texts(scripts=["https://cdn.example.org/x.js", "assets/a.js"], separate=separate)
    assert text.startswith("the app loads https://cdn.example.org/x.js from other hosts")


def test_large_files_are_warned_about(monkeypatch):
    assert [*size_notes(1000, {"a": b"xx"})] == []
    monkeypatch.setattr(module, "LARGE_BYTES", 1000)
    (note,) = size_notes(3_000_000, {"a": b"xx"})
    assert (note.code, note.text[:21]) == (Code.LARGE_SINGLE_FILE, "the file has 3.0 MB. ")
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1)
    (note,) = size_notes(3_000_000, {"a": b"xx"})
    assert note.text.startswith("a has 2 B: Chrome and Edge read none above")
