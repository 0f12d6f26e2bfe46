"""The same interactions with two pages, chosen from what the first page has."""

import contextlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Error, Page

TIMEOUT_MS = 5_000
OPTIONS = ".dash-dropdown-content [role=option], .dash-dropdown-content .dash-options-list-option"
DAYS = ".dash-datepicker-calendar td:not(.dash-datepicker-calendar-date-outside)"


@dataclass(frozen=True)
class Action:
    """One interaction.

    Attributes:
        kind: of KINDS in page.js.
        index: among the elements of this kind that the page shows.
        label: what the element says.
        turn: how often an element of this kind was used before.
    """

    kind: str
    index: int
    label: str
    turn: int

    def __str__(self):
        return f"{self.kind} {self.index + 1}" + (f' "{self.label}"' if self.label else "")


class Chooser:
    """Chooses what to do next: the kind that was used least, an element that was not used before.

    The choice depends on nothing but what the pages have shown.
    """

    def __init__(self):
        self._of_kind: Counter[str] = Counter()
        self._of_element: Counter[tuple[Any, ...]] = Counter()

    def next(self, page: Page) -> Action | None:
        """Return the next interaction; None if the page has nothing to use."""
        found = page.evaluate("window.__compare__.candidates()")
        if not found:
            return None
        path = page.evaluate("location.pathname")
        keys = [(path, each["kind"], each["index"], each["label"]) for each in found]

        def rank(at):
            kind = keys[at][1]
            # A link leaves the page: only when nothing on it is left that was not used.
            return (self._of_element[keys[at]], kind == "link", self._of_kind[kind], at)

        best = min(range(len(found)), key=rank)
        turn = self._of_kind[keys[best][1]]
        self._of_element[keys[best]] += 1
        self._of_kind[keys[best][1]] += 1
        return Action(found[best]["kind"], found[best]["index"], found[best]["label"], turn)


def perform(page: Page, action: Action) -> str:
    """Do it; returns what was in the way, or nothing."""
    found = page.evaluate_handle(
        "([kind, index]) => window.__compare__.element(kind, index)", [action.kind, action.index]
    ).as_element()
    if found is None:
        return f"there is no {action.kind} {action.index + 1}"
    try:
        _HOW.get(action.kind, _click)(page, found, action)
    except Error as error:
        return str(error).splitlines()[0][:200]
    return ""


def _click(page: Page, found: ElementHandle, action: Action):
    try:
        found.click(timeout=TIMEOUT_MS)
    except Error:
        found.evaluate("each => each.click()")


def _check(page: Page, found: ElementHandle, action: Action):
    found.evaluate("each => each.click()")


def _dropdown(page: Page, found: ElementHandle, action: Action):
    _click(page, found, action)
    options = page.locator(OPTIONS)
    with contextlib.suppress(Error):
        options.first.wait_for(timeout=TIMEOUT_MS)
    unselected = [
        at
        for at in range(min(options.count(), 12))
        if options.nth(at).get_attribute("aria-selected") != "true"
        and not options.nth(at).locator("input:checked").count()
    ]
    if unselected:
        options.nth(unselected[action.turn % len(unselected)]).click(timeout=TIMEOUT_MS)
    page.keyboard.press("Escape")


def _slider(page: Page, found: ElementHandle, action: Action):
    found.focus()
    low = found.get_attribute("aria-valuenow") == found.get_attribute("aria-valuemin")
    page.keyboard.press("ArrowRight" if low or action.turn % 2 else "ArrowLeft")


def _text(page: Page, found: ElementHandle, action: Action):
    found.fill("a" if action.turn % 2 == 0 else "2", timeout=TIMEOUT_MS)
    found.press("Enter")
    found.evaluate("each => each.blur()")


def _number(page: Page, found: ElementHandle, action: Action):
    found.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    found.evaluate("each => each.blur()")


def _date(page: Page, found: ElementHandle, action: Action):
    _click(page, found, action)
    days = page.locator(DAYS)
    days.first.wait_for(timeout=TIMEOUT_MS)
    for day in ("10", "20"):  # the second one for a range
        wanted = days.get_by_text(day, exact=True).first
        with contextlib.suppress(Error):
            wanted.click(timeout=1_000)
    page.keyboard.press("Escape")


def _select(page: Page, found: ElementHandle, action: Action):
    count = found.evaluate("each => each.options.length")
    at = found.evaluate("each => each.selectedIndex")
    found.select_option(index=(at + 1) % count, timeout=TIMEOUT_MS)


def _point(page: Page, found: ElementHandle, action: Action):
    place = page.evaluate("plot => window.__compare__.point(plot)", found)
    if place is not None:
        page.mouse.move(place[0] - 1, place[1])
        page.mouse.move(*place)
        page.wait_for_timeout(200)  # plotly.js takes a click on what it has hovered
        page.mouse.click(*place)
        page.mouse.move(1, 1)


_HOW = {
    "dropdown": _dropdown,
    "radio": _check,
    "checkbox": _check,
    "slider": _slider,
    "text": _text,
    "number": _number,
    "date": _date,
    "select": _select,
    "point": _point,
}
