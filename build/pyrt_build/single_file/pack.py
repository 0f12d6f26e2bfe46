"""Puts a site into its page.

The page has an index as JSON in its head, `{"root", "page", "worker", "start", "files": [{"name",
"size", "packed"}, ...]}`; then its preview, so that a browser shows it while it reads the rest;
then each file as the text of a comment (text.py), compressed unless it is so already: browsers read
a comment in two thirds of the time that the text of a script takes. The last one says that nothing
was cut off. The page starts when the first `start` files have come; Python's come behind them.
"""

import json
from collections.abc import Iterator, Mapping

from pyrt_build import static_files
from pyrt_build.app.discover import App
from pyrt_build.single_file import decoder, document, selection
from pyrt_build.single_file.order import arrange
from pyrt_build.single_file.text import as_ascii, escape
from pyrt_build.site import compression
from pyrt_build.site.manifest import Files, read_manifest, with_manifest
from pyrt_build.types import Json

_ZSTD = b"\x28\xb5\x2f\xfd"
# Data of this size is compressed at a lower level: level 18 takes seven seconds for one MB of CSV,
# level 9 a tenth of a second for 1.1 times the bytes.
_LARGE_BYTES = 8 * 2**20
_LEVEL_OF_LARGE = 9


def pack(files: Files, app: App, level: int, *, small: bool, debug: bool) -> bytes:
    """Return a compressed site as one HTML file. The same inputs give the same bytes.

    Args:
        files: the site, as it would be written to a folder.
        app: which parts of components it uses.
        level: of the compression.
        small: leave the snapshot out.
        debug: keep source maps, and the sources of packages.
    """
    if small:
        manifest = {k: v for k, v in read_manifest(files).items() if k != "snapshot"}
        files = with_manifest(files, manifest)
    script = static_files.read("single.js").decode().strip()
    files = decoder.take_out(files)
    manifest = read_manifest(files)
    chosen = selection.select(files, manifest, app, debug=debug) | document.previews(files)
    order = arrange(chosen, manifest)
    contents = _compressed({path: chosen[path] for path in order.paths}, level)
    page = document.make_page(files["index.html"].decode(), files, _about(app.title))
    head, body = page.split("</head>", 1)
    before, after = body.rsplit("</body>", 1)
    index = {
        "root": document.ROOT,
        "page": manifest["page"],
        "worker": manifest["worker"],
        "start": order.start,
        "files": _index(chosen, contents),
    }
    head += f"{_json_element('pyrt-embedded', index)}\n<script>{script}</script>\n</head>"
    return b"".join(
        [
            as_ascii(head + before).encode("ascii"),
            *_comments(contents),
            b"<!--pyrt-end-->\n</body>",
            as_ascii(after).encode("ascii"),
        ]
    )


def _about(title: str) -> str:
    return (
        f"This file is an app: {title}. What you see here cannot run it, because it runs no "
        "scripts. Save the file, and open it in a browser: Chrome, Edge, Firefox or Safari."
    )


def _compressed(files: Files, level: int) -> Files:
    """Return what stands in the page for each file."""
    plain = [path for path in files if not _is_ready(path, files[path])]
    large = [path for path in plain if len(files[path]) >= _LARGE_BYTES]
    small = [path for path in plain if len(files[path]) < _LARGE_BYTES]
    results = dict(files)
    for paths, chosen in ((small, level), (large, min(level, _LEVEL_OF_LARGE))):
        packed = compression.compress_all([files[path] for path in paths], chosen)
        results.update(zip(paths, packed, strict=True))
    return results


def _is_ready(path: str, data: bytes) -> bool:
    """Tell whether the worker unpacks it, and so checks it; or it is what unpacks all others."""
    return data.startswith(_ZSTD) or path == decoder.DECODER


def _index(files: Files, contents: Files) -> list[Json]:
    index: list[Json] = []
    for name, content in contents.items():
        entry: dict[str, Json] = {"name": name, "size": len(files[name])}
        if content is not files[name]:
            entry["packed"] = len(content)
        index.append(entry)
    return index


def _json_element(name: str, value: Mapping[str, Json]) -> str:
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _comments(contents: Files) -> Iterator[bytes]:
    for number, data in enumerate(contents.values()):
        yield b"<!--pyrt-file-%d:" % number
        yield escape(data)
        yield b"-->\n"
