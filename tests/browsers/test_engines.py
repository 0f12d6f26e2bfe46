"""Sites in browsers without stack switching, with another engine, or both."""

import os

import pytest

from tests.support.engine_checks import CHECKS, Visit, run_checks, types_into_a_chain
from tests.support.engines import missing, open_engine

# CI installs both. `make browsers` names all of its engines.
ENGINES = os.environ.get("PYRT_TEST_ENGINES", "firefox webkit").split()


@pytest.mark.parametrize("name", ENGINES)
def test_a_site_does_in_this_engine_what_it_does_in_chromium(name, host, tmp_path):
    """One window for all checks: a new one takes longer than most of them."""
    if reason := missing(name):
        pytest.skip(f"{name}: {reason}; .ci/run and `make engines` install it")
    with open_engine(name) as browser:
        visit = Visit(browser, host, tmp_path)
        cells, wrong = run_checks(visit)
        if wrong:
            browser.screenshot(tmp_path / "screenshot.png")
        assert wrong == {}
        assert cells.keys() == CHECKS.keys()
        types_into_a_chain(visit)
