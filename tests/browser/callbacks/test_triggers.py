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


COUNT_BUFFERS = """() => {
  const post = Worker.prototype.postMessage;
  window.buffersSent = 0;
  Worker.prototype.postMessage = function (message, ...rest) {
    window.buffersSent += message?.buffers?.length ?? 0;
    return post.call(this, message, ...rest);
  };
}"""


def test_a_large_value_of_the_page_is_what_its_json_would_be(triggers):
    """It travels as bytes beside the text (docs/wire.md)."""
    triggers.evaluate(COUNT_BUFFERS)
    triggers.click("#large")
    row = {"n": 3, "half": 1.5, "text": "é\N{GRINNING FACE}\ud83d", "nan": None, "zero": 0}
    row |= {"time": 2**41, "huge": 1152921504606847000, "beyond": 1e21}
    row |= {"date": "1970-01-01T00:00:00.000Z", "list": [None]}
    expect(triggers.locator("#large-out")).to_have_text(f"2000 True {row!a}")
    assert triggers.evaluate("buffersSent") == 1


def test_a_store_is_answered_by_one_call_and_pools_run_in_order(triggers):
    """S-87: `modified_timestamp` is the Store's answer to `data`."""
    triggers.click("#store")
    expect(triggers.locator("#store-out")).to_have_text("data+modified_timestamp;")
    triggers.click("#pool")
    expect(triggers.locator("#pool-out")).to_have_text("[0, 1, 4, 9]")
    expect(triggers.locator("#store-out")).to_have_text("data+modified_timestamp;")
