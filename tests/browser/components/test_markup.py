"""html as a whole: every tag is drawn, clicks are counted, attributes arrive, bad links do not."""

import json

import pytest
from playwright.sync_api import expect

# Tags whose name in HTML is another one than the class's.
NAMES = {"MapEl": "map", "ObjectEl": "object"}


@pytest.fixture
def markup(open_small_app, expected_errors):
    """The page; one of its links is refused."""
    expected_errors.append("Dangerous link detected")
    return open_small_app("markup")


def test_every_tag_is_drawn(markup):
    """R-1, R-3: 119 of 125; the rest would load a page or show itself as text."""
    names = json.loads(markup.locator("#names").inner_text())
    drawn = markup.evaluate(
        """names => names.map(name => {
            const element = document.getElementById(`tag-${name}`);
            return element && [element.localName, element.title];
        })""",
        names,
    )
    assert len(names) == 119
    assert dict(zip(names, drawn, strict=True)) == {
        name: [NAMES.get(name, name.lower()), f"the {name}"] for name in names
    }


def test_clicks_are_counted_where_there_is_an_id(markup):
    """R-40: unless `disable_n_clicks` says not to."""
    markup.click("#press")
    markup.click("#press")
    expect(markup.locator("#pressed")).to_have_text("[2, true]")
    markup.click("#tag-Article")
    expect(markup.locator("#clicked")).to_have_text("[1, null, null]")
    markup.click("#quiet")
    markup.click("#tag-Td")
    expect(markup.locator("#clicked")).to_have_text("[1, 1, null]")


def test_attributes_arrive(markup):
    """R-64: data-, aria-, style in camel case, with units where CSS wants them."""
    element = markup.locator("#attributes")
    for name, value in {
        "class": "one two",
        "data-colour": "red",
        "aria-label": "spoken",
        "lang": "de",
        "dir": "rtl",
        "role": "note",
        "tabindex": "3",
        "contenteditable": "true",
    }.items():
        expect(element).to_have_attribute(name, value)
    expect(element).to_have_css("font-weight", "700")
    expect(element).to_have_css("margin-top", "4px")
    expect(element).to_have_css("--own", "7px")
    assert not element.evaluate("element => element.hidden")


def test_children_of_all_kinds(markup):
    """R-31: what is no component goes to React as it is."""
    assert markup.locator("#children").inner_html() == "0text1.5<b>bold</b>"


def test_a_dictionary_becomes_a_stringified_id(markup):
    """R-47."""
    assert markup.evaluate("""document.getElementById('{"index":1,"kind":"row"}').textContent""")


def test_links_that_would_run_a_script_are_refused(markup):
    """R-40, R-43, and R-32 for the report."""
    expect(markup.locator("#danger")).to_have_attribute("href", "about:blank")
    expect(markup.locator("#safe")).to_have_attribute("href", "https://example.org/?a=b")
    expect(markup.locator("#object")).to_have_attribute("data", "data:text/plain,object")


def test_details_open_and_python_replaces_a_list(markup):
    markup.get_by_text("More").click()
    expect(markup.get_by_text("hidden text")).to_be_visible()
    expect(markup.locator("#opened")).to_have_text("[false, 1]")
    expect(markup.locator("#list li")).to_have_count(3)
    markup.click("#redraw")
    expect(markup.locator("#list li")).to_have_count(200)
    expect(markup.locator("#list > li").last).to_have_text("199 of 1")
