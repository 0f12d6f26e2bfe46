"""Changes to dash.testing for sites: it waits while a page starts Python, and keeps the console.

The start of a page takes seconds, for which the tests' waiting times were not made: they begin when
the page is ready.
"""

from collections.abc import Callable
from typing import Any

import dash.testing.browser
import dash.testing.wait
from selenium.webdriver import ChromeOptions

from .page import Page
from .run_spec import RunSpec

NAVIGATIONS = ("get", "refresh", "back", "forward")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def make_options(spec: RunSpec) -> Any:
    """Options of chromedriver."""
    options = ChromeOptions()
    options.binary_location = spec.chromium
    # Else the harness's own look at the page would close a dialog.
    options.unhandled_prompt_behavior = "ignore"
    for argument in (*CHROMIUM_OPTIONS, f"--user-data-dir={spec.profile}"):
        options.add_argument(argument)
    return options


def install(page: Page) -> None:
    """Change the browser class and the waiting functions."""
    browser = dash.testing.browser.Browser
    browser.__init__ = _prepare_driver(browser.__init__, page)
    browser._wait_for = _waiting(browser._wait_for, page)
    for name in ("find_element", "find_elements"):
        setattr(browser, name, _after_boot(getattr(browser, name), page))
    for name in ("until", "until_not"):
        function = getattr(dash.testing.wait, name)
        setattr(dash.testing.wait, name, _boot_aware(function, page))


def _prepare_driver(initialize: Callable[..., None], page: Page) -> Callable[..., None]:
    def prepare(browser, /, *args, **options):
        initialize(browser, *args, **{**options, "percy_run": False, "headless": True})
        driver = page.driver = browser._driver
        driver.set_page_load_timeout(page.spec.boot_timeout)
        driver.set_script_timeout(page.spec.boot_timeout)
        if page.spec.timeout_scale != 1:
            browser.wait_timeout = browser._wait_timeout * page.spec.timeout_scale
        if page.spec.url.startswith("file:"):
            driver.get = _in_new_document(driver.get)
        for name in NAVIGATIONS:
            setattr(driver, name, _before_boot(getattr(driver, name), page))
        get_log = driver.get_log
        driver.get_log = lambda kind: page.read_console(get_log(kind))

    return prepare


def _in_new_document(get: Callable[..., Any]) -> Callable[..., Any]:
    """Pages of one file differ only in the hash: without this, the same document would stay."""

    def open_page(address: str) -> None:
        get("about:blank")
        get(address)

    return open_page


def _before_boot(function: Callable[..., Any], page: Page) -> Callable[..., Any]:
    """Wait for the page after a call."""

    def navigate(*args, **options):
        result = function(*args, **options)
        page.wait_ready()
        return result

    return navigate


def _after_boot(function: Callable[..., Any], page: Page) -> Callable[..., Any]:
    """Wait for the page before a call."""

    def find(*args, **options):
        page.wait_ready()
        return function(*args, **options)

    return find


def _waiting(wait_for: Callable[..., Any], page: Page) -> Callable[..., Any]:
    """`Browser._wait_for`, whose time begins again if the page started meanwhile."""

    def wait(browser, method, timeout, msg):
        scaled = timeout * page.spec.timeout_scale if timeout else timeout
        return _call_again_after_boot(lambda: wait_for(browser, method, scaled, msg), page)

    return wait


def _boot_aware(until: Callable[..., Any], page: Page) -> Callable[..., Any]:
    """`wait.until`, whose time begins again if the page started meanwhile."""

    def wait(wait_cond, timeout, *args, **options):
        if page.driver is None:
            return until(wait_cond, timeout, *args, **options)
        scaled = timeout * page.spec.timeout_scale
        return _call_again_after_boot(lambda: until(wait_cond, scaled, *args, **options), page)

    return wait


def _call_again_after_boot[T](function: Callable[[], T], page: Page) -> T:
    page.wait_ready()
    try:
        return function()
    except Exception:
        if not page.wait_ready():
            raise
    return function()
