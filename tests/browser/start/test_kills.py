"""The worker ends at any moment of a click script, or a callback never ends: the state is right.

Every run tries a few, with seeds that the tests' names have; `make kills` tries 100 of each.
"""

import random
import re

import pytest
from playwright.sync_api import expect

from tests.support.click_script import (
    COUNT_WORKERS,
    END_WORKER,
    QUICK_HEARTBEAT,
    STARTED_AGAIN,
    Script,
    random_steps,
)

STEPS = 8


def pytest_generate_tests(metafunc):
    """Put the seed into the name of each test."""
    if "seed" in metafunc.fixturenames:
        first = metafunc.config.getoption("--kill-seed")
        count = metafunc.config.getoption("--kills")
        metafunc.parametrize("seed", [f"{first}/{index}" for index in range(count)])


@pytest.fixture(scope="module")
def address(built_site, serve_folder, apps):
    """The site of an app with state of all kinds."""
    return serve_folder(built_site(apps / "restarts.py", "--no-rehearsal"))


@pytest.fixture(scope="module")
def shared_page(browser, address):
    """One page for all seeds: it survives all of them."""
    page = browser.new_page()
    page.add_init_script(COUNT_WORKERS)
    page.add_init_script(QUICK_HEARTBEAT)
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('pyrt:ready').length > 0")
    yield page
    page.close()


@pytest.fixture(scope="module")
def script(shared_page):
    """What has been done in that page."""
    return Script(shared_page)


def test_the_state_is_right_wherever_the_worker_ends(script, seed):
    """A call that had begun has failed, with its name; all others have run."""
    chance = random.Random(seed)
    page, messages = script.page, []
    page.on("console", lambda message: messages.append(message.text))
    steps = random_steps(chance, STEPS)
    workers = page.evaluate("window.pyrtWorkers.length")
    end = chance.randrange(STEPS + 1)
    script.play(steps[:end])
    page.evaluate(f"ms => setTimeout(() => {END_WORKER}, ms)", chance.randrange(200))
    script.play(steps[end:])
    page.wait_for_function(STARTED_AGAIN, arg=workers)
    failed = [m for m in messages if "did not end" in m]
    script.accept(re.findall(r"The callback (\w+) \(restarts.py", "\n".join(failed)))
    script.expect_state()


def test_an_endless_callback_is_stopped_with_the_state_kept(script, seed):
    chance = random.Random(seed)
    page = script.page
    script.play(random_steps(chance, 3))
    page.click("#ever")
    script.play(random_steps(chance, 3))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pyrt-notice--python")).to_have_count(0)
    script.expect_state()
