"""Browser tests: each app is built once by `pyrt build` and served under a sub-path.

A test fails when the page writes an error to the console, unless it says which one it expects.
"""

import contextlib
import functools
import http.server
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.job_servers import JobServers
from tests.browser.waiting import NOTE
from tests.chromium import FLAGS, executable

expect.set_options(timeout=30_000)  # conditions, not speed, are tested; machines may be busy
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
APPS = Path(__file__).parent / "apps"
PYRT = Path(sys.executable).with_name("pyrt")


def pytest_addoption(parser):
    """Whether what a test expects is what Dash does is found out on a Dash server."""
    parser.addoption(
        "--real-dash",
        metavar="PYTHON",
        help="run the apps on a Dash server of this interpreter instead of building sites",
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium where there is one, else Playwright's own."""
    system = executable()
    found = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **found, "args": FLAGS}


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """`python -m http.server` without its log lines."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def static_server(folder):
    """Serve a folder on a free port of this machine; yields the address."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def build(app, out, *flags):
    """Build a site with the command line tool, as an author does."""
    command = [str(PYRT), "build", str(app), "-o", str(out), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def name_of(app):
    """The name of an app file's site; that of a copy begins with the name of its folder."""
    if app.name == "app.py":
        return app.parent.name
    return app.stem if APPS in app.parents else f"{app.parent.name}-{app.stem}"


@pytest.fixture(scope="session")
def build_site():
    """`pyrt build`, for tests that choose the options."""
    return build


@pytest.fixture(scope="session")
def serve_folder():
    """Serve a folder until the tests end; gives the address."""
    with contextlib.ExitStack() as stack:
        yield lambda folder: stack.enter_context(static_server(folder))


@contextlib.contextmanager
def dash_server(app, python, path):
    """Run an app on a real Dash server; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = (
        f"import runpy; app = runpy.run_path({str(app)!r})['app'];"
        f"app.run(host='127.0.0.1', port={port}, debug=True, dev_tools_hot_reload=False,"
        " use_reloader=False)"
    )
    environment = {**os.environ, "DASH_URL_BASE_PATHNAME": path}
    with subprocess.Popen([python, "-c", run], cwd=app.parent, env=environment) as server:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield f"http://127.0.0.1:{port}{path}"
        server.terminate()


@pytest.fixture(scope="session")
def sites(tmp_path_factory, request):
    """The folder served to the browser; sites are built into `sub/path/NAME` on demand."""
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
    with static_server(folder) as address:

        @functools.cache
        def site(app):
            name = name_of(app)
            build(app, folder / "sub" / "path" / name, "--debug", "--no-rehearsal")
            return f"{address}/sub/path/{name}/"

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
    return APPS


@pytest.fixture
def open_seed(open_app):
    """Open one of the small apps beside these tests."""
    return lambda name: open_app(APPS / f"{name}.py")


@pytest.fixture
def notes(page):
    """Each document writes down what its components show, from its first element on."""
    page.add_init_script(NOTE)


@pytest.fixture(params=["tab", "diskcache", "celery"])
def where(request):
    """Where background callbacks run: in the page's own workers, or on a server."""
    if request.param != "tab" and request.config.getoption("--real-dash"):
        pytest.skip("A Dash server has managers of its own.")
    return request.param


@pytest.fixture(scope="session")
def job_servers(tmp_path_factory):
    """Bridges for the apps with background callbacks, and whoever runs their jobs."""
    with JobServers(tmp_path_factory.mktemp("jobs")) as servers:
        yield servers


@pytest.fixture(scope="session")
def background_apps():
    """The folder of the apps with background callbacks."""
    return APPS / "background"


@pytest.fixture
def place_jobs(page, sites, job_servers, where):
    """Return an app file whose jobs run where they shall, and let the page know of its server."""

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
