"""Which snapshot an app gets: by its packages and its import statements, not by its code."""

import ast
import json
import sys
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from pyrt_build.rehearsal import snapshots
from pyrt_build.rehearsal.server import Outcome, PrerenderServer
from pyrt_build.rehearsal.snapshots import (
    KnownSnapshots,
    with_cached_snapshot,
    with_fit_snapshot,
)
from pyrt_build.rehearsal.start import SnapshotFailed
from pyrt_build.site import package_image
from pyrt_build.site.manifest import read_manifest
from tests.support.paths import ROOT

BROWSER = Path("chromium")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def taken(monkeypatch):
    """The imports of the snapshots that were taken; their content says which one it is."""
    found: list[list[str]] = []

    def run(files, task, program, imports=()):
        assert (task, program) == ("snapshot", BROWSER)
        found.append(list(imports))
        server = PrerenderServer(files, task, imports)
        server.snapshot = f"snapshot {len(found)}".encode()
        return server, Outcome(ready=True)

    monkeypatch.setattr(snapshots, "run_browser", run)
    return found


def site(app="1", packages="1", *, data=b"data", debug=False):
    manifest = {
        "debug": debug,
        "worker": "pyrt/worker-1.js",
        "runtime": {"url": "pyrt/runtime-1/"},
        "path": ["/app", "/pyrt/packages"],
        "images": [
            {"mount": "/app", "sha256": app},
            {"mount": "/pyrt/packages", "sha256": packages, "url": "packages.img"},
        ],
    }
    page = f'<script id="pyrt-manifest">{json.dumps(manifest)}</script>'
    packed, beside = package_image.pack({}, {"own/data.csv": data})
    return {"index.html": page.encode(), "packages.img": packed, **beside}


def snapshot_of(files):
    entry = read_manifest(files)["snapshot"]
    assert isinstance(entry, dict)
    return files[str(entry["url"])]


def test_sites_with_the_same_packages_and_imports_share_a_snapshot(taken):
    first = with_cached_snapshot(site(), ["pandas", "dash"], BROWSER)
    other_app = with_cached_snapshot(site(app="2", debug=True), ["dash", "pandas"], BROWSER)
    assert snapshot_of(first) == snapshot_of(other_app) == b"snapshot 1"
    assert taken == [["pandas", "dash"]]


def test_other_packages_or_imports_need_another_snapshot(taken):
    with_cached_snapshot(site(), ["pandas"], BROWSER)
    with_cached_snapshot(site(packages="2"), ["pandas"], BROWSER)
    with_cached_snapshot(site(), ["pandas", "plotly"], BROWSER)
    assert taken == [["pandas"], ["pandas"], ["pandas", "plotly"]]


def test_other_data_of_the_same_size_needs_another_snapshot(taken):
    """A module may read it when it is imported."""
    with_cached_snapshot(site(), ["own"], BROWSER)
    with_cached_snapshot(site(data=b"DATA"), ["own"], BROWSER)
    assert taken == [["own"], ["own"]]


def test_a_snapshot_that_cannot_be_taken_is_not_kept(monkeypatch, tmp_path):
    def fail(files, task, program, imports=()):
        return PrerenderServer(files, task, imports), Outcome(ready=False, message="holds js")

    monkeypatch.setattr(snapshots, "run_browser", fail)
    with pytest.raises(SnapshotFailed, match="holds js"):
        with_cached_snapshot(site(), ["micropip"], BROWSER)
    assert list((tmp_path / "cache" / "snapshots").iterdir()) == []


def test_a_snapshot_is_taken_without_the_modules_that_none_can_hold(monkeypatch):
    asked = []

    def run(files, task, program, imports=()):
        asked.append(list(imports))
        server = PrerenderServer(files, task, imports)
        if unfit := [name for name in imports if name == "requests"]:
            return server, Outcome(ready=False, message="holds js", unfit=unfit)
        server.snapshot = b"memory"
        return server, Outcome(ready=True)

    monkeypatch.setattr(snapshots, "run_browser", run)
    files, imports = with_fit_snapshot(site(), ["dash", "requests", "pandas"], BROWSER)
    assert snapshot_of(files) == b"memory"
    assert imports == ["dash", "pandas"]
    assert asked == [["dash", "requests", "pandas"], ["dash", "pandas"]]


def test_a_snapshot_that_fails_for_another_reason_is_not_tried_again(monkeypatch):
    asked = []

    def fail(files, task, program, imports=()):
        asked.append(list(imports))
        outcome = Outcome(ready=False, message="no memory", unfit=["other"])
        return PrerenderServer(files, task, imports), outcome

    monkeypatch.setattr(snapshots, "run_browser", fail)
    with pytest.raises(SnapshotFailed, match="no memory"):
        with_fit_snapshot(site(), ["dash"], BROWSER)
    assert asked == [["dash"]]


def test_what_holds_javascript_objects_is_found_with_all_that_uses_it(monkeypatch):
    """By web/src/worker/snapshot/unfit.py, which runs in the worker."""

    class JsProxy:
        """Stands in for Pyodide's."""

    def module(name, **values):
        made = ModuleType(name)
        vars(made).update(values)
        monkeypatch.setitem(sys.modules, name, made)
        return made

    module("pyodide")
    module("pyodide.ffi", JsProxy=JsProxy)
    module("engine_own", fetch=JsProxy())
    holder = module("holder", fetch=JsProxy())
    ask = FunctionType((lambda: None).__code__, {"__name__": "holder"}, "ask")
    module("holder.part")
    module("uses_module", holder=holder)
    module("uses_function", ask=ask)
    module("uses_user", uses=sys.modules["uses_function"])
    module("apart", text="holder")
    source = (ROOT / "web/src/worker/snapshot/unfit.py").read_text(encoding="utf-8")
    *body, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    values = {"__name__": "unfit", "engine": ["engine_own", "pyodide.ffi"]}
    exec(compile(ast.Module(body, []), "unfit.py", "exec"), values)
    found = json.loads(eval(compile(ast.Expression(last.value), "unfit.py", "eval"), values))
    assert found == ["holder", "holder.part", "uses_function", "uses_module", "uses_user"]


def test_the_first_app_of_a_set_of_packages_imports_what_it_names():
    assert KnownSnapshots(site()).imports_for(["dash", "pandas"]) == ["dash", "pandas"]


def test_the_same_import_statements_get_what_was_imported_before():
    KnownSnapshots(site()).add(["dash", "pandas"], ["dash", "pandas", "pandas.io.late"], [])
    assert KnownSnapshots(site(app="2")).imports_for(["dash", "pandas"]) == [
        "dash",
        "pandas",
        "pandas.io.late",
    ]
    assert KnownSnapshots(site(packages="2")).imports_for(["dash", "pandas"]) == ["dash", "pandas"]


def test_a_module_that_the_snapshot_has_needs_no_other_one():
    known = KnownSnapshots(site())
    known.add(["plotly.express"], ["plotly.express"], ["plotly", "plotly.subplots"])
    assert known.imports_for(["plotly.express", "plotly.subplots"]) == ["plotly.express"]
    assert known.imports_for(["plotly.subplots"]) == ["plotly.express"]


def test_a_module_or_package_that_the_snapshot_lacks_does():
    known = KnownSnapshots(site())
    known.add(["plotly.express"], ["plotly.express"], ["plotly", "plotly.express"])
    wanted = ["plotly.express", "plotly.figure_factory"]
    assert known.imports_for(wanted) == wanted
    assert known.imports_for(["pandas", "plotly.express"]) == ["pandas", "plotly.express"]


def test_a_snapshot_with_one_package_more_is_not_taken():
    """Each visitor of the site would download it."""
    known = KnownSnapshots(site())
    known.add(["dash", "sklearn"], ["dash", "sklearn"], ["dash", "sklearn"])
    assert known.imports_for(["dash"]) == ["dash"]
