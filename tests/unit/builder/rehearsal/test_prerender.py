"""The prerendered pages of a site: recorded data, preview, and links in the order of their use."""

import json

import pytest

from pyrt_build.rehearsal import prerender

MANIFEST = {"react": ["pkg/react.js"], "page": "pyrt/page-1.js"}
LOADING = '<div class="_dash-loading">Loading...</div>'
PAGE = (
    '<!DOCTYPE html>\n<html data-root="ROOT">\n<head>\n<title>A</title>\n'
    "<script>early()</script>\n"
    '<link rel="prefetch" as="script" href="ROOTpkg/dcc.js">\n'
    f'<script type="application/json" id="pyrt-manifest">{json.dumps(MANIFEST)}</script>\n'
    '<script defer src="ROOTpyrt/page-1.js"></script>\n</head>\n<body>\n'
    f'<div id="react-entry-point">{LOADING}</div>\n'
    "</body>\n</html>\n"
)
FILES = {
    "index.html": PAGE.replace("ROOT", "./").encode(),
    "a/b/index.html": PAGE.replace("ROOT", "../../").encode(),
    "404.html": PAGE.replace("ROOT", "/").encode(),
    "assets/docs/index.html": b"a page of the app's assets",
}
DOCUMENT = {
    "scripts": [{"src": "pkg/dcc.js"}, {"src": "https://cdn.example.org/x.js"}],
    "stylesheets": [{"src": "assets/a.css", "attributes": {"media": "screen"}}],
}
PREVIEW = {
    "html": '<p>1 < 2</p><img src="/-pyrt-root-/assets/a.png">',
    "styles": ["p { background: url(/-pyrt-root-/assets/p.png) }"],
    "root": [["lang", 'e"n']],
    "body": [["class", "dark"]],
    "isLightOnly": False,
}


def record(preview=PREVIEW, text="x"):
    messages = json.dumps([DOCUMENT, text])
    recorded: object = {"path": "", "address": None, "text": messages, "buffers": []}
    late = ["pyrt/page-1.js", "pkg/react.js", "pkg/dcc.js", "pkg/late.js"]
    return {"text": json.dumps(recorded), "late": late, "preview": preview}


def prerendered(path="", **more):
    return prerender.with_prerendered(FILES, {path: record(**more)})


def data_of(page):
    text = page.split('id="pyrt-prerender">')[1].split("</script>")[0]
    return json.loads(text)


def test_pages_of_the_app_are_prerendered_and_no_others():
    assert prerender.page_paths(FILES) == ["", "a/b"]
    files = prerendered()
    changed = [path for path in FILES if files[path] != FILES[path]]
    assert changed == ["index.html"]
    assert files.keys() == FILES.keys()


def test_the_first_frame_needs_the_file_and_its_styles_only():
    page = prerendered()["index.html"].decode()
    entry, preview = page.split('<div id="react-entry-point"')[1:]
    assert entry.startswith("></div>")
    assert preview.startswith(' data-pyrt-preview><p>1 < 2</p><img src="./assets/a.png"></div>')
    early = page.index("<script>early()</script>")
    assert early < page.index('data-pyrt="preview"'), "a script waits for the styles before it"
    assert '<html lang="e&quot;n" data-root="./">' in page
    assert '<body class="dark">' in page
    assert (
        '<link rel="stylesheet" data-pyrt="preview" media="screen" href="./assets/a.css">' in page
    )
    assert "url(./assets/p.png)" in page


def test_scripts_are_fetched_in_the_order_of_their_use_and_late_ones_afterwards():
    page = prerendered("a/b")["a/b/index.html"].decode()
    links = [line.split('href="')[1].rstrip('">') for line in page.split("\n") if "preload" in line]
    assert links == ["../../pkg/react.js", "../../pkg/dcc.js"]
    assert "prefetch" not in page
    assert data_of(page)["late"] == ["pkg/late.js"]


def test_data_in_a_page_cannot_end_its_element():
    page = prerendered(text="</script><b>")["index.html"].decode()
    assert "</script><b>" not in page
    assert json.loads(data_of(page)["text"])[1] == "</script><b>"


def test_large_data_is_a_file_of_its_own():
    files = prerendered(text="x" * prerender.MAX_INLINE_BYTES)
    (added,) = files.keys() - FILES.keys()
    page = files["index.html"].decode()
    assert f'id="pyrt-prerender" data-url="{added}"></script>' in page
    assert f'<link rel="preload" as="fetch" crossorigin href="./{added}">' in page
    assert len(page) < 2000


def test_without_a_still_the_page_waits_for_react():
    page = prerendered(preview=None)["index.html"].decode()
    assert "Loading..." in page
    assert "data-pyrt-preview" not in page
    assert 'id="pyrt-prerender"' in page


@pytest.mark.parametrize("is_light_only", [False, True])
def test_what_scripts_would_draw_dark_is_not_shown_light(is_light_only):
    page = prerendered(preview=PREVIEW | {"isLightOnly": is_light_only})["index.html"].decode()
    assert ("prefers-color-scheme" in page) is is_light_only
