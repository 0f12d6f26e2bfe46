"""A pytest plugin that runs one test of Dash against a site; CONF_RUN names its `RunSpec`.

The test and its fixtures are Dash's. Three things differ: `dash_thread_server` gives the URL of the
site, remote names are read in the page, and the browser waits while the page starts.
"""

import builtins
import json
import multiprocessing
import os
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import dash  # noqa: F401 - the installed one, before any path is changed
import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from . import browser, missing_modules
from .page import ERROR_CHARS, Page
from .plan import NoServerStart, Plan
from .remote_names import FUNCTION, rewrite_test
from .run_spec import RunSpec
from .shared_lock import SharedLock

CONSOLE_ENTRIES = 20
CONSOLE_CHARS = 600
LINE_CHARS = 300

missing_modules.install()
SPEC = RunSpec.read(Path(os.environ["CONF_RUN"]))
PAGE = Page(SPEC)
RESULT: dict[str, object] = {"started": False}
setattr(builtins, FUNCTION, PAGE.evaluate)
browser.install(PAGE)
SharedLock.server_url = SPEC.lock_url


class SiteServer:
    """Replaces dash.testing's server: the site is served already."""

    def __init__(self) -> None:
        self.url = SPEC.url
        self.port = urlsplit(SPEC.url).port
        self.host = "localhost"

    def __call__(self, app=None, **options):
        self.start(app, **options)

    def start(self, _app=None, **_options):
        """Record that the test reached this point."""
        if RESULT["started"]:
            raise RuntimeError("second server start in one test")
        RESULT["started"] = True

    def stop(self):
        """Do nothing: the harness stops the server."""


def pytest_setup_options():
    """A hook of dash.testing: options of the browser."""
    return browser.make_options(SPEC)


def pytest_collection_modifyitems(items):
    """Rewrite the test's function."""
    for item in items:
        with suppress(NoServerStart):
            _read_remotely(item, Plan(Path(SPEC.suite), SPEC.item))
        if SPEC.locks == "remote":
            _share_locks(item.module.__dict__)


def _read_remotely(item, plan: Plan) -> None:
    if not plan.remote:
        return
    module, count = rewrite_test(plan)
    if not count:
        return
    with suppress(Exception):  # failures are then reported with less detail
        rewrite_asserts(module, plan.file.text.encode(), str(plan.file.path), item.config)
    names: dict[str, object] = {}
    namespace = item.module.__dict__
    exec(compile(module, str(plan.file.path), "exec"), namespace, names)
    # pytest's rewritten assertions need its own names: @pytest_ar, @py_builtins
    namespace.update({name: value for name, value in names.items() if name.startswith("@")})
    item.obj = names[plan.function.name]


def _share_locks(namespace: dict[str, object]) -> None:
    process_lock = getattr(multiprocessing.Lock, "__func__", None)
    for name, value in list(namespace.items()):
        is_process_lock = process_lock and getattr(value, "__func__", None) is process_lock
        if value is threading.Lock or is_process_lock:
            namespace[name] = SharedLock


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """Give the fixture `dash_thread_server` another value."""
    if fixturedef.argname != "dash_thread_server":
        return None
    server = SiteServer()
    fixturedef.cached_result = (server, fixturedef.cache_key(request), None)
    return server


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    """Record how the test ended, or where it failed first."""
    del item
    outcome = yield
    report = outcome.get_result()
    if RESULT.get("outcome") not in {None, "passed"}:
        return
    if report.when == "call" or report.failed:
        RESULT.update(when=report.when, outcome=report.outcome, seconds=round(call.duration, 2))
        if report.failed:
            RESULT.update(_describe_failure(call.excinfo), **PAGE.describe())


def _describe_failure(failure) -> dict[str, object]:
    found: dict[str, object] = {
        "error_type": failure.typename,
        "error": str(failure.value)[:ERROR_CHARS],
    }
    frames = [
        frame
        for frame in failure.traceback
        if Path(str(frame.path)).name.startswith(("test_", "conftest"))
    ]
    if frames:
        found["where"] = f"{Path(str(frames[-1].path)).name}:{frames[-1].lineno + 1}"
        with suppress(Exception):  # no source is known
            found["line"] = str(frames[-1].statement).strip()[:LINE_CHARS]
    return found


def pytest_sessionfinish(exitstatus):
    """Write the result."""
    entries = [f"{entry.get('level')} {entry.get('message')}" for entry in PAGE.console]
    RESULT.update(
        console=[entry[:CONSOLE_CHARS] for entry in entries[-CONSOLE_ENTRIES:]],
        boots=PAGE.boots,
        remote_evals=PAGE.remote_evals,
        exit=int(exitstatus),
    )
    Path(SPEC.result).write_text(json.dumps(RESULT))
