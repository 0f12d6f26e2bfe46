"""A component package that pyrt does not know works as it does on a Dash server.

tests/components/README.md describes what each component shows.
"""

import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.support.paths import COMPONENTS


@pytest.fixture(scope="session")
def own_app(tmp_path_factory):
    """A copy of the app beside a wheel of the package, named in its requirements.txt."""
    folder = tmp_path_factory.mktemp("own") / "own_package"
    shutil.copytree(COMPONENTS / "app", folder)
    make = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    subprocess.run([*make, COMPONENTS / "package"], check=True)
    (wheel,) = folder.glob("*.whl")
    (folder / "requirements.txt").write_text(f"dash\n./{wheel.name}\n")
    return folder / "app.py"


@pytest.fixture
def own(open_app, own_app):
    """The page of the app."""
    return open_app(own_app)


def test_a_click_reaches_python_and_components_in_props_change(own):
    """R-30, R-51: `setProps`, and an Output whose component lives in the prop `label`."""
    expect(own.locator("#stamp")).to_have_text("Press")
    own.click("#stamp")
    expect(own.locator("#pressed")).to_have_text("pressed 1")
    expect(own.locator("#word")).to_have_text("Press again (1)")
    own.click("#stamp")
    expect(own.locator("#pressed")).to_have_text("pressed 2")
    expect(own.locator("#stamp")).to_have_attribute("data-note", "kept")


def test_style_sheet_and_its_image_are_found(own):
    image = own.locator("#stamp").evaluate("e => getComputedStyle(e).backgroundImage")
    address = image.removeprefix('url("').removesuffix('")')
    assert address.endswith("pkg/pyrt_test_components/css/paper.svg")
    assert own.request.get(address).ok
    expect(own.locator("#shelf")).to_have_css("padding-top", "12px")


def test_components_in_lists_nested_props_and_dicts_are_addressable(own):
    """R-51 to R-53."""
    own.click("#shelf li:nth-child(2)")
    expect(own.locator("#chosen")).to_have_text("b None None")
    expect(own.locator("#title")).to_have_text("Shelf of b")
    expect(own.locator("#first")).to_have_text("first of b")
    own.click("#inner")
    expect(own.locator("#chosen")).to_have_text("b 1 None")
    own.get_by_role("button", name="third").click()
    expect(own.locator("#chosen")).to_have_text("c 1 1")
    own.fill("#left", "spoons")
    expect(own.locator("#typed")).to_have_text("typed 'spoons'")
    expect(own.locator(".drawer-top #top")).to_have_text("spoons")


def test_chunk_is_loaded_from_the_folder_of_its_bundle(own):
    """R-15, R-38: the callback over `later.size` waits until the chunk is there."""
    expect(own.locator("em#later")).to_have_text("later")
    expect(own.locator("#size")).to_have_text("later has 5 letters")
    own.click("#stamp")
    expect(own.locator("#size")).to_have_text("much later has 10 letters")


def test_layout_and_loading_state_can_be_read(own):
    """R-23, R-28."""
    own.click("#stamp")
    expect(own.locator("#peek")).to_have_text("peeked 1 / 1")
    expect(own.locator("#peek")).to_have_attribute("data-busy", "false")
    expect(own.locator("#peek")).to_have_attribute("data-of", "stamp")


def test_external_wrapper_brings_a_component_into_the_layout(own):
    """R-26: its id triggers callbacks, although it was never in a layout."""
    own.click("#stamp")
    expect(own.locator("#invited")).to_have_text("guest 1")
    own.click("#invited")
    expect(own.locator("#visited")).to_have_text("visited 1")


def test_component_that_throws_takes_only_itself_down(own, expected_errors):
    """R-39."""
    expected_errors.append("Broken was asked to break")
    expect(own.locator("#broken")).to_have_text("whole")
    own.click("#break")
    expect(own.get_by_text("Broken was asked to break").first).to_be_visible()
    own.click("#stamp")
    expect(own.locator("#pressed")).to_have_text("pressed 1")
