"""Browser tests: each app is built once in a run by `pyrt build` and served under a sub-path.

A test fails when the page writes an error to the console, unless it says which one it expects.
"""

import contextlib
import datetime as dt
import functools

import pytest
from playwright.sync_api import expect

from tests.support.built_sites import BuiltSites, name_of, shared_folder
from tests.support.chromium import launch_args
from tests.support.job_servers import JobServers
from tests.support.paths import BROWSER_APPS, EXAMPLES
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.servers import dash_server, static_server
from tests.support.single_files import pack_site
from tests.support.waiting import NOTE

expect.set_options(timeout=30_000)  # conditions, not speed, are tested; machines may be busy

# What they import holds objects of JavaScript, which a snapshot cannot contain: the rehearsal finds
# out what its snapshot may import (docs/rehearsal.md).
NEED_A_REHEARSAL = frozenset({BROWSER_APPS / "outside" / "app.py"})


def pytest_addoption(parser):
    """Add `--real-dash`: run the tests with a Dash server, to check what they expect."""
    parser.addoption(
        "--real-dash",
        metavar="PYTHON",
        help="run the apps on a Dash server of this interpreter instead of building sites",
    )
    parser.addoption(
        "--single-file",
        action="store_true",
        help="open the apps as single files from the disk, without a network",
    )
    parser.addoption(
        "--faults",
        metavar="DATE",
        default=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        help="the date that chooses the faults of test_faults.py, `all`, or a range: `92:124`",
    )
    parser.addoption(
        "--kills",
        metavar="COUNT",
        type=int,
        default=4,
        help="how many workers test_kills.py ends, and how many endless callbacks it stops",
    )
    parser.addoption(
        "--soak",
        metavar="CALLS",
        type=int,
        default=400,
        help="how many calls test_soak.py makes",
    )
    parser.addoption(
        "--kill-seed",
        metavar="SEED",
        default=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        help="the first seed of test_kills.py; it is part of the names of its tests",
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return launch_args(browser_type_launch_args)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """The folder of an app's site, built with the flags of the caller; it must not be changed."""
    return BuiltSites(shared_folder(tmp_path_factory.getbasetemp())).site


@pytest.fixture(scope="session")
def serve_folder():
    """Serve a folder until the tests end; gives the address."""
    with contextlib.ExitStack() as stack:
        yield lambda folder: stack.enter_context(static_server(folder))


def flags(app):
    """How the site of an app is built."""
    start = "--rehearsal=require" if app in NEED_A_REHEARSAL else SNAPSHOT_ONLY
    return "--debug", start


def single_file(site, app, folder):
    """The address of an app's first page in a single file; those of others follow."""
    return f"{pack_site(site, app, folder / f'{name_of(app)}.html').as_uri()}#/"


@pytest.fixture(scope="session")
def sites(tmp_path_factory, request, built_site):
    """The address of an app's site, which is served under `sub/path/NAME` and built on demand."""
    real = request.config.getoption("--real-dash")
    if real:
        with contextlib.ExitStack() as stack:
            yield functools.cache(
                lambda app: stack.enter_context(
                    dash_server(app, real, f"/sub/path/{name_of(app)}/")
                )
            )
        return
    folder = tmp_path_factory.mktemp("www")
    if request.config.getoption("--single-file"):
        yield functools.cache(lambda app: single_file(built_site(app, *flags(app)), app, folder))
        return
    (folder / "sub" / "path").mkdir(parents=True)
    with static_server(folder) as address:

        @functools.cache
        def site(app):
            path = f"sub/path/{name_of(app)}"
            (folder / path).symlink_to(built_site(app, *flags(app)))
            return f"{address}/{path}/"

        yield site


@pytest.fixture
def expected_errors():
    """Texts of console errors that this test provokes on purpose."""
    return []


@pytest.fixture
def open_app(sites, page, expected_errors, request):
    """Open the site of an app file and wait until its callbacks can be served."""
    is_real = request.config.getoption("--real-dash")
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def open_site(app, path=""):
        address = sites(app)
        if request.config.getoption("--single-file"):
            page.context.set_offline(True)
            page.goto("about:blank")  # else only the hash changes
        page.goto(address + path)
        if is_real:
            page.wait_for_selector("#react-entry-point > :not(._dash-loading)", state="attached")
            return page
        page.wait_for_function("window.__pyrt_ready__ || window.__pyrt_failed__", timeout=120_000)
        assert page.evaluate("window.__pyrt_failed__ || null") is None
        return page

    yield open_site
    if is_real:  # it asks for things on the internet
        return
    unexpected = [e for e in errors if not any(known in e for known in expected_errors)]
    assert unexpected == []


@pytest.fixture(scope="session")
def examples():
    """The folder of the examples."""
    return EXAMPLES


@pytest.fixture
def open_example(open_app):
    """Open one of the examples by its folder's name."""
    return lambda name, path="": open_app(EXAMPLES / name / "app.py", path)


@pytest.fixture(scope="session")
def apps():
    """The folder of the small apps beside these tests."""
    return BROWSER_APPS


@pytest.fixture
def open_small_app(open_app):
    """Open one of the small apps beside these tests."""
    return lambda name: open_app(BROWSER_APPS / f"{name}.py")


@pytest.fixture
def notes(page):
    """Each document records the texts of its components, from its first element on."""
    page.add_init_script(NOTE)


@pytest.fixture(params=["tab", "diskcache", "celery"])
def where(request):
    """Where background callbacks run: in the page's own workers, or on a server."""
    if request.param != "tab" and request.config.getoption("--real-dash"):
        pytest.skip("A Dash server has its own managers.")
    return request.param


@pytest.fixture(scope="session")
def job_servers(tmp_path_factory):
    """Bridges for the apps with background callbacks, with Diskcache or Celery workers."""
    with JobServers(tmp_path_factory.mktemp("jobs")) as servers:
        yield servers


@pytest.fixture(scope="session")
def background_apps():
    """The folder of the apps with background callbacks."""
    return BROWSER_APPS / "background"


@pytest.fixture
def place_jobs(page, sites, job_servers, where):
    """Return an app file whose jobs run at `where`, and tell the page the address of its server."""

    def place(app):
        if where == "tab":
            return app
        copy = job_servers.copy_of(app, where)
        origin = "/".join(sites(copy).split("/")[:3])
        url = job_servers.start(copy, where, origin)
        page.add_init_script(f"window.__pyrt_bridge__ = '{url}'")
        return copy

    return place


@pytest.fixture
def open_background(open_app, background_apps, place_jobs, notes):
    """Open one of the apps with background callbacks."""
    return lambda name, path="": open_app(place_jobs(background_apps / f"{name}.py"), path)
