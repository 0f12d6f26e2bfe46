"""Relative links in Markdown files: the files and headings they name exist."""

import re
from pathlib import Path

import pytest

from tests.support.repository import read, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(text):
    """The anchors of a page's headings, as GitHub makes them."""
    fenced = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for title in HEADING.findall(fenced)
    }


def find_broken(page, text, files, read_text):
    """The links of a page that lead nowhere; `files` are all that exist."""
    folders = {parent for file in files for parent in file.parents}
    broken = []
    for link in LINK.findall(CODE.sub("", text)):
        target, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        path = _normal(page.parent / target) if target else page
        known = path in files or path in folders
        if not known or (anchor and anchor not in anchors(read_text(path))):
            broken.append(link)
    return broken


def _normal(path):
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


@pytest.mark.parametrize("markdown", PAGES, ids=str)
def test_links_lead_to_files_and_headings_that_exist(markdown):
    assert find_broken(markdown, read(markdown), tracked(), read) == []


def test_broken_links_are_found():
    pages = {
        Path("docs/a.md"): "[b](b.md) [c](../c/d.py) [gone](gone.md) [own](#one-two) `[x](y)`",
        Path("docs/b.md"): "# One: two\n[a](a.md#nowhere) [web](https://example.org/x)",
        Path("c/d.py"): "",
    }
    found = {
        page: find_broken(page, text, pages, pages.__getitem__) for page, text in pages.items()
    }
    assert found == {
        Path("docs/a.md"): ["gone.md", "#one-two"],
        Path("docs/b.md"): ["a.md#nowhere"],
        Path("c/d.py"): [],
    }
