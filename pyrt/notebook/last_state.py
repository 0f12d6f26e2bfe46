"""What a saved notebook shows of an app: its last state as HTML, and one line; or the app, live."""

import html

LINE = "This is how the app was left. Run the cell to make it live."
MAX_CHARS = 1_500_000  # of a state; a larger one is not kept


def state_class(name: str) -> str:
    """Return the class of the elements that an output hides while it is live."""
    return f"pyrt-state-{name}"


def make_state(name: str, page: str, *, height: int) -> str:
    """Return the HTML for an output.

    Args:
        name: of the output.
        page: HTML of a document without scripts; empty if nothing has been shown yet.
        height: of the page, in pixels.
    """
    if not page or len(page) > MAX_CHARS:
        return f'<div class="{state_class(name)}"></div>'
    return (
        f'<div class="{state_class(name)}"><p><em>{LINE}</em></p>'
        f'<iframe sandbox srcdoc="{html.escape(page)}" title="{html.escape(LINE)}" '
        f'style="width: 100%; height: {height}px; border: 0; background: white; '
        'color-scheme: light"></iframe></div>'
    )


# The app is loaded where it is shown: at once in an exported file, which is being parsed; in a
# notebook after a widget has had the time to hide it.
_LOAD = (
    "(function (part, isFile) {"
    "  var frame = part.firstElementChild;"
    "  setTimeout(function () {"
    '    if (getComputedStyle(part).display !== "none") frame.srcdoc = frame.dataset.page;'
    "  }, isFile ? 0 : 5000);"
    '})(document.currentScript.parentNode, document.readyState === "loading");'
)


def make_live_state(name: str, page: str, *, height: int) -> str:
    """Return the HTML for an output that has the app itself.

    Args:
        name: of the output.
        page: the app as one HTML file.
        height: of its frame, in pixels.
    """
    return (
        f'<div class="{state_class(name)}"><iframe data-page="{html.escape(page)}" '
        f'title="The app" style="width: 100%; height: {height}px; border: 0; background: white; '
        f'color-scheme: light"></iframe><script>{_LOAD}</script></div>'
    )
