"""DataTable: rows are filtered, sorted, chosen, edited, styled, explained, paged and exported."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from tests.support.waiting import wait_until_drawn


@pytest.fixture
def tables(open_small_app):
    """The page, once the tables are drawn."""
    page = open_small_app("tables")
    expect(page.locator("#native td[data-dash-column='boat']").first).to_be_visible()
    return page


def expect_received(page, name, text):
    """Expect that Python has received this JSON of a property."""
    expect(page.locator(f"pre#{name}")).to_have_text(text)


def cells(page, table, column):
    """The cells of one column."""
    return page.locator(f"#{table} td[data-dash-column='{column}']")


def filters(page, table, column):
    """The input at the head of a column."""
    return page.locator(f"#{table} th[data-dash-column='{column}'] input[type='text']").first


def test_rows_are_filtered(tables):
    """R-79: derived props are sent on mount and at each change."""
    expect_received(tables, "native-derived_virtual_row_ids", '["auk", "brant", "coot", "dunlin"]')
    filters(tables, "native", "harbour").fill("Ald")
    tables.keyboard.press("Enter")
    expect_received(tables, "native-filter_query", '"{harbour} scontains Ald"')
    expect_received(tables, "native-derived_virtual_row_ids", '["auk", "coot"]')
    filters(tables, "native", "fee").fill("> 1000")
    tables.keyboard.press("Enter")
    expect_received(tables, "native-derived_virtual_row_ids", '["coot"]')
    expect(cells(tables, "native", "boat")).to_have_text(["Coot"])
    expect(tables.locator("pre#native-derived_filter_query_structure")).to_contain_text('"&&"')


def test_rows_are_sorted_by_several_columns(tables):
    for column in ("harbour", "fee", "fee"):
        tables.locator(f"#native th[data-dash-column='{column}'] .column-header--sort").click()
    by = '[{"column_id": "harbour", "direction": "asc"}, {"column_id": "fee", "direction": "desc"}]'
    expect_received(tables, "native-sort_by", by)
    expect_received(tables, "native-derived_virtual_row_ids", '["coot", "auk", "brant", "dunlin"]')


def test_rows_are_selected_and_deleted(tables):
    boxes = tables.locator("#native td input[type='checkbox']")
    boxes.nth(2).check()
    boxes.nth(0).check()
    expect_received(tables, "native-selected_row_ids", '["coot", "auk"]')
    tables.locator("#native td.dash-delete-cell").nth(1).click()
    expect_received(tables, "native-derived_virtual_row_ids", '["auk", "coot", "dunlin"]')
    expect_received(tables, "native-selected_row_ids", '["coot", "auk"]')


def test_columns_are_hidden_and_selected(tables):
    tables.locator("#native th[data-dash-column='harbour'] .column-header--hide").click()
    expect_received(tables, "native-hidden_columns", '["harbour"]')
    expect(cells(tables, "native", "harbour")).to_have_count(0)
    tables.locator("#edited th[data-dash-column='fee'] input[type='radio']").check()
    expect_received(tables, "edited-selected_columns", '["fee"]')


def test_numbers_are_formatted_and_styles_follow_values(tables):
    fees = cells(tables, "native", "fee")
    expect(fees).to_have_text(["310.00 kr", "45.00 kr", "1200.00 kr", "80.00 kr"])
    expect(fees.nth(0)).to_have_css("background-color", "rgb(255, 220, 220)")
    expect(fees.nth(1)).not_to_have_css("background-color", "rgb(255, 220, 220)")
    expect(fees.nth(1)).to_have_css("color", "rgb(0, 100, 0)")
    head = tables.locator("#native th[data-dash-column='since']").first
    expect(head).to_have_css("font-style", "italic")
    cells(tables, "native", "boat").nth(3).click()
    expect(tables.locator("pre#native-active_cell")).to_contain_text('"row_id": "dunlin"')
    expect(cells(tables, "native", "boat").nth(3)).to_have_css("border-top-color", "rgb(0, 0, 255)")


def test_tooltips_are_shown(tables):
    cells(tables, "native", "boat").first.hover()
    expect(tables.locator(".dash-table-tooltip strong")).to_have_text("first")
    tables.locator("#native th[data-dash-column='fee']").first.hover()
    expect(tables.locator(".dash-table-tooltip")).to_contain_text("crowns a year")


def enter(page, text):
    """Type into the selected cell, after the table has rendered the selection.

    A cell of dash-table that is drawn again takes back what was typed and shows its value.
    """
    wait_until_drawn(page)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_cells_are_edited_and_checked(tables):
    """Python gets the whole of the new data; a value that is no number is refused."""
    expect(tables.locator("#total")).to_contain_text("1635 for 4")
    cells(tables, "edited", "fee").first.click()
    enter(tables, "500")
    expect(tables.locator("#total")).to_contain_text("1825 for 4")
    expect(tables.locator("pre#edited-data_previous")).to_contain_text('"fee": 310')
    enter(tables, "many")
    expect(cells(tables, "edited", "fee")).to_have_text(["$500", "$45", "1200", "$80"])
    cells(tables, "edited", "boat").first.click()
    enter(tables, "Other")
    expect(cells(tables, "edited", "boat").first).to_have_text("Auk")


def test_a_cell_is_chosen_from_a_dropdown_and_python_adds_a_row(tables):
    cells(tables, "edited", "paid").first.locator(
        ".Select-arrow-zone, .dash-dropdown"
    ).first.click()
    tables.locator(".Select-option, [role='option']").get_by_text("yes", exact=True).click()
    expect(tables.locator("#total")).to_contain_text("paid ['yes', 'no', 'no', 'no']")
    tables.click("#add")
    expect(tables.locator("#total")).to_contain_text("1636 for 5")
    expect(cells(tables, "edited", "note").last.locator("em")).to_have_text("n")


def test_cells_are_copied_and_pasted(tables):
    tables.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cells(tables, "edited", "fee").nth(1).click()
    tables.keyboard.press("ControlOrMeta+c")
    cells(tables, "edited", "fee").nth(2).click()
    tables.keyboard.press("ControlOrMeta+v")
    expect(tables.locator("#total")).to_contain_text("480 for 4")


def exported(page, table):
    """The content of the file that the export button of a table downloads."""
    with page.expect_download() as download:
        page.locator(f"#{table} button.export").click()
    return download.value.path().read_bytes()


def test_tables_are_exported(tables):
    """R-10: the chunk `async-export` is loaded at the first export."""
    lines = exported(tables, "edited").decode("utf-8-sig").splitlines()
    assert lines[:2] == ["boat,fee,paid,note", "Auk,310,no,"]
    with zipfile.ZipFile(io.BytesIO(exported(tables, "books"))) as book:
        assert b"<v>1200</v>" in book.read("xl/worksheets/sheet1.xml")


def test_pages_are_turned(tables):
    first = cells(tables, "paged", "number").first
    expect(first).to_have_text("0")
    tables.locator("#paged .next-page").click()
    expect_received(tables, "paged-page_current", "1")
    expect(first).to_have_text("10")
    expect(tables.locator("pre#paged-derived_viewport_data")).to_contain_text('[{"number": 10')
    tables.locator("#paged button.last-page").click()
    expect(first).to_have_text("4990")
    expect(tables.locator("#paged button.last-page")).to_be_disabled()


def test_only_rows_that_are_seen_are_drawn(tables):
    numbers = cells(tables, "virtual", "number")
    expect(numbers.first).to_have_text("0")
    assert numbers.count() < 100
    box = tables.locator("#virtual .dt-table-container__row-1")
    box.evaluate("element => { element.scrollTop = element.scrollHeight; }")
    expect(numbers.last).to_have_text("4999")
    assert numbers.count() < 100


def test_python_serves_pages_sorts_and_filters(tables):
    """The page never has more than five rows."""
    numbers = cells(tables, "custom", "number")
    expect(numbers).to_have_text(["0", "1", "2", "3", "4"])
    tables.locator("#custom .next-page").click()
    expect(numbers).to_have_text(["5", "6", "7", "8", "9"])
    filters(tables, "custom", "number").fill("even")
    tables.keyboard.press("Enter")
    expect(numbers).to_have_text(["10", "12", "14", "16", "18"])
    for _ in range(2):
        tables.locator("#custom th[data-dash-column='square'] .column-header--sort").click()
    expect(numbers).to_have_text(["4988", "4986", "4984", "4982", "4980"])
