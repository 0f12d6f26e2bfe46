"""What users do in each example while it starts, and what the page must then show."""

import random
import re

from playwright.sync_api import Page, ViewportSize, expect

from tests.support.before_python import PAINTED, settle

type Edit = tuple[str, str, object]
"""Id, prop, and value."""
type Outcome = tuple[list[Edit], str]

# Actions of users in each example: a selector and a text to click on, and a key to press then.
# Without a selector, only the key is pressed.
ACTIONS = {
    "counter": [("#increment", "", ""), ("#decrement", "", ""), ("#increment", "", "")],
    "converter": [("#amount", "", "2"), ("label", "mass", ""), ("#amount", "", "3")],
    # Python empties the field after an item was added: until then, a user would not add another.
    "todo": [
        *[("#text", "", "a"), ("label", "open", ""), ("#text", "", "b"), ("label", "all", "")] * 2,
        ("#text", "", "c"),
        ("#add", "", ""),
    ],
    # A slider is clicked once: it may have moved by the time of a second click.
    "clientside": [("#frequency [role=slider]", "", "ArrowRight"), *[("", "", "ArrowRight")] * 9],
    "patch_and_set_props": [("#log", "", ""), ("#extend", "", ""), ("#recolour", "", "")],
    "async_work": [("#ping", "", "")],
    "sales_dashboard": [
        ("#region", "", ""),
        ("[role=option]", "West", ""),
        ("#region", "", ""),
        ("[role=option]", "North", ""),
    ],
    "pages": [("nav a", "Moons", ""), ("nav a", "Home", "")],
    "gallery": [("#core-text", "", "a"), ("label", "title", ""), ("label", "sauna", "")],
    "penguins": [
        *[("label", "Gentoo", ""), ("label", "Macaroni", "")] * 3,
        ("#clusters [role=slider]", "", "ArrowRight"),
        *[("", "", "ArrowRight"), ("", "", "ArrowLeft"), ("", "", "ArrowRight")],
    ],
    # Without a server: callbacks that run in the tab and in its second worker.
    "heavy_work": [
        *[("label", "10 million", ""), ("#echo", "", "a"), ("label", "100 000", "")] * 3,
        ("#worker-start", "", ""),
    ],
    "live_stream": [
        *[("label", "EUR", ""), ("label", "pause", ""), ("label", "JPY", "")] * 2,
        ("#speed [role=slider]", "", "ArrowRight"),
        *[("", "", "ArrowRight"), ("", "", "ArrowLeft"), ("", "", "ArrowRight")],
    ],
}


PLACE = """([selector, text]) => {
  const found = [...document.querySelectorAll(selector)].find(
    (element) =>
      element.checkVisibility({visibilityProperty: true}) && element.textContent.includes(text),
  );
  if (!found) return null;
  const {x, y, width, height} = found.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""


def perform(page: Page, selector: str, text: str, key: str) -> None:
    """Click on the first visible match, in the preview or the rendered page, and press a key."""
    if selector:
        place = page.wait_for_function(PLACE, arg=[selector, text], polling=20).json_value()
        page.mouse.click(*place)
    if key:
        page.keyboard.press(key)


def edits(page: Page) -> list[Edit]:
    """The user's changes that the page has sent to Python, in order."""
    changes = page.evaluate(
        "window.__pyrt__.log.filter(e => e.message?.type === 'SetProps')"
        ".flatMap(e => e.message.changes).filter(c => c.origin === 'internal')"
    )
    return [
        (change.get("id"), name, value)
        for change in changes
        for name, value in change["props"].items()
        if re.match(r"n_clicks$|n_submit$|value$|clickData$", name)
    ]


# The text that the page shows when a job has ended.
OVER = {"heavy_work": "without leaving the tab"}
# Texts that differ between visits: results of random numbers, and durations.
CHANCE = {"heavy_work": r"\d+\.\d+"}
TEXT = 'document.getElementById("_dash-app-content").innerText'  # without the developer tools


def outcome(page: Page, name: str) -> Outcome:
    """The user's changes that Python has received, and the text that the app shows."""
    return edits(page), re.sub(CHANCE.get(name, "$^"), "by chance", page.evaluate(TEXT))


WHERE = {"gallery": "/core/"}
# High enough for everything that is clicked: a mouse reaches nothing below the fold.
VIEW: ViewportSize = {"width": 1280, "height": 4000}
# The preview, or the page without one, is there and has been drawn. Before that, elements are not
# in their places: a stylesheet that the browser waits for moves them.
SHOWN = (
    "performance.getEntriesByName('first-contentful-paint').length > 0"
    f" && (document.querySelector('[data-pyrt-preview]') || {PAINTED})"
)


def actions_in(name: str) -> list[tuple[str, str, str]]:
    """Ten actions."""
    return [ACTIONS[name][n % len(ACTIONS[name])] for n in range(10)]


def act_while_it_starts(page: Page, address: str, name: str, chance: random.Random) -> None:
    """Open an example, and act at random moments of its start; returns when all is answered."""
    page.goto(address + WHERE.get(name, ""), wait_until="commit")
    page.wait_for_function(SHOWN, polling=20)
    for each in actions_in(name):
        page.wait_for_timeout(chance.uniform(0, 250))
        perform(page, *each)
    settle(page)


def act_when_ready(page: Page, address: str, name: str) -> None:
    """Open an example, and act when it is ready, each time when the last action is answered."""
    page.goto(address + WHERE.get(name, ""))
    settle(page)
    for each in actions_in(name):
        perform(page, *each)
        settle(page)
    expect(page.locator("body")).to_contain_text(OVER.get(name, ""))
