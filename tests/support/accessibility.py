"""What axe-core finds in a part of a page, in each colour scheme; what covers an app's controls."""

from tests.support.paths import ROOT

_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_FIND = """async (part) => {
  const { violations } = await axe.run({ include: [part] }, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}"""
_SCHEMES = (
    {"color_scheme": "dark"},
    {"forced_colors": "active"},
    {"color_scheme": "light", "forced_colors": "none"},
)
# The controls that something covers, wherever the page can be scrolled to show them.
_COVERED = """(controls) => [...document.querySelectorAll(controls)].filter((control) =>
  ["start", "center", "end", "nearest"].every((block) => {
    control.scrollIntoView({ block, behavior: "instant" });
    const { x, y, width, height } = control.getBoundingClientRect();
    const seen = document.elementFromPoint(x + width / 2, y + height / 2);
    return !control.contains(seen) && !seen?.contains(control);
  })).map(({ id, textContent }) => id || textContent)"""
_WIDE = "document.documentElement.scrollWidth > innerWidth"


def covered(page, controls):
    """Give the controls of a selector that something covers, wherever the page is scrolled to."""
    assert page.locator(controls).count() > 0, controls
    return page.evaluate(_COVERED, controls)


def is_too_wide(page):
    """Whether the page must be scrolled sideways."""
    return page.evaluate(_WIDE)


def violations(page, selector):
    """Give what axe-core finds in the elements of a selector, in light, dark and forced colours.

    The document around them is the app's; its language and its landmarks are not looked at.
    """
    assert page.locator(selector).count() > 0, selector
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = []
    for scheme in _SCHEMES:
        page.emulate_media(**scheme)
        found += [f"{scheme}: {each}" for each in page.evaluate(_FIND, selector)]
    return found
