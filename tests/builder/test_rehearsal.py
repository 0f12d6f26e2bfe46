"""Rehearsals of tiny pages in a real browser, and of an app that cannot start.

A machine without Chromium skips what needs one; CI has it.
"""

import os
import re
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest

from pyrt_build import cache
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.rehearsal import browser, rehearse, start
from pyrt_build.site import native_modules
from tests.support.caches import lend_given

PATH = os.environ["PATH"]  # before a test takes the browser away
READY = """window.__pyrt_rehearsal__.used = {};
  window.__pyrt__ = {ready: Promise.resolve(), failed: new Promise(() => {})};"""
FAILED = """window.__pyrt__ = {ready: new Promise(() => {}),
  failed: Promise.resolve({stage: "app", message: "NameError: name 'x' is not defined"})};"""


def tiny(script):
    page = f'<html><head><script id="pyrt-manifest">{{}}</script><script>{script}</script></head>'
    return {"index.html": page.encode(), "pyrt/app.img": b"1"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def no_snapshots(monkeypatch):
    """Tiny pages have no worker that could take one."""
    monkeypatch.setattr(rehearse, "_candidates", lambda files, check: iter(()))
    monkeypatch.setattr(rehearse._Rehearsal, "from_packages", lambda *_, **__: None)
    monkeypatch.setattr(start, "with_local_interpreter", lambda files: files)
    monkeypatch.setattr(native_modules, "unpack_wheels", lambda *_: None)


@pytest.fixture
def chromium():
    found = browser.find()
    if found is None:
        pytest.skip("no Chromium is here")
    return found


def vanishes(group):
    """Whether no process of a group is left, once the system has put the killed ones away."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def rehearsed(script, *, required=True):
    """Rehearse a tiny page."""
    files = tiny(script)
    result = rehearse.rehearse(files, required=required, from_cdn=False)
    assert result.files == files
    assert result.needed is None
    return list(result.notes)


@pytest.mark.usefixtures("no_snapshots")
def test_notes_say_what_the_browser_saw(chromium):
    script = f"performance.mark('pyrt:app'); console.error('odd');{READY}"
    times, *notes = rehearsed(f"fetch('pkg/lost.js').then(() => {{ {script} }});")
    assert str(times).startswith("Note PB301: Rehearsal: the app starts (app ")
    assert [str(note) for note in notes] == [
        "Warning PB305: Rehearsal: error in the browser's console: odd",
        "Warning PB306: Rehearsal: the page asks for pkg/lost.js, which the site does not have",
    ]


@pytest.mark.usefixtures("no_snapshots")
def test_a_start_that_fails_is_the_error_of_the_build(chromium):
    with pytest.raises(BuildError, match="NameError: name 'x' is not defined"):
        rehearsed(FAILED, required=False)


@pytest.mark.usefixtures("no_snapshots")
def test_a_site_that_has_started_is_not_started_again(chromium, tmp_path, monkeypatch):
    counting = tmp_path / "browser"
    count = tmp_path / "count"
    counting.write_text(f'#!/bin/sh\necho x >> {count}\nexec {chromium} "$@"\n')
    counting.chmod(0o755)
    monkeypatch.setenv("PYRT_BROWSER", str(counting))
    first = rehearsed(READY)
    assert rehearsed(READY) == first
    assert count.read_text() == "x\n"
    rehearsed(f"{READY} // changed")
    assert count.read_text() == "x\nx\n"


def test_no_process_of_the_browser_is_left(chromium):
    with browser.opened(chromium, "about:blank") as process:
        assert process.poll() is None
    assert vanishes(process.pid)


def test_a_build_that_is_terminated_takes_its_browser_along(chromium):
    program = (
        "import pathlib, sys, time\nfrom pyrt_build.rehearsal import browser\n"
        "with browser.opened(pathlib.Path(sys.argv[1]), 'about:blank') as process:\n"
        "    print(process.pid, flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(chromium)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as build:
        assert build.stdout is not None
        browser_pid = int(build.stdout.readline())
        build.terminate()
        assert build.wait(30) == 128 + signal.SIGTERM
    assert vanishes(browser_pid)


@pytest.mark.usefixtures("no_snapshots")
def test_a_browser_that_ends_by_itself_proves_nothing_about_the_app(monkeypatch):
    monkeypatch.setenv("PYRT_BROWSER", "/bin/false")
    (note,) = rehearsed(READY, required=False)
    assert "proves nothing about the app: the browser /bin/false ended by itself" in note.text
    assert note.code is Code.NOT_REHEARSED
    with pytest.raises(BuildError, match=r"The rehearsal failed: the browser /bin/false ended"):
        rehearsed(READY)


def test_a_note_says_what_is_missing_without_a_browser(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browser, "installed", lambda *_: iter(()))
    assert rehearsed(READY, required=False) == [Note(Code.NO_BROWSER, rehearse.NO_BROWSER)]
    with pytest.raises(BuildError, match=r"The rehearsal was required\. No browser was found"):
        rehearsed(READY)


def test_a_browser_that_is_named_must_be_there(monkeypatch):
    monkeypatch.setenv("PYRT_BROWSER", "/none/chrome")
    with pytest.raises(BuildError, match="PYRT_BROWSER names /none/chrome, which is no file"):
        rehearsed(READY, required=False)


def test_an_app_that_cannot_start_in_a_browser_is_not_built(chromium, real, capsys):
    """With the real interpreter; the app fails before the page of the tiny dash would render."""
    workspace = real
    app = {"app.py": "from dash import Dash\napp = Dash(__name__)\nimport tkinter\n"}
    assert workspace.build(app, "--rehearsal=require") == 1
    output = capsys.readouterr().err
    assert "The app does not start in a browser; it stopped at stage 'app'" in output
    assert "app.py" in output
    assert "tkinter" in output
    assert not workspace.out.exists()
    assert workspace.build(app) == 0
    assert "snapshot" not in workspace.manifest()


@pytest.fixture(scope="module")
def shared_cache(tmp_path_factory):
    """A cache in which Python is compiled, at the latest by the first of these tests."""
    folder = tmp_path_factory.mktemp("cache")
    lend_given(cache.folder(), folder, ["bytecode"])
    return folder


@pytest.fixture
def real(workspace, monkeypatch, shared_cache):
    """The workspace with the real interpreter and a browser."""
    static = Path(str(resources.files("pyrt_build"))) / "static"
    if not (static / "pyodide" / "pyodide.asm.wasm").is_file():
        pytest.skip("run `make web` first")
    monkeypatch.setenv("PATH", PATH)
    monkeypatch.setenv("PYRT_STATIC", str(static))
    monkeypatch.setenv("PYRT_CACHE", str(shared_cache))
    return workspace


@pytest.mark.usefixtures("chromium")
def test_an_app_that_does_not_come_to_an_end_is_ended_and_its_line_named(real, monkeypatch, capsys):
    monkeypatch.setattr(start, "APP_TIMEOUT_S", 2)
    monkeypatch.setattr(start, "WATCH_S", 3)
    app = (
        "from dash import Dash\napp = Dash(__name__)\ndef wait():\n    while True:\n        pass\n"
    )
    assert real.build({"app.py": f"{app}\nwait()\n"}, "--rehearsal=require") == 1
    message = capsys.readouterr().err
    # The loop is in lines 4 and 5; which of them was seen last depends on the moment.
    running = r"its code was still running after 2 s, in app\.py:[45]\. Everyone who opens"
    assert re.search(running, message)
    assert not real.out.exists()


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "import sys; sys.exit('no database')",
            "ended itself with sys.exit('no database') (app.py:3)",
        ),
        ("import os; os._exit(3)", "ended Python itself, with exit code 3, as os._exit() does"),
        ("", "The app has no layout"),
    ],
    ids=["sys.exit", "os._exit", "no layout"],
)
def test_an_app_that_ends_itself_says_why(real, capsys, line, reason):
    app = f"from dash import Dash\napp = Dash(__name__)\n{line}\n"
    assert real.build({"app.py": app}, "--rehearsal=require") == 1
    assert reason in capsys.readouterr().err
