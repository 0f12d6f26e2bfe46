"""The penguins: a lasso in one picture chooses the birds of all others."""

import re

import pytest
from playwright.sync_api import expect

NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def penguins(open_example):
    page = open_example("penguins")
    # pandas, plotly and scikit-learn are imported, and k-means has run, by then
    expect(page.locator("#summary strong")).to_have_text("300 birds", timeout=60_000)
    return page


def drag_over(page, graph, share):
    """Drag the mouse over the middle of a picture, around so much of its width and height."""
    box = page.locator(f"#{graph} .nsewdrag").first.bounding_box()
    left = box["x"] + box["width"] * (1 - share) / 2
    top = box["y"] + box["height"] * (1 - share) / 2
    right, bottom = left + box["width"] * share, top + box["height"] * share
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 1)):
        page.mouse.move(x, y, steps=4)
        # A browser hands on the last move of each frame: a corner must not share one with the next.
        page.evaluate(NEXT_FRAME)
    page.mouse.up()


def test_lasso_chooses_birds_everywhere(penguins):
    drag_over(penguins, "measured", 0.6)
    summary = penguins.locator("#summary strong")
    expect(summary).to_have_text(re.compile(r"^([1-9]\d?|[12]\d\d) birds"))  # some, but not all 300
    expect(penguins.locator("#grid [row-index]")).not_to_have_count(0)
    faded = "[...document.querySelectorAll('#components .point')].some(p => p.style.opacity < 1)"
    penguins.wait_for_function(faded)


def test_species_and_clusters_change_the_table(penguins):
    penguins.get_by_label("Gentoo").uncheck()
    expect(penguins.locator("#summary strong")).to_have_text("200 birds")
    expect(penguins.locator("#summary li")).to_have_count(2)
    penguins.select_option("#across", "mass")
    expect(penguins.locator("#measured .xtitle")).to_have_text("Mass (g)")
    expect(penguins.locator("#components .xtitle")).to_have_text(re.compile(r"first \(\d+%\)"))
