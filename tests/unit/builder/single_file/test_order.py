"""What a page starts with comes first; what Python reads has come before it runs."""

from pyrt_build.single_file.order import arrange
from pyrt_build.types import Json

MANIFEST: dict[str, Json] = {
    "page": "pyrt/page-1.js",
    "worker": "pyrt/worker-1.js",
    "agents": "pyrt/agents-1.js",
    "runtime": {
        "url": "pyrt/runtime-1/",
        "files": [{"name": "p.mjs"}, {"name": "p.wasm", "url": "pyrt/interpreter-1.zst"}],
    },
    "images": [
        {"url": "pyrt/stdlib-1.img", "rest": {"url": "pyrt/stdlib-rest-1.img"}},
        {"url": "pyrt/app-1.img", "shared": {"a": {"url": "pyrt/file-1.bin"}}},
        {"url": "pyrt/packages-1.img"},
    ],
    "snapshot": {"url": "pyrt/snapshot-1.bin"},
}
PAGE = [
    "pyrt/zstd.wasm",
    "pyrt/worker-1.js",
    "assets/a.css",
    "pkg/x.js",
    "pyrt/agents-1.js",
    "pyrt/page-1.js",
    "pyrt/previews/p.html",
]
PYTHON = [
    "pyrt/runtime-1/p.mjs",
    "pyrt/interpreter-1.zst",
    "pyrt/snapshot-1.bin",
    "pyrt/stdlib-1.img",
    "pyrt/packages-1.img",
    "pyrt/stdlib-rest-1.img",
    "pyrt/file-1.bin",
    "pyrt/sources-1.img",
    "pyrt/app-1.img",
]
FILES = {path: path.encode() for path in (*PYTHON, *PAGE)}


def test_files_of_the_page_then_those_of_python_in_the_order_of_its_start():
    assert arrange(FILES, MANIFEST) == ([*PAGE, *PYTHON], len(PAGE))


def test_without_a_snapshot_the_last_one_is_awaited_all_the_same():
    files = {path: data for path, data in FILES.items() if "snapshot" not in path}
    manifest = {key: value for key, value in MANIFEST.items() if key != "snapshot"}
    assert arrange(files, manifest).paths[-1] == "pyrt/app-1.img"


def test_large_files_among_the_assets_are_the_pages():
    shared: Json = {"a": {"url": "assets/large.bin"}}
    images: Json = [{"url": "pyrt/app-1.img", "shared": shared}]
    order = arrange(FILES | {"assets/large.bin": b""}, MANIFEST | {"images": images})
    assert order.paths.index("assets/large.bin") < order.start
    assert len(order.paths) == len({*order.paths}) == len(FILES) + 1
