"""A file of 6 MB arrives when a callback reads it, from hosts with ranges and without."""

import hashlib
import shutil

import pytest
from playwright.sync_api import expect

from tests.support.click_script import QUICK_HEARTBEAT
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.servers import held_server

MB = 2**20
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(1_500_000))


@pytest.fixture(scope="module")
def site(built_site, apps, tmp_path_factory):
    """The site of an app with a large file beside it."""
    project = tmp_path_factory.mktemp("files") / "large_file"
    shutil.copytree(apps / "large_file", project)
    (project / "measured.dat").write_bytes(CONTENT)
    return built_site(project / "app.py", "--debug", SNAPSHOT_ONLY)


def test_a_file_that_does_not_come_is_named(site, page):
    """With the callback that waits for it; when it comes, the callback goes on."""
    page.add_init_script(QUICK_HEARTBEAT)
    with held_server(site, has_ranges=True) as (address, host):
        page.goto(address)
        page.wait_for_function("window.__pyrt_ready__", timeout=120_000)
        page.click("#some")
        notice = page.locator(".pyrt-notice--python")
        expect(notice).to_contain_text("read_some (app.py:")
        expect(notice).to_contain_text("waits for the file measured.dat")
        host.goes.set()
        expect(page.locator("#part")).to_have_text(f"{CONTENT[5_000_000:][:5]!r} of 6000000")
        expect(notice).to_have_count(0)


def test_a_large_file_is_fetched_when_a_callback_reads_it(site, page):
    """In ranges where the host has them, else as a whole; the page shows how far it is."""
    for has_ranges in (True, False):
        with held_server(site, has_ranges=has_ranges) as (address, host):
            page.goto(address)
            page.wait_for_function("window.__pyrt_ready__", timeout=120_000)
            assert host.asked == []
            page.click("#some")
            expect(page.get_by_role("status")).to_have_text("Loading measured.dat: 0.0 of 6.0 MB")
            expect(page.get_by_role("progressbar")).to_have_attribute(
                "aria-label", "Loading measured.dat"
            )
            host.goes.set()
            expect(page.locator("#part")).to_have_text(f"{CONTENT[5_000_000:][:5]!r} of 6000000")
            expect(page.get_by_role("progressbar")).to_have_count(0)
            first = 5_000_000 // MB * MB
            assert host.asked == [f"bytes={first}-{first + MB - 1}"]
            page.click("#all")
            expect(page.locator("#whole")).to_have_text(hashlib.sha256(CONTENT).hexdigest())
            assert len(host.asked) > 1 if has_ranges else len(host.asked) == 1
