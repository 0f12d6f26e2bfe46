"""Clicks the live examples of a page of a documentation."""

import re

from playwright.sync_api import expect

START_MS = 120_000


def click_examples(page, address, of_theme=()):
    """Open a page, and click the first button of each of its apps; gives their frames.

    The text of each app has to change, and nothing may be written to the console as an error,
    but what the documentation's theme writes: texts that begin as those of `of_theme`.
    """
    errors = []

    def note(message):
        # The pages of the documentation have no icon, which browsers ask for.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            errors.append(f"{message.text} ({message.location['url']})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    frames = []
    for element in page.locator("pyrt-app").all():
        element.scroll_into_view_if_needed()
        expect(element).to_have_attribute("state", "ready", timeout=START_MS)
        frame = element.locator("iframe").content_frame
        before = frame.locator("body").inner_text()
        frame.locator("button").first.click()
        expect(frame.locator("body")).not_to_have_text(re.compile(f"^{re.escape(before)}$"))
        frames.append(frame)
    errors = [each for each in errors if not each.startswith(tuple(of_theme))]
    assert not errors, "\n".join(errors)
    return frames
