"""The installed wheel builds sites, and they run."""

import os
import subprocess

import pytest
from playwright.sync_api import expect

from pyrt_build.site import compression, image
from tests.support.environments import NEUTRAL
from tests.support.paths import EXAMPLES
from tests.support.servers import static_server

STARTED = """performance.getEntriesByName("pyrt:ready").length > 0
  || document.querySelector(".pyrt-failure")"""


def build(environment, name, folder, path):
    """Build an example into `x` with the command that is installed; what it prints."""
    done = subprocess.run(
        [
            environment.folder / "bin" / "pyrt",
            "build",
            "--fast",
            EXAMPLES / name / "app.py",
            "-o",
            "x",
        ],
        cwd=folder,
        env={**NEUTRAL, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def open_site(ours, page, tmp_path):
    """Build an example, and open its site under a sub-path; an error in the console is a fault."""
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    with static_server(tmp_path) as address:

        def open_it(name):
            build(ours, name, tmp_path, os.environ["PATH"])
            page.goto(f"{address}/x/")
            page.wait_for_function(STARTED, timeout=120_000)
            expect(page.locator(".pyrt-failure")).to_have_count(0)
            return page

        yield open_it
    assert errors == []


def test_counter_counts(open_site):
    page = open_site("counter")
    page.click("#increment")
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("2")
    page.click("#decrement")
    expect(page.locator("#count")).to_have_text("1")


def test_sales_dashboard_shows_another_region(open_site):
    page = open_site("sales_dashboard")
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, East")
    expect(page.locator("#by-month .point")).not_to_have_count(0)
    page.click("#region")
    page.get_by_role("option", name="West").click()
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, West")
    expect(page.locator("#table-title")).to_have_text("All products, West")
    expect(page.locator("#table td[data-dash-column='product']")).to_have_count(12)


def test_without_node_and_browser_a_site_has_the_bytecode_of_the_wheel(ours, tmp_path):
    (tmp_path / "nothing").mkdir()
    printed = build(ours, "counter", tmp_path, str(tmp_path / "nothing"))
    assert "bytecode" not in printed
    (engine,) = (tmp_path / "x" / "pyrt").glob("engine-*.img")
    names = image.unpack(compression.decompress(engine.read_bytes()))
    assert "pyrt/worker.pyc" in names
    assert "pyrt/worker.py" not in names
