"""The policy of a site allows what its pages are known to load and run, and nothing else."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.hosts import policy as module
from pyrt_build.hosts.policy import policy_of
from pyrt_build.site.manifest import script_json

CONFIG = SiteConfig(entry=Path("app.py"), out=Path("dist"))


@pytest.fixture(autouse=True)
def early(monkeypatch):
    monkeypatch.setattr(module, "early_script", lambda: "early()")


def page(index="", inline=(), scripts=(), sheets=()):
    """A page with the record of its rehearsal."""
    document = {
        "index": index,
        "inlineScripts": [{"hash": name, "source": source} for name, source in inline],
        "scripts": [{"src": src} for src in scripts],
        "stylesheets": [{"src": src} for src in sheets],
    }
    record = script_json({"text": json.dumps([document])})
    return f'<script type="application/json" id="pyrt-prerender">{record}</script>'.encode()


def directives(files, settings=None):
    text = policy_of(CONFIG, settings or Settings(), files).text
    return {name: sources for name, *sources in (part.split() for part in text.split(";"))}


def sha(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_site_that_was_not_rehearsed_runs_its_first_script_and_files_of_its_own():
    found = policy_of(CONFIG, Settings(), {"index.html": b"<html>"})
    assert not found.is_complete
    assert found.text.startswith(
        f"default-src 'self'; script-src 'self' {sha('early()')} 'wasm-unsafe-eval'; "
    )


def test_inline_functions_and_scripts_of_the_index_have_their_hashes():
    index = (
        '<body><script type="application/json">{"a": 1}</script>'
        "<script>a();\r\nb('<p>') && c()</script><script src='x.js'></script>"
        "<script>var renderer = new DashRenderer();</script></body>"
    )
    files = {"index.html": page(index, inline=[("h1", " (x) => x; ")])}
    function = 'window.dash_clientside._dashprivate_clientside_funcs["h1"] = (x) => x\n;'
    assert policy_of(CONFIG, Settings(), files).is_complete
    assert directives(files)["script-src"] == [
        *("'self'", sha("early()"), sha(function), sha("a();\nb('<p>') && c()")),
        "'wasm-unsafe-eval'",
    ]


def test_pages_are_allowed_what_each_of_them_loads_from_other_hosts():
    files = {
        "index.html": page(scripts=["https://cdn.example.org/x.js", "pkg/a.js", "/own.js"]),
        "sub/index.html": page(sheets=["//fonts.example.org/css?x=;1"]),
    }
    found = directives(files)
    assert found["script-src"][-1] == "https://cdn.example.org"
    assert found["style-src"] == ["'self'", "'unsafe-inline'", "https://fonts.example.org"]
    assert found["font-src"] == ["'self'", "data:", "https://fonts.example.org"]
    assert found["connect-src"] == ["'self'"]


def test_a_large_record_is_read_from_its_file():
    record = page(scripts=["https://cdn.example.org/x.js"]).split(b">", 1)[1].split(b"<")[0]
    files = {
        "index.html": b'<script id="pyrt-prerender" data-url="pyrt/painting-1.json"></script>',
        "pyrt/painting-1.json": record,
    }
    assert "https://cdn.example.org" in directives(files)["script-src"]


def test_the_bridge_and_what_the_settings_add_is_allowed():
    settings = Settings(
        bridge="https://calc.example.org/api",
        content_security_policy={
            "img-src": ("https://tiles.example.org",),
            "frame-src": ("https://video.example.org",),
            "frame-ancestors": ("'none'",),
        },
    )
    found = directives({}, settings)
    assert found["connect-src"] == [
        *("'self'", "https://calc.example.org", "wss://calc.example.org")
    ]
    assert found["img-src"] == ["'self'", "data:", "blob:", "https://tiles.example.org"]
    assert found["frame-src"] == ["'self'", "https://video.example.org"]
    assert found["frame-ancestors"] == ["'none'"]


def test_pages_that_may_use_the_props_may_have_the_app_in_a_frame():
    found = directives({}, Settings(embed_origins=("https://docs.example.org",)))
    assert found["frame-ancestors"] == ["'self'", "https://docs.example.org"]
    assert "frame-ancestors" not in directives({})
