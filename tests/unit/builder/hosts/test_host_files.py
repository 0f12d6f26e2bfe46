"""A site gets what its host reads; files of its author stay."""

from pathlib import Path

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError
from pyrt_build.hosts.host_files import check_place, with_host_files
from pyrt_build.hosts.policy import Policy
from pyrt_build.site.write import LIST_FILE, write

SITE = {"index.html": b"page", "pyrt/page-0123456789ab.js": b"", "pyrt-lock.json": b"{}"}
POLICY = Policy("default-src 'self'", is_complete=True)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))


def config(out, host, **options):
    return SiteConfig(entry=Path("app.py"), out=out, host=host, **options)


def codes(notes):
    return [note.code for note in notes]


def rules(files):
    """The rules of `_headers`: path -> name of the header -> value."""
    found: dict[str, dict[str, str]] = {}
    for line in files["_headers"].decode().splitlines():
        if line.startswith("/"):
            path = line
        elif not line.startswith("#"):
            name, _, value = line.strip().partition(": ")
            assert found.setdefault(path, {}).setdefault(name, value) == value
    return found


def test_without_a_host_there_is_nothing_more(tmp_path):
    assert with_host_files(config(tmp_path, None), SITE, POLICY) == (SITE, [])


@pytest.mark.parametrize("host", ["netlify", "cloudflare"])
def test_headers_name_the_policy_and_keep_hashed_files_for_ever(tmp_path, host):
    files, notes = with_host_files(config(tmp_path, host), SITE, POLICY)
    assert notes == []
    found = rules(files)
    assert set(found) == {"/*", "/pyrt/*"}
    assert found["/*"]["Content-Security-Policy"] == POLICY.text
    assert found["/*"]["X-Content-Type-Options"] == "nosniff"
    assert found["/pyrt/*"] == {"Cache-Control": "public, max-age=31536000, immutable"}
    # Hosts join the values of a header that two rules set.
    assert not found["/*"].keys() & found["/pyrt/*"].keys()


def test_a_policy_that_may_forbid_inline_functions_is_left_out(tmp_path):
    unknown = Policy(POLICY.text, is_complete=False)
    files, notes = with_host_files(config(tmp_path, "netlify"), SITE, unknown)
    assert codes(notes) == [Code.NO_POLICY]
    assert "Content-Security-Policy" not in rules(files)["/*"]


def test_a_policy_too_long_for_cloudflare_is_left_out_there(tmp_path):
    long = Policy(f"script-src {'x' * 2000}", is_complete=True)
    assert codes(with_host_files(config(tmp_path, "netlify"), SITE, long)[1]) == []
    files, notes = with_host_files(config(tmp_path, "cloudflare"), SITE, long)
    assert codes(notes) == [Code.NO_POLICY]
    assert "2,011" in notes[0].text
    assert "Content-Security-Policy" not in rules(files)["/*"]


def test_github_pages_leaves_files_as_they_are(tmp_path):
    files, notes = with_host_files(
        config(tmp_path, "github-pages", base_url="/tides/"), SITE, POLICY
    )
    assert files == {**SITE, ".nojekyll": b""}
    assert notes == []


def test_a_project_on_github_pages_needs_its_path(tmp_path):
    assert codes(with_host_files(config(tmp_path, "github-pages"), SITE, POLICY)[1]) == [
        Code.NO_BASE_URL
    ]
    (tmp_path / "CNAME").write_text("tides.example.org")
    assert with_host_files(config(tmp_path, "github-pages"), SITE, POLICY)[1] == []


def test_cloudflare_refuses_large_files_and_many(tmp_path):
    many = {f"assets/{number}": b"" for number in range(20_000)}
    large = {"pyrt/snapshot-0.bin": bytes(26 * 2**20)}
    with pytest.raises(BuildError, match=r"no file above 25 MiB: pyrt/snapshot-0.bin \(26 MiB\)"):
        with_host_files(config(tmp_path, "cloudflare"), SITE | large, POLICY)
    with pytest.raises(BuildError, match="no more than 20,000 files: this site has 20,003"):
        with_host_files(config(tmp_path, "cloudflare"), SITE | many, POLICY)
    assert with_host_files(config(tmp_path, "netlify"), SITE | large, POLICY)[1] == []


@pytest.mark.parametrize("host", ["netlify", "cloudflare"])
def test_headers_of_the_author_stop_the_build(tmp_path, host):
    (tmp_path / "_headers").write_text("/*\n  X-Mine: 1\n")
    with pytest.raises(BuildError, match="_headers is not of a site of pyrt"):
        check_place(config(tmp_path, host))
    check_place(config(tmp_path, None))
    check_place(config(tmp_path, "github-pages"))


def test_headers_of_an_earlier_build_are_replaced_and_removed(tmp_path):
    files, _ = with_host_files(config(tmp_path, "netlify"), SITE, POLICY)
    write(files, tmp_path)
    assert "_headers" in (tmp_path / LIST_FILE).read_text().splitlines()
    check_place(config(tmp_path, "cloudflare"))
    write(SITE, tmp_path)
    assert not (tmp_path / "_headers").exists()


def test_a_nojekyll_of_the_author_stays_for_ever(tmp_path):
    (tmp_path / ".nojekyll").write_text("mine")
    files, _ = with_host_files(config(tmp_path, "github-pages"), SITE, POLICY)
    write(files, tmp_path)
    write(SITE, tmp_path)
    assert (tmp_path / ".nojekyll").read_text() == "mine"


def test_headers_in_a_site_without_a_list_are_the_author_s(tmp_path):
    for name in ("index.html", "pyrt-lock.json", "_headers", "_redirects"):
        (tmp_path / name).write_text("old")
    write(SITE, tmp_path)
    assert (tmp_path / "_headers").read_text() == "old"
    assert (tmp_path / "_redirects").read_text() == "old"
