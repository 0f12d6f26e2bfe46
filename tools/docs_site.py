"""The hook of mkdocs.yml: docs/ as a site.

The pages are also read in the repository, where they link to files beside docs/. On the site these
are links to the repository, if `repo_url` in mkdocs.yml names it, else the files' paths as text.
SECURITY.md is a page of the site.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ADDED = {"SECURITY.md": "security.md"}  # file of the repository -> page
# Code stays as it is; the text of a link may be code.
_PARTS = re.compile(
    r"^(?P<fence>```|~~~).*?^(?P=fence)|\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)|`[^`\n]*`",
    re.MULTILINE | re.DOTALL,
)


def on_files(files: Files, *, config: MkDocsConfig, **_: object) -> Files:
    """Add the pages that are files beside docs/."""
    root = Path(config.docs_dir).parent
    for path, page in _ADDED.items():
        text = (root / path).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Change the links of a page that lead out of docs/."""
    origin = next((path for path, uri in _ADDED.items() if uri == page.file.src_uri), None)
    folder = posixpath.dirname(origin or f"docs/{page.file.src_uri}")
    return change_links(markdown, folder, config.repo_url or "")


def change_links(markdown: str, folder: str, repository: str) -> str:
    """Return a page's text as it is on the site.

    Args:
        markdown: the text.
        folder: of the page, relative to the repository.
        repository: the address of the repository; empty if there is none.

    >>> change_links("[app](../examples/a.py) [one](b.md) `[x](../y)`", "docs", "")
    'app (`examples/a.py`) [one](b.md) `[x](../y)`'
    >>> change_links("[app](../examples/a.py)", "docs", "https://git.example/pyrt")
    '[app](https://git.example/pyrt/blob/main/examples/a.py)'
    >>> change_links("[s](../SECURITY.md#site)", "docs", "")
    '[s](security.md#site)'
    """

    def change(match: re.Match[str]) -> str:
        path, mark, anchor = (match["target"] or "").partition("#")
        if "://" in path or not path:
            return match[0]
        where = posixpath.normpath(posixpath.join(folder, path))
        if where in _ADDED:
            return f"[{match['text']}]({_ADDED[where]}{mark}{anchor})"
        if where.startswith("docs/"):
            return f"[{match['text']}]({where.removeprefix('docs/')}{mark}{anchor})"
        if repository:
            return f"[{match['text']}]({repository}/blob/main/{where}{mark}{anchor})"
        text = match["text"]
        return text if text.strip("`") in where else f"{text} (`{where}`)"

    return _PARTS.sub(change, markdown)
