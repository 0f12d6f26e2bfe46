"""Each dcc input component receives the user's input, and Python receives its value."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(page):
    """The page, allowed to use the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


@pytest.fixture
def controls(open_small_app):
    """The page with all input components."""
    return open_small_app("controls")


def expect_received(page, name, text):
    """Expect that Python has received this JSON of a property."""
    expect(page.locator(f"pre#{name}")).to_have_text(text)


def test_input_waits_for_enter_or_blur_when_told_to(controls):
    """R-79: debounce inside of dcc.Input; n_submit and n_blur count."""
    controls.fill("#text", "pier")
    controls.fill("#live", "abc")
    expect_received(controls, "live-value", '"abc"')
    expect_received(controls, "text-value", '"pier"')  # to go to the next one was a blur
    expect_received(controls, "text-n_blur", "1")
    controls.fill("#text", "piers")
    expect_received(controls, "text-value", '"pier"')
    controls.locator("#text").press("Enter")
    expect_received(controls, "text-n_submit", "1")
    expect_received(controls, "text-value", '"piers"')


def test_number_input_gives_numbers_and_refuses_what_is_out_of_range(controls):
    controls.fill("#number", "3.5")
    expect_received(controls, "number-value", "3.5")
    controls.fill("#number", "11")
    expect_received(controls, "number-value", "null")
    controls.fill("#number", "4")
    controls.locator("#number").press("ArrowUp")
    expect_received(controls, "number-value", "4.5")


def test_textarea_keeps_lines(controls):
    controls.locator("#area").press("ControlOrMeta+End")
    controls.locator("#area").press_sequentially("\nthree")
    expect_received(controls, "area-value", '"one\\ntwo\\nthree"')
    controls.locator("#live").focus()
    expect_received(controls, "area-n_blur", "1")


def test_dropdown_is_searched_chosen_from_and_cleared(controls):
    controls.click("#town")
    options = controls.locator(".dash-dropdown-content").get_by_role("option")
    expect(options).to_have_text(["Aldra", "Brisa", "Corr"])
    controls.keyboard.type("br")
    expect_received(controls, "town-search_value", '"br"')
    expect(options).to_have_text(["Brisa"])
    options.click()
    expect_received(controls, "town-value", '"Brisa"')
    controls.get_by_label("Clear selection").first.click()
    expect_received(controls, "town-value", "null")


def test_dropdown_of_many_has_components_for_labels(controls):
    """R-26, R-51: `options[].label`."""
    expect(controls.locator("#towns .bold")).to_have_text("Aldra")
    controls.click("#towns")
    controls.locator(".dash-dropdown-content").get_by_role("option", name="Corr").click()
    expect_received(controls, "towns-value", "[0, 2]")
    expect(controls.locator("#towns .bold")).to_have_text(["Aldra", "Corr"])


def test_checklist_and_radio_items(controls):
    controls.get_by_label("milk").check()
    expect_received(controls, "breakfast-value", '["tea", "milk"]')
    controls.get_by_label("tea").uncheck()
    expect_received(controls, "breakfast-value", '["milk"]')
    controls.click("#low")
    expect_received(controls, "tide-value", "1")
    controls.get_by_label("high").check()
    expect_received(controls, "tide-value", "2")


def test_slider_moves_by_key_and_by_mouse(controls):
    knob = controls.locator("#knots").get_by_role("slider")
    knob.press("ArrowRight")
    expect_received(controls, "knots-value", "4")
    expect_received(controls, "knots-drag_value", "4")
    knob.press("End")
    expect_received(controls, "knots-value", "10")


def test_range_slider_gives_both_ends(controls):
    knobs = controls.locator("#range").get_by_role("slider")
    knobs.first.press("ArrowLeft")
    expect_received(controls, "range-value", "[0, 15]")
    knobs.last.press("ArrowRight")
    expect_received(controls, "range-value", "[0, 20]")


def test_date_picker_gives_an_iso_date_and_knows_its_limits(controls):
    expect_received(controls, "day-date", '"2026-06-12"')
    controls.click("#day")
    days = controls.locator(
        ".dash-datepicker-calendar td:not(.dash-datepicker-calendar-date-outside)"
    )
    days.get_by_text("24", exact=True).click()
    expect_received(controls, "day-date", '"2026-06-24"')
    controls.fill("#day", "2026-06-01")  # before the first day allowed
    controls.locator("#day").press("Enter")
    controls.locator("#live").focus()
    expect_received(controls, "day-date", '"2026-06-24"')


def test_date_range_is_chosen_in_two_clicks(controls):
    controls.locator("#stay").first.click()
    days = controls.locator(".dash-datepicker-calendar").first.locator("td")
    days.get_by_text("9", exact=True).first.click()
    days.get_by_text("16", exact=True).click()
    expect_received(controls, "stay-start_date", '"2026-06-09"')
    expect_received(controls, "stay-end_date", '"2026-06-16"')


def test_tabs_start_with_the_first_and_show_the_chosen(controls):
    """R-79: a value that the app did not set is sent on mount."""
    expect_received(controls, "tabs-value", '"a"')
    expect(controls.locator("#first")).to_be_visible()
    controls.get_by_text("Sea", exact=True).click()
    expect_received(controls, "tabs-value", '"b"')
    expect(controls.locator("#second")).to_be_visible()
    expect(controls.locator("#first")).to_have_count(0)
    controls.get_by_text("Shut", exact=True).click(force=True)
    expect_received(controls, "tabs-value", '"b"')


def test_button_counts_clicks_and_blurs(controls):
    controls.click("#button")
    controls.click("#button")
    expect_received(controls, "button-n_clicks", "2")
    controls.locator("#live").focus()
    expect_received(controls, "button-n_blur", "1")


def test_clipboard_copies_an_element_or_what_python_answers(controls):
    """R-75: at once by `target_id`; after its own callback by `content`."""
    controls.click("#copy")
    expect_received(controls, "copy-n_clicks", "1")
    controls.wait_for_function(
        "navigator.clipboard.readText().then(text => text.trim() === 'In the harbour')"
    )
    controls.click("#copy-content")
    expect_received(controls, "copy-content-content", '"copied from Python 1"')
    controls.wait_for_function(
        "navigator.clipboard.readText().then(text => text === 'copied from Python 1')"
    )


def test_confirm_dialog_asks_the_user(controls):
    """R-77."""
    asked = []

    def accept(dialog):
        asked.append(dialog.message)
        dialog.accept()

    controls.once("dialog", accept)
    controls.click("#ask")
    expect_received(controls, "confirm-submit_n_clicks", "1")
    expect_received(controls, "confirm-displayed", "false")
    controls.once("dialog", lambda dialog: dialog.dismiss())
    controls.click("#ask")
    expect_received(controls, "confirm-cancel_n_clicks", "1")
    expect_received(controls, "confirm-submit_n_clicks", "1")
    assert asked == ["Sure?"]


def test_confirm_dialog_provider_wraps_a_button(controls):
    """R-30, R-77: it clones its child with its own `onClick`."""
    controls.once("dialog", lambda dialog: dialog.dismiss())
    controls.click("#sink")
    expect_received(controls, "provider-cancel_n_clicks", "1")
    controls.once("dialog", lambda dialog: dialog.accept())
    controls.click("#sink")
    expect_received(controls, "provider-submit_n_clicks", "1")


def test_interval_ticks_as_often_as_it_may(controls):
    """R-72: `max_intervals`, also when a callback changes it."""
    expect_received(controls, "clock-n_intervals", "4")
    controls.click("#slower")
    expect_received(controls, "clock-n_intervals", "5")


def test_loading_covers_only_what_it_holds(controls):
    """R-55, R-56: from the call until its result, strictly below itself."""
    cover = controls.locator(".dash-spinner, [class*='dash-dot']").first
    expect(cover).to_have_count(0)
    controls.click("#load")
    expect(cover).to_be_visible()
    expect(controls.locator("#loaded")).to_have_attribute("data-dash-is-loading", "true")
    expect(controls.locator("#beside")).not_to_have_attribute("data-dash-is-loading", "true")
    controls.click("#finish")
    expect(controls.locator("#loaded")).to_have_text("loaded 1")
    expect(cover).to_have_count(0)
    expect(controls.locator("#loaded")).not_to_have_attribute(
        "data-dash-is-loading", re.compile(".*")
    )
