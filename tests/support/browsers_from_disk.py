"""Single files of examples from the disk, in other browsers than Chromium: `make single-files`.

python -m tests.support.browsers_from_disk [firefox] [webkit]
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.built_sites import BuiltSites, shared_folder
from tests.support.engines import missing, open_engine
from tests.support.engines_base import Engine
from tests.support.paths import EXAMPLES
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.single_files import pack_site
from tests.support.webkit_from_disk import WebKitFromDisk

READY_S = 120
READY = "performance.getEntriesByName('pyrt:ready').length > 0"
BARS = "document.querySelectorAll('%s .bars .point').length"


def _open(browser: Engine, address: str) -> None:
    if browser.name != "webkit":  # where each page has a window of its own
        browser.goto("about:blank")
    browser.goto(address)
    assert browser.wait(READY, READY_S), browser.text()


def _draws_bars(browser: Engine, selector: str, count: int) -> None:
    """Check a bar chart; plotly.js comes late, and a busy machine takes long to read it."""
    found = BARS % selector
    if not browser.wait(f"{found} === {count}", READY_S):
        plotly = browser.evaluate("typeof Plotly")
        raise AssertionError(
            f"{selector} has {browser.evaluate(found)} bars, not {count}; Plotly is {plotly}; "
            f"the page says {browser.text()!r}"
        )


def _shows(browser: Engine, selector: str, text: str) -> None:
    chosen = f"document.querySelector({json.dumps(selector)})?.textContent"
    found = browser.wait(f"{chosen}?.includes({json.dumps(text)})")
    assert found, f"{selector} shows {browser.evaluate(chosen)!r}, not {text!r}"


def counter(browser: Engine, address: str) -> None:
    """Two clicks, which Python answers."""
    _open(browser, address)
    for count in ("1", "2"):
        browser.click("#increment")
        _shows(browser, "#count", count)


def sales_dashboard(browser: Engine, address: str) -> None:
    """Figures and table of another region."""
    _open(browser, address)
    _draws_bars(browser, "#by-product", 5)
    browser.evaluate("dash_clientside.set_props('region', { value: 'West' }) ?? null")
    _shows(browser, "#by-product .gtitle", "Revenue, West")
    _shows(browser, "#table-title", "All products, West")


def pages(browser: Engine, address: str) -> None:
    """A link, the way back, and an address with a query string."""
    _open(browser, address)
    browser.click("a[href$='/planet/mars']")
    _shows(browser, "#name", "Mars")
    assert browser.evaluate("window.location.hash") == "#/planet/mars"
    browser.back()
    assert browser.wait("document.querySelectorAll('#planets li').length === 5")
    _open(browser, f"{address}#/reports/moons/?least=1")
    _draws_bars(browser, "#moons", 3)


def gallery(browser: Engine, address: str) -> None:
    """Python answers a button; AG Grid, a package that loads parts late, draws its rows."""
    _open(browser, address)
    browser.click("#ask")
    _shows(browser, "#who", "for the 1. time")
    links = "[...document.querySelectorAll('nav a')]"
    browser.evaluate(f"{links}.find((each) => each.textContent === 'AG Grid').click() ?? null")
    _shows(browser, "h1", "AG Grid")
    assert browser.wait("document.querySelectorAll('.ag-row').length > 0")


APPS: tuple[Callable[[Engine, str], None], ...] = (counter, sales_dashboard, pages, gallery)


def _visit(name: str, address: str, use: Callable[[Engine, str], None]) -> None:
    if name == "webkit":
        browser: Engine = WebKitFromDisk()
        try:
            use(browser, address)
        finally:
            browser.close()
        return
    with open_engine(name) as browser:
        use(browser, address)


def main(names: list[str]) -> int:
    """Open each file in each browser; the number of those that went wrong."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="pyrt-disk-") as scratch:
        folder = Path(scratch)
        sites = BuiltSites(shared_folder(folder))
        for use in APPS:
            app = EXAMPLES / use.__name__ / "app.py"
            site = sites.site(app, "--debug", SNAPSHOT_ONLY)
            file = pack_site(site, app, folder / f"{use.__name__}.html")
            for name in names:
                text = missing(name)
                try:
                    if not text:
                        _visit(name, file.as_uri(), use)
                except Exception as error:  # noqa: BLE001 - of the driver as well
                    wrong += 1
                    text = f"{type(error).__name__}: {error}"
                print(f"{name} {use.__name__}: {text or 'yes'}", flush=True)  # noqa: T201
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["firefox", "webkit"]))
