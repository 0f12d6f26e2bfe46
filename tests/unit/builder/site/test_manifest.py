"""The manifest of a site: reading, replacing, and the hash in file names."""

import hashlib
from typing import Any

from pyrt_build.site.manifest import (
    describe_file,
    describe_sheets,
    digest,
    integrity,
    read_manifest,
    script_json,
    with_manifest,
    with_snapshot,
)

PAGE = b'<script id="pyrt-manifest">{}</script>'
FILES = {"index.html": PAGE, "deep/index.html": PAGE, "pyrt/app.img": b"1"}


def test_every_page_names_the_snapshot():
    made = with_snapshot(FILES, b"memory")
    (path,) = made.keys() - FILES.keys()
    assert read_manifest(made)["snapshot"] == {
        "url": path,
        "size": len(b"memory"),
        "sha256": hashlib.sha256(b"memory").hexdigest(),
    }
    assert made["deep/index.html"] == made["index.html"] != PAGE
    assert made["pyrt/app.img"] == b"1"
    assert "snapshot" not in read_manifest(FILES)


def test_a_manifest_that_is_replaced_is_read_again():
    manifest: dict[str, Any] = {"entry": "</script>", "debug": True}
    made = with_manifest(FILES, manifest)
    assert made["index.html"].count(b"</script>") == 1
    assert read_manifest(made) == manifest
    assert script_json({"a": "<"}) == '{"a":"\\u003c"}'


def test_a_hash_in_a_name_depends_on_every_file():
    assert len(digest(b"a")) == 12
    assert digest(b"a", b"b") != digest(b"ab")
    assert describe_file("u", b"abc") == {
        "url": "u",
        "size": 3,
        "sha256": hashlib.sha256(b"abc").hexdigest(),
    }


def test_stylesheets_of_packages_and_of_the_app_are_described():
    files = {"assets/a.css": b"p {}", "pkg/x/b.css": b"", "assets/a.js": b"1", "pyrt/c.css": b""}
    assert describe_sheets(files) == {
        "sheets": {"assets/a.css": [4, integrity(b"p {}")], "pkg/x/b.css": [0, integrity(b"")]}
    }
    assert describe_sheets({"assets/a.js": b"1"}) == {}
