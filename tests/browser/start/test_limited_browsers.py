"""Browsers in which something is broken, switched off or in the way: the app runs, or one line says
why not."""

import pytest
from playwright.sync_api import expect

from tests.support.servers import static_server
from tests.support.shaping import shaped_server
from tests.support.worker_scripts import begin_worker_with

FAILED = ".pyrt-failure"
# Ways in which a browser that says it has JSPI may fail, and what the page tells of them.
BROKEN_JSPI = {
    "its constructor throws": (
        "WebAssembly.Suspending = class { constructor() { throw new TypeError('refused'); } };",
        "does not work: TypeError: refused",
    ),
    "a call is never answered": (
        "WebAssembly.promising = () => () => new Promise(() => {});",
        "does not work: a call gave no answer",
    ),
    "a call gives the promise": (
        "WebAssembly.promising = (call) => async () => ({ call });",
        "does not work: a call gave [object Object]",
    ),
    "a half of it is missing": (
        "delete WebAssembly.promising;",
        "does not work: a part of it is missing",
    ),
}
# A browser that does not know module workers never reads the option.
NO_MODULE_WORKERS = """window.Worker = class extends Worker {
  constructor(address) { super(address); }
};"""
OLD_FEATURES = "WebAssembly.validate = () => false;"
SHARED_MEMORY = {
    "isolated": (
        {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
        },
        True,
    ),
    "not isolated": ({}, False),
}
INSTALL = """async () => {
  await navigator.serviceWorker.register("/foreign.js");
  await navigator.serviceWorker.ready;
}"""
CONTROLLED = "navigator.serviceWorker.controller !== null"
# What the service worker of another app may do with requests below its scope, which is the origin.
PASSES_ON = "fetch(event.request)"
KEEPS_ALL = """caches.open("foreign").then(async (kept) => {
  const found = await kept.match(event.request);
  if (found) return found;
  const answer = await fetch(event.request);
  await kept.put(event.request, answer.clone());
  return answer;
})"""
GIVES_ITS_PAGE = """event.request.mode === "navigate" ? fetch(event.request) :
  new Response("<html>another app</html>", { headers: { "Content-Type": "text/html" } })"""
GIVES_NOTHING = """event.request.mode === "navigate" ? fetch(event.request) : Response.error()"""
FOREIGN = """
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith(ANSWER));
"""


@pytest.fixture
def counter(built_site, examples):
    """The counter's site."""
    return built_site(examples / "counter" / "app.py", "--debug")


@pytest.fixture
def address(counter, serve_folder):
    return serve_folder(counter)


def answers(page):
    """The counter answers a click, once the app has replaced what was recorded of it."""
    expect(page.locator("[data-pyrt-preview]")).to_have_count(0, timeout=120_000)
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("1", timeout=120_000)
    expect(page.locator(FAILED)).to_have_count(0)


@pytest.mark.parametrize("way", BROKEN_JSPI)
def test_stack_switching_that_does_not_work_is_not_used(page, address, way):
    script, told = BROKEN_JSPI[way]
    begin_worker_with(page, script)
    page.goto(address)
    answers(page)
    abilities = page.evaluate("window.__pyrt__.abilities")
    assert abilities["switching"] is False
    assert told in abilities["switchingObstacle"]


@pytest.mark.parametrize("way", SHARED_MEMORY)
def test_the_app_runs_with_and_without_shared_memory(page, counter, way):
    """SharedArrayBuffer exists where the host isolates the page by headers, and else nowhere."""
    headers, has_it = SHARED_MEMORY[way]
    with shaped_server(counter, mbit_per_s=1000, latency_ms=0, headers=headers) as address:
        page.goto(address)
        answers(page)
        assert page.evaluate("typeof SharedArrayBuffer === 'function'") is has_it
        assert page.evaluate("window.__pyrt__.abilities.sharedMemory") is has_it


@pytest.mark.parametrize(
    ("script", "lack"),
    [
        (NO_MODULE_WORKERS, "module workers"),
        (OLD_FEATURES, "exceptions and references in WebAssembly"),
    ],
)
def test_what_is_switched_off_is_said_before_anything_is_downloaded(page, address, script, lack):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(script)
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text(f"This app needs {lack}. Chrome")
    expect(page.locator("#increment")).to_be_visible()  # what was recorded stays readable
    assert [url for url in asked if "/pyrt/worker-" in url or "/pyrt/interpreter-" in url] == []


@pytest.fixture
def open_with_foreign(counter, tmp_path, context):
    """Open the site on an origin whose root another app's service worker controls."""
    (tmp_path / "site").symlink_to(counter)
    (tmp_path / "empty.html").write_text("<!DOCTYPE html><title>another app</title>")
    with static_server(tmp_path) as address:

        def open_page(answer):
            (tmp_path / "foreign.js").write_text(FOREIGN.replace("ANSWER", answer))
            page = context.new_page()
            page.goto(f"{address}/empty.html")
            page.evaluate(INSTALL)
            page.wait_for_function(CONTROLLED)
            page.goto(f"{address}/site/", wait_until="commit")
            return page

        yield open_page


@pytest.mark.parametrize("answer", [PASSES_ON, KEEPS_ALL])
def test_a_foreign_service_worker_that_answers_is_no_hindrance(open_with_foreign, answer):
    page = open_with_foreign(answer)
    answers(page)
    page.reload()
    answers(page)
    assert page.evaluate(CONTROLLED)


@pytest.mark.parametrize("answer", [GIVES_ITS_PAGE, GIVES_NOTHING])
def test_a_foreign_service_worker_that_is_at_fault_is_named_and_can_be_removed(
    open_with_foreign, answer
):
    page = open_with_foreign(answer)
    box = page.locator(FAILED)
    expect(box).to_contain_text("/foreign.js, a service worker that another app", timeout=60_000)
    page.get_by_role("button", name="Remove that service worker, and try again").click()
    answers(page)
    assert not page.evaluate(CONTROLLED)
