"""The page of a site as the page of a single file: nothing in it is loaded from an address."""

import base64
import html
import mimetypes
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from pyrt_build.single_file.text import ENCODING
from pyrt_build.site.manifest import Files

# The root that the page believes in; no host has this name.
ROOT = "https://pyrt.invalid/"
MAX_INLINE_BYTES = 100_000  # of a picture or a font of the preview
_LINK = re.compile(r"<link\b[^>]*>\n?")
_PAGE_SCRIPT = re.compile(r"<script defer[^>]*data-pyrt-page[^>]*></script>\n?")
_TAG = re.compile(r"<[a-zA-Z][^>]*\b(?:src|srcset|poster|xlink:href|style)=[^>]*>")
_ADDRESS = re.compile(r'\b(src|poster|xlink:href)="([^"]*)"')
_SET = re.compile(r'\bsrcset="([^"]*)"')
_STYLE = re.compile(r'\bstyle="([^"]*)"')
_URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""")
_HREF = re.compile(r'\bhref="([^"]*)"')
_RAW = re.compile(r"(<script\b[^>]*>.*?</script>|<style\b[^>]*>.*?</style>)", re.DOTALL)
_FOREIGN_TO_PREVIEW = re.compile(
    r'<script\b(?![^>]*id="pyrt-prerender")[^>]*>.*?</script>\n?', re.DOTALL
)
# Where the previews of all pages but the first are; web/src/embedded/page.ts reads them.
PREVIEWS = "pyrt/previews/"


@dataclass(frozen=True, slots=True)
class _Site:
    """The files of the site, and the folder of the page whose addresses are read."""

    files: Files
    folder: str = ""

    def path(self, address: str, base: str | None = None) -> str:
        """Return the path in the site of an address, which is relative to `base`, a folder."""
        path = re.split(r"[?#]", address, maxsplit=1)[0]
        if not path:
            return ""
        folder = self.folder if base is None else base
        return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def make_page(page: str, files: Files, about: str) -> str:
    """Return the page, with its preview, without what it would load.

    Args:
        page: index.html of the site.
        files: of the site.
        about: what the file is, for those who read it without scripts.
    """
    page = re.sub(r'<html\b([^>]*?) data-root="[^"]*"', rf'<html\1 data-root="{ROOT}"', page)
    page = page.replace("<html", "<html data-pyrt-single-file", 1)
    page = page.replace('<meta charset="UTF-8">', f'<meta charset="{ENCODING}">', 1)
    page = "".join(_inline(part, _Site(files)) for part in _RAW.split(page))
    return re.sub(r"<body\b[^>]*>", lambda found: f"{found[0]}\n{_about(about)}", page, count=1)


def previews(files: Files) -> Files:
    """Return the previews of all pages but the first, as pages without the scripts of pyrt."""
    return dict(_previews(files))


def _previews(files: Files) -> Iterator[tuple[str, bytes]]:
    for path, data in files.items():
        folder = path.removesuffix("/index.html")
        if folder == path or b"data-pyrt-preview" not in data or b"pyrt-manifest" not in data:
            continue
        site = _Site(files, folder)
        page = "".join(_inline(part, site) for part in _RAW.split(data.decode()))
        yield f"{PREVIEWS}{folder}.html", _FOREIGN_TO_PREVIEW.sub("", page).encode()


def _inline(part: str, site: _Site) -> str:
    """Return a part of the page, a script, a style or what is between them, with its files."""
    if part.startswith("<script"):
        return _PAGE_SCRIPT.sub("", part)
    if part.startswith("<style"):
        return _with_urls(part, site)
    return _TAG.sub(partial(_inline_tag, site), _LINK.sub(partial(_inline_link, site), part))


def _about(text: str) -> str:
    """Return a line that only those see whose mail program or viewer runs no scripts."""
    return (
        f'<p id="pyrt-about">{html.escape(text)}</p>'
        '<script>document.getElementById("pyrt-about").remove()</script>\n'
    )


def _inline_link(site: _Site, found: re.Match[str]) -> str:
    tag = found[0]
    href = _HREF.search(tag)
    rel = re.search(r'\brel="([^"]*)"', tag)
    if href is None or rel is None or rel[1] in {"preload", "prefetch"}:
        return ""
    path = site.path(html.unescape(href[1]))
    if rel[1] == "stylesheet":
        if path in site.files:
            text = site.files[path].decode(errors="replace").replace("</style", "<\\/style")
            mark = ' data-pyrt="preview"' if 'data-pyrt="preview"' in tag else ""
            return f"<style{mark}>{_with_urls(text, site, posixpath.dirname(path))}</style>\n"
        return "" if _is_local(href[1]) else tag
    data = _data_address(path, site.files)
    return tag.replace(href[0], f'href="{data}"') if data else tag


def _inline_tag(site: _Site, found: re.Match[str]) -> str:
    """Return a tag of the preview with its pictures in itself."""
    tag = _ADDRESS.sub(lambda m: f'{m[1]}="{_shown(m[2], site)}"', found[0])
    tag = _SET.sub("", tag)
    return _STYLE.sub(
        lambda m: f'style="{html.escape(_with_urls(html.unescape(m[1]), site))}"', tag
    )


def _shown(address: str, site: _Site) -> str:
    """Return the address of a picture of the preview; `data:,` is an empty one."""
    address = html.unescape(address)
    if not _is_local(address):
        return html.escape(address)
    return _data_address(site.path(address), site.files) or "data:,"


def _with_urls(text: str, site: _Site, base: str | None = None) -> str:
    """Return CSS with the files in it that it names; `base` is the folder of the CSS."""

    def replace(found: re.Match[str]) -> str:
        if not _is_local(found[2]) or found[2].startswith("#"):
            return found[0]
        data = _data_address(site.path(found[2], base), site.files)
        return f'url("{data or "data:,"}")'

    return _URL.sub(replace, text)


def _data_address(path: str, files: Files) -> str:
    """Return a file as an address; empty if there is none, or it is too large for the preview."""
    data = files.get(path)
    if data is None or len(data) > MAX_INLINE_BYTES:
        return ""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _is_local(address: str) -> bool:
    return not re.match(r"[a-z][a-z\d+.-]*:|//", address, re.IGNORECASE)
