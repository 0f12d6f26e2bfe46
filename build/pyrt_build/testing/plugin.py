"""The plugin itself: two fixtures and one setting.

`pyrt_app(app)` is a page on CPython, `pyrt_site("app.py")` a built site in a browser. The setting
`pyrt_dash` gives tests pyrt's `dash` where a real Dash is installed as well.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page as BrowserPage

    from pyrt.testing.page import Page
    from pyrt_build.testing.sites import Sites


class OpenApp(Protocol):
    """The type of `pyrt_app`."""

    def __call__(
        self,
        app: object,
        path: str = "/",
        *,
        background: Literal["at once", "stepped"] = "at once",
        clientside: Mapping[str, Callable[..., object]] | None = None,
        checks: bool = True,
    ) -> "Page":
        """Open a page of an app.

        Args:
            app: a `Dash`, its `server`, or the path of a file that makes one, which is run anew.
            path: where the page is opened: path, query and fragment.
            background: how background callbacks run: at once, or in steps (`page.jobs`).
            clientside: Python functions in the place of JavaScript ones, by `namespace.function`
                or by an Output as `title.children`.
            checks: check callbacks as the dev tools do; an app with errors calls none.
        """


class OpenSite(Protocol):
    """The type of `pyrt_site`."""

    def __call__(self, app: str | Path, path: str = "", **options: Any) -> "BrowserPage":  # noqa: ANN401  # those of SiteConfig
        """Build an app, serve it, and open it in a browser.

        Args:
            app: as for `pyrt build`: a file, a folder, `module:attribute`.
            path: of the page in the site, without a slash at its beginning.
            options: of `pyrt build`, by the names of `SiteConfig`, such as `bridge`.
        """


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the setting `pyrt_dash`."""
    # pytest compiles the modules of distributions with plugins anew, for its `assert`: a second of
    # the first run, and of each run where the folder of packages cannot be written.
    for package in ("pyrt", "pyrt_build", "dash"):
        getattr(pluginmanager.rewrite_hook, "_must_rewrite", set()).discard(package)
    getattr(pluginmanager.rewrite_hook, "_marked_for_rewrite_cache", {}).clear()
    parser.addini(
        "pyrt_dash",
        "`import dash` gives pyrt's names in tests, although a real Dash is installed",
        type="bool",
        default=False,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let `import dash` find pyrt's names, before anything of the tests is imported."""
    if not early_config.getini("pyrt_dash"):
        return
    from pyrt.activation import activate, is_pyrt  # noqa: PLC0415  # only with the setting

    loaded = sys.modules.get("dash")
    if loaded is not None and not is_pyrt(loaded):
        # The plugin that Dash has for pytest imports it at the start of each run.
        for name in [each for each in sys.modules if each.partition(".")[0] == "dash"]:
            del sys.modules[name]
    activate()


def _find_folder(app: object, request: pytest.FixtureRequest) -> Path:
    """Return the folder that a path is relative to: the current one, the test's, or pytest's root.

    The current one is that of an editor where tests are started there.
    """
    folders = [Path.cwd(), request.path.parent, request.config.rootpath]
    if not isinstance(app, str | Path):
        return folders[0]
    return next((each for each in folders if (each / app).is_file()), folders[0])


@pytest.fixture
def pyrt_app(request: pytest.FixtureRequest) -> Iterator[OpenApp]:
    """Open pages of an app on CPython, without a browser: see `OpenApp`."""
    from pyrt.testing.host import Settings  # noqa: PLC0415  # only where it is used
    from pyrt.testing.page import Page  # noqa: PLC0415

    with ExitStack() as stack:

        def open_app(
            app: object,
            path: str = "/",
            *,
            background: Literal["at once", "stepped"] = "at once",
            clientside: Mapping[str, Callable[..., object]] | None = None,
            checks: bool = True,
        ) -> "Page":
            stack.enter_context(contextlib.chdir(_find_folder(app, request)))
            page = Page(app, Settings(path, background, clientside or {}, checks))
            stack.callback(page.close)
            return page

        yield open_app


@pytest.fixture(scope="session")
def _pyrt_sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Sites"]:
    """The sites of this run: each is built once."""
    from pyrt_build.testing.sites import Sites  # noqa: PLC0415  # only where it is used

    with ExitStack() as stack:
        yield Sites(tmp_path_factory.mktemp("pyrt-sites"), stack)


@pytest.fixture(scope="session")
def _pyrt_browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The browser of this run."""
    from pyrt_build.testing import browsers  # noqa: PLC0415  # only where it is used

    with ExitStack() as stack:
        if request.config.pluginmanager.hasplugin("playwright"):
            playwright = request.getfixturevalue("playwright")  # there can be only one
        else:
            playwright = stack.enter_context(browsers.start_playwright())
        yield stack.enter_context(browsers.launch(playwright))


@pytest.fixture
def pyrt_site(_pyrt_sites: "Sites", request: pytest.FixtureRequest) -> Iterator[OpenSite]:
    """Open built sites in a browser, as Playwright's pages: see `OpenSite`."""
    from pyrt_build.testing import browsers  # noqa: PLC0415  # only where it is used

    with ExitStack() as stack:

        def open_site(app: str | Path, path: str = "", **options: Any) -> Any:  # noqa: ANN401  # Playwright may be missing
            with contextlib.chdir(_find_folder(app, request)):
                address = _pyrt_sites.address(app, options)
            browser = request.getfixturevalue("_pyrt_browser")
            return stack.enter_context(browsers.open_page(browser, address + path.lstrip("/")))

        yield open_site
