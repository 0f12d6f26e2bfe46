"""A site without Python: what of the site stays, and what is refused."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.rehearsal import static_site

MANIFEST = {
    "page": "pyrt/page-1.js",
    "worker": "pyrt/worker-1.js",
    "react": [],
    "images": [{"url": "pyrt/app-1.img"}],
}


def page(*more):
    manifest = json.dumps(MANIFEST, separators=(",", ":"))
    return (
        f'<html data-answers="some" data-root="./"><head>{"".join(more)}'
        f'<script type="application/json" id="pyrt-manifest">{manifest}</script></head></html>'
    ).encode()


APP: Any = SimpleNamespace(modules={"app.py": None}, assets={}, read=lambda _: b"dcc.Dropdown")
RECORDED = '<script type="application/json" id="pyrt-prerender">{}</script>'


def site(**more):
    return {
        "index.html": page(RECORDED),
        "404.html": page(),
        "pyrt/page-1.js": b"",
        "pyrt/worker-1.js": b"",
        "pyrt/app-1.img": b"",
        "pyrt/snapshot-1.bin": b"",
        "pyrt/runtime-1/pyodide.mjs": b"",
        "pyrt/painting-1.json": b"",
        "pyrt/answers-1.json": b"",
        "pyrt-lock.json": b"",
        "pkg/dash/dcc/async-dropdown.js": b"",
        "pkg/dash/dcc/async-mathjax.js": b"",
        "pkg/dash/dcc/bundle.js.map": b"",
        "assets/style.css": b"",
        "LICENSES.txt": b"",
        **more,
    }


def test_what_the_page_loads_stays():
    made = static_site.without_python(site(), APP, debug=False)
    assert sorted(made) == [
        "LICENSES.txt",
        "assets/style.css",
        "index.html",
        "pkg/dash/dcc/async-dropdown.js",
        "pyrt/answers-1.json",
        "pyrt/page-1.js",
        "pyrt/painting-1.json",
    ]
    text = made["index.html"].decode()
    assert text.startswith('<html data-answers="all" data-root="./">')
    assert '"page":"pyrt/page-1.js"' in text
    assert "worker" not in text


def test_a_page_of_which_nothing_was_recorded_is_refused():
    with pytest.raises(BuildError, match=r"nothing else: about/index\.html"):
        static_site.without_python(site(**{"about/index.html": page()}), APP, debug=False)


def test_all_that_needs_python_is_named_at_once():
    static_site.refuse([])
    with pytest.raises(BuildError, match=r"need Python") as failure:
        static_site.refuse(["a is async.", "b uses ctx."])
    assert "  a is async.\n  b uses ctx.\n" in str(failure.value)
