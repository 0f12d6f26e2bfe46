"""Files that a host reads, beside those of a site: `pyrt build --for HOST`.

They are files of the site as all others: `pyrt-files.txt` names them, the next build replaces or
removes them, and a file of the same name that an author has put there stays.
"""

import os
from collections.abc import Iterator

from pyrt_build.app.config import Host, SiteConfig
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.hosts.policy import Policy
from pyrt_build.site.manifest import Files
from pyrt_build.site.write import is_of_author

HEADERS = "_headers"
NO_JEKYLL = ".nojekyll"
# Names of the hosts in messages.
NAMES: dict[Host, str] = {
    "github-pages": "GitHub Pages",
    "netlify": "Netlify",
    "cloudflare": "Cloudflare Pages",
}
# Of Cloudflare Pages: bytes of a file, files of a site, characters of a line of `_headers`.
MAX_FILE_BYTES = 25 * 2**20
MAX_FILES = 20_000
MAX_LINE = 2000
NAMED_FILES = 5  # of an error
_POLICY = "Content-Security-Policy"
# `pyrt/` has nothing but files with a hash of their content in their names.
_FOR_EVER = "public, max-age=31536000, immutable"


def check_place(config: SiteConfig) -> None:
    """Check that no `_headers` of the author is in the way of the host's; to be called early.

    Raises:
        BuildError: it says what to do.
    """
    if config.host not in {"netlify", "cloudflare"} or not is_of_author(HEADERS, config.out):
        return
    raise BuildError(
        f"{config.out / HEADERS} is not of a site of pyrt, and --for {config.host} writes a file "
        "of that name. Nothing was written. Leave out --for to keep yours (the build prints the "
        "Content-Security-Policy, docs/shipping.md has the other headers), or move it away."
    )


def with_host_files(config: SiteConfig, files: Files, policy: Policy) -> tuple[Files, list[Note]]:
    """Return the site with the files that its host reads, and notes about them.

    Raises:
        BuildError: the host would not take the site.
    """
    if config.host == "cloudflare":
        _check_limits(files)
    if config.host == "github-pages":
        own = {} if is_of_author(NO_JEKYLL, config.out) else {NO_JEKYLL: b""}
        return dict(sorted((files | own).items())), [*_address_notes(config)]
    if config.host is None:
        return files, []
    notes = [*_policy_notes(config.host, policy)]
    text = _headers(config.host, None if notes else policy.text)
    return dict(sorted((files | {HEADERS: text.encode()}).items())), notes


def _headers(host: Host, policy: str | None) -> str:
    """Return `_headers`. No two rules set the same header: hosts would join the values."""
    lines = [
        f"# Of pyrt build --for {host}: the next build replaces it.",
        "/*",
        # A page in a frame without an origin, `<iframe sandbox="allow-scripts">`, reads the files.
        "  Access-Control-Allow-Origin: *",
        "  X-Content-Type-Options: nosniff",
        *([f"  {_POLICY}: {policy}"] if policy else []),
        "/pyrt/*",
        f"  Cache-Control: {_FOR_EVER}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _policy_notes(host: Host, policy: Policy) -> Iterator[Note]:
    """Yield a note if the policy cannot be one of the headers."""
    if not policy.is_complete:
        text = (
            f"{HEADERS} has no {_POLICY}: without a rehearsed first page it is not known which "
            "inline functions the app has. Build where there is a browser, or add a policy at "
            "the host"
        )
        yield Note(Code.NO_POLICY, text)
    elif host == "cloudflare" and len(f"  {_POLICY}: {policy.text}") > MAX_LINE:
        text = (
            f"{HEADERS} has no {_POLICY}: {NAMES[host]} reads lines of up to {MAX_LINE:,} "
            f"characters, and this one has {len(policy.text):,}, as the app has many inline "
            "functions. Put them into a file of the assets"
        )
        yield Note(Code.NO_POLICY, text)


def _address_notes(config: SiteConfig) -> Iterator[Note]:
    """Yield a note if 404.html may not find the site."""
    if config.base_url or os.path.lexists(config.out / "CNAME"):
        return
    text = (
        "the pages of a project lie below its name, and 404.html has to know it: "
        "--base-url /NAME/. Where the site has a host of its own, nothing is to be done"
    )
    yield Note(Code.NO_BASE_URL, text)


def _check_limits(files: Files) -> None:
    """Check that Cloudflare Pages takes the site.

    Raises:
        BuildError: it names all that is too large.
    """
    problems = []
    large = sorted(path for path, data in files.items() if len(data) > MAX_FILE_BYTES)
    if large:
        shown = [f"{path} ({len(files[path]) / 2**20:.0f} MiB)" for path in large[:NAMED_FILES]]
        more = ", ..." if len(large) > NAMED_FILES else ""
        problems.append(f"no file above 25 MiB: {', '.join(shown)}{more}")
    if len(files) > MAX_FILES:
        problems.append(f"no more than {MAX_FILES:,} files: this site has {len(files):,}")
    if problems:
        raise BuildError(
            f"{NAMES['cloudflare']} takes {'; and '.join(problems)}. Nothing was written. Build "
            "with --release, leave out packages and files that the app does not need, or choose "
            "another host."
        )
