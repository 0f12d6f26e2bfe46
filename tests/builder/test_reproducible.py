"""The same input gives the same bytes: docs/rehearsal.md says of what, and what may differ."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pyrt_build import cache
from pyrt_build.rehearsal import browser
from pyrt_build.site.write import LIST_FILE
from tests.support.built_sites import build
from tests.support.caches import lend_given
from tests.support.paths import EXAMPLES

APP = "from dash import Dash, dcc, html\napp = Dash(__name__)\ng = dcc.Graph\nimport plotly\n"
SNAPSHOT = re.compile(rb'"snapshot":(\{[^}]*\})')


@pytest.mark.parametrize(
    "options", [[], ["--fast"], ["--debug", "--precompress"], ["--offline", "--precompress"]]
)
def test_neither_cache_nor_cores_change_a_site(workspace, monkeypatch, options):
    sites = []
    for name, cores in (("cold", 1), ("cold", 7), ("other", 3)):
        monkeypatch.setenv("PYRT_CACHE", str(workspace.root / name))
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert workspace.build({"app.py": APP}, *options) == 0
        sites.append(workspace.site())
    cold, warm, other = sites
    assert cold == warm == other


def read_site(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def new_cache(tmp_path, monkeypatch):
    """Use an empty cache from now on, but for what builds are given."""
    known = cache.folder()

    def use(name):
        lend_given(known, tmp_path / name)
        monkeypatch.setenv("PYRT_CACHE", str(tmp_path / name))
        return tmp_path / name

    return use


def test_a_cached_snapshot_gives_the_site_that_took_it(new_cache, tmp_path):
    if browser.find() is None:
        pytest.skip("no Chromium is here to rehearse in")
    app = EXAMPLES / "counter" / "app.py"
    folder = new_cache("first")
    cold = read_site(build(app, tmp_path / "cold", "--rehearsal=require"))
    for part in ("rehearsals", "compressed"):
        shutil.rmtree(folder / part)
    assert read_site(build(app, tmp_path / "warm", "--rehearsal=require")) == cold

    new_cache("second")
    other = read_site(build(app, tmp_path / "other", "--rehearsal=require"))
    differing = {path for path in cold.keys() | other.keys() if cold.get(path) != other.get(path)}
    pages = {path for path in differing if path.endswith(".html")}
    named = {path.partition("-")[0] for path in differing - pages - {LIST_FILE}}
    assert named <= {"pyrt/snapshot"}
    for page in pages:
        assert SNAPSHOT.sub(b"", cold[page]) == SNAPSHOT.sub(b"", other[page])


def test_a_change_of_the_app_starts_one_browser_and_takes_no_snapshot(
    new_cache, tmp_path, monkeypatch
):
    chromium = browser.find()
    if chromium is None:
        pytest.skip("no Chromium is here to rehearse in")
    counting, count = tmp_path / "browser", tmp_path / "count"
    counting.write_text(f'#!/bin/sh\necho x >> {count}\nexec {chromium} "$@"\n')
    counting.chmod(0o755)
    monkeypatch.setenv("PYRT_BROWSER", str(counting))
    folder = new_cache("cache")
    app = Path(shutil.copytree(EXAMPLES / "counter", tmp_path / "counter"), "app.py")
    before = read_site(build(app, tmp_path / "site", "--rehearsal=require"))
    assert count.read_text() == "x\n" * 2
    taken = [path.name for path in (folder / "snapshots").glob("*.zst")]

    app.write_text("import csv, statistics\n" + app.read_text())
    after = read_site(build(app, tmp_path / "site", "--rehearsal=require"))
    assert count.read_text() == "x\n" * 3
    assert [path.name for path in (folder / "snapshots").glob("*.zst")] == taken
    assert {path for path in before if "snapshot" in path} <= after.keys()
    # Of the standard library the site sends the new modules first, and not the whole.
    (entry,) = (i for i in manifest(after)["images"] if i["mount"] == "/pyrt/stdlib")
    assert entry["unpacked"] < 500_000 < entry["rest"]["unpacked"]


def manifest(site):
    text = site["index.html"].decode().split('id="pyrt-manifest">')[1]
    return json.loads(text.partition("</script>")[0])
