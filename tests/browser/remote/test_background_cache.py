"""Cached results of background callbacks; keys of functions, arguments and source (S-125)."""

from tests.support.waiting import shows


def start(page, part, value):
    page.fill(f"#{part}-text", value)
    page.click(f"#{part}-start")


def run_and_end(page, part, value, click):
    """Run a job without a cached result: its result has the number of the click."""
    start(page, part, value)
    shows(page, f"{part}-runs", f"ran at click {click}")
    shows(page, f"{part}-result", f"result for {value}")
    shows(page, f"{part}-state", "idle")


def get_kept(page, part, value, ran_at):
    """Get a cached result: it has the number of an older click."""
    start(page, part, value)
    shows(page, f"{part}-result", f"result for {value}")
    shows(page, f"{part}-state", "idle")
    shows(page, f"{part}-runs", f"ran at click {ran_at}")


def test_a_cached_result_replaces_the_job(open_background):
    """Dash's tests 005 and 006: arguments to ignore by position and by name."""
    page = open_background("caching")
    for part in ("list", "dict"):
        run_and_end(page, part, "a", click=1)
        run_and_end(page, part, "b", click=2)
        get_kept(page, part, "a", ran_at=2)
        get_kept(page, part, "b", ran_at=2)
        shows(page, "dict-result", "nothing" if part == "list" else "result for b")


def test_another_answer_of_the_functions_makes_another_key(open_background):
    page = open_background("caching")
    run_and_end(page, "list", "c", click=1)
    page.click("#renew")
    shows(page, "edition", "edition 1")
    run_and_end(page, "list", "c", click=2)


def test_results_are_kept_beyond_a_reload(open_background):
    """They are in IndexedDB, or in the store of the server."""
    page = open_background("caching")
    run_and_end(page, "list", "d", click=1)
    page.reload()
    shows(page, "list-runs", "0")
    start(page, "list", "d")
    shows(page, "list-result", "result for d")
    shows(page, "list-runs", "0")
