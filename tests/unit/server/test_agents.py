"""What agents need of a server."""

import pytest
from dash import Dash, Input, Output, dcc, html

from pyrt.agents import settings
from pyrt.agents.tasks import JobRef, TaskError
from pyrt.agents.tools import AgentApp
from pyrt.app.dash import APPS
from pyrt.calls.call import CallResult
from pyrt.managers.managers import BaseBackgroundCallbackManager
from pyrt.server import agents
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.service import CallService


class FakeManager(BaseBackgroundCallbackManager):
    """Jobs that end when the test says so."""

    def __init__(self):
        super().__init__(None)
        self.results = {}
        self.progress = None
        self.ended = []

    def make_job_fn(self, fn, progress, key):
        return fn

    def call_job_fn(self, key, job_fn, args, context):
        self.key = key
        return "17-1.50"

    def job_running(self, job):
        return True

    def get_progress(self, key):
        return self.progress

    def get_updated_props(self, key):
        return {}

    def get_result(self, key, job):
        return self.results.get(key, self.UNDEFINED)

    def terminate_job(self, job):
        self.ended.append(job)


@pytest.fixture
def manager():
    made = FakeManager()
    yield made
    BaseBackgroundCallbackManager.managers.remove(made)


@pytest.fixture
def offered(manager):
    """Return the host of an app with a background callback, and what finds its endpoint."""
    app = Dash("app", use_pages=False, background_callback_manager=manager, enable_mcp=True)
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o"), html.P(id="p")])

    @app.callback(
        Output("o", "children"),
        Input("i", "value"),
        background=True,
        progress=Output("p", "children"),
    )
    def slow(set_progress, value):
        pass

    app.prepare()
    jobs = JobLifecycle(app.callbacks, manager, app.call_options, "secret")
    service = CallService(app.callbacks, Permission((), manager), app.call_options, jobs)
    yield app, service, jobs
    settings.forget()
    APPS.forget()


@pytest.fixture
def started(offered):
    app, service, jobs = offered
    host = agents.ServiceHost(service, app.call_options, jobs)
    tool = AgentApp(app, host).catalog.by_name["slow"]
    return host.jobs, tool, host.jobs.start(tool, tool.request({"value": "x"}))


def test_a_job_is_known_by_the_ids_of_its_manager(started, manager):
    _, _, ref = started
    assert (ref.job, ref.key) == ("17-1.50", manager.key)
    assert ":" not in ref.proof


def test_a_running_job_has_progress(started, manager):
    jobs, tool, ref = started
    manager.progress = ["half"]
    assert jobs.poll(tool, tool.request({}), ref)["progress"] == {"p.children": "half"}


def test_the_result_of_a_job(started, manager):
    jobs, tool, ref = started
    manager.results[manager.key] = "done"
    found = jobs.poll(tool, tool.request({}), ref)
    assert isinstance(found, CallResult)
    assert '"o":{"children":"done"}' in found.body()


def test_a_job_can_be_ended(started, manager):
    jobs, tool, ref = started
    jobs.end(tool, ref)
    assert manager.ended == ["17-1.50"]


@pytest.mark.parametrize("proof", ["", "a.b.c", "~~~"])
def test_a_forged_id_finds_no_job(started, manager, proof):
    jobs, tool, ref = started
    forged = JobRef(ref.job, ref.key, proof)
    with pytest.raises(TaskError):
        jobs.poll(tool, tool.request({}), forged)
    with pytest.raises(TaskError):
        jobs.end(tool, forged)
    assert manager.ended == []


def test_there_is_an_endpoint_where_the_app_is_offered(offered):
    app, service, jobs = offered
    endpoint = agents.find_endpoint(app, service, jobs, 1000, by_project=False)
    assert endpoint is not None
    assert endpoint.path == "/_mcp"


def test_without_the_sdk_the_server_says_so_and_serves_the_rest(offered, monkeypatch, capsys):
    app, service, jobs = offered
    monkeypatch.setattr(agents, "find_spec", lambda name: None)
    assert agents.find_endpoint(app, service, jobs, 1000, by_project=False) is None
    assert 'pip install "pyrt-dash[mcp]"' in capsys.readouterr().err


def test_an_app_that_is_not_offered_has_no_endpoint(offered, monkeypatch):
    _, service, jobs = offered
    monkeypatch.delenv("DASH_MCP_ENABLED", raising=False)
    other = Dash("other", use_pages=False)
    assert agents.find_endpoint(other, service, jobs, 1000, by_project=False) is None
    assert agents.find_endpoint(other, service, jobs, 1000, by_project=True) is not None
