"""Callbacks over HTTP, in Dash's own protocol, by a real server process."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.bridge import SITE, ask, entry

MAX_BODY = 4096


@pytest.fixture(scope="module")
def server(start_server):
    return start_server("plain.py", "--max-body", str(MAX_BODY))


@pytest.fixture
def last(server):
    """Return the lines of the access log written since the test began, once there are so many."""
    before = server.mark_log()

    def lines(count=1):
        return server.lines_after(before, count)

    return lines


def test_a_callback_is_answered_as_by_a_dash_server(server, last):
    """S-50, S-54."""
    response = server.post(ask("out", "hello"))
    assert response.status_code == 200
    assert response.json() == {"multi": True, "response": {"out": {"children": "hello"}}}
    (line,) = last()
    assert line["callback"].startswith("echo (")
    assert (line["status"], line["via"], line["remote"]) == (200, "http", "127.0.0.1")
    assert line["out"] == len(response.content)


def test_an_async_callback_is_answered_with_what_it_has_set(server):
    """S-130: without a stream, `set_props` waits for the answer."""
    response = server.post(ask("async", "hello"))
    assert response.json() == {
        "multi": True,
        "response": {"async": {"children": "hello"}},
        "sideUpdate": {"side": {"children": "seen"}},
    }


def test_a_callback_may_be_marked_beside_the_source(server):
    request = {**ask("named", 1), "state": [entry("more", "data", {"x": 2})]}
    assert server.post(request).json()["response"]["named"]["children"] == [1, {"x": 2}]


def test_prevent_update_is_204_and_no_update_is_empty(server):
    """S-52, S-53."""
    assert server.post(ask("failing", "prevent")).status_code == 204
    response = server.post(ask("failing", "none"))
    assert response.json() == {"multi": True, "response": {}}


def test_what_a_callback_raises_stays_on_the_server(server, last):
    """Its text may hold a secret; the access log has it."""
    response = server.post(ask("failing", "password"))
    assert response.status_code == 500
    assert "Callback error updating failing.children" in response.json()["error"]["message"]
    assert "secret" not in response.text
    assert "secret of the server: password" in last()[0]["error"]


def test_with_debug_the_page_is_told_what_was_raised(start_server):
    server = start_server("plain.py", "--debug")
    error = server.post(ask("failing", "password")).json()["error"]
    assert error["type"] == "ValueError"
    assert error["message"] == "secret of the server: password"
    assert "in failing" in error["traceback"]


def test_a_callback_sees_the_request_it_answers(server):
    """S-113."""
    response = server.post(ask("facts", 1), "?x=1", cookie="name=value", x_name="me", origin=SITE)
    assert response.json()["response"]["facts"]["children"] == {
        "cookie": "value",
        "header": "me",
        "path": "/_dash-update-component?x=1",
        "remote": "127.0.0.1",
        "origin": SITE,
        "triggered": "in",
    }
    assert response.headers["set-cookie"] == "visited=yes; path=/; httponly"


def test_slow_callbacks_do_not_wait_for_each_other(server):
    """Twenty calls of 0.2 s each would take 4 s one after the other."""
    before = server.mark_log()
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda n: server.post(ask("slow", n)), range(20)))
    assert [a.json()["response"]["slow"]["children"] for a in answers] == list(range(20))
    overlapping = [line["ms"] for line in server.lines_after(before, 20)]
    assert sum(overlapping) > 20 * 200


def test_routes_of_api_endpoint_call_the_bare_function(server, last):
    answer = server.client.post("/api/double", json={"value": 21, "other": 1})
    assert answer.json() == 42
    assert server.client.post("/api/later", json={"value": [1]}).json() == {"value": [1]}
    assert [line["status"] for line in last(2)] == [200, 200]
    assert server.client.post("/api/double", json=[1]).status_code == 400
    assert server.client.post("/api/double", json={}).status_code == 500
    assert server.client.post("/api/double", json={"value": "exit"}).status_code == 500
    assert server.client.post("/api/double", json={"value": 1}).json() == 2


def test_pages_of_allowed_origins_may_ask(server):
    preflight = server.client.options(
        "/_dash-update-component",
        headers={
            "Origin": SITE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-csrftoken",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == SITE
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert "x-csrftoken" in preflight.headers["access-control-allow-headers"]
    answer = server.post(ask("out", 1), origin=SITE)
    assert answer.headers["access-control-allow-origin"] == SITE
    refused = server.post(ask("unknown", 1), origin=SITE)
    assert refused.headers["access-control-allow-origin"] == SITE  # so that the page can read why


def test_pages_of_the_servers_own_host_may_ask(server):
    assert server.post(ask("out", 1), origin=server.url).status_code == 200


def chunked(server, size):
    """Post a body without saying how long it will be."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = "POST /_dash-update-component HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        connection.sendall(f"{head}\r\n".encode())
        connection.sendall(f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n")
        return int(connection.recv(64).split()[1])


REFUSED = {
    "no JSON": (b"{", 400),
    "JSON nested beyond measure": (b"[" * 4000, 400),
    "no object": ([1], 400),
    "no output": ({}, 400),
    "wrong inputs": ({**ask("out"), "inputs": []}, 400),
    "foreign id": ({**ask("out"), "outputs": entry("other", "children")}, 400),
    "unknown callback": (ask("nothing"), 404),
    "unmarked callback": (ask("local", 1), 403),
    "large body": (ask("out", "x" * MAX_BODY), 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_request_is_refused_and_nothing_is_executed(server, last, name):
    body, status = REFUSED[name]
    traces = server.traces
    response = server.post(body)
    assert response.status_code == status
    assert response.json()["error"]["reason"]
    (line,) = last()
    assert line["status"] == status
    assert line["refused"]
    assert server.traces == traces
    assert server.post(ask("out", 1)).status_code == 200


def test_a_large_body_is_refused_though_it_does_not_say_so(server, last):
    assert chunked(server, 10 * MAX_BODY) == 413
    assert last()[0]["refused"] == "body too large"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://site.example.evil"])
def test_a_foreign_origin_is_refused_and_nothing_is_executed(server, last, origin):
    traces = server.traces
    response = server.post(ask("out", 1), origin=origin)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    preflight = server.client.options(
        "/_dash-update-component",
        headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status_code == 403
    assert [line["refused"] for line in last(2)] == ["foreign origin", "foreign origin"]
    assert server.traces == traces


def test_only_marked_callbacks_are_counted_by_the_health_route(server):
    health = server.client.get("/_pyrt-health").json()
    assert health == {"status": "ok", "callbacks": 7}


def test_a_background_callback_without_a_manager_is_refused_and_says_what_it_needs(server):
    """S-120."""
    response = server.post(ask("job", 1))
    assert response.status_code == 501
    message = response.json()["error"]["message"]
    assert "has no manager to run it. Give one to the callback" in message
    assert "without_manager" not in server.traces


def test_values_are_never_in_the_access_log(server):
    before = server.mark_log()
    server.post(ask("out", "a very private value"))
    assert "a very private value" not in json.dumps(server.lines_after(before))


def test_a_server_with_several_processes_has_metrics_of_all(start_server):
    server = start_server("plain.py", "--workers", "2", "--metrics")
    for number in range(30):
        server.post(ask("out", number))
    text = server.client.get("/metrics").text
    calls = re.findall(r'pyrt_request_seconds_count\{callback="echo .*"\} (\S+)', text)
    assert list(map(float, calls)) == [30]


def test_a_client_that_asks_too_often_is_told_when_to_come_back(start_server):
    server = start_server("plain.py", "--rate", "3/minute")
    answers = [
        server.post(ask("out", n), x_forwarded_for=f"9.9.9.{n}", origin=SITE) for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].headers["access-control-allow-origin"] == SITE
    assert "retry-after" in answers[-1].headers["access-control-expose-headers"].lower()
    assert server.client.get("/health").status_code == 200
    assert server.lines_after(0, 5)[-1]["remote"] == "127.0.0.1"


def test_behind_a_proxy_each_of_its_clients_counts(start_server):
    server = start_server("plain.py", "--rate", "1/minute", "--client-header", "X-Forwarded-For")
    answers = [server.post(ask("facts", 1), x_forwarded_for=f"9.9.9.{n % 2}") for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[0].json()["response"]["facts"]["children"]["remote"] == "9.9.9.0"
