"""Compresses images, interpreter and snapshot, and splits images by what a start needs.

Hosts do not compress types of files that they do not know. So these files are compressed here, and
the worker unpacks them.
"""

import io
import struct
import zipfile
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from pyrt_build import hashes
from pyrt_build.packages import distribution
from pyrt_build.packages.wheels import is_page_file
from pyrt_build.site import compression, image
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import (
    DIGEST_CHARS,
    MOUNTS,
    Files,
    describe_file,
    read_manifest,
    with_manifest,
)
from pyrt_build.site.package_image import FOLDER
from pyrt_build.types import Json

WASM = "pyodide.asm.wasm"
# The head of a member of a zip, without name and extra fields, and where their lengths are in it.
_HEAD_BYTES, _LENGTHS_AT = 30, 26
# What zipimport reads to find the directory: the longest comment, and the records behind it.
_TAIL_BYTES = 65535 + 22 + 56 + 20


def compress_site(
    files: Files, level: int, needed: AbstractSet[str] | None = None, shared: str = ""
) -> Files:
    """Compress a planned site.

    Args:
        files: the site.
        level: of the compression.
        needed: the paths in Python's file system of the files that a start from the snapshot reads;
            images are in two parts then, of which a start needs the first only. Of the standard
            library's zip these may be members, `/lib/python314.zip/csv.pyc`, and its directory,
            `/lib/python314.zip/`.
        shared: before the addresses that images name (`SiteConfig.shared`).
    """
    manifest, packing = read_manifest(files), _Packing(files, shared)
    images, runtime, snapshot = manifest["images"], manifest["runtime"], manifest.get("snapshot")
    assert isinstance(images, list)
    assert isinstance(runtime, dict)
    for entry in images:
        assert isinstance(entry, dict)
        packing.add_image(entry, needed)
    if runtime["url"] != distribution.CDN:
        listed = runtime["files"]
        assert isinstance(listed, list)
        wasm = next(e for e in listed if isinstance(e, dict) and e["name"] == WASM)
        packing.add(wasm, "interpreter", ".zst", packing.take(f"{runtime['url']}{WASM}"))
    if isinstance(snapshot, dict):
        packing.add(snapshot, "snapshot", ".bin", packing.take(str(snapshot["url"])))
    return with_manifest(packing.finish(level), manifest)


@dataclass(frozen=True, slots=True)
class _File:
    """One file to compress; `entry` is its entry in the manifest."""

    entry: dict[str, Json]
    name: str
    suffix: str
    content: bytes


@dataclass(slots=True)
class _Packing:
    """The files of a site, and those of them that are compressed."""

    files: Files
    shared: str = ""
    _files: list[_File] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _more: Files = field(default_factory=dict)

    def take(self, path: str) -> bytes:
        """Return a file that another one replaces."""
        self._taken.add(path)
        return self.files[path]

    def add(self, entry: dict[str, Json], name: str, suffix: str, content: bytes) -> None:
        """Add a file; `entry` is changed when it is compressed."""
        self._files.append(_File(entry, name, suffix, content))

    def add_image(self, entry: dict[str, Json], needed: AbstractSet[str] | None) -> None:
        """Add an image, in two parts if only some of its files are needed.

        What the start needs of files with addresses of their own comes into the image, unless they
        are of a kind that the page loads, too.
        """
        mount, path = str(entry["mount"]), str(entry["url"])
        name, packed = PurePosixPath(path).name.rpartition("-")[0], self.take(path)
        if mount == MOUNTS["app"]:
            self.add(entry, name, ".img", packed)
            return
        shown = image.read(packed)
        if needed is not None:
            shown = self._with_needed(shown, mount, needed)
        shown = self._with_packs(shown)
        places = {path: _place(mount, path, data, needed) for path, data in shown.files.items()}
        first, rest = image.split_pack(shown, places)
        self.add(entry, name, ".img", first)
        if rest:
            second: dict[str, Json] = {}
            entry["rest"] = second
            self.add(second, f"{name}-rest", ".img", rest)

    def _with_needed(self, shown: image.Image, mount: str, needed: AbstractSet[str]) -> image.Image:
        """Take into the image what the start reads, unless the page may load the same file."""
        own, files = dict(shown.own), dict(shown.files)
        for path in shown.own:
            if f"{mount}/{path}" in needed and not is_page_file(path):
                files[path] = self.take(f"{FOLDER}{path}")
                del own[path]
        packs = []
        for pack in shown.packs:
            wanted = {path for path in pack.sizes if f"{mount}/{path}" in needed}
            if not wanted:
                packs.append(pack)
                continue
            found = image.unpack_pack(pack, self.take(pack.url))
            files |= {path: found.pop(path) for path in wanted}
            self._more[pack.url] = image.pack_content(found)
            sizes = {path: len(data) for path, data in found.items()}
            packs.append(replace(pack, size=sum(sizes.values()), sizes=sizes))
        return image.Image(files, own, packs)

    def _with_packs(self, shown: image.Image) -> image.Image:
        """Compress the packs, at a low level: few of them are ever fetched."""
        contents = [
            self._more.pop(pack.url) if pack.url in self._more else self.take(pack.url)
            for pack in shown.packs
        ]
        compressed = compression.compress_all(contents, compression.FAST)
        done = []
        for pack, data in zip(shown.packs, compressed, strict=True):
            if not pack.sizes:
                continue
            stem = PurePosixPath(pack.url).name.rpartition("-")[0]
            url = f"pyrt/{stem}-{hashes.sha256(data)[:DIGEST_CHARS]}.zst"
            self._more[url] = data
            done.append(replace(pack, url=self.shared + url, size=len(data), unpacked=pack.size))
        return replace(shown, packs=done)

    def finish(self, level: int) -> Files:
        """Compress; return all files of the site, under names with a hash of their content."""
        result = {path: data for path, data in self.files.items() if path not in self._taken}
        result |= self._more
        compressed = compression.compress_all([file.content for file in self._files], level)
        for file, data in zip(self._files, compressed, strict=True):
            url = f"pyrt/{file.name}-{hashes.sha256(data)[:DIGEST_CHARS]}{file.suffix}"
            result[url] = data
            file.entry.update(describe_file(url, data) | {"unpacked": len(file.content)})
        return result


def _place(mount: str, path: str, data: bytes, needed: AbstractSet[str] | None) -> image.Place:
    """Tell which part of an image has a file, or which bytes of it are in the first one."""
    if needed is None or f"{mount}/{path}" in needed:
        return image.FIRST
    ranges = _member_ranges(data, needed) if mount == MOUNTS["stdlib"] else []
    return ranges or image.REST


def _member_ranges(archive: bytes, needed: AbstractSet[str]) -> list[tuple[int, int]]:
    """Return where the needed parts of the standard library's zip are: members with their heads."""
    prefix = f"{bytecode.ZIP_PATH}/"
    names = {path.removeprefix(prefix) for path in needed if path.startswith(prefix)}
    if not names:
        return []
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = [member for member in opened.infolist() if member.filename in names]
        directory = max(0, min(opened.start_dir, len(archive) - _TAIL_BYTES))
    ranges: list[tuple[int, int]] = []
    for member in sorted(members, key=lambda member: member.header_offset):
        start = member.header_offset
        # The head repeats the name and has extra fields of a length of its own.
        lengths = struct.unpack_from("<HH", archive, start + _LENGTHS_AT)
        end = start + _HEAD_BYTES + sum(lengths) + member.compress_size
        if ranges and ranges[-1][1] == start:
            start = ranges.pop()[0]
        ranges.append((start, end))
    if "" in names:
        start = directory
        while ranges and ranges[-1][1] >= start:
            start = min(start, ranges.pop()[0])
        ranges.append((start, len(archive)))
    return ranges
