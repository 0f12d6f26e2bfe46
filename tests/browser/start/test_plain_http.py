"""A host on plain http: browsers have no digests there. What is damaged is noticed all the same."""

import json
import re

import pytest

from tests.support.faulty_host import faulty_host
from tests.support.paths import EXAMPLES

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
MESSAGES = ".pyrt-failure, .pyrt-notice, .pyrt-missing, .dash-fe-error__title"
NAME = "plain.test"
# The worker tells one thing, and never anything more: it runs, and no error is thrown.
SILENCED = b""";const tell = self.postMessage.bind(self);
self.postMessage = (...told) => { self.postMessage = () => {}; tell(...told); };"""


@pytest.fixture
def page(browser_type, browser_type_launch_args):
    """A page of a browser that finds this machine under a name that is not localhost."""
    args = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    with browser_type.launch(**{**browser_type_launch_args, "args": args}) as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def site(built_site):
    return built_site(EXAMPLES / "todo" / "app.py", "--debug")


def manifest(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    found = re.search(r'id="pyrt-manifest">(.*?)</script>', text)
    assert found
    return json.loads(found[1])


def damage(content):
    """Another content of the same size, which still is a stylesheet."""
    return content.replace(b"margin", b"xargin")


def silence(content):
    return content + SILENCED


def spoil(content):
    """Another page's script: it runs, and does not start the app."""
    return b"/* another script */" + b" " * len(content)


CASES = {"worker": silence, "page": spoil, "sheet": damage}


def name_of(site, what):
    return "assets/style.css" if what == "sheet" else manifest(site)[what]


def open_page(page, host):
    page.goto(host.address.replace("127.0.0.1", NAME), wait_until="commit")
    assert page.evaluate("[isSecureContext, crypto.subtle === undefined]") == [False, True]


@pytest.mark.parametrize("what", CASES)
def test_a_damaged_file_is_named(site, page, what):
    name = name_of(site, what)
    with faulty_host(site) as host:
        host.change = CASES[what]
        host.fail(name, "changed")
        open_page(page, host)
        message = page.locator(MESSAGES).filter(has_text=name).first
        message.wait_for(timeout=60_000)
        assert f"{name}: the content is not what was built" in (message.text_content() or "")


@pytest.mark.parametrize("what", CASES)
def test_a_file_that_was_damaged_once_is_replaced(site, page, what):
    name = name_of(site, what)
    with faulty_host(site) as host:
        host.change = CASES[what]
        host.fail(name, "changed once")
        open_page(page, host)
        page.wait_for_function(READY, timeout=120_000)
        page.fill("#text", "milk")
        page.press("#text", "Enter")
        page.wait_for_function("document.querySelector('#items').innerText.includes('milk')")
        if what == "sheet":
            page.wait_for_function(
                "getComputedStyle(document.body.querySelector('main')).marginTop === '64px'"
            )
        assert page.locator(MESSAGES).count() == 0
        assert host.asked > 1
