"""Memory stays flat: a page and its worker keep no results that are not shown any more.

Every run makes 400 calls; `make soak` makes 5,000. Garbage is collected before each look.
"""

import pytest

WARM = 100  # clicks before the first look: code is compiled, caches are filled
CALLBACKS = 5  # of the app, for one click
MOST = 1_000_000  # bytes that each may grow

CLICK = """async clicks => {
  const button = document.getElementById("next"), shown = document.getElementById("count");
  for (let left = clicks; left > 0; left--) {
    const wanted = String(Number(shown.textContent) + 1);
    button.click();
    while (shown.textContent !== wanted) await new Promise(resolve => setTimeout(resolve));
  }
}"""


@pytest.fixture(scope="module")
def address(built_site, serve_folder, apps):
    """The site of the app; its Python can be asked (`--debug`)."""
    return serve_folder(built_site(apps / "soak.py", "--debug", "--no-rehearsal"))


def memory(page):
    """Bytes of the page's heap, of the worker's heap, and of Python's memory."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")
    session.detach()
    python = page.evaluate(
        '__pyrt_eval__(\'__import__("gc").collect() * 0 + __import__("sys").getallocatedblocks()\')'
    )
    wasm = page.evaluate("__pyrt_eval__('__import__(\"pyodide_js\")._module.HEAP8.length')")
    return {
        "page": used["usedSize"] + used.get("backingStorageSize", 0),
        "blocks": int(python),
        "wasm": int(wasm),
    }


def test_memory_does_not_grow_with_calls(page, address, request):
    calls = request.config.getoption("--soak")
    page.goto(address)
    page.wait_for_function(
        "window.__pyrt_ready__ && performance.getEntriesByName('pyrt:ready').length"
    )
    page.evaluate("window.__pyrt__.log.push = () => 0")  # the log of messages keeps all of them
    page.evaluate(CLICK, WARM)
    before = memory(page)
    page.evaluate(CLICK, calls // CALLBACKS)
    after = memory(page)
    grown = {name: after[name] - before[name] for name in after}
    print(f"\n{calls} calls: {grown}")  # noqa: T201
    assert grown["page"] < MOST
    assert grown["wasm"] < MOST
    assert grown["blocks"] < 1000
