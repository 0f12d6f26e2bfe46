"""The Content-Security-Policy of a site: what its pages load and run, and nothing else.

What the rehearsal has recorded of the pages counts: inline functions and scripts by their hashes,
scripts and stylesheets of other hosts by their origins.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import urlsplit

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.packages import distribution
from pyrt_build.site.manifest import Files, integrity
from pyrt_build.site.plan import early_script

_RECORD = re.compile(r'id="pyrt-prerender"(?: data-url="([^"]*)")?>(.*?)</script>', re.DOTALL)

_RUN_TYPES = frozenset({"", "text/javascript", "application/javascript", "module"})
# Of Dash's template: the page need not run it (`defaultRenderer` in web/src/document/document.ts).
_NOT_RUN = "var renderer = new DashRenderer();"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, and how much of the app it is known to allow.

    Attributes:
        text: the value of the header.
        is_complete: whether the inline functions of the app are known, from a rehearsal.
    """

    text: str
    is_complete: bool


def policy_of(config: SiteConfig, settings: Settings, files: Files) -> Policy:
    """Return the strictest policy with which all that is known of a site works."""
    cdn = [distribution.CDN] if config.cdn else []
    origin = settings.bridge_origin
    bridge = [origin, origin.replace("http", "ws", 1)] if origin else []
    documents = [*_documents(files)]
    inline = dict.fromkeys(integrity(t.encode()) for d in documents for t in _inline_scripts(d))
    scripts = dict.fromkeys(_origins(d, "scripts") for d in documents)
    sheets = dict.fromkeys(_origins(d, "stylesheets") for d in documents)
    first = integrity(early_script().encode())
    hashes = [f"'{each}'" for each in dict.fromkeys([first, *inline])]
    directives = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *hashes, "'wasm-unsafe-eval'", *cdn, *_flat(scripts)],
        "connect-src": ["'self'", *cdn, *bridge],
        "style-src": ["'self'", "'unsafe-inline'", *_flat(sheets)],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:", *_flat(sheets)],
    }
    if settings.embed_origins:
        directives["frame-ancestors"] = ["'self'", *settings.embed_origins]
    for name, sources in settings.content_security_policy.items():
        usual = ["'self'"] if name.endswith("-src") and "'none'" not in sources else []
        directives[name] = [*dict.fromkeys([*directives.get(name, usual), *sources])]
    text = "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
    return Policy(text, is_complete=bool(documents))


def _flat(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({origin for group in groups for origin in group})


def _documents(files: Files) -> Iterator[Mapping[str, Any]]:
    """Yield the message Document of each page that was rehearsed (docs/wire.md)."""
    for path, data in files.items():
        if not path.endswith("index.html"):
            continue
        found = _RECORD.search(data.decode())
        if found:
            record = json.loads(files[found[1]] if found[1] else found[2])
            yield json.loads(record["text"])[0]


def _inline_scripts(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of the inline scripts that the page will add."""
    for script in document.get("inlineScripts", ()):
        yield _function_script(script["hash"], script["source"])
    reader = _InlineScripts()
    reader.feed(document.get("index", ""))
    yield from reader.texts


def _function_script(name: str, source: str) -> str:
    r"""Return what `clientsideFunctionScript` in web/src/document/document.ts does.

    >>> _function_script("a", " (x) => x; ")
    'window.dash_clientside._dashprivate_clientside_funcs["a"] = (x) => x\n;'
    """
    functions = "window.dash_clientside._dashprivate_clientside_funcs"
    value = source.strip().removesuffix(";")
    return f"{functions}[{json.dumps(name, ensure_ascii=False)}] = {value}\n;"


class _InlineScripts(HTMLParser):
    """Collects the texts of scripts without `src`; data blocks need no permission."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self._parts: list[str] | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_run = (given.get("type") or "").strip().lower() in _RUN_TYPES and "src" not in given
        self._parts = [] if tag == "script" and is_run else None

    @override
    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    @override
    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._parts or ()).replace("\r\n", "\n").replace("\r", "\n")
        if text.strip() not in {"", _NOT_RUN}:
            self.texts.append(text)
        self._parts = None


def _origins(document: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Return the origins of other hosts from which the page loads scripts, or stylesheets."""
    found = []
    for resource in document.get(kind, ()):
        parts = urlsplit(str(resource["src"]))
        if parts.netloc:
            found.append(f"{parts.scheme or 'https'}://{parts.netloc}")
    return tuple(found)
