"""What nothing uses is neither sent in a single file nor kept for use without a network."""

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.single_file.selection import select
from tests.support.workspace import write_files

MANIFEST = {
    "runtime": {"url": "pyrt/runtime-1/", "files": [{"name": "pyodide.mjs"}]},
    "packages": [],
    "snapshot": {"url": "pyrt/snapshot-1.bin"},
}
DASH = [
    *("async-mathjax", "async-markdown", "async-highlight", "async-graph", "async-upload"),
    "dash_core_components",
]
FILES = {
    **dict.fromkeys(("index.html", "404.html", "a/index.html", "favicon.ico"), b""),
    **dict.fromkeys(("pyrt-lock.json", "pyrt-files.txt", "LICENSES.txt", "assets/a.css"), b""),
    **dict.fromkeys(("pyrt/runtime-1/pyodide.mjs", "pyrt/runtime-1/numpy.whl"), b""),
    **dict.fromkeys(("pyrt/snapshot-1.bin", "pyrt/sources-numpy-1.zst", "pkg/x.js.map"), b""),
    **{f"pkg/dash/dcc/{name}.js": b"" for name in DASH},
    "pkg/dash-4.4.1.dist-info/METADATA": b"Requires-Dist: dash\n",
}


@pytest.fixture
def chosen(tmp_path):
    """Select for an app with this code."""

    def chosen(code, files=None, manifest=MANIFEST, *, debug=False, assets=None):
        write_files(tmp_path, {"app.py": f"from dash import Dash, dcc\nDash()\n{code}"})
        write_files(tmp_path, {f"assets/{name}": text for name, text in (assets or {}).items()})
        app = discover(tmp_path / "app.py")
        return set(select(files or FILES, manifest, app, debug=debug))

    return chosen


def test_pages_lists_sources_and_unused_parts_stay_behind(chosen):
    assert chosen("dcc.Upload") == {
        *("LICENSES.txt", "assets/a.css", "pyrt/runtime-1/pyodide.mjs", "pyrt/snapshot-1.bin"),
        *("pkg/dash/dcc/async-upload.js", "pkg/dash/dcc/dash_core_components.js"),
        "pkg/dash-4.4.1.dist-info/METADATA",
    }


def test_a_part_travels_that_the_code_or_a_script_of_the_app_names(chosen):
    assert "pkg/dash/dcc/async-mathjax.js" in chosen("dcc.Markdown('$x$', mathjax=True)")
    assert "pkg/dash/dcc/async-highlight.js" in chosen("dcc.Markdown('')")
    assert "pkg/dash/dcc/async-graph.js" in chosen("", assets={"f.js": "type: 'Graph'"})


def test_where_another_package_builds_components_their_parts_travel(chosen):
    more = {**FILES, "pkg/other-1.dist-info/METADATA": b"Name: other\nRequires-Dist: dash>=2\n"}
    assert "pkg/dash/dcc/async-graph.js" in chosen("", more)
    assert "pkg/dash/dcc/async-mathjax.js" not in chosen("", more)
    unrelated = {**FILES, "pkg/other-1.dist-info/METADATA": b"Requires-Dist: dash-table\n"}
    assert "pkg/dash/dcc/async-graph.js" not in chosen("", unrelated)


def test_without_a_snapshot_it_and_with_packages_to_load_their_wheels(chosen):
    small = {k: v for k, v in MANIFEST.items() if k != "snapshot"}
    assert "pyrt/snapshot-1.bin" not in chosen("", manifest=small)
    plain = {**small, "packages": ["numpy"]}
    assert "pyrt/runtime-1/numpy.whl" in chosen("", manifest=plain)


def test_for_debugging_maps_and_sources_travel(chosen):
    assert {"pkg/x.js.map", "pyrt/sources-numpy-1.zst"} <= chosen("", debug=True)
