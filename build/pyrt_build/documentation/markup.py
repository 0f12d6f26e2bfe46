"""The HTML of an example: the element in which its app is shown."""

import html

from pyrt_build.documentation.example import Example
from pyrt_build.site.plan import ELEMENT

FOLDER = "pyrt-apps"  # of the examples in a documentation's site
CLASS = "pyrt-example"


def element(example: Example, folder: str) -> str:
    """Return the element of an app, in one line.

    Args:
        example: of which the app is.
        folder: the address of the examples' folder, relative to the page, with a slash at its end.
    """
    attributes = {
        "id": f"pyrt-{example.name}",
        "src": f"{folder}{example.name}/",
        "height": example.height,
        "loading": "lazy",
        "title": example.title or example.name,
    }
    text = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return f'<div class="{CLASS}"><pyrt-app{text}></pyrt-app></div>'


def script(folder: str) -> str:
    """Return the element that loads what `<pyrt-app>` is; a page needs it once."""
    return f'<script src="{html.escape(folder)}{ELEMENT}" defer></script>'
