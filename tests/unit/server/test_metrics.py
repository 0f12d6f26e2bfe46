"""Metrics in Prometheus' format."""

import asyncio

import pytest

from pyrt.server import access_log
from pyrt.server.metrics import Metrics


@pytest.fixture
def metrics():
    made = Metrics()
    yield made
    made.close()


def values(metrics):
    """Return the samples of the text, by name and labels."""
    lines = metrics.text()[0].decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("pyrt_"))


def test_lines_of_the_access_log_are_counted(metrics):
    access_log.write("call", via="http", status=200, ms=3.0, callback="show (app.py:12)")
    access_log.write("call", via="http", status=200, ms=1.0, callback="job (app.py:20)", job="poll")
    access_log.write("call", via="websocket", status=403, refused="foreign origin")
    found = values(metrics)
    assert found['pyrt_requests_total{status="200",via="http"}'] == "2.0"
    assert found['pyrt_requests_total{status="403",via="websocket"}'] == "1.0"
    assert found['pyrt_request_seconds_count{callback="show (app.py:12)"}'] == "1.0"
    assert found['pyrt_request_seconds_bucket{callback="show (app.py:12)",le="0.0025"}'] == "0.0"
    assert found['pyrt_request_seconds_bucket{callback="show (app.py:12)",le="0.005"}'] == "1.0"
    assert found['pyrt_refused_total{reason="foreign origin"}'] == "1.0"
    assert found['pyrt_jobs_total{step="poll"}'] == "1.0"


def test_what_runs_is_counted_while_it_runs(metrics):
    seen = []

    async def app(scope, receive, send):
        seen.append(values(metrics)['pyrt_in_progress{via="http"}'])

    asyncio.run(metrics.watch(app)({"type": "http"}, None, None))
    assert seen == ["1.0"]
    assert values(metrics)['pyrt_in_progress{via="http"}'] == "0.0"


def test_the_process_is_measured_as_well(metrics):
    text, kind = metrics.text()
    assert b"python_info" in text
    assert kind.startswith("text/plain")


def test_a_server_that_has_ended_counts_no_longer(metrics):
    metrics.close()
    access_log.write("call", via="http", status=200)
    assert not any(name.startswith("pyrt_requests_total") for name in values(metrics))
