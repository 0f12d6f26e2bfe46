"""Background callbacks over the bridge, with Diskcache and with Celery on Redis (S-121)."""

import hashlib
from urllib.parse import quote

import pytest

from tests.support.bridge import ask, entry
from tests.support.polling_page import Page
from tests.support.programs import wait_for


@pytest.fixture(scope="module", params=["diskcache", "celery"])
def world(request, make_world):
    return make_world(request.param)


def test_a_job_is_started_and_asked_for_until_it_is_done(world):
    """S-121, S-126: the context of the request is in the job, too."""
    page = Page(world, ask("out", "hello"))
    assert set(page.handles) == {"cacheKey", "job"}
    props = page.end().json()["response"]["out"]["children"]["props"]
    assert props["children"] == "hello in value"


def test_an_async_function_is_run_as_well(world):
    """S-126."""
    assert Page(world, ask("later", 1)).end().json()["response"]["later"]["children"] == 1


def test_progress_and_set_props_arrive_while_it_goes_on(world):
    """S-91, S-122: and what was set between two polls arrives as one."""
    page = Page(world, ask("steps", "p1"))
    assert page.handles["progressDefault"] == {"bar.value": "0", "bar.max": "10"}
    assert page.handles["cancel"] == [{"id": "stop", "property": "n_clicks"}]
    assert page.until("progress") == {"bar.value": 1, "bar.max": 10}
    world.open_gate("first-p1")
    assert page.until("sideUpdate") == {"log": {"children": ["a"]}}
    assert {"progress": {"bar.value": 2, "bar.max": 10}}.items() <= _merged(page.news).items()
    world.open_gate("second-p1")
    last = page.end().json()
    assert last["response"] == {"steps": {"children": "p1"}}
    shown = [news["sideUpdate"] for news in page.news[-3:] if "sideUpdate" in news]
    assert shown[-1]["log"]["title"] == "done"
    assert any("__dash_patch_update" in str(s["log"].get("children")) for s in shown)


def _merged(news):
    return {key: value for item in news for key, value in item.items()}


def test_an_answer_that_got_lost_is_given_once_more(world):
    """A network that is cut in the wrong moment."""
    page = Page(world, ask("multi", 1) | _two_outputs())
    first = page.end().json()
    assert page.poll().json() == first


def _two_outputs():
    return {
        "output": "..multi.children...multi.title..",
        "outputs": [entry("multi", "children"), entry("multi", "title")],
        "state": [entry({"type": "x", "i": 1}, "data", {"a": [1]})],
    }


def test_several_outputs_state_and_no_update(world):
    """S-52, S-54."""
    page = Page(world, ask("multi", 0) | _two_outputs())
    assert page.end().json()["response"] == {"multi": {"title": {"a": [1]}}}


def test_an_exception_is_given_to_the_handler(world):
    """S-126, S-119: where the page waits, with the message of the job."""
    answer = Page(world, ask("failing", 1)).end().json()
    assert answer["response"]["failing"]["children"] == (
        "handled: An error occurred inside a background callback: no 1"
    )


def test_an_exception_without_handler_is_reported_with_its_traceback(world):
    """S-126."""
    response = Page(world, ask("unhandled", 1)).end()
    assert response.status_code == 500
    error = response.json()["error"]
    assert error["type"] == "BackgroundCallbackError"
    assert "inside a background callback: no 1" in error["message"]
    assert "ValueError: no 1" in error["message"]


def test_a_result_that_is_no_json_is_reported(world):
    """S-61."""
    response = Page(world, ask("unhandled", "set")).end()
    assert response.status_code == 500
    assert "having type `set`" in response.json()["error"]["message"]


def test_prevent_update_is_204(world):
    """S-52, S-126."""
    assert Page(world, ask("unhandled", "prevent")).end().status_code == 204


def test_a_job_without_output_shows_by_set_props(world):
    """S-89."""
    body = {
        "output": hashlib.sha256(b"in.value").hexdigest(),
        "inputs": [entry("in", "value", "x")],
        "changedPropIds": ["in.value"],
    }
    page = Page(world, body)
    page.end()
    assert [n["sideUpdate"] for n in page.news if "sideUpdate" in n][-1] == {
        "log": {"children": "x"}
    }


def test_a_job_is_cancelled_and_its_page_is_told_nothing(world):
    """S-123: by a request whose own callback need not be there."""
    page = Page(world, ask("steps", "c1"))
    wait_for(lambda: "begun-c1" in world.server.traces, "the job")
    stop = {**ask("stop", 1, "id"), "output": "stop.id"}
    assert world.server.post(stop, f"?cancelJob={quote(page.handles['job'])}").status_code == 204
    assert page.end().status_code == 204
    world.open_gate("first-c1")
    world.open_gate("second-c1")
    assert Page(world, ask("out", "next")).end().status_code == 200
    assert "ended-c1" not in world.server.traces


def test_a_page_that_no_longer_waits_ends_its_job(world):
    """S-77: by a question after it that names it as an old one, as every Dash server takes it."""
    page = Page(world, ask("steps", "w1"))
    wait_for(lambda: "begun-w1" in world.server.traces, "the job")
    ended = world.server.post(page.request, f"{page.query}&oldJob={quote(page.handles['job'])}")
    assert ended.status_code in {200, 204}
    assert page.end().status_code == 204
    world.open_gate("first-w1")
    world.open_gate("second-w1")
    assert Page(world, ask("out", "next")).end().status_code == 200
    assert "ended-w1" not in world.server.traces


def test_a_newer_trigger_ends_the_older_job(world):
    """S-124."""
    older = Page(world, ask("steps", "o1"))
    wait_for(lambda: "begun-o1" in world.server.traces, "the job")
    newer = Page(world, ask("steps", "o2"), f"?oldJob={quote(older.handles['job'])}")
    world.open_gate("first-o1")
    world.open_gate("second-o1")
    world.open_gate("first-o2")
    world.open_gate("second-o2")
    assert newer.end().json()["response"] == {"steps": {"children": "o2"}}
    assert "ended-o1" not in world.server.traces


def cached(value, ignored):
    body = ask("cached", value)
    inputs = [entry("in", "value", value), entry("ignored", "value", ignored)]
    return {**body, "inputs": inputs}


def test_a_result_is_kept_where_cache_by_says_so(world):
    """S-125: the second time nothing is called; an argument to ignore makes no difference."""
    before = world.server.traces.count("cached")
    first = Page(world, cached("a", 1)).end().json()
    second = Page(world, cached("a", 2)).end().json()
    assert first["response"] == second["response"] == {"cached": {"children": ["a", 1]}}
    assert world.server.traces.count("cached") == before + 1
    Page(world, cached("b", 1)).end()
    assert world.server.traces.count("cached") == before + 2


def test_pages_with_the_same_inputs_get_results_of_their_own(world):
    """Without a cache, one must not take away what the other waits for."""
    pages = [Page(world, ask("later", "same")) for _ in range(3)]
    assert len({page.handles["cacheKey"] for page in pages}) == 3
    answers = [page.end().json()["response"] for page in pages]
    assert answers == [{"later": {"children": "same"}}] * 3


def test_a_job_that_is_killed_is_reported(world):
    """None is lost silently."""
    response = Page(world, ask("dies", "always")).end()
    assert response.status_code == 500
    assert "The job was lost." in response.json()["error"]["message"]
    assert Page(world, ask("out", "next")).end().status_code == 200


FORGED = {
    "no signature": lambda h: {**h, "job": "1"},
    "another value": lambda h: {**h, "job": "1" + h["job"]},
    "another key": lambda h: {**h, "cacheKey": "x" + h["cacheKey"]},
    "a job as a key": lambda h: {**h, "cacheKey": h["job"]},
    "no ascii": lambda h: {**h, "job": h["job"].rpartition("~")[0] + "~ü"},
    "no key": lambda h: {**h, "cacheKey": "~"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_handle_is_refused_and_nothing_is_executed(world, name):
    page = Page(world, ask("steps", f"f{len(name)}"))
    good = page.handles
    page.handles = FORGED[name](good)
    response = page.poll()
    assert response.status_code == 403
    assert world.server.access_log[-1]["refused"] == "foreign job handle"
    forged = page.handles["job"] if page.handles["job"] != good["job"] else "x"
    refused = world.server.post(ask("quick", 1), f"?cancelJob={quote(forged)}")
    assert refused.status_code == 403
    page.handles = good
    world.server.post(ask("quick", 1), f"?cancelJob={quote(good['job'])}")
    assert page.end().status_code == 204


def test_a_handle_of_another_callback_or_page_is_refused(world):
    page = Page(world, ask("out", "mine"))
    other = Page(world, ask("later", "other"))
    other.handles = page.handles
    assert other.poll().status_code == 403
    assert world.server.post(page.request, f"{page.query}&endId=elsewhere").status_code == 403
    assert page.end().status_code == 200


def test_a_handle_is_bound_to_the_page_load_that_names_itself(world):
    bound = Page(world, ask("out", "bound"), "?endId=load-1")
    assert bound.poll().status_code == 403
    bound.handles = {**bound.handles, "job": f"{bound.handles['job']}"}
    response = world.server.post(bound.request, f"{bound.query}&endId=load-1")
    assert response.status_code == 200


def test_the_bridge_is_restarted_during_a_job(world):
    page = Page(world, ask("steps", "r1"))
    wait_for(lambda: "begun-r1" in world.server.traces, "the job")
    world.server.stop()
    world.open_gate("first-r1")
    world.open_gate("second-r1")
    wait_for(lambda: "ended-r1" in world.server.traces, "the job")
    world.server.start()
    assert page.end().json()["response"] == {"steps": {"children": "r1"}}


def test_the_network_is_cut_and_comes_back(world):
    """A poll without a response is sent again."""
    page = Page(world, ask("steps", "n1"))
    world.server.stop()
    with pytest.raises(Exception, match="refused"):
        page.poll()
    world.server.start()
    world.open_gate("first-n1")
    world.open_gate("second-n1")
    assert page.end().json()["response"] == {"steps": {"children": "n1"}}
