"""`pyrt dev`: forty edits of all kinds in one page, which is never loaded anew.

And what the run before has started ends; settings, pages and pictures follow.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

import pyrt
import pyrt_build

MOST_BYTES = 20_000_000  # that page and Python may grow in forty edits
ROUNDS = 5
TICKS = 5  # of tasks and timers
PATIENCE_MS = 180_000  # Python starts without a snapshot
# How much older than the last run the stylesheet is that was saved just before it.
SECONDS_OLD = (
    "__import__('pyrt.model.environment').model.environment.current().started"
    " - __import__('os').stat('assets/a.css').st_mtime"
)


class Developed:
    """A folder with an app, served by `pyrt dev`, and the page that shows it."""

    def __init__(self, folder, process, page):
        self.folder = folder
        self.process = process
        self.page = page

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def save(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def show(self, key, text):
        expect(self.page.locator(f"#{key}")).to_have_text(text, timeout=PATIENCE_MS)


@contextlib.contextmanager
def develop(source, folder, page, *options):
    """Serve a copy of an app by `pyrt dev`, and open it; yields a `Developed`."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    folders = {str(Path(str(each.__file__)).parents[1]) for each in (pyrt, pyrt_build)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrt_build.cli", "dev", "app.py", "--port", "0", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sorted(folders))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found, "it has written no address"
    page.set_default_timeout(PATIENCE_MS)
    page.goto(found[0])
    page.wait_for_function("window.__pyrt_ready__")
    page.evaluate("window.__marker__ = 42")
    yield Developed(folder, process, page)
    process.terminate()  # a shell that starts tests in the background lets SIGINT be ignored
    process.wait()
    process.stdout.close()


@pytest.fixture
def developed(tmp_path, apps, page):
    with develop(apps / "edited", tmp_path / "project", page) as found:
        yield found


def memory(page):
    """Bytes of the page's heap, and of Python's memory."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    wasm = page.evaluate("__pyrt_eval__('__import__(\"pyodide_js\")._module.HEAP8.length')")
    return used + int(wasm)


def edit_all_kinds(dev, count):
    """Eight edits: module, data, stylesheet, script, text, an insertion, and two that fail."""
    page, source = dev.page, dev.read("app.py")
    dev.save("words.py", f'WORD = "word {count}"\n')
    dev.show("text", f"word {count}/Ada/2")
    dev.save("data/d.csv", f"data {count}")
    dev.show("data", f"data {count}")
    dev.save("assets/a.css", f"h1 {{ padding-top: {count}px; }}\n")
    expect(page.locator("#title")).to_have_css("padding-top", f"{count}px", timeout=PATIENCE_MS)
    dev.save("assets/a.js", dev.read("assets/a.js").replace(f"js {count - 1}", f"js {count}"))
    dev.show("client", f"js {count} Ada")
    after = source.replace(f"title {count - 1}", f"title {count}")
    dev.save("app.py", after)
    dev.show("title", f"title {count}")
    dev.save("app.py", after.replace("html.H1(", 'html.P("more", id="more"), html.H1('))
    dev.show("more", "more")
    dev.save("app.py", f"{after}\nif True")
    page.wait_for_function("__pyrt_shown__('if True')")
    dev.save("app.py", after.replace("app.layout = ", "app.layout = lambda: 1 / 0 or "))
    page.wait_for_function("__pyrt_shown__('ZeroDivisionError')")
    dev.show("text", f"word {count}/Ada/2")
    dev.save("app.py", after)
    expect(page.locator("#more")).to_have_count(0, timeout=PATIENCE_MS)


def test_forty_edits_lose_nothing_that_was_typed(developed):
    page = developed.page
    page.evaluate(
        """() => {
          window.__pyrt_shown__ = (text) => performance.getEntriesByName("pyrt:hot-reload")
            .at(-1)?.detail.error?.includes(text) ?? false;
          window.__pyrt__.log.push = () => 0;  // the log of messages keeps all of them
        }"""
    )
    page.fill("#name", "Ada")
    page.press("#name", "Enter")
    page.click("#go")
    page.click("#go")
    developed.show("text", "word 0/Ada/2")
    page.click("#draft")
    page.keyboard.type("half a sen", delay=50)  # no prop has it yet
    edit_all_kinds(developed, 1)
    before = memory(page)
    for count in range(2, ROUNDS + 1):
        edit_all_kinds(developed, count)
    grown = memory(page) - before
    page.keyboard.type("tence", delay=50)  # dcc.Input moves its caret a task after a key
    assert page.input_value("#draft") == "half a sentence"
    assert page.input_value("#name") == "Ada"
    assert page.evaluate("window.__marker__") == 42
    age = page.evaluate(f"__pyrt_eval__({SECONDS_OLD!r})")
    assert float(age) >= 1, "it is taken for one that the app has written"
    assert grown < MOST_BYTES


def wait_for_ticks(page, lines):
    """Wait until task and timer of the second run have written some lines each."""
    for kind in ("task", "timer"):
        while lines.count(f"{kind} of run two") < TICKS:
            page.wait_for_event("console")


def test_what_the_run_before_has_started_ends(tmp_path, apps, page):
    lines = []
    page.on("console", lambda message: lines.append(message.text))
    with develop(apps / "started", tmp_path / "project", page, "--env-file", "env") as developed:
        developed.show("title", "run one title 0 hello")
        page.click("#compute")
        developed.show("progress", "run one computes")
        expect(page.locator("#compute")).to_be_disabled(timeout=PATIENCE_MS)
        developed.save("app.py", developed.read("app.py").replace("run one", "run two"))
        developed.show("title", "run two title 0 hello")
        expect(page.locator("#compute")).to_be_enabled(timeout=PATIENCE_MS)
        developed.show("progress", "")
        wait_for_ticks(page, lines)  # what the old run has written before its end may come late
        del lines[:]
        wait_for_ticks(page, lines)
        assert [line for line in lines if "run one" in line] == []
        page.click("#compute")
        developed.show("progress", "run two computes")


def test_settings_pages_and_pictures_follow(tmp_path, apps, page):
    with develop(apps / "started", tmp_path / "project", page, "--env-file", "env") as developed:
        developed.save("pyproject.toml", '[tool.pyrt.env]\nTITLE = "title 1"\n')
        developed.show("title", "run one title 1 hello")
        developed.save("env", "GREETING=bye\n")
        developed.show("title", "run one title 1 bye")
        home = developed.read("pages/home.py")
        more = home.replace('path="/", name="Home"', 'path="/more", name="More"')
        developed.save("pages/more.py", more.replace('"home"', '"more"'))
        page.click("text=More")
        developed.show("page", "more")
        picture = developed.read("assets/picture.svg")
        developed.save("assets/picture.svg", picture.replace('width="10"', 'width="77"'))
        page.wait_for_function("document.querySelector('#picture').naturalWidth === 77")
        developed.save("assets/new.css", "#title { letter-spacing: 7px; }")
        expect(page.locator("#title")).to_have_css("letter-spacing", "7px", timeout=PATIENCE_MS)
        (developed.folder / "pages" / "more.py").unlink()
        expect(page.locator("text=More")).to_have_count(0, timeout=PATIENCE_MS)
        assert page.evaluate("window.__marker__") == 42
