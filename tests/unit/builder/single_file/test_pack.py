"""The files of a site in its page: all there, byte by byte, and the same at each build."""

import json
import re

import pytest

from pyrt_build import static_files
from pyrt_build.app.discover import discover
from pyrt_build.single_file.pack import pack
from pyrt_build.site import compression
from tests.support.single_files import read_back
from tests.support.workspace import write_files

ZSTD = compression.compress(b"image" * 100, 3)
MANIFEST = {
    "page": "pyrt/page-1.js",
    "worker": "pyrt/worker-1.js",
    "runtime": {"url": "pyrt/runtime-1/", "files": []},
    "images": [{"url": "pyrt/app-1.img"}],
    "packages": [],
    "snapshot": {"url": "pyrt/snapshot-1.bin"},
}
PAGE = """<!DOCTYPE html>
<html data-root="./">
<head>
<meta charset="UTF-8">
<title>Größe</title><script type="application/json" id="pyrt-manifest">MANIFEST</script>
</head>
<body>
<p>ä</p>
</body>
</html>
"""
FILES = {
    "index.html": PAGE.replace("MANIFEST", json.dumps(MANIFEST, separators=(",", ":"))).encode(),
    "pyrt/page-1.js": b"page()" * 50,
    "pyrt/worker-1.js": b"worker()" * 50,
    "pyrt/app-1.img": ZSTD,
    "pyrt/snapshot-1.bin": compression.compress(b"memory" * 100, 3),
    "assets/all.bin": bytes(range(256)),
}


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(static_files, "read", lambda name: b"/* single */")
    write_files(tmp_path / "app", {"app.py": "from dash import Dash\nDash()\n"})
    return discover(tmp_path / "app" / "app.py")


def read(page):
    """The files that a page has in it."""
    (found_index,) = re.findall(rb'id="pyrt-embedded">(.*?)</script>', page)
    index = json.loads(found_index)
    found = {}
    for number, file in enumerate(index["files"]):
        mark = b"<!--pyrt-file-%d:" % number
        size = file.get("packed", file["size"])
        data = read_back(page.split(mark)[1].split(b"-->")[0], size)
        if "packed" in file:
            data = compression.decompress(data)
        assert len(data) == file["size"]
        found[file["name"]] = data
    return index, found


def test_all_files_are_in_the_page_and_come_back(app):
    index, found = read(pack(FILES, app, 18, small=False, debug=False))
    assert found == {path: data for path, data in FILES.items() if path != "index.html"}
    assert index["page"] == "pyrt/page-1.js"
    assert index["start"] == 3
    assert index["files"][-1]["name"] == "pyrt/app-1.img"


def test_what_is_compressed_already_is_not_compressed_again(app):
    page = pack(FILES, app, 18, small=False, debug=False)
    index, _ = read(page)
    assert {file["name"]: "packed" in file for file in index["files"]} == {
        "pyrt/page-1.js": True,
        "pyrt/worker-1.js": True,
        "pyrt/app-1.img": False,
        "pyrt/snapshot-1.bin": False,
        "assets/all.bin": True,
    }


def test_a_small_file_has_no_snapshot_and_its_manifest_says_so(app):
    page = pack(FILES, app, 18, small=True, debug=False)
    _, found = read(page)
    assert "pyrt/snapshot-1.bin" not in found
    assert b"snapshot" not in page


def test_all_but_the_files_is_ascii_and_the_last_comment_is_the_end(app):
    page = pack(FILES, app, 18, small=False, debug=False)
    rest = re.sub(rb"<!--pyrt-file-.*?-->", b"", page, flags=re.DOTALL)
    assert "Gr&#246;&#223;e" in rest.decode("ascii")
    assert page.endswith(b"<!--pyrt-end-->\n</body>\n</html>\n")
    assert page.index(b"<p>&#228;</p>") < page.index(b"pyrt-file-0")


def test_two_builds_give_the_same_bytes(app):
    assert pack(FILES, app, 18, small=False, debug=False) == pack(
        FILES, app, 18, small=False, debug=False
    )


def test_large_data_is_compressed_at_a_lower_level(app, monkeypatch):
    levels = []

    def compress_all(contents, level):
        levels.append((level, [len(content) for content in contents]))
        return [compression.compress(content, 1) for content in contents]

    monkeypatch.setattr(compression, "compress_all", compress_all)
    large = 8 * 2**20
    files = FILES | {"assets/data.csv": bytes(large)}
    pack(files, app, 18, small=False, debug=False)
    pack(files, app, 3, small=False, debug=False)
    others = [400, 256, 300]
    assert levels == [(18, others), (9, [large]), (3, others), (3, [large])]
