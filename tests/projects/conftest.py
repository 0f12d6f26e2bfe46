"""Whole projects: each is copied, built as its author would type it, and opened in Chromium.

A site is built once in a run for the same project, arguments and environment.
"""

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support import quick_pyrt
from tests.support.chromium import launch_args
from tests.support.servers import static_server

CASES = Path(__file__).with_name("cases")

expect.set_options(timeout=30_000)  # conditions, not speed, are tested; machines may be busy


@dataclass(frozen=True)
class Built:
    """What `pyrt build` did: its exit code, what it wrote, and the folder of the site."""

    code: int
    output: str
    site: Path
    project: Path

    @property
    def files(self):
        """The files of the site, relative."""
        return {p.relative_to(self.site).as_posix() for p in self.site.rglob("*") if p.is_file()}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return launch_args(browser_type_launch_args)


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build a copy of a project in its own folder, as `pyrt build ARGUMENTS` there."""

    @functools.cache
    def run(case, *arguments):
        folder = tmp_path_factory.mktemp(case)
        project = folder / case
        shutil.copytree(CASES / case, project)
        command = [sys.executable, quick_pyrt.__file__, "build", *arguments]
        done = subprocess.run(
            [*command, "-o", str(folder / "site"), "--debug", "--no-rehearsal"],
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "DASHBOARD_REGION": "of the builder"},
        )
        assert "Traceback" not in done.stderr
        return Built(done.returncode, done.stdout + done.stderr, folder / "site", project)

    return run


@pytest.fixture
def open_project(build, page):
    """Build a project and open its site; the page must write no error to its console."""
    errors = []

    def note(message):
        """Not that a stylesheet on a CDN is out of reach."""
        if message.type == "error" and not message.location["url"].startswith("https://"):
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    servers = []

    def open_site(case, *arguments):
        built = build(case, *arguments)
        assert built.code == 0, built.output
        server = static_server(built.site)
        page.goto(server.__enter__())
        servers.append(server)
        page.wait_for_function("window.__pyrt_ready__ || window.__pyrt_failed__", timeout=120_000)
        assert page.evaluate("window.__pyrt_failed__ || null") is None
        return page

    yield open_site
    for server in servers:
        server.__exit__(None, None, None)
    assert errors == []
