"""Where the browser has little room: sites of one origin share it, and give it to each other."""

import contextlib
import json

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.support.offline_sites import keep_site, version_host
from tests.support.quick_pyrt import SNAPSHOT_ONLY

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
KEPT = "version => performance.getEntriesByName('pyrt:offline').some(e => e.detail === version)"
CONTENTS = "caches.open('pyrt-files').then(cache => cache.keys()).then(keys => keys.length)"
USAGE = "navigator.storage.estimate().then(found => found.usage)"
LARGE = "assets/large.bin"
LARGE_BYTES = 4_000_000


@pytest.fixture(scope="module")
def folders(built_site, examples, tmp_path_factory):
    """The counter, and three sites that are the same but for one file."""
    app = examples / "counter" / "app.py"
    site = built_site(app, "--debug", SNAPSHOT_ONLY)
    folder = tmp_path_factory.mktemp("room")
    large = {name: name[0].encode() * LARGE_BYTES for name in ("other", "third")}
    return {
        "first": keep_site(site, app, folder / "first"),
        **{name: keep_site(site, app, folder / name, {LARGE: large[name]}) for name in large},
    }


@pytest.fixture
def host(folders):
    with version_host(folders["first"]) as host:
        host.others = {f"/{name}/": folders[name] for name in ("other", "third")}
        yield host


def address(host, path):
    return host.address.replace("/sub/path/", path)


def read_list(folder):
    return json.loads((folder / "pyrt-offline.json").read_text())


def open_tab(context, url):
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(READY, timeout=60_000)
    return page


def wait_until_kept(page, folder):
    page.wait_for_function(KEPT, arg=read_list(folder)["version"], timeout=60_000)


def click(page):
    page.locator("#increment").click()
    expect(page.locator("#count")).to_have_text("1")


def scopes(page):
    """The paths of the sites of which something is kept."""
    names = page.evaluate("caches.keys()")
    return {f"/{name.split('/', 3)[3]}" for name in names if name.startswith("pyrt-site:")}


@contextlib.contextmanager
def quota(page, host, size):
    """Let the origin keep so many bytes."""
    session = page.context.new_cdp_session(page)
    origin = host.address.removesuffix("/sub/path/")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": size})
    yield
    session.detach()


def test_sites_share_what_is_equal_and_the_one_not_opened_for_longest_goes_first(
    context, host, folders
):
    page = open_tab(context, host.address)
    wait_until_kept(page, folders["first"])
    before = page.evaluate(USAGE)
    other = open_tab(context, address(host, "/other/"))
    wait_until_kept(other, folders["other"])
    hashes = {
        sha256
        for name in ("first", "other")
        for sha256, _ in read_list(folders[name])["files"].values()
    }
    assert page.evaluate(CONTENTS) == len(hashes)
    both = page.evaluate(USAGE)
    assert both - before < 2 * LARGE_BYTES < before

    wait_until_kept(open_tab(context, host.address), folders["first"])  # it was opened last
    with quota(page, host, int(both) + LARGE_BYTES // 2):
        wait_until_kept(open_tab(context, address(host, "/third/")), folders["third"])
    assert scopes(page) == {"/sub/path/", "/third/"}
    host.is_down = True
    click(open_tab(context, host.address))
    click(open_tab(context, address(host, "/third/")))


def test_a_site_that_has_no_room_is_not_kept_and_goes_on(context, host):
    page = context.new_page()
    page.goto(f"{host.address}404.txt")
    with (
        quota(page, host, 1_000_000),
        page.expect_console_message(lambda message: "is not kept" in message.text),
    ):
        page.goto(host.address)
        page.wait_for_function(READY, timeout=60_000)
    click(page)
    assert page.evaluate("caches.has('pyrt-files')") is False
    host.is_down = True
    with pytest.raises(PlaywrightError):
        page.reload()


def test_an_update_that_has_no_room_leaves_the_version_before_it(context, host, folders):
    page = open_tab(context, host.address)
    wait_until_kept(page, folders["first"])
    host.folder = folders["other"]
    with (
        quota(page, host, int(page.evaluate(USAGE)) + LARGE_BYTES // 2),
        context.expect_console_message(lambda message: "Quota" in message.text),
    ):
        open_tab(context, host.address)
    host.is_down = True
    page = open_tab(context, host.address)
    click(page)
    assert page.evaluate(f"fetch('{LARGE}').then(a => a.status, () => 0)") != 200
    host.is_down = False
    wait_until_kept(open_tab(context, host.address), folders["other"])
