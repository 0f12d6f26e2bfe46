"""Waiting for texts that are shown briefly: the page records the texts of its components."""

from contextlib import suppress

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

PATIENCE_MS = 15_000
# Every text that an element with an id has shown, in order, and when it was disabled or enabled.
NOTE = """
window.noted = [];
window.readUpTo = {};
new MutationObserver((records) => {
  const changed = new Set();
  for (const { target, addedNodes } of records) {
    for (let at = target; at; at = at.parentElement) changed.add(at);
    for (const node of addedNodes)
      for (const each of [node, ...(node.querySelectorAll?.("*") ?? [])]) changed.add(each);
  }
  for (const { id, textContent } of changed) if (id) noted.push([id, textContent]);
  for (const { type, target } of records)
    if (type === "attributes") noted.push([target.id, target.disabled ? "disabled" : "enabled"]);
}).observe(document, {
  subtree: true, childList: true, characterData: true, attributeFilter: ["disabled"],
});
"""
READ = """([id, text]) => {
  const from = window.readUpTo?.[id] ?? 0;
  const isNext = ([of, shown], place) => of === id && shown === text && place >= from;
  const place = window.noted?.findIndex(isNext) ?? -1;
  if (place >= 0) readUpTo[id] = place + 1;
  return place >= 0 || document.getElementById(id)?.textContent === text;
}"""
NO_CALLBACK_RUNS = """() =>
  document.title !== "Updating..." && !document.querySelector("._dash-loading-callback")"""
# Over when two frames are drawn and no task of the page waits, such as one of React's that draws.
DRAWN = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => scheduler.postTask(() => {}, { priority: "background" }))"""


def shows(page: Page, component_id: str, text: str) -> None:
    """Wait until a component shows a text, or, with `notes`, has since the last one found."""
    with suppress(TookTooLong):
        page.wait_for_function(READ, arg=[component_id, text], timeout=PATIENCE_MS)
        return
    expect(page.locator(f"[id='{component_id}']")).to_have_text(text, timeout=1)


def assert_shown(page: Page, *wanted: tuple[str, str]) -> None:
    """Assert that components, by their ids, have shown these texts, and in this order."""
    shown = [tuple(each) for each in page.evaluate("noted")]
    rest = iter(shown)
    assert all(each in rest for each in wanted), shown


def wait_until_drawn(page: Page) -> None:
    """Wait until no callback runs and all components have been drawn."""
    page.wait_for_function(NO_CALLBACK_RUNS)
    page.evaluate(DRAWN)
