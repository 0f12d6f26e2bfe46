"""The versions of a site while it is developed, and how a page gets from one to another.

Kept in memory. A page names the version that it has, so it does not matter how many it has missed.
"""

import json
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyrt_build import hashes
from pyrt_build.site.manifest import MOUNTS, Files, read_manifest, with_manifest
from pyrt_build.types import Json

KEPT = 20  # versions, which a page may still have
FOLDER = "_pyrt/dev/"

# What Python is started with: another value of one of these needs another interpreter.
_OF_INTERPRETER = ("worker", "runtime", "packages", "path", "packagesUrl")
# A script that does this is not run twice in one page.
_LASTING = re.compile(
    r"addEventListener|setInterval|Observer\(|customElements|document\.write|DashRenderer"
    r"|serviceWorker|^\s*(const|let|class)\s",
    re.MULTILINE,
)
_SCRIPTS = (".js", ".mjs")


@dataclass(frozen=True, slots=True)
class Version:
    """One version.

    Attributes:
        number: counts them.
        files: the site.
        content: the app's own files: path below `/app` -> content.
        hashes: of the content.
        assets: the assets folder, as a path below `/app` with a slash at its end.
        error: why the app cannot be built; the rest is that of the version before.
    """

    number: int
    files: Files
    content: Mapping[str, bytes]
    hashes: Mapping[str, str]
    assets: str
    error: str = ""

    @property
    def manifest(self) -> dict[str, Json]:
        """The manifest of the site."""
        return read_manifest(self.files)


@dataclass(slots=True)
class Versions:
    """All versions that pages may have.

    Attributes:
        server: differs after a new start of `pyrt dev`.
        changed: notified with each new version.
    """

    server: str = field(default_factory=lambda: secrets.token_hex(8))
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_closed: bool = False
    _all: dict[int, Version] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)

    @property
    def newest(self) -> Version:
        """The last version."""
        return self._all[max(self._all)]

    def add(self, files: Files, content: Mapping[str, bytes], assets: str) -> bool:
        """Add a version; return False if it is the same as the last one."""
        last = self._all[max(self._all)] if self._all else None
        found = {where: hashes.sha256(data) for where, data in content.items()}
        number = (last.number if last else 0) + 1
        if last and not last.error and found == last.hashes and _is_same(files, last.files):
            return False
        manifest = read_manifest(files) | {"dev": {"server": self.server, "version": number}}
        self._publish(Version(number, with_manifest(files, manifest), content, found, assets))
        return True

    def add_error(self, text: str) -> bool:
        """Add a version that cannot be built; return False if the last one had the same error."""
        last = self.newest
        if last.error == text:
            return False
        self._publish(replace(last, number=last.number + 1, error=text))
        return True

    def _publish(self, version: Version) -> None:
        with self.changed:
            self._all[version.number] = version
            for number in sorted(self._all)[:-KEPT]:
                del self._all[number]
            self._contents = {
                each.hashes[where]: data
                for each in self._all.values()
                for where, data in each.content.items()
            }
            self.changed.notify_all()

    def close(self) -> None:
        """Let all who wait for a version go."""
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()

    def notice(self) -> bytes:
        """Return what pages are told of the last version."""
        return json.dumps({"server": self.server, "version": self.newest.number}).encode()

    def find(self, path: str) -> bytes | None:
        """Return a file of the site, also one of an older version; None without one."""
        if path.startswith(f"{FOLDER}file/"):
            return self._contents.get(path.removeprefix(f"{FOLDER}file/"))
        for number in sorted(self._all, reverse=True):
            found = self._all[number].files.get(path)
            if found is not None:
                return found
            if path.startswith("assets/") or path.endswith(".html"):
                return None  # these have the same names in each version
        return None

    def changes(self, files: int, seen: int) -> dict[str, Json]:
        """Return what a page has to do, as `Changes` in web/src/wire/hot_reload.ts.

        Args:
            files: the version of the files that Python has.
            seen: the version of the page's scripts and stylesheets.
        """
        newest, old, page = self.newest, self._all.get(files), self._all.get(seen)
        if newest.error:
            return {"version": newest.number, "error": newest.error}
        if old is None or page is None:
            return {"version": newest.number, "reload": "the page has an old version"}
        again = self._there_again(page)
        if again:  # the page has loaded it once, and would not again
            return {"version": newest.number, "reload": f"{again} is there again"}
        return describe_changes(old, page, newest)

    def _there_again(self, page: Version) -> str:
        """Return a stylesheet or script that a page has had, and has not; empty without one."""
        new = self.newest
        before = [each for each in self._all.values() if each.number < page.number]
        for where in sorted(new.hashes.keys() - page.hashes.keys()):
            is_loaded = where.startswith(new.assets) and where.endswith((".css", *_SCRIPTS))
            if is_loaded and any(where in each.hashes for each in before):
                return where
        return ""


def describe_changes(old: Version, page: Version, new: Version) -> dict[str, Json]:
    """Return what has to be done for a new version.

    Args:
        old: whose files Python has.
        page: whose scripts and stylesheets the page has.
        new: the new one.
    """
    changed = [*_changed(old, new)]
    exchanged = [*_exchanged(page, new)]
    styles = [each for each in exchanged if each.endswith(".css")]
    scripts = [each for each in exchanged if each.endswith(_SCRIPTS)]
    result: dict[str, Json] = {
        "version": new.number,
        "manifest": new.manifest,
        "files": [_describe_file(where, new) for where in changed],
        "styles": [*styles],
        "scripts": [*scripts],
        "media": [each for each in exchanged if each not in styles and each not in scripts],
        "restart": _needs_interpreter(old, new),
        "rerun": bool(scripts) or any(_is_read(where, old, new) for where in changed),
    }
    if _environment(old) != _environment(new):
        result["rerun"] = True
    lasting = next((each for each in scripts if _LASTING.search(_text(new, each))), None)
    if lasting:
        result["reload"] = f"{lasting} cannot be run twice in one page"
    return result


def _is_same(files: Files, last: Files) -> bool:
    one, other = read_manifest(files), read_manifest(last)
    other.pop("dev", None)
    return one == other and files.keys() == last.keys()


def _changed(old: Version, new: Version) -> Iterator[str]:
    for where in sorted({*old.hashes, *new.hashes}):
        if old.hashes.get(where) != new.hashes.get(where):
            yield where


def _exchanged(page: Version, new: Version) -> Iterator[str]:
    """Yield the addresses of assets that both versions have, with another content."""
    for where in _changed(page, new):
        if where.startswith(new.assets) and where in page.hashes and where in new.hashes:
            yield f"assets/{where.removeprefix(new.assets)}"


def _is_read(where: str, old: Version, new: Version) -> bool:
    """Tell whether the app is to run again: a stylesheet that stays what it was in Python."""
    in_both = where in old.hashes and where in new.hashes
    return not (in_both and where.startswith(new.assets) and where.endswith(".css"))


def _describe_file(where: str, new: Version) -> Json:
    found = new.hashes.get(where)
    return {
        "path": f"{MOUNTS['app']}/{where}",
        "url": f"{FOLDER}file/{found}" if found else None,
    }


def _text(version: Version, address: str) -> str:
    where = f"{version.assets}{address.removeprefix('assets/')}"
    return version.content[where].decode("utf-8", "replace")


def _needs_interpreter(old: Version, new: Version) -> bool:
    one, other = old.manifest, new.manifest
    return any(one.get(name) != other.get(name) for name in _OF_INTERPRETER) or _images(
        one
    ) != _images(other)


def _images(manifest: Mapping[str, Json]) -> list[Json]:
    """Return the images but the app's, and the app's large files."""
    images = manifest["images"]
    assert isinstance(images, list)
    return [
        (each.get("shared") if each["mount"] == MOUNTS["app"] else each)
        for each in images
        if isinstance(each, dict)
    ]


def _environment(version: Version) -> dict[str, Json]:
    names = ("entry", "launch", "bridge", "server", "serverOnly", "maxResult", "plotlyUrl")
    manifest = version.manifest
    return {name: manifest.get(name) for name in names}
