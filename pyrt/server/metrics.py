"""Metrics of the server in Prometheus' format, by the library `prometheus-client`.

    pyrt_requests_total{via, status}      calls over HTTP and WebSockets, also refused ones
    pyrt_request_seconds{callback}        how long calls of each callback took
    pyrt_refused_total{reason}            requests that were refused, as the access log names it
    pyrt_jobs_total{step}                 requests that started or polled a job
    pyrt_in_progress{via}                 requests being answered, and open WebSockets

Beside these, all that the app itself registers, and what the library knows of the process. Several
processes write to a folder (`PROMETHEUS_MULTIPROC_DIR`); any of them answers for all.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from starlette import types as asgi

from pyrt.server import access_log

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's variable
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one server; reads the access log until `close`."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        requests = ("pyrt_requests", "Calls over HTTP and WebSockets, also refused ones")
        self._requests = Counter(*requests, ("via", "status"), registry=self._own)
        seconds = ("pyrt_request_seconds", "How long calls of each callback took")
        self._seconds = Histogram(*seconds, ("callback",), buckets=_BUCKETS_S, registry=self._own)
        refused = ("pyrt_refused", "Requests that were refused")
        self._refused = Counter(*refused, ("reason",), registry=self._own)
        jobs = ("pyrt_jobs", "Requests that started or polled a job")
        self._jobs = Counter(*jobs, ("step",), registry=self._own)
        self._in_progress = Gauge(
            "pyrt_in_progress",
            "Requests being answered, and open WebSockets",
            ("via",),
            registry=self._own,
            multiprocess_mode="livesum",
        )
        access_log.listeners.append(self.record)

    def record(self, facts: Mapping[str, object]) -> None:
        """Count one line of the access log."""
        self._requests.labels(str(facts.get("via")), str(facts.get("status"))).inc()
        duration_ms, callback = facts.get("ms"), facts.get("callback")
        if isinstance(duration_ms, float) and callback:
            self._seconds.labels(str(callback)).observe(duration_ms / 1000)
        if facts.get("refused"):
            self._refused.labels(str(facts["refused"])).inc()
        if facts.get("job"):
            self._jobs.labels(str(facts["job"])).inc()

    def watch(self, app: asgi.ASGIApp) -> asgi.ASGIApp:
        """Return an application that counts what `app` is doing."""
        running = {via: self._in_progress.labels(via) for via in ("http", "websocket")}

        async def watched(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
            gauge = running.get(scope["type"])
            if gauge is None:
                await app(scope, receive, send)
                return
            with gauge.track_inprogress():
                await app(scope, receive, send)

        return watched

    def text(self) -> tuple[bytes, str]:
        """Return all metrics, and the content type of this text."""
        folder = os.environ.get(FOLDER)
        if not folder:
            known = (prometheus_client.REGISTRY, self._own)
            text = b"".join(map(prometheus_client.generate_latest, known))
            return text, prometheus_client.CONTENT_TYPE_LATEST
        _forget_ended_processes(Path(folder))
        everything = CollectorRegistry()
        multiprocess.MultiProcessCollector(everything)  # type: ignore[no-untyped-call]
        return prometheus_client.generate_latest(everything), prometheus_client.CONTENT_TYPE_LATEST

    def close(self) -> None:
        """Count no further lines."""
        with suppress(ValueError):
            access_log.listeners.remove(self.record)


def _forget_ended_processes(folder: Path) -> None:
    """Remove what ended processes were doing: it is no longer in progress."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not Path("/proc", pid).exists() and Path("/proc").exists():
            multiprocess.mark_process_dead(int(pid))  # type: ignore[no-untyped-call]
