"""The page of a single file loads nothing, and says what it is where no script runs."""

import re

from pyrt_build.single_file.document import MAX_INLINE_BYTES, ROOT, make_page, previews

PNG = b"\x89PNG"
FILES = {
    "assets/logo.png": PNG,
    "assets/style.css": b".a { background: url('img/back.png') } .b { src: url(/none.woff) }",
    "assets/img/back.png": PNG,
    "assets/huge.png": bytes(MAX_INLINE_BYTES + 1),
}
PAGE = """<!DOCTYPE html>
<html data-root="./" lang="de">
<head>
<meta charset="UTF-8">
<link rel="icon" href="./assets/logo.png">
<link rel="stylesheet" data-pyrt="preview" href="./assets/style.css">
<link rel="stylesheet" data-pyrt="preview" href="https://example.org/x.css">
<link rel="preload" as="script" href="./pkg/react.js">
<script>early("<link rel='preload'>")</script>
<script defer fetchpriority="high" data-pyrt-page src="./pyrt/page-1.js" integrity="x"></script>
</head>
<body class="dark">
<div data-pyrt-preview><img src="./assets/logo.png" srcset="./assets/logo.png 2x" alt="x">
<img src="assets/huge.png"><img src="https://example.org/y.png">
<a href="./page">page</a><p style="background: url(&quot;./assets/logo.png&quot;)">p</p></div>
</body>
</html>
"""
LOGO = "data:image/png;base64,iVBORw=="


def page():
    return make_page(PAGE, FILES, "An app: <b>")


def test_the_page_names_a_root_that_no_host_has():
    assert f'<html data-pyrt-single-file data-root="{ROOT}" lang="de">' in page()
    assert '<meta charset="windows-1252">' in page()


def test_scripts_and_preloads_are_gone_and_text_of_scripts_is_not_touched():
    made = page()
    assert "data-pyrt-page" not in made
    assert "react.js" not in made
    assert """early("<link rel='preload'>")""" in made


def test_what_the_first_frame_shows_is_in_the_page():
    made = page()
    assert f'<link rel="icon" href="{LOGO}">' in made
    assert f'<img src="{LOGO}"  alt="x">' in made
    assert f'url("{LOGO}")' in made  # of the stylesheet, relative to it
    assert f'<p style="background: url(&quot;{LOGO}&quot;)">' in made
    assert '<a href="./page">' in made


def test_what_is_too_large_for_the_first_frame_comes_later_and_nothing_is_requested():
    made = page()
    assert '<img src="data:,">' in made
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', made)) == {
        "https://example.org/x.css",
        "https://example.org/y.png",
    }


def test_who_reads_it_without_scripts_is_told_what_it_is():
    found = re.search(r'<body class="dark">\n<p id="pyrt-about">(.*?)</p>(<script>.*)', page())
    assert found
    assert found[1] == "An app: &lt;b&gt;"
    assert ".remove()" in found[2]


def test_other_pages_have_their_previews_in_files_of_their_own():
    record = '<script type="application/json" id="pyrt-prerender">{"path":"a/b"}</script>'
    manifest = '<script type="application/json" id="pyrt-manifest">{}</script>'
    other = PAGE.replace("./", "../../").replace("<body", f"{record}{manifest}<body")
    files = FILES | {
        "index.html": PAGE.encode(),
        "a/b/index.html": other.encode(),
        "a/index.html": b"pyrt-manifest, without a preview",
        "assets/index.html": b"data-pyrt-preview",
    }
    ((name, data),) = previews(files).items()
    made = data.decode()
    assert name == "pyrt/previews/a/b.html"
    assert record in made
    assert "pyrt-manifest" not in made
    assert "early(" not in made
    assert f'<img src="{LOGO}"  alt="x">' in made
    assert f'url("{LOGO}")' in made
    assert not re.search(r'(src|href)="(?!https:)[^"]*\.(png|css|js)"', made)
