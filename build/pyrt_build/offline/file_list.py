"""The list of a site's files, by which its service worker keeps them."""

import json
import mimetypes
from pathlib import PurePosixPath

from pyrt_build import hashes
from pyrt_build.app.discover import App
from pyrt_build.single_file import selection
from pyrt_build.site.manifest import DIGEST_CHARS, Files, read_manifest, with_manifest
from pyrt_build.types import Json

WORKER = "pyrt-offline.js"
LIST = "pyrt-offline.json"
_NEVER = frozenset({"LICENSES.txt", "llms.txt", WORKER, LIST})


def with_file_list(files: Files, app: App, *, debug: bool) -> Files:
    """Return a site with the list of its files; its pages name the version that they are of.

    The version is a hash of all listed files, as they are without it.
    """
    version = hashes.sha256(_json(_describe(files, app, debug=debug)).encode())[:DIGEST_CHARS]
    manifest = read_manifest(files) | {"offline": {"worker": WORKER, "version": version}}
    files = with_manifest(files, manifest)
    listed = _describe(files, app, debug=debug)
    suffixes = {PurePosixPath(path).suffix for path in listed} - {""}
    content: dict[str, Json] = {
        "version": version,
        "files": listed,
        "types": {suffix: _type_of(suffix) for suffix in sorted(suffixes)},
    }
    return files | {LIST: f"{_json(content)}\n".encode()}


def _describe(files: Files, app: App, *, debug: bool) -> dict[str, Json]:
    chosen = selection.select(files, read_manifest(files), app, debug=debug, pages=True)
    return {
        path: [hashes.sha256(data), len(data)]
        for path, data in sorted(chosen.items())
        if path not in _NEVER
    }


def _type_of(suffix: str) -> str:
    from pyrt_build import serve  # noqa: PLC0415 -- imports http.server

    # Python's own table: that of the machine would make sites differ.
    guessed, _ = mimetypes.MimeTypes().guess_type(f"x{suffix}")
    return serve.TYPES.get(suffix) or guessed or serve.UNKNOWN


def _json(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))
