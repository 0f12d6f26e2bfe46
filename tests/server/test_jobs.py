"""Background callbacks over the bridge, with Diskcache and with Celery on Redis (S-121)."""

import hashlib
from urllib.parse import quote

import pytest

from tests.support.bridge import ask, entry
from tests.support.polling_page import Page
from tests.support.programs import wait_for


@pytest.fixture(scope="module", params=["diskcache", "celery"])
def system(request, make_system):
    return make_system(request.param)


def test_a_job_is_started_and_asked_for_until_it_is_done(system):
    """S-121, S-126: the context of the request is in the job, too."""
    page = Page(system, ask("out", "hello"))
    assert set(page.handles) == {"cacheKey", "job"}
    props = page.end().json()["response"]["out"]["children"]["props"]
    assert props["children"] == "hello in value"


def test_an_async_function_is_run_as_well(system):
    """S-126."""
    assert Page(system, ask("later", 1)).end().json()["response"]["later"]["children"] == 1


def test_progress_and_set_props_arrive_while_it_runs(system):
    """S-91, S-122: and what was set between two polls arrives as one."""
    page = Page(system, ask("steps", "p1"))
    assert page.handles["progressDefault"] == {"bar.value": "0", "bar.max": "10"}
    assert page.handles["cancel"] == [{"id": "stop", "property": "n_clicks"}]
    assert page.until("progress") == {"bar.value": 1, "bar.max": 10}
    system.open_gate("first-p1")
    assert page.until("sideUpdate") == {"log": {"children": ["a"]}}
    wait_for(lambda: page.poll() and _merged(page.news)["progress"]["bar.value"] == 2, "progress")
    assert _merged(page.news)["progress"] == {"bar.value": 2, "bar.max": 10}
    system.open_gate("second-p1")
    last = page.end().json()
    assert last["response"] == {"steps": {"children": "p1"}}
    shown = [news["sideUpdate"] for news in page.news[-3:] if "sideUpdate" in news]
    assert shown[-1]["log"]["title"] == "done"
    assert any("__dash_patch_update" in str(s["log"].get("children")) for s in shown)


def _merged(news):
    return {key: value for item in news for key, value in item.items()}


def test_an_answer_that_got_lost_is_given_once_more(system):
    """The network fails between the server's answer and the page."""
    page = Page(system, ask("multi", 1) | _two_outputs())
    first = page.end().json()
    assert page.poll().json() == first


def _two_outputs():
    return {
        "output": "..multi.children...multi.title..",
        "outputs": [entry("multi", "children"), entry("multi", "title")],
        "state": [entry({"type": "x", "i": 1}, "data", {"a": [1]})],
    }


def test_several_outputs_state_and_no_update(system):
    """S-52, S-54."""
    page = Page(system, ask("multi", 0) | _two_outputs())
    assert page.end().json()["response"] == {"multi": {"title": {"a": [1]}}}


def test_an_exception_is_given_to_the_handler(system):
    """S-126, S-119: where the page waits, with the message of the job."""
    answer = Page(system, ask("failing", 1)).end().json()
    assert answer["response"]["failing"]["children"] == (
        "handled: An error occurred inside a background callback: no 1"
    )


def test_an_exception_without_handler_is_reported_with_its_traceback(system):
    """S-126."""
    response = Page(system, ask("unhandled", 1)).end()
    assert response.status_code == 500
    error = response.json()["error"]
    assert error["type"] == "BackgroundCallbackError"
    assert "inside a background callback: no 1" in error["message"]
    assert "ValueError: no 1" in error["message"]


def test_a_result_that_is_no_json_is_reported(system):
    """S-61."""
    response = Page(system, ask("unhandled", "set")).end()
    assert response.status_code == 500
    assert "having type `set`" in response.json()["error"]["message"]


def test_prevent_update_is_204(system):
    """S-52, S-126."""
    assert Page(system, ask("unhandled", "prevent")).end().status_code == 204


def test_a_job_without_output_shows_by_set_props(system):
    """S-89."""
    body = {
        "output": hashlib.sha256(b"in.value").hexdigest(),
        "inputs": [entry("in", "value", "x")],
        "changedPropIds": ["in.value"],
    }
    page = Page(system, body)
    page.end()
    assert [n["sideUpdate"] for n in page.news if "sideUpdate" in n][-1] == {
        "log": {"children": "x"}
    }


def test_a_job_is_cancelled_and_its_page_is_told_nothing(system):
    """S-123: by a request whose own callback need not be there."""
    page = Page(system, ask("steps", "c1"))
    wait_for(lambda: "begun-c1" in system.server.traces, "the job")
    stop = {**ask("stop", 1, "id"), "output": "stop.id"}
    assert system.server.post(stop, f"?cancelJob={quote(page.handles['job'])}").status_code == 204
    assert page.end().status_code == 204
    system.open_gate("first-c1")
    system.open_gate("second-c1")
    assert Page(system, ask("out", "next")).end().status_code == 200
    assert "ended-c1" not in system.server.traces


def test_a_page_that_no_longer_waits_ends_its_job(system):
    """S-77: by a poll that names it as an old job, as every Dash server accepts it."""
    page = Page(system, ask("steps", "w1"))
    wait_for(lambda: "begun-w1" in system.server.traces, "the job")
    ended = system.server.post(page.request, f"{page.query}&oldJob={quote(page.handles['job'])}")
    assert ended.status_code in {200, 204}
    assert page.end().status_code == 204
    system.open_gate("first-w1")
    system.open_gate("second-w1")
    assert Page(system, ask("out", "next")).end().status_code == 200
    assert "ended-w1" not in system.server.traces


def test_a_newer_trigger_ends_the_older_job(system):
    """S-124."""
    older = Page(system, ask("steps", "o1"))
    wait_for(lambda: "begun-o1" in system.server.traces, "the job")
    newer = Page(system, ask("steps", "o2"), f"?oldJob={quote(older.handles['job'])}")
    system.open_gate("first-o1")
    system.open_gate("second-o1")
    system.open_gate("first-o2")
    system.open_gate("second-o2")
    assert newer.end().json()["response"] == {"steps": {"children": "o2"}}
    assert "ended-o1" not in system.server.traces


def cached(value, ignored):
    body = ask("cached", value)
    inputs = [entry("in", "value", value), entry("ignored", "value", ignored)]
    return {**body, "inputs": inputs}


def test_a_result_is_kept_where_cache_by_says_so(system):
    """S-125: the second time nothing is called; an argument to ignore makes no difference."""
    before = system.server.traces.count("cached")
    first = Page(system, cached("a", 1)).end().json()
    second = Page(system, cached("a", 2)).end().json()
    assert first["response"] == second["response"] == {"cached": {"children": ["a", 1]}}
    assert system.server.traces.count("cached") == before + 1
    Page(system, cached("b", 1)).end()
    assert system.server.traces.count("cached") == before + 2


def test_pages_with_the_same_inputs_get_results_of_their_own(system):
    """Without a cache, one page must not take the result that the other waits for."""
    pages = [Page(system, ask("later", "same")) for _ in range(3)]
    assert len({page.handles["cacheKey"] for page in pages}) == 3
    answers = [page.end().json()["response"] for page in pages]
    assert answers == [{"later": {"children": "same"}}] * 3


def test_a_job_that_is_killed_is_reported(system):
    """No job ends without a report."""
    response = Page(system, ask("dies", "always")).end()
    assert response.status_code == 500
    assert "The job was lost." in response.json()["error"]["message"]
    assert Page(system, ask("out", "next")).end().status_code == 200


FORGED = {
    "no signature": lambda h: {**h, "job": "1"},
    "another value": lambda h: {**h, "job": "1" + h["job"]},
    "another key": lambda h: {**h, "cacheKey": "x" + h["cacheKey"]},
    "a job as a key": lambda h: {**h, "cacheKey": h["job"]},
    "no ascii": lambda h: {**h, "job": h["job"].rpartition("~")[0] + "~ü"},
    "no key": lambda h: {**h, "cacheKey": "~"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_handle_is_refused_and_nothing_is_executed(system, name):
    page = Page(system, ask("steps", f"f{len(name)}"))
    good = page.handles
    page.handles = FORGED[name](good)
    before = system.server.mark_log()
    response = page.poll()
    assert response.status_code == 403
    assert system.server.lines_after(before)[-1]["refused"] == "foreign job handle"
    forged = page.handles["job"] if page.handles["job"] != good["job"] else "x"
    refused = system.server.post(ask("quick", 1), f"?cancelJob={quote(forged)}")
    assert refused.status_code == 403
    page.handles = good
    system.server.post(ask("quick", 1), f"?cancelJob={quote(good['job'])}")
    assert page.end().status_code == 204


def test_a_handle_of_another_callback_or_page_is_refused(system):
    page = Page(system, ask("out", "mine"))
    other = Page(system, ask("later", "other"))
    other.handles = page.handles
    assert other.poll().status_code == 403
    assert system.server.post(page.request, f"{page.query}&endId=elsewhere").status_code == 403
    assert page.end().status_code == 200


def test_a_handle_is_bound_to_the_page_load_that_names_itself(system):
    bound = Page(system, ask("out", "bound"), "?endId=load-1")
    assert bound.poll().status_code == 403
    bound.handles = {**bound.handles, "job": f"{bound.handles['job']}"}
    response = system.server.post(bound.request, f"{bound.query}&endId=load-1")
    assert response.status_code == 200


def test_the_bridge_is_restarted_during_a_job(system):
    page = Page(system, ask("steps", "r1"))
    wait_for(lambda: "begun-r1" in system.server.traces, "the job")
    system.server.stop()
    system.open_gate("first-r1")
    system.open_gate("second-r1")
    wait_for(lambda: "ended-r1" in system.server.traces, "the job")
    system.server.start()
    assert page.end().json()["response"] == {"steps": {"children": "r1"}}


def test_the_network_is_cut_and_comes_back(system):
    """A poll without a response is sent again."""
    page = Page(system, ask("steps", "n1"))
    system.server.stop()
    with pytest.raises(Exception, match="refused"):
        page.poll()
    system.server.start()
    system.open_gate("first-n1")
    system.open_gate("second-n1")
    assert page.end().json()["response"] == {"steps": {"children": "n1"}}


def test_a_result_above_the_limit_is_refused_with_the_name_of_the_callback(make_system):
    """In the server itself, and in the process of a job."""
    system = make_system("diskcache", PYRT_BRIDGE_MAX_RESULT="2000")
    for name in ("quick", "brief"):
        answer = Page(system, ask(name, "x" * 3000))
        answer = answer.started if name == "quick" else answer.end()
        assert answer.status_code == 500
        message = answer.json()["error"]["message"]
        assert f"{name} (" in message
        assert "max-result in [tool.pyrt]" in message
