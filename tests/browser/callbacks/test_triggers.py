"""What a callback sees at its trigger (S-51, S-87), and values of its own."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def triggers(open_small_app):
    return open_small_app("triggers")


def test_state_is_what_it_was_at_the_trigger(triggers):
    """S-51: a clientside callback of the same click clears the text at once."""
    for text in ("hello", "again"):
        triggers.fill("#message", text)
        triggers.click("#send")
        expect(triggers.locator("#sent")).to_have_text(f"python {text}")
        expect(triggers.locator("#sent-too")).to_have_text(f"page {text}")
        expect(triggers.locator("#message")).to_have_value("")


def test_each_call_has_values_of_its_own(triggers):
    """S-51: exactly lists and dicts; what one keeps or changes no other sees."""
    for name, text in (("types", "True True 0"), ("change", "601"), ("kept", "600 0")):
        triggers.click(f"#{name}")
        expect(triggers.locator(f"#{name}-out")).to_have_text(text)


def test_a_store_is_answered_by_one_call_and_pools_run_in_order(triggers):
    """S-87: `modified_timestamp` is the Store's answer to `data`."""
    triggers.click("#store")
    expect(triggers.locator("#store-out")).to_have_text("data+modified_timestamp;")
    triggers.click("#pool")
    expect(triggers.locator("#pool-out")).to_have_text("[0, 1, 4, 9]")
    expect(triggers.locator("#store-out")).to_have_text("data+modified_timestamp;")
