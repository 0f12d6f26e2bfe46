"""Loads an app on a server and serves its marked callbacks over HTTP.

    create_app()      an ASGI application, for any server: PYRT_BRIDGE_APP=app.py
                      uvicorn --factory pyrt.server:create_app
    load_app(file)    the app of a file, for the server, for background jobs and Celery workers;
                      or, with a `Launch`, of a module
    serve(...)        what `pyrt serve-bridge` does: uvicorn with that application

`import dash` finds pyrt's names here as well (`pyrt.activate`), also where a real Dash is
installed: the server reads the app as the page does.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pyrt.activation import activate
from pyrt.app import launch
from pyrt.app.dash import APPS, Dash
from pyrt.model import environment, failures
from pyrt.model.environment import Environment, Launch, encode_launch
from pyrt.model.errors import PyrtError
from pyrt.model.failures import StartError
from pyrt.server.jobs import server_runner
from pyrt.server.permission import Permission
from pyrt.server.settings import (
    BridgeSettings,
    read_variables,
    write_max_result,
    write_variables,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from pyrt.managers.job_runner import JobSpec
    from pyrt.server.metrics import Metrics

_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's variable


class MissingExtraError(PyrtError):
    """A required library is not installed; the text says how to install it."""


def load_app(file: Path, how: Launch | None = None) -> Dash:
    """Import an app's file or module and return its app, complete.

    Args:
        file: the app's file.
        how: which module it is, and what it finds; None for a file beside which it finds all.

    Raises:
        StartError: something is wrong with the app, or with a variable; the text says what.
    """
    file = file.absolute()
    how = how or Launch()
    if not how.path:
        how = replace(how, root=how.root or str(file.parent), path=[str(file.parent)])
    known = replace(Environment(), entry=str(file), launch=how)
    limit = read_variables().max_result or known.max_result
    environment.use(replace(known, max_result=limit))
    server_runner.install()
    try:
        activate()
        launch.prepare(how)
        app = APPS.choose(launch.run(str(file), how, as_main=False), str(file))
        app.prepare()
    except BaseException as error:  # noqa: BLE001  # whatever the app's file raises
        raise StartError(failures.explain(error)) from None
    return app


def create_app(settings: BridgeSettings | None = None) -> "ASGIApp":
    """Return the server of an app as an ASGI application.

    Args:
        settings: None for those in environment variables.

    Raises:
        StartError: something is wrong with the app.
        MissingExtraError: a library is missing.
    """
    require("starlette", extra="bridge", purpose="The bridge server")
    from pyrt.server.agents import find_endpoint  # noqa: PLC0415
    from pyrt.server.app_routes import find_app_routes, find_paths  # noqa: PLC0415
    from pyrt.server.asgi import DEFAULT_MAX_BODY, PROBES, Access, make_asgi  # noqa: PLC0415
    from pyrt.server.client_limits import RateLimit  # noqa: PLC0415
    from pyrt.server.jobs.lifecycle import JobLifecycle  # noqa: PLC0415
    from pyrt.server.service import CallService  # noqa: PLC0415

    settings = settings or read_variables()
    if settings.rate:
        store = ["redis"] if settings.rate_store else []
        require("limits", *store, extra="bridge", purpose="A limit of requests per client")
    rate = RateLimit(settings.rate, settings.rate_store)
    app = load_app(settings.app, settings.launch)
    manager = app.background_manager
    jobs = JobLifecycle(app.callbacks, manager, app.call_options, settings.secret)
    service = CallService(
        app.callbacks,
        Permission(settings.named, manager),
        app.call_options,
        jobs,
        debug=settings.debug,
    )
    max_body = settings.max_body or DEFAULT_MAX_BODY
    access = Access(
        origins=settings.origins,
        max_body=max_body,
        prefixes=sorted({"/", app.config.routes_pathname_prefix or "/"}),
        publish_api=app.publishes_api,
        app_routes=find_app_routes(app.server),
        own_probes=find_paths(app.server, PROBES),
        hosts=settings.hosts,
        client_header=settings.client_header,
        at_once=settings.at_once,
        rate=rate,
        metrics=_make_metrics() if settings.has_metrics else None,
        agents=find_endpoint(app, service, jobs, max_body, by_project=settings.mcp),
    )
    return make_asgi(service, access)


def _make_metrics() -> "Metrics":
    require("prometheus_client", extra="metrics", purpose="--metrics")
    from pyrt.server.metrics import Metrics  # noqa: PLC0415  # an extra

    return Metrics()


def serve(
    settings: BridgeSettings,
    host: str,
    port: int,
    workers: int,
    announce: Callable[[], None],
) -> None:
    """Serve an app until the process is told to stop.

    Args:
        settings: of the server.
        host: the address to listen on; a name counts as one of the server's.
        port: the port to listen on.
        workers: number of processes.
        announce: called once the app is loaded and the port is known to be free.

    Raises:
        StartError: something is wrong with the app, or the address is not available.
        MissingExtraError: a library is missing.
    """
    require("starlette", "uvicorn", "websockets", extra="bridge", purpose="pyrt serve-bridge")
    import uvicorn  # noqa: PLC0415  # an extra

    from pyrt.server.asgi import DEFAULT_MAX_BODY  # noqa: PLC0415

    settings = replace(settings, hosts=[*settings.hosts, host])
    os.environ.update(write_variables(settings))
    with _metrics_folder() if settings.has_metrics and workers > 1 else nullcontext():
        # Each of several workers loads the app again, and is restarted for ever if that fails: so
        # load it here first.
        application = create_app(settings)
        check_address(host, port)
        announce()
        uvicorn.run(
            "pyrt.server:create_app" if workers > 1 else application,
            factory=workers > 1,
            host=host,
            port=port,
            workers=workers,
            http="pyrt.server.deadlines:DeadlineProtocol",
            log_level="warning",
            access_log=False,  # pyrt writes its own
            proxy_headers=False,  # anyone can write them: `client_header` names the proxy's
            ws_max_size=2
            * (settings.max_body or DEFAULT_MAX_BODY),  # larger than what pyrt refuses itself
            timeout_graceful_shutdown=5,
        )


@contextmanager
def _metrics_folder() -> Iterator[None]:
    """Make the folder to which several processes write their metrics, unless there is one."""
    if os.environ.get(_METRICS_FOLDER):
        yield
        return
    with TemporaryDirectory(prefix="pyrt-metrics-") as folder:
        os.environ[_METRICS_FOLDER] = folder
        yield


def check_address(host: str, port: int) -> None:
    """Check that a server can listen on this address.

    Raises:
        StartError: it cannot; the text says why.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StartError(
            f"{host}:{port} cannot be served on: {reason}. Choose another with --port."
        ) from error


def require(*modules: str, extra: str, purpose: str) -> None:
    """Check that modules can be imported.

    Raises:
        MissingExtraError: one cannot; the text names the extra that installs it.
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"{purpose} needs {', '.join(missing)}, which is not installed here. "
            f'Install it with: pip install "pyrt-dash[{extra}]"'
        )


def limit_results(max_result: int | None) -> None:
    """Set the largest result of a callback for this process and its own, unless a variable does.

    Args:
        max_result: in bytes; None for the default.
    """
    if not read_variables().max_result:
        os.environ.update(write_max_result(max_result))


def run_celery_worker(
    file: Path, options: Sequence[str], how: Launch | None = None, max_result: int | None = None
) -> None:
    """Run a Celery worker for the background callbacks of an app's file.

    `celery -A app worker` does the same where no real Dash is installed.

    Args:
        file: the app's file.
        options: the options of `celery worker`.
        how: how the app is imported; see `load_app`.
        max_result: the largest result of a callback, in bytes; None for that of the variable.

    Raises:
        StartError: something is wrong with the app, or it has no CeleryManager.
        MissingExtraError: Celery is missing.
    """
    require("celery", extra="celery", purpose="pyrt celery")
    from pyrt.managers.celery_manager import CeleryManager  # noqa: PLC0415

    limit_results(max_result)
    load_app(file, how)
    found = [m for m in CeleryManager.managers if isinstance(m, CeleryManager)]
    if not found:
        raise StartError(f"{file.name} has no CeleryManager, so a Celery worker has no work there.")
    found[0].handle.worker_main(["worker", *options])


def run_job_server(file: Path, how: Launch) -> None:
    """Run the process that starts the jobs of an app, until its standard input ends.

    It forks them, or, where the system cannot, starts a Python for each.
    """
    from pyrt.managers.diskcache_manager import DiskcacheManager  # noqa: PLC0415
    from pyrt.server.jobs import fork_server, spawn  # noqa: PLC0415

    if not spawn.can_fork():
        launch_json = json.dumps(encode_launch(how))
        command = [sys.executable, "-m", "pyrt.server", "--job", str(file), launch_json]
        spawn.spawn_jobs(command)
        return

    def load() -> None:
        load_app(file, how)
        # A SQLite connection must not be open during a fork: the locks of its files stay with the
        # parent, and what the job writes is lost as soon as another process closes the cache.
        for manager in DiskcacheManager.managers:
            if isinstance(manager, DiskcacheManager):
                manager.handle.close()

    fork_server.fork_jobs(load, _run_job)


def run_one_job(file: Path, how: Launch) -> None:
    """Run the job that standard input describes, in a process that has no other use."""
    load_app(file, how)
    _run_job(json.loads(sys.stdin.readline()))


def _run_job(job: "JobSpec") -> None:
    from pyrt.managers.channel import Channel  # noqa: PLC0415
    from pyrt.managers.diskcache_manager import CacheStore, open_cache  # noqa: PLC0415
    from pyrt.server.jobs.run_job import run_job  # noqa: PLC0415

    channel = Channel(CacheStore(open_cache(job["cache"])), job["result_key"])
    run_job(job["key"], channel, job["context"], job["expire_s"])
