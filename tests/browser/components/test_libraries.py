"""Each library in the gallery is clicked, typed in or dragged, and a Python callback answers."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def open_page(open_example):
    """Open a page of the gallery by its path. The site is built once for all of them."""
    return lambda path="": open_example("gallery", path)


def drag(page, start, by):
    """Press the mouse in the middle of an element, move it by (x, y) in steps, and release it."""
    box = start.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=8)
    page.mouse.up()


def test_menu_leads_from_library_to_library(open_page):
    page = open_page()
    expect(page.locator("nav a.current")).to_have_text("Start")
    page.click("#ask")
    expect(page.locator("#who")).to_contain_text("for the 1. time")
    for name in ("Mantine", "AG Grid", "DAQ", "Core components"):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.locator("h1")).to_have_text(name)
        expect(page.locator("nav a.current")).to_have_text(name)
    # MathJax complains when the page of a formula is left while it measures.
    expect(page.locator("mjx-container svg").first).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text("DAQ")


def test_core_components(open_page):
    page = open_page("core/")
    expect(page.locator("#core-typed")).to_have_text("gull-rock-light")
    page.fill("#core-text", "North Pier")
    expect(page.locator("#core-typed")).to_have_text("north-pier")
    page.get_by_label("sauna").check()
    expect(page.locator("#core-booked")).to_contain_text("7 nights on Brisa with boat, sauna: 700")
    content = b"seven islands"
    file = {"name": "islands.txt", "mimeType": "text/plain", "buffer": content}
    page.set_input_files("#core-upload input", file)
    expect(page.locator("#core-uploaded")).to_contain_text("islands.txt: 13 bytes, sha256 ")
    with page.expect_download() as download:
        page.click("#core-fetch")
    assert download.value.suggested_filename == "islands.csv"
    assert download.value.path().read_text().startswith("island,people\nAldra,4210\n")
    page.get_by_text("Corr", exact=True).click()
    expect(page.locator("#core-tab")).to_contain_text("slate")
    expect(page.locator("mjx-container").first).to_be_attached()
    expect(page.locator("code .hljs-keyword").first).to_have_text("def")


def test_datatable(open_page):
    page = open_page("table/")
    expect(page.locator("#table-total")).to_contain_text("12 boats owe 4,240 kr")
    page.locator("th[data-dash-column='harbour'] input[type='text']").first.fill("Aldra")
    page.keyboard.press("Enter")
    expect(page.locator("#table-total")).to_contain_text("3 boats owe 1,245 kr")
    page.locator("#table-ledger td[data-dash-column='fee']").first.click()
    expect(page.locator("#table-cell")).to_have_text("Auk: fee is 310")
    page.keyboard.type("400")
    page.keyboard.press("Enter")
    expect(page.locator("#table-total")).to_contain_text("3 boats owe 1,335 kr")


def test_bootstrap(open_page):
    page = open_page("bootstrap/")
    page.fill("#dbc-name", "Ada")
    expect(page.locator("#dbc-price")).to_contain_text("Ada travels Aldra → Corr → Fenholm")
    page.get_by_label("A bicycle comes along").check()
    expect(page.locator("#dbc-price")).to_contain_text("395 crowns")
    page.select_option("#dbc-to", "Eska")
    expect(page.locator("#dbc-price")).to_contain_text("90 minutes for 375 crowns")
    page.click("#dbc-buy")
    expect(page.locator("#dbc-ticket")).to_contain_text("Ada travels")
    page.click("#dbc-thanks")
    expect(page.locator("#dbc-ticket")).to_have_count(0)
    expect(page.locator("#dbc-toast")).to_contain_text("harbour master")
    page.get_by_role("button", name="Corr").click()
    expect(page.locator("#dbc-opened")).to_have_text("Corr is open.")
    page.get_by_text("Menu", exact=True).click()
    expect(page.locator("#dbc-tab")).to_contain_text("Oysters")


def test_mantine(open_page):
    page = open_page("mantine/")
    page.click("#dmc-next")
    expect(page.locator("#dmc-plan")).to_contain_text("Next: pack")
    page.get_by_text("percent").click()
    page.locator(".mantine-MultiSelect-input").click()
    page.get_by_role("option", name="Eska").click()
    expect(page.locator("#dmc-chart-text")).to_contain_text("on 4 islands")
    expect(page.locator("#dmc-chart .recharts-area-curve")).to_have_count(4)
    page.keyboard.press("Escape")
    page.locator("#dmc-heat [role='slider']").press("ArrowRight")
    expect(page.locator("#dmc-cabin")).to_contain_text("20 °C")
    page.click("#dmc-entry")
    expect(page.locator("#dmc-percent")).to_have_text("75 %")


def test_ag_grid(open_page):
    page = open_page("ag-grid/")
    expect(page.locator("#grid-selected")).to_contain_text("400 sailings shown")
    expect(page.locator("[row-id='100'] .harbour-B")).to_have_text("Brisa")
    page.click("#grid-fog")
    expect(page.locator("#grid-selected")).to_contain_text("89 sailings shown")
    page.click("#grid-fog")
    expect(page.locator("#grid-selected")).to_contain_text("400 sailings shown")
    page.get_by_label("From Filter Input").fill("Gull")
    expect(page.locator("#grid-selected")).not_to_contain_text("400 sailings")
    page.locator(".ag-row[row-index='0'] input[type='checkbox']").check()
    expect(page.locator("#grid-selected")).to_contain_text("1 sailings ticked")
    cell = page.locator(".ag-row[row-index='0'] [col-id='sold']")
    old = cell.inner_text()
    cell.dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("#grid-edited")).to_contain_text(f"sold was {old}, is now 5.")


def test_cytoscape(open_page):
    page = open_page("cytoscape/")
    expect(page.locator("#cyto canvas").first).to_be_visible()
    where = "name => { const p = cy.getElementById(name).renderedPosition(); return [p.x, p.y] }"
    page.wait_for_function("window.cy && cy.nodes().length === 7")
    for name in ("Gull Rock", "Fenholm"):
        x, y = page.evaluate(where, name)
        page.locator("#cyto").click(position={"x": x, "y": y})
        expect(page.locator("#cyto-way")).to_contain_text(name)
    way = "Gull Rock → Brisa → Eska → Fenholm: 130 minutes"
    expect(page.locator("#cyto-way")).to_have_text(way)


def test_leaflet(open_page):
    page = open_page("leaflet/")
    text = page.locator("#map-buoy-text")
    expect(text).to_contain_text("middle of Eska")
    drag(page, page.locator(".leaflet-marker-icon"), by=(40, 90))
    expect(text).to_contain_text("middle of Fenholm")
    corr = page.locator(".leaflet-tile-pane path.leaflet-interactive").nth(2).bounding_box()
    # Between the ferry lines, which lead north and west and lie above the island.
    page.mouse.click(corr["x"] + corr["width"] * 0.4, corr["y"] + corr["height"] * 0.8)
    expect(page.locator("#map-island-text")).to_contain_text("Corr: 2,050 people")
    page.locator("#map").click(position={"x": 60, "y": 480})
    expect(page.locator("#map-sea-text")).to_contain_text("m deep at")


def test_iconify(open_page):
    page = open_page("iconify/")
    expect(page.locator(".icon-tile svg")).to_have_count(26)
    page.fill("#icon-search", "sh")
    expect(page.locator("#icon-found")).to_have_text("2 of 26 icons")
    expect(page.locator(".icon-tile:visible")).to_have_count(2)
    page.get_by_role("button", name="shell").click()
    expect(page.locator("#icon-chosen")).to_have_text("DashIconify(icon='sea:shell')")
    page.get_by_label("coral").check()
    expect(page.locator("#icon-frame svg")).to_have_css("color", "rgb(228, 87, 46)")


def test_daq(open_page):
    page = open_page("daq/")
    expect(page.locator("#daq-engine")).to_contain_text("13.9 knots")
    page.locator("#daq-lamp button").click()
    expect(page.locator("#daq-lamps")).to_contain_text("lamp on")
    drag(page, page.locator("#daq-stick > div > div").last, by=(30, 0))
    expect(page.locator("#daq-helm")).to_contain_text("to the east")
    page.fill("#daq-fuel input", "4")
    expect(page.locator("#daq-tanks")).to_contain_text("480 litres")
    page.locator("#daq-power button").click()
    expect(page.locator("#daq-engine")).to_contain_text("the ferry drifts")


def test_extensions(open_page):
    page = open_page("extensions/")
    page.locator("#ext-pad").click(position={"x": 50, "y": 40})
    expect(page.locator("#ext-clicked")).to_have_text("Click 1 at 50, 40")
    page.locator("#ext-field").press("ArrowLeft")
    expect(page.locator("#ext-pressed")).to_have_text("Key 1: ArrowLeft")
    expect(page.locator(".wheel svg")).to_be_visible()
    page.get_by_label("play").check()
    expect(page.locator("#ext-wheel-text")).to_have_text("Hard a-starboard!")
    page.fill("#ext-html", "<i onclick='steal()'>Fog</i>")
    expect(page.locator(".purified i")).to_have_text("Fog")
    assert page.locator(".purified").inner_html() == "<i>Fog</i>"
    expect(page.locator("svg .node, svg [class*='node']").first).to_contain_text("Aldra")


def test_javascript_written_by_the_app_and_bundles_asked_for_late(open_small_app):
    """R-11, R-46: `assign` writes into assets, `load_extra_layouts` adds to `_js_dist`."""
    page = open_small_app("written_assets")
    shape = page.locator("path.leaflet-interactive")
    expect(shape).to_have_attribute("stroke", "#c0392b")
    box = shape.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7)
    expect(page.locator("#clicked")).to_have_text("It is #c0392b.")
    page.wait_for_function("window.cy && cy.nodes().length === 3")
    a, b, c = page.evaluate("['a', 'b', 'c'].map(id => cy.getElementById(id).position('y'))")
    assert a < b == c


def test_an_enriched_app_and_its_imports_of_a_server(open_small_app):
    """dash_extensions.enrich with the transforms that go together; it keeps values in Python."""
    page = open_small_app("enriched")
    page.click("#my-left")
    expect(page.locator("#my-said")).to_have_text("Ada went left 1")
    page.click("#my-right")
    expect(page.locator("#my-said")).to_have_text("right 1")
    expect(page.locator("#my-blocked")).to_have_text("blocked 1")
    page.click("#my-left")
    expect(page.locator("#my-said")).to_have_text("Ada went left 2")
    expect(page.locator("#my-triggered")).to_have_text("Ada set this off")
    expect(page.locator("#my-counted")).to_have_text("2 in a set")
    page.fill("#my-celsius", "100")
    expect(page.locator("#my-fahrenheit")).to_have_value("212")
    page.fill("#my-fahrenheit", "50")
    expect(page.locator("#my-celsius")).to_have_value("10")
