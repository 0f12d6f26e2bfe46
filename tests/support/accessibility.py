"""What axe-core finds in a part of a page, in each colour scheme."""

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
