"""Clicks and texts in `restarts.py`, and the state that the page must then have."""

import random

from playwright.sync_api import Page, expect

# The page's workers, in the order of their start.
COUNT_WORKERS = """window.pyrtWorkers = []; window.Worker = class extends Worker {
  constructor(...given) { super(...given); window.pyrtWorkers.push(this); }
};"""
END_WORKER = "window.pyrtWorkers.at(-1).terminate()"
STARTED_AGAIN = """ends => window.pyrtWorkers.length > ends
  && document.querySelector('.pyrt-notice--python') === null"""
# The heartbeat of the page, five times as fast: 10 s, many times, would be too long.
QUICK_HEARTBEAT = """const set = window.setInterval;
  window.setInterval = (run, ms, ...rest) => set(run, ms === 1000 ? 200 : ms, ...rest);"""

NAMES = ["Ada", "Grace", "Mary", "Joan"]
COLOURS = ["red", "green", "blue"]
STEPS = ["add", "name", "colour", "row", "echo", "link"]


class Script:
    """What a user does in one page, and what it must show then."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.items = self.total = self.echoes = self.made = 0
        self.rows: list[str] = []
        self.name, self.colour, self.search = "", "red", ""

    def play(self, steps: list[str]) -> None:
        """Do these steps at once, one after the other."""
        for step in steps:
            getattr(self, f"_{step}")()

    def expect_state(self) -> None:
        """Wait for the results of all steps."""
        for selector, text in (
            ("#greeting", f"{self.name} likes {self.colour}"),
            ("#length", f"{self.items} items"),
            ("#total", f"total {self.total}"),
            ("#all", ", ".join(map(str.upper, self.rows)) or "no rows"),
            ("#echoed", f"{self.echoes} echoes"),
            ("#page", f"page {self.search or 'first'}"),
        ):
            expect(self.page.locator(selector)).to_have_text(text)
        assert self.page.input_value("#name") == self.name
        assert self.page.is_checked(f"input[value={self.colour}]")

    def accept(self, failed: list[str]) -> None:
        """These calls had begun when Python ended: what they would have done is done by others."""
        self.page.wait_for_function("!document.querySelector('._dash-loading-callback')")
        if "make_row" in failed:
            shown = self.page.locator("#rows input")
            values = [shown.nth(index).input_value() for index in range(shown.count())]
            assert len(values) == len(self.rows) - failed.count("make_row")
            self.rows = values
        if "upper" in failed:
            for index, value in enumerate(self.rows):
                self.rows[index] = f"{value}!"
                self.page.locator("#rows input").nth(index).fill(self.rows[index])
        refresh = {"count": "add", "add_up": "add", "show_all": "row", "greet": "name"}
        self.play([refresh[name] for name in failed if name in refresh])
        if "show_page" in failed:
            self._link()
        if "add" in failed:
            self._expect_lost(failed.count("add"))

    def _expect_lost(self, count: int) -> None:
        """So many numbers are not in the list."""
        self._add()
        self.items -= count
        expect(self.page.locator("#length")).to_have_text(f"{self.items} items")
        self.page.wait_for_function("!document.querySelector('._dash-loading-callback')")
        total = int(self.page.inner_text("#total").removeprefix("total "))
        assert 0 < self.total - total <= count * self.clicks
        self.total = total

    def _add(self) -> None:
        self.clicks += 1
        self.items += 1
        self.total += self.clicks
        self.page.click("#add")

    def _row(self) -> None:
        self.made += 1
        self.rows.append(f"row {self.made}")
        self.page.click("#new")

    def _echo(self) -> None:
        self.echoes += 1
        self.page.click("#echo")

    def _name(self) -> None:
        self.name = NAMES[(NAMES.index(self.name) + 1 if self.name else 0) % len(NAMES)]
        self.page.fill("#name", self.name)

    def _colour(self) -> None:
        self.colour = COLOURS[(COLOURS.index(self.colour) + 1) % len(COLOURS)]
        self.page.check(f"input[value={self.colour}]")

    def _link(self) -> None:
        """Go to the other page, or back."""
        if self.search:
            self.page.go_back()
        else:
            self.page.click("#link")
        self.search = "" if self.search else "?page=other"


def random_steps(chance: random.Random, count: int) -> list[str]:
    """Return steps in a random order."""
    return [chance.choice(STEPS) for _ in range(count)]
