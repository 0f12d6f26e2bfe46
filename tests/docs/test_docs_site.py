"""docs/ as a site: its menu has each page, and links out of docs/ lead somewhere there."""

import re
from pathlib import Path

import pytest

from tests.support.repository import read, tracked
from tools.docs_site import change_links


def test_the_menu_has_each_page():
    menu = read(Path("mkdocs.yml")).partition("\nnav:")[2]
    named = set(re.findall(r"([\w-]+\.md)$", menu, re.MULTILINE))
    pages = {path.name for path in tracked() if path.match("docs/*.md")}
    assert named == pages | {"security.md"}


@pytest.mark.parametrize(
    ("text", "repository", "shown"),
    [
        ("[app](../examples/a.py)", "", "app (`examples/a.py`)"),
        ("[`examples/a.py`](../examples/a.py)", "", "`examples/a.py`"),
        (
            "[app](../a.py#x)",
            "https://git.example/p",
            "[app](https://git.example/p/blob/main/a.py#x)",
        ),
        ("[one](b.md#c) [top](#d)", "", "[one](b.md#c) [top](#d)"),
        ("[web](https://example.org/x)", "", "[web](https://example.org/x)"),
        ("[safe](../SECURITY.md#site)", "", "[safe](security.md#site)"),
        ("`[x](../y)`\n```\n[x](../y)\n```", "", "`[x](../y)`\n```\n[x](../y)\n```"),
    ],
)
def test_links_out_of_the_folder_are_changed(text, repository, shown):
    assert change_links(text, "docs", repository) == shown


def test_links_of_a_page_that_lies_beside_the_folder_lead_into_it():
    assert change_links("[a](docs/b.md#c)", "", "") == "[a](b.md#c)"
