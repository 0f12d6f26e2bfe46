"""A site that the browser keeps: without a network, over versions of the host, until it goes."""

import json
import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.chromium import FLAGS, executable
from tests.support.offline_sites import keep_site, version_host
from tests.support.programs import wait_for
from tests.support.quick_pyrt import SNAPSHOT_ONLY

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
COMPLETE = "performance.getEntriesByName('pyrt:complete').length > 0"
KEPT = "version => performance.getEntriesByName('pyrt:offline').some(e => e.detail === version)"
REGISTERED = "navigator.serviceWorker.getRegistration().then(Boolean)"
VERSION = "assets/version.txt"  # has no hash in its name
CHANGED = ["404.html", "assets/new.txt", VERSION, "pyrt-offline.json"]  # and the page


class Versions:
    """Two versions of the counter, and the site without what lets browsers keep it."""

    def __init__(self, site, app, folder):
        self.without = site
        self.first = keep_site(site, app, folder / "first", {VERSION: b"first"})
        changed = {VERSION: b"second", "assets/new.txt": b"new"}
        self.second = keep_site(site, app, folder / "second", changed)


def name_of(folder):
    """The name of a version."""
    return json.loads((folder / "pyrt-offline.json").read_text())["version"]


@pytest.fixture(scope="module")
def versions(built_site, examples, tmp_path_factory):
    app = examples / "counter" / "app.py"
    site = built_site(app, "--debug", SNAPSHOT_ONLY)
    return Versions(site, app, tmp_path_factory.mktemp("versions"))


@pytest.fixture
def host(versions):
    with version_host(versions.first) as host:
        yield host


def open_tab(context, host):
    """Open the site in a new tab, and wait until callbacks have run."""
    page = context.new_page()
    page.goto(host.address)
    page.wait_for_function(READY, timeout=60_000)
    return page


def use(page, count, version):
    """Click, and see Python's answer; then read a file of the tab's version."""
    page.locator("#increment").click()
    expect(page.locator("#count")).to_have_text(str(count))
    assert page.evaluate(f"fetch('{VERSION}').then(answer => answer.text())") == version


def asked_of(host):
    """What the host was asked for, without the worker: the browser may look for a newer one."""
    return {*host.asked} - {"pyrt-offline.js"}


def wait_until_kept(page, folder):
    page.wait_for_function(KEPT, arg=name_of(folder), timeout=60_000)


def test_install_go_offline_update_roll_back_remove(context, host, versions):
    old = open_tab(context, host)
    old.wait_for_function(COMPLETE, timeout=60_000)
    loaded = list(host.asked)
    wait_until_kept(old, versions.first)
    # What the page had loaded before was in the browser's cache: it did not come again.
    named = {path for path in loaded if path.startswith("pyrt/")}
    assert named
    assert not named & {*host.asked[len(loaded) :]}

    host.is_down = True
    use(open_tab(context, host), 1, "first")

    host.is_down, host.folder, host.asked = False, versions.second, []
    page = open_tab(context, host)  # of the version that is kept, while the new one is fetched
    wait_until_kept(page, versions.second)
    assert asked_of(host) == {"", *CHANGED}
    host.is_down = True
    new = open_tab(context, host)
    use(new, 1, "second")
    use(old, 1, "first")
    use(page, 1, "first")
    host.is_down = False

    host.folder, host.asked = versions.first, []
    wait_until_kept(open_tab(context, host), versions.first)
    assert asked_of(host) == {"", "pyrt-offline.json"}
    use(open_tab(context, host), 1, "first")
    use(new, 2, "second")

    host.folder = versions.without
    open_tab(context, host)
    page = open_tab(context, host)
    wait_for(lambda: not page.evaluate(REGISTERED), "the worker has removed itself")
    host.asked = []
    page = open_tab(context, host)
    assert "" in host.asked
    assert page.evaluate("caches.keys()") == []
    assert not page.evaluate(REGISTERED)


def main_process(folder):
    """The number of the browser process that uses a folder for its profile."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_text().split("\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}" in line and not any(a.startswith("--type=") for a in line):
            return int(path.parent.name)
    raise AssertionError(folder)


def test_a_browser_that_is_killed_in_the_middle_of_an_update(
    browser_type, host, versions, tmp_path
):
    def launch():
        return browser_type.launch_persistent_context(
            tmp_path, executable_path=executable(), args=FLAGS
        )

    context = launch()
    wait_until_kept(open_tab(context, host), versions.first)
    host.folder, host.held = versions.second, "assets/new.txt"
    open_tab(context, host)
    assert host.is_asked_for_held.wait(60)
    with context.expect_event("close"):
        os.kill(main_process(tmp_path), signal.SIGKILL)

    host.held, host.is_down = None, True
    context = launch()
    page = open_tab(context, host)
    use(page, 1, "first")
    host.is_down, host.asked = False, []
    wait_until_kept(open_tab(context, host), versions.second)
    assert "assets/new.txt" in host.asked
    assert not [path for path in host.asked if path.startswith("pyrt/")]
    use(open_tab(context, host), 1, "second")
    context.close()


def test_what_the_browser_has_damaged_or_lost_is_fetched_again(context, host, versions):
    page = open_tab(context, host)
    wait_until_kept(page, versions.first)
    host.asked = []
    page.evaluate("""async () => {
        const cache = await caches.open("pyrt-files");
        for (const [at, { url }] of (await cache.keys()).entries()) {
            if (at === 0) await cache.delete(url);
            else await cache.put(url, new Response("damaged"));
        }
    }""")
    page = open_tab(context, host)
    use(page, 1, "first")
    assert len({path for path in host.asked if path.startswith("pyrt/")}) > 2
    wait_until_kept(page, versions.first)
    host.is_down = True
    use(open_tab(context, host), 1, "first")


def test_all_that_a_site_keeps_can_be_removed(context, host, versions):
    page = open_tab(context, host)
    wait_until_kept(page, versions.first)
    page.evaluate("""() => {
        localStorage["pyrt:/sub/path/:theme"] = "dark";
        localStorage["pyrt:/other/:theme"] = "dark";
        document.cookie = "own=1";
    }""")
    page.goto(f"{host.address}?x=1&pyrt=reset#part")
    page.wait_for_url(f"{host.address}?x=1#part")
    page.wait_for_function(READY, timeout=60_000)
    keys = page.evaluate("Object.keys(localStorage).filter(key => key.endsWith('theme'))")
    assert keys == ["pyrt:/other/:theme"]
    assert page.evaluate("document.cookie") == ""
    wait_until_kept(page, versions.first)  # it is kept anew
    assert {*page.evaluate("caches.keys()")} == {f"pyrt-site:{host.address}", "pyrt-files"}


def test_where_the_browser_keeps_nothing_the_page_goes_on_without(browser, host):
    context = browser.new_context()
    context.add_init_script(
        "navigator.serviceWorker.register = async () => { throw new DOMException('no', 'X') }"
    )
    page = context.new_page()
    with page.expect_console_message(lambda message: "is not kept" in message.text):
        page.goto(host.address)
        page.wait_for_function(READY, timeout=60_000)
    use(page, 1, "first")
    context.close()
