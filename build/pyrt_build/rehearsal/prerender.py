"""Puts what was recorded of a page into the page: data for the first paint, and a preview.

    {"text": the data as web/src/first_paint/prerendered.ts reads it, "late": [script, ...],
     "answers": [table, ...] (answers.py),
     "preview": {"html", "styles": [css, ...], "root": [[name, value], ...], "body": likewise,
               "isLightOnly": bool} | null}

A preview is the HTML of the first frame (web/src/first_paint/preview.ts).
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyrt_build import hashes
from pyrt_build.rehearsal.server import ROOT
from pyrt_build.site.manifest import DIGEST_CHARS, Files, read_manifest

MAX_INLINE_BYTES = 100_000  # larger data is in a separate file
_ENTRY = re.compile(rb'<div id="react-entry-point">.*?</div></div>')
_PREFETCH = re.compile(rb'\n<link rel="prefetch"[^>]*>')
_MANIFEST = b'<script type="application/json" id="pyrt-manifest">'
# The preview was recorded with the light colour scheme.
_HIDE_IF_DARK = "@media (prefers-color-scheme: dark) { [data-pyrt-preview] { visibility: hidden } }"


def page_paths(files: Files) -> list[str]:
    """Return the paths of the app's pages below the root, sorted; "" is index.html."""
    return sorted(
        path.removesuffix("index.html").rstrip("/")
        for path, data in files.items()
        if path.endswith("index.html") and b'id="pyrt-manifest"' in data
    )


def with_prerendered(files: Files, recorded: Mapping[str, Any]) -> Files:
    """Return a planned site whose pages have what was recorded of them."""
    result = dict(files)
    for path, record in recorded.items():
        where = f"{path}/index.html".lstrip("/")
        manifest = read_manifest(files)
        root = "../" * len(path.split("/")) if path else "./"
        page = _Page(root, manifest, record)
        result[where] = page.fill(files[where])
        if page.file:
            result[page.file] = page.data
    return dict(sorted(result.items()))


@dataclass(frozen=True, slots=True)
class _Page:
    """One page and its record.

    Attributes:
        root: relative URL of the site's root.
        manifest: of the site.
        record: of the page, as above.
    """

    root: str
    manifest: Mapping[str, Any]
    record: Mapping[str, Any]

    @property
    def data(self) -> bytes:
        """The data of the prerendered page, as JSON."""
        return json.dumps(
            {
                **json.loads(self.record["text"]),
                "late": self._late(),
                **({"answers": self.record["answers"]} if self.record.get("answers") else {}),
            },
            separators=(",", ":"),
        ).encode()

    @property
    def file(self) -> str:
        """Name of the file with the data; empty if it is in the page."""
        data = self.data
        if len(data) <= MAX_INLINE_BYTES:
            return ""
        return f"pyrt/painting-{hashes.sha256(data)[:DIGEST_CHARS]}.json"

    def fill(self, page: bytes) -> bytes:
        """Return the HTML of the page with its data and its preview."""
        page = _PREFETCH.sub(b"", page)
        page = page.replace(_MANIFEST, "".join(self._head()).encode() + _MANIFEST, 1)
        page = page.replace(b"<script defer ", b'<script defer fetchpriority="high" ', 1)
        if self.record.get("answers"):
            page = page.replace(b"<html", b'<html data-answers="some"', 1)
        preview = self.record["preview"]
        if not preview:
            return page
        page = page.replace(b"<html", b"<html" + _attributes(preview["root"]), 1)
        page = page.replace(b"<body", b"<body" + _attributes(preview["body"]), 1)
        drawn = self._with_root(preview["html"])
        content = (
            '<div id="react-entry-point"></div>\n'
            f'<div id="react-entry-point" data-pyrt-preview>{drawn}</div>'
        ).encode()
        return _ENTRY.sub(lambda _: content, page, count=1)

    def _head(self) -> Iterator[str]:
        """Yield elements before the manifest: styles, files in the order of their use, the data."""
        preview = self.record["preview"]
        if preview:
            for sheet in self._document["stylesheets"]:
                given = {**sheet.get("attributes", {}), "href": self._url(sheet["src"])}
                more = _attributes(given.items()).decode()
                yield f'<link rel="stylesheet" data-pyrt="preview"{more}>\n'
            styles = [*preview["styles"], *([_HIDE_IF_DARK] if preview["isLightOnly"] else [])]
            for style in styles:
                yield f'<style data-pyrt="preview">{self._with_root(style)}</style>\n'
        for url in [*self.manifest["react"], *self._scripts()]:
            yield f'<link rel="preload" as="script" href="{html.escape(self.root + url)}">\n'
        start = '<script type="application/json" id="pyrt-prerender"'
        if self.file:
            url = html.escape(f"{self.root}{self.file}")
            yield f'<link rel="preload" as="fetch" crossorigin href="{url}">\n'
            yield f'{start} data-url="{self.file}"></script>\n'
        else:
            text = self.data.decode().replace("<", "\\u003c")
            yield f"{start}>{text}</script>\n"

    @property
    def _document(self) -> Mapping[str, Any]:
        messages = json.loads(json.loads(self.record["text"])["text"])
        document: Mapping[str, Any] = messages[0]
        return document

    def _scripts(self) -> list[str]:
        """Return the page's scripts that are files of the site."""
        sources = [str(script["src"]) for script in self._document["scripts"]]
        return [src for src in sources if _is_local(src)]

    def _late(self) -> Sequence[str]:
        known = {*self.manifest["react"], *self._scripts(), self.manifest["page"]}
        return [url for url in self.record["late"] if url not in known]

    def _url(self, url: str) -> str:
        return self.root + url if _is_local(url) else url

    def _with_root(self, text: str) -> str:
        return text.replace(ROOT, self.root)


def _is_local(url: str) -> bool:
    return not re.match(r"[a-z][a-z\d+.-]*:|/", url, re.IGNORECASE)


def _attributes(pairs: Any) -> bytes:  # noqa: ANN401 -- JSON
    return "".join(f' {name}="{html.escape(str(value))}"' for name, value in pairs).encode()
