"""dcc.Graph sends the user's actions to Python, and shows the figures that Python sends."""

import pytest
from playwright.sync_api import expect

PLOT = ".nsewdrag"


@pytest.fixture
def graphs(open_small_app):
    """The page, once its first plot is drawn."""
    page = open_small_app("graphs")
    expect(page.locator("#points .point")).to_have_count(9)
    return page


def spot(page, x, y):
    """The position of a point of the grid on the screen."""
    box = page.locator(f"#points {PLOT}").first.bounding_box()
    return box["x"] + box["width"] * (x + 0.5) / 3, box["y"] + box["height"] * (2.5 - y) / 3


def drag(page, start, end):
    """Press the mouse at one point and release it at another."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def test_click_and_hover_arrive(graphs):
    """R-78: `clear_on_unhover`; a Tooltip shows the text that Python returns for the point."""
    graphs.mouse.move(*spot(graphs, 2, 0))
    expect(graphs.locator("#hovered")).to_have_text('"p2"')
    expect(graphs.locator("#tipped")).to_have_text("This is p2")
    expect(graphs.locator("#tipped")).to_be_visible()
    graphs.mouse.move(*spot(graphs, 1, 2))
    expect(graphs.locator("#hovered")).to_have_text('"p7"')
    graphs.mouse.click(*spot(graphs, 1, 2))
    expect(graphs.locator("#clicked")).to_have_text('[["p7"], ["points", "timestamp"]]')
    graphs.mouse.move(5, 5)
    expect(graphs.locator("#hovered")).to_have_text("null")
    expect(graphs.locator("#tipped")).to_have_count(0)


def test_selection_by_box(graphs):
    """R-78: selectedData, with the range that was drawn."""
    (left, low), (right, high) = spot(graphs, -0.3, -0.3), spot(graphs, 1.4, 1.4)
    drag(graphs, (left, low), (right, high))
    expect(graphs.locator("#selected")).to_have_text(
        '[["p0", "p1", "p3", "p4"], ["points", "range"]]'
    )
    expect(graphs.locator("#moved")).to_have_text('["selections"]')


def test_layout_style_and_annotations_arrive(graphs):
    """R-78: relayoutData, restyleData, clickAnnotationData."""
    expect(graphs.locator("#moved")).to_have_text("[]")
    graphs.get_by_text("note", exact=True).click()
    expect(graphs.locator("#noted")).to_have_text('"note"')
    graphs.locator("#points .legendtoggle").first.click()
    expect(graphs.locator("#styled")).to_have_text('[{"visible": ["legendonly"]}, [0]]')
    graphs.evaluate(
        "Plotly.relayout(document.querySelector('#points .js-plotly-plot'), {'xaxis.range[0]': -1})"
    )
    expect(graphs.locator("#moved")).to_have_text('["xaxis.range[0]"]')


def test_data_is_added_at_both_ends(graphs):
    """R-78, but as in Dash: State of the figure has what was added before."""
    drawn = "document.querySelector('#line .js-plotly-plot').data[0].y.join()"
    for added, expected in (
        ("extend", "1,2,10"),
        ("extend", "1,2,10,20"),
        ("extend", "2,10,20,30"),
    ):
        graphs.click(f"#{added}")
        graphs.wait_for_function(f"{drawn} === '{expected}'")
    graphs.click("#prepend")
    graphs.wait_for_function(f"{drawn} === '-1,2,10,20,30'")
    expect(graphs.locator("#line-figure")).to_have_text("[2, 10, 20, 30]")


def test_arrays_travel_as_bytes_and_come_back(graphs):
    """R-21: typed arrays on the way to plotly.js; Python gets the figure as it sent it."""
    expect(graphs.locator("#sum")).to_have_text("10000 points, up to 1.000")
    graphs.click("#compute")
    expect(graphs.locator("#sum")).to_have_text("10000 points, up to 2.000")
    kinds = """() => {
        const [wave, heat] = document.querySelector('#wave .js-plotly-plot')._fullData;
        return [wave.y.constructor.name, wave.y.length, heat.z.length, heat.z[0].length];
    }"""
    assert graphs.evaluate(kinds) == ["Float64Array", 10000, 2, 3]


def test_a_patched_figure_is_drawn_anew(graphs):
    """R-78, S-100: a new object; an unchanged figure is not drawn again."""
    expect(graphs.locator("#patched .point")).to_have_count(3)
    graphs.evaluate("window.untouched = document.querySelector('#line .js-plotly-plot').data")
    graphs.click("#recolour")
    expect(graphs.locator("#patched .point")).to_have_count(4)
    expect(graphs.locator("#patched .js-line")).to_have_css("stroke", "rgb(200, 0, 0)")
    assert graphs.evaluate(
        "window.untouched === document.querySelector('#line .js-plotly-plot').data"
    )


def test_formulas_in_titles(graphs):
    """R-20."""
    expect(graphs.locator("#formula .g-gtitle svg").first).to_be_attached()


def test_a_figure_becomes_a_document_of_its_own(graphs):
    """`to_html` and `write_html` put plotly.js into it, as Python reads it from the page's."""
    graphs.click("#whole")
    inside = graphs.frame_locator("#document")
    expect(inside.locator(".point")).to_have_count(9)
    assert len(graphs.get_attribute("#document", "srcdoc")) > 4_000_000


def test_a_file_of_the_app_stays_open_when_a_package_closes_its_own(graphs):
    """Plotly asks for its version: the snapshot has the standard library's zip file open."""
    expect(graphs.locator("#first-line")).to_have_text("# /// script")
