"""The page of a site as the page of a single file: nothing in it is loaded from an address."""

import base64
import html
import mimetypes
import posixpath
import re
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
    page = "".join(_inline(part, files) for part in _RAW.split(page))
    return re.sub(r"<body\b[^>]*>", lambda found: f"{found[0]}\n{_about(about)}", page, count=1)


def _inline(part: str, files: Files) -> str:
    """Return a part of the page, a script, a style or what is between them, with its files."""
    if part.startswith("<script"):
        return _PAGE_SCRIPT.sub("", part)
    if part.startswith("<style"):
        return _with_urls(part, files)
    return _TAG.sub(partial(_inline_tag, files), _LINK.sub(partial(_inline_link, files), part))


def _about(text: str) -> str:
    """Return a line that only those see whose mail program or viewer runs no scripts."""
    return (
        f'<p id="pyrt-about">{html.escape(text)}</p>'
        '<script>document.getElementById("pyrt-about").remove()</script>\n'
    )


def _inline_link(files: Files, found: re.Match[str]) -> str:
    tag = found[0]
    href = _HREF.search(tag)
    rel = re.search(r'\brel="([^"]*)"', tag)
    if href is None or rel is None or rel[1] in {"preload", "prefetch"}:
        return ""
    path = _path(html.unescape(href[1]))
    if rel[1] == "stylesheet":
        if path in files:
            text = files[path].decode(errors="replace").replace("</style", "<\\/style")
            mark = ' data-pyrt="preview"' if 'data-pyrt="preview"' in tag else ""
            return f"<style{mark}>{_with_urls(text, files, path)}</style>\n"
        return "" if _is_local(href[1]) else tag
    data = _data_address(path, files)
    return tag.replace(href[0], f'href="{data}"') if data else tag


def _inline_tag(files: Files, found: re.Match[str]) -> str:
    """Return a tag of the preview with its pictures in itself."""
    tag = _ADDRESS.sub(lambda m: f'{m[1]}="{_shown(m[2], files)}"', found[0])
    tag = _SET.sub("", tag)
    return _STYLE.sub(
        lambda m: f'style="{html.escape(_with_urls(html.unescape(m[1]), files))}"', tag
    )


def _shown(address: str, files: Files) -> str:
    """Return the address of a picture of the preview; `data:,` is an empty one."""
    address = html.unescape(address)
    if not _is_local(address):
        return html.escape(address)
    return _data_address(_path(address), files) or "data:,"


def _with_urls(text: str, files: Files, path: str = "") -> str:
    """Return CSS with the files in it that it names; `path` is its own path in the site."""

    def replace(found: re.Match[str]) -> str:
        if not _is_local(found[2]) or found[2].startswith("#"):
            return found[0]
        folder = posixpath.dirname(path)
        data = _data_address(_path(posixpath.join(folder, _path(found[2]))), files)
        return f'url("{data or "data:,"}")'

    return _URL.sub(replace, text)


def _data_address(path: str, files: Files) -> str:
    """Return a file as an address; empty if there is none, or it is too large for the preview."""
    data = files.get(path)
    if data is None or len(data) > MAX_INLINE_BYTES:
        return ""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _path(address: str) -> str:
    """Return the path in the site of a relative address."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return posixpath.normpath(path.lstrip("/")) if path else ""


def _is_local(address: str) -> bool:
    return not re.match(r"[a-z][a-z\d+.-]*:|//", address, re.IGNORECASE)
