"""A site on nginx and on Caddy, with the configurations of deploy/."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.hosts.policy import policy_of
from tests.support.paths import EXAMPLES
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.web_hosts import is_installed, web_host

APP = EXAMPLES / "counter" / "app.py"


@pytest.fixture(scope="module")
def site(built_site):
    """The folder of the counter's site."""
    return built_site(APP, "--debug", SNAPSHOT_ONLY)


@pytest.fixture(scope="module")
def policy(site):
    """The Content-Security-Policy that the build of this site has printed."""
    files = {"index.html": (site / "index.html").read_bytes()}
    return policy_of(SiteConfig(entry=APP, out=site), Settings(), files).text


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def address(request, site, policy, tmp_path_factory):
    """The address of the site on a host."""
    if not is_installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    with web_host(request.param, site, policy, tmp_path_factory.mktemp("host")) as found:
        yield found


def get(url, **headers):
    """Status, headers and body of a response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def only(site, pattern):
    """The path of the file of a site that a pattern means."""
    (found,) = site.glob(pattern)
    return found.relative_to(site).as_posix()


def test_a_page_has_its_type_the_policy_and_is_asked_for_again(address, policy):
    status, headers, _ = get(f"{address}/")
    assert (status, headers["Content-Type"].lower()) == (200, "text/html; charset=utf-8")
    assert headers.get_all("Content-Security-Policy") == [policy]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Cache-Control") == ["no-cache"]
    assert get(f"{address}/", If_None_Match=headers["ETag"])[0] == 304


def test_a_file_with_a_hash_is_kept_for_ever(address, site):
    status, headers, _ = get(f"{address}/{only(site, 'pyrt/page-*.js')}")
    assert status == 200
    assert "javascript" in headers["Content-Type"]
    assert headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]


@pytest.mark.parametrize("pattern", ["index.html", "pyrt/page-*.js", "LICENSES.txt"])
def test_texts_are_compressed(address, site, pattern):
    path = only(site, pattern).removesuffix("index.html")
    _, headers, body = get(f"{address}/{path}", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in headers["Vary"]
    assert len(body) < len(get(f"{address}/{path}")[2])


@pytest.mark.parametrize("pattern", ["pyrt/interpreter-*.zst", "pyrt/engine-[0-9a-f]*.img"])
def test_what_is_compressed_already_is_sent_as_it_is(address, site, pattern):
    path = only(site, pattern)
    _, headers, body = get(f"{address}/{path}", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] is None
    assert body == (site / path).read_bytes()


@pytest.mark.parametrize("path", ["missing", "pyrt/page-000000000000.js", "pkg/", ".git/config"])
def test_what_is_not_there_is_answered_by_the_page_for_it(address, site, policy, path):
    status, headers, body = get(f"{address}/{path}")
    assert (status, body) == (404, (site / "404.html").read_bytes())
    assert headers.get_all("Content-Security-Policy") == [policy]
    assert "immutable" not in headers.get("Cache-Control", "")


def test_the_app_works(address, page):
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(address)
    expect(page.locator("#count")).to_have_text("0")
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("1")
    assert errors == []
