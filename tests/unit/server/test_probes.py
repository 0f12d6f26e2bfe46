"""What balancers and Prometheus ask a server."""

import asyncio

import flask
import httpx
import pytest

from pyrt.calls.call import CallOptions
from pyrt.managers.managers import BaseBackgroundCallbackManager
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input, Output
from pyrt.server.app_routes import find_paths
from pyrt.server.asgi import PROBES, Access, make_asgi
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.metrics import Metrics
from pyrt.server.permission import Permission
from pyrt.server.service import CallService


class Manager(BaseBackgroundCallbackManager):
    """Its store is reachable, or raises what it raises."""

    def __init__(self, error=None):
        self.error = error
        self.checks = 0

    def check(self):
        self.checks += 1
        if self.error:
            raise self.error


def ask(*paths, manager=None, **access):
    """Return the answers to GET requests that are sent at the same time."""
    registry, options = CallbackRegistry(), CallOptions()
    registry.callback(Output("a", "b"), Input("c", "d"), server=True)(lambda value: value)
    jobs = JobLifecycle(registry, manager, options, secret="secret")
    service = CallService(registry, Permission(), options, jobs)
    app = make_asgi(service, Access(**access))

    async def send():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as http:
            return await asyncio.gather(*map(http.get, paths))

    return asyncio.run(send())


def test_a_server_that_answers_is_healthy():
    for answer in ask("/health", "/_pyrt-health"):
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "callbacks": 1})


def test_a_server_without_jobs_is_ready():
    (answer,) = ask("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_server_is_ready_while_its_store_answers_and_probes_ask_it_once():
    manager = Manager()
    answers = ask("/ready", "/ready", "/ready", manager=manager)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert manager.checks == 1


def test_a_server_whose_store_is_away_is_healthy_and_not_ready():
    ready, healthy = ask("/ready", "/health", manager=Manager(ConnectionError("redis://:secret@x")))
    assert (ready.status_code, healthy.status_code) == (503, 200)
    assert ready.json() == {"status": "not ready", "failed": {"Manager": "ConnectionError"}}


def test_a_store_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("pyrt.server.probes._READY_TIMEOUT_S", 0.0)
    (answer,) = ask("/ready", manager=Manager())
    assert (answer.status_code, answer.json()["failed"]) == (503, {"jobs": "no answer in 0 s"})


def test_metrics_are_shown_where_they_are_wanted():
    assert ask("/metrics")[0].status_code == 404
    metrics = Metrics()
    try:
        answer = ask("/metrics", metrics=metrics)[0]
    finally:
        metrics.close()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "pyrt_in_progress" in answer.text


@pytest.mark.parametrize("path", PROBES)
def test_an_app_with_a_route_of_that_name_keeps_it(path):
    server = flask.Flask("app")
    server.add_url_rule(path, "mine", lambda: "mine")
    assert find_paths(server, PROBES) == {path}
    taken = ask(path, own_probes=find_paths(server, PROBES))[0]
    assert taken.status_code == 404, "left to the app's own server, which this test does not have"
    assert find_paths(object(), PROBES) == set()
