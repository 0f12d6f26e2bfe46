"""Sites start from the snapshot of their rehearsal, and without it if it cannot be used."""

import json
import struct
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from pyrt_build.rehearsal import browser
from pyrt_build.site import compression
from pyrt_build.site.manifest import read_manifest, with_manifest, with_snapshot
from pyrt_build.site.write import LIST_FILE, write
from tests.support.paths import BROWSER_APPS
from tests.support.worker_scripts import begin_worker_with

FRESH = BROWSER_APPS / "fresh.py"
WITHOUT = "pyrt: starting without the site's snapshot, which takes longer: "
VISITS = ("random", "uuid", "secrets")


def read_folder(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def changed(data, **index):
    """A snapshot with a changed index."""
    (length,) = struct.unpack_from("<I", data, 8)
    text = json.dumps(json.loads(data[12 : 12 + length]) | index).encode()
    return data[:8] + struct.pack("<I", len(text)) + text + data[12 + length :]


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory, built_site, serve_folder, examples):
    """Address of a folder, and a function that puts a site with a changed snapshot into it."""
    if browser.find() is None:
        pytest.skip("no Chromium is here to rehearse in")
    www = tmp_path_factory.mktemp("www")
    sales = examples / "sales_dashboard" / "app.py"
    (www / "whole").symlink_to(built_site(FRESH, "--debug", "--rehearsal=require"))
    (www / "sales").symlink_to(built_site(sales, "--rehearsal=require"))
    address = serve_folder(www)

    def variant(name, change):
        files = read_folder(www / "whole")
        del files[LIST_FILE]  # each folder gets its own
        (path,) = (path for path in files if path.startswith("pyrt/snapshot-"))
        memory = change(compression.decompress(files.pop(path)))
        packed = compression.compress(memory, compression.FAST)
        if name == "damaged":
            packed = packed[: len(packed) // 2]
        files = with_snapshot(files, packed)
        manifest: Any = read_manifest(files)
        manifest["snapshot"]["unpacked"] = len(memory)
        write(with_manifest(files, manifest), www / name)
        return f"{address}/{name}/"

    return address, variant


def visit(page, address):
    """What the page shows, and the warnings of its console; errors there fail the test."""
    warnings: list[str] = []
    errors: list[str] = []
    lists = {"warning": warnings, "error": errors}
    page.on("console", lambda m: lists[m.type].append(m.text) if m.type in lists else None)
    page.goto(address)
    page.wait_for_function("window.__pyrt_ready__ || window.__pyrt_failed__", timeout=120_000)
    assert page.evaluate("window.__pyrt_failed__ || null") is None
    page.click("#add")
    expect(page.locator("#sum")).to_have_text("1")
    shown = {name: page.inner_text(f"#{name}") for name in ("restored", "time", "zone", *VISITS)}
    return shown, warnings, errors


def test_a_worker_started_from_a_snapshot_runs_callbacks(page, rehearsed):
    address, _ = rehearsed
    shown, warnings, errors = visit(page, f"{address}/whole/")
    assert shown["restored"] == "True"
    assert (warnings, errors) == ([], [])


def test_two_visits_share_no_randomness_and_have_their_own_clock(new_context, rehearsed):
    address, _ = rehearsed
    zones = ("America/New_York", "Asia/Tokyo")
    before = time.time()
    pages = [new_context(timezone_id=zone).new_page() for zone in zones]
    first, second = (visit(page, f"{address}/whole/")[0] for page in pages)
    assert (first["restored"], second["restored"]) == ("True", "True")
    assert [name for name in VISITS if first[name] == second[name]] == []
    assert before <= float(first["time"]) <= float(second["time"]) <= time.time()
    assert first["zone"] != second["zone"]


def test_compiled_packages_come_out_of_the_snapshot(page, examples, rehearsed):
    """The sales dashboard: numpy, pandas and plotly express, no wheel is loaded."""
    address, _ = rehearsed
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda m: asked.append(m.text) if WITHOUT in m.text else None)
    page.goto(f"{address}/sales/")
    # All is there twice while the preview is, and a figure until the page has drawn its own.
    page.wait_for_selector("[data-pyrt-preview]", state="detached")
    expect(page.locator("#by-product")).to_have_count(1, timeout=120_000)
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, East", timeout=120_000)
    page.click("#region")
    page.get_by_role("option", name="West").click()
    # The page was there before Python, which may take its time.
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, West", timeout=120_000)
    expect(page.locator("#table-title")).to_have_text("All products, West")
    assert any("/snapshot-" in text for text in asked)
    assert [text for text in asked if WITHOUT in text or text.endswith(".whl")] == []


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("truncated", lambda s: s[:-1], "bytes of memory instead"),
        ("damaged", lambda s: s, ""),
        ("other-file", lambda _: b"<html>not found</html>", "not a snapshot"),
        ("other-build", lambda s: changed(s, buildId="0" * 64), "another build of Pyodide"),
        ("not-restored", lambda s: changed(s, functions=[[9999, -1, "none"]]), "function none"),
    ],
)
def test_a_snapshot_that_cannot_be_used_costs_time_only(page, rehearsed, name, change, reason):
    _, variant = rehearsed
    shown, warnings, errors = visit(page, variant(name, change))
    assert shown["restored"] == "False"
    (warning,) = warnings
    assert warning.startswith(WITHOUT)
    assert reason in warning
    assert errors == []


def test_a_file_that_is_not_the_one_built_is_not_used(page, rehearsed):
    address, _ = rehearsed
    page.route("**/snapshot-*", lambda route: route.fulfill(body=b"x" * 10))
    shown, warnings, errors = visit(page, f"{address}/whole/")
    assert shown["restored"] == "False"
    (warning,) = warnings
    assert "only 10 of" in warning
    assert errors == []


def test_an_absent_file_is_missed_but_not_needed(page, rehearsed):
    """The browser itself reports the status 404 as an error."""
    address, _ = rehearsed
    page.route("**/snapshot-*", lambda route: route.fulfill(status=404))
    shown, warnings, errors = visit(page, f"{address}/whole/")
    assert shown["restored"] == "False"
    (warning,) = warnings
    assert "the server answered 404" in warning
    assert [error for error in errors if "status of 404" not in error] == []


def let_memory_run_out(page, times):
    """Let the interpreter fail as it does where memory is short, so many times."""
    scarce = f"""{{
      let left = {times};
      const error = "WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory";
      for (const name of ["instantiate", "instantiateStreaming"]) {{
        const real = WebAssembly[name].bind(WebAssembly);
        WebAssembly[name] = (code, imports) =>
          imports && left-- > 0
            ? Promise.reject(new RangeError(error))
            : real(code, imports);
      }}
    }}
    """
    begin_worker_with(page, scarce)


def test_a_start_that_runs_out_of_memory_is_tried_without_the_snapshot(page, rehearsed):
    address, _ = rehearsed
    let_memory_run_out(page, 1)
    shown, warnings, _ = visit(page, f"{address}/whole/")
    assert shown["restored"] == "False"
    assert any(text.startswith(WITHOUT) and "Out of memory" in text for text in warnings)


def test_too_little_memory_is_said(page, rehearsed):
    address, _ = rehearsed
    let_memory_run_out(page, 99)
    page.goto(f"{address}/whole/")
    page.wait_for_function("window.__pyrt_failed__", timeout=120_000)
    expect(page.locator(".pyrt-failure")).to_contain_text(
        "This device has too little memory left for Python and the app's packages. "
        "Close other tabs and apps, and reload the page."
    )
