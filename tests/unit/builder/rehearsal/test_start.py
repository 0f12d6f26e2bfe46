"""What the record of a start says about the modules and files of the site."""

from pathlib import Path

from pyrt_build.rehearsal import start as rehearsal_start
from pyrt_build.rehearsal.start import Start

ZIP = "/lib/python314.zip"
STDLIB = "/pyrt/stdlib/python314.zip"


def module(name, file, *, by_app=False, has_proxies=False):
    return {"name": name, "file": file, "byApp": by_app, "hasProxies": has_proxies}


def start(modules, files=()):
    return Start(notes=[], prerendered={}, used={"modules": modules, "files": list(files)})


def test_modules_of_packages_are_those_of_their_images():
    record = start(
        [
            module("json", f"{ZIP}/json/__init__.pyc"),
            module("pyrt.worker", "/pyrt/engine/pyrt/worker.pyc"),
            module("plotly", "/pyrt/packages/plotly/__init__.pyc"),
            module("numpy", "/pyrt/compiled/numpy/__init__.pyc"),
            module("plotly.io", "/pyrt/packages/plotly/io.pyc", by_app=True),
        ]
    )
    assert record.package_modules == ["plotly", "numpy", "plotly.io"]
    assert record.late_package_modules() == ["plotly.io"]
    assert record.modules == ["json", "pyrt.worker", "plotly", "numpy", "plotly.io"]


def test_packages_that_hold_javascript_objects_are_left_out_as_a_whole():
    record = start(
        [
            module("micropip", "/pyrt/packages/micropip/__init__.pyc"),
            module("micropip.js", "/pyrt/packages/micropip/js.pyc", has_proxies=True),
            module("plotly", "/pyrt/packages/plotly/__init__.pyc"),
        ]
    )
    assert record.modules_without_proxies == ["plotly"]


def test_late_modules_of_packages_that_no_snapshot_can_hold_do_not_count():
    """Those that hold JavaScript objects, and those that it was to have and has not."""
    record = start(
        [
            module("urllib3", "/pyrt/packages/urllib3/__init__.pyc", by_app=True),
            module("urllib3.js", "/pyrt/packages/urllib3/js.pyc", by_app=True, has_proxies=True),
            module("requests", "/pyrt/packages/requests/__init__.pyc", by_app=True),
            module("requests.api", "/pyrt/packages/requests/api.pyc", by_app=True),
            module("idna", "/pyrt/packages/idna/__init__.pyc", by_app=True),
        ]
    )
    assert record.late_package_modules() == ["requests", "requests.api", "idna"]
    assert record.late_package_modules(["requests", "pandas"]) == ["idna"]


def test_of_the_standard_library_a_start_needs_what_it_imported_itself():
    record = start(
        [
            module("json", f"{ZIP}/json/__init__.pyc"),
            module("csv", f"{ZIP}/csv.pyc", by_app=True),
        ],
        ["/pyrt/packages/plotly/data.json", STDLIB],
    )
    assert record.needed == {"/pyrt/packages/plotly/data.json", f"{ZIP}/csv.pyc"}


def test_a_start_needs_the_directory_of_its_zip_only_if_it_has_read_that():
    """`importlib.metadata` looks for packages in each entry of `sys.path`."""
    imported = [module("json", f"{ZIP}/json/__init__.pyc")]
    assert start(imported, [STDLIB, f"{STDLIB}/"]).needed == {f"{ZIP}/"}
    assert start(imported, [STDLIB]).needed == frozenset()
    assert start([]).needed == frozenset()


def test_a_record_is_of_these_files_and_of_these_results(monkeypatch, tmp_path):
    """Results that a site has are those of its own code: another code, or request, is started."""
    starts = []

    def record(files, *_, **options):
        starts.append((files["app.py"], options["precompute"]))
        return {"notes": [], "prerendered": {}, "used": {}}

    monkeypatch.setenv("PYRT_CACHE", str(tmp_path))
    monkeypatch.setattr(rehearsal_start, "_start", record)
    for source, request in [(b"1", ""), (b"1", ""), (b"1", "{}"), (b"2", "{}"), (b"2", "{}")]:
        files = {"app.py": source}
        rehearsal_start.cached_start(
            files, Path("browser"), [""], from_cdn=False, precompute=request
        )
    assert starts == [(b"1", ""), (b"1", "{}"), (b"2", "{}")]
