"""Files over HTTP: continued after an interruption, and checked by their hash.

What has arrived of a file is kept beside it, in `NAME.part`. The next attempt, of this build or of
a later one, asks the host for the rest (`Range`); a host that does not offer that sends it all.
"""

import contextlib
import hashlib
import http.client
import queue
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from pyrt_build import cache
from pyrt_build.console.amounts import size
from pyrt_build.console.output import step
from pyrt_build.errors import BuildError

TIMEOUT_S = 20
CONNECT_S = 4  # for a connection to any of the addresses of a host
RETRY_AFTER_S = 900  # a host that did not answer is not asked again before
MAX_FAILURES = 4  # attempts in a row that bring nothing, of a host that has answered
PAUSE_S = 0.5  # before the second attempt; twice as long before each further one
CHUNK_BYTES = 256 * 1024
_PARTIAL, _RANGE_UNFIT = 206, 416
_TEMPORARY = frozenset({408, 429, 500, 502, 503, 504})
_BROKEN = (OSError, http.client.HTTPException)
_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,100})", re.IGNORECASE)


class Unreachable(Exception):  # noqa: N818 -- the next source is tried
    """A file cannot be had from a host; the text says why."""


class _Failed(Exception):  # noqa: N818 -- tried again
    """An attempt brought an error that may pass; the text says which."""


def fetch(url: str, path: Path, sha256: str) -> None:
    """Download a file, unless it is there.

    Raises:
        Unreachable: the host does not answer, refuses, or sends a page in place of the file.
        BuildError: the hash of what it sends is another one.
    """
    from filelock import FileLock  # noqa: PLC0415 -- 13 ms of each build, needed seldom

    part = path.with_name(f"{path.name}.part")
    with FileLock(path.with_name(f"{path.name}.lock")):
        while not path.is_file():
            had_part = part.is_file()
            _complete(url, part)
            if _sha256(part) == sha256:
                part.replace(path)
                return
            page = _describe_page(part.read_bytes())
            part.unlink()
            if page:
                raise Unreachable(f"{url}: the host answers with {page} in place of the file")
            if not had_part:  # else that part may have been of another file: once more, without it
                raise BuildError(
                    f"{path.name} from {url} is truncated or damaged: its SHA-256 is not the one "
                    "in pyodide-lock.json. Build again, or give another source with --pyodide."
                )


def fetch_unchecked(url: str) -> bytes:
    """Download a small file whose hash is not known.

    Raises:
        Unreachable: as `fetch`.
    """
    try:
        with step(_described(url)), _open(url) as answer:
            data: bytes = answer.read()
    except (_Failed, *_BROKEN) as error:
        raise Unreachable(f"{url}: {_reason(error)}") from error
    page = _describe_page(data)
    if page:
        raise Unreachable(f"{url}: the host answers with {page} in place of the file")
    return data


def find_size(url: str) -> int | None:
    """Return the size of a file in bytes; None if the host does not say it."""
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 -- http(s)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return _number(answer.headers.get("Content-Length"))
    except _BROKEN:
        return None


def _complete(url: str, part: Path) -> None:
    """Download what is missing of a file, in as many attempts as bring something."""
    begun = _size(part)
    failures = 0
    while True:
        have = _size(part)
        try:
            _append(url, part, have)
        except (_Failed, *_BROKEN) as error:
            arrived = _size(part)
            failures = 0 if arrived > have else failures + 1
            is_alive = isinstance(error, _Failed) or arrived > begun
            if failures >= (MAX_FAILURES if is_alive else 1):
                kept = f" ({size(arrived)} are kept; the next build continues)" * bool(arrived)
                raise Unreachable(f"{url}: {_reason(error)}{kept}") from error
            time.sleep(PAUSE_S * 2**failures)
        else:
            return


def _append(url: str, part: Path, have: int) -> None:
    """Download a file from a position on; what an earlier attempt left beyond it is dropped.

    Raises:
        _Failed: it broke off, or the host has an error that may pass.
        OSError: the host does not answer.
    """
    with _open(url, have) as answer:
        begin, end = _positions(answer, have)
        if begin is None:  # not the part that was asked for
            part.unlink()
            raise _Failed("the host sends another part of the file than it was asked for")
        what = _described(url) + f", continued after {size(begin)}" * bool(begin)
        with step(what, end) as shown, part.open("r+b" if begin else "wb") as file:
            file.seek(begin)
            file.truncate()
            while chunk := answer.read(CHUNK_BYTES):
                file.write(chunk)
                shown.show(done=file.tell())
            if end is not None and file.tell() < end:
                raise _Failed(f"the connection broke after {size(file.tell())}")


def _positions(answer: http.client.HTTPResponse, have: int) -> tuple[int | None, int | None]:
    """Return where the bytes of an answer begin in the file, and the size of the file if known.

    The beginning is None if the part is not the one that was asked for.
    """
    if answer.status != _PARTIAL:
        length = _number(answer.headers.get("Content-Length"))
        return 0, length
    found = re.match(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range") or "")
    if not found or int(found[1]) != have:
        return None, None
    return have, _number(found[2])


def _open(url: str, have: int = 0) -> http.client.HTTPResponse:
    """Ask for a file from a position on; a host may send it from its beginning.

    Raises:
        Unreachable: the host refuses, or did not answer a short while ago.
        _Failed: it has an error that may pass.
        OSError: it does not answer.
    """
    memo = cache.folder("unreachable") / (urlsplit(url).hostname or "")
    if memo.is_file() and time.time() - memo.stat().st_mtime < RETRY_AFTER_S:
        raise Unreachable(f"{url}: did not answer a short while ago")
    if not _takes_connections(url):
        memo.touch()
        raise Unreachable(f"{url}: no connection within {CONNECT_S} s")
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 -- http(s)
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except urllib.error.HTTPError as error:
        with error:
            return _open_after(error, url, have)
    except OSError:
        memo.touch()
        raise
    assert isinstance(answer, http.client.HTTPResponse)
    return answer


_connected: set[str] = set()  # hosts that have taken a connection


def _takes_connections(url: str) -> bool:
    """Tell whether the host of an address takes a connection soon, at any of its addresses.

    Where a network lets nothing through and says nothing, a request waits for each of them.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if host in _connected or (proxy and not urllib.request.proxy_bypass(host)):
        return True
    answers: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_connect_to_any, args=(host, port, answers), daemon=True).start()
    try:
        found = answers.get(timeout=CONNECT_S)
    except queue.Empty:
        return False
    if found:
        _connected.add(host)
    return True  # a refusal comes at once: the request says why


def _connect_to_any(host: str, port: int, answers: "queue.Queue[str]") -> None:
    """Connect to all addresses of a host at a time; put the first that answers, or "" at last."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        answers.put("")
        return
    places = {address[:2] for *_, address in found}
    threads = [
        threading.Thread(target=_connect, args=(place, answers), daemon=True) for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put("")


def _connect(place: tuple[str, int], answers: "queue.Queue[str]") -> None:
    with contextlib.suppress(OSError), socket.create_connection(place, CONNECT_S + 1):
        answers.put(place[0])


def _open_after(error: urllib.error.HTTPError, url: str, have: int) -> http.client.HTTPResponse:
    """Ask again without a range if the host has none from that position on; else raise."""
    if error.code == _RANGE_UNFIT and have:
        return _open(url)
    said = f"answers {error.code} {error.reason}"
    if error.code in _TEMPORARY:
        raise _Failed(said)
    raise Unreachable(f"{url}: {said}")


def _describe_page(data: bytes) -> str:
    """Return what a web page is that came in place of a file; empty if it is no page."""
    if not _PAGE.match(data[:1000]):
        return ""
    title = _TITLE.search(data[:100_000])
    shown = " ".join(title[1].decode(errors="replace").split()) if title else ""
    return f"a web page ({shown!r})" if shown else "a web page"


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke"
    return str(getattr(error, "reason", error)) or type(error).__name__


def _described(url: str) -> str:
    """Say what is downloaded, in words that fit a line: the whole address seldom does."""
    parts = urlsplit(url)
    return f"Downloading {parts.path.rpartition('/')[2]} from {parts.hostname}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
