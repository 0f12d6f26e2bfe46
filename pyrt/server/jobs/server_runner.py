"""`ServerJobRunner`: what managers run their jobs with on a server."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pyrt.managers import job_runner
from pyrt.managers.channel import Channel
from pyrt.managers.job_runner import JobSpec
from pyrt.model import environment
from pyrt.server.jobs.fork_server import ForkServer
from pyrt.server.jobs.run_job import run_job


def install() -> None:
    """Let the managers of this process run jobs."""
    job_runner.install(ServerJobRunner())


class ServerJobRunner:
    """Runs a job in this process, or has it forked by a process that has imported the app."""

    def run(
        self, key: str, channel: Channel, context: Mapping[str, Any], expire_s: float | None
    ) -> None:
        """Run a job here; see `run_job`."""
        run_job(key, channel, context, expire_s)

    def fork(self, job: JobSpec) -> str:
        """Start a job in its own process; see `ForkServer.start`."""
        return self._fork_server.start(job)

    @cached_property
    def _fork_server(self) -> ForkServer:
        app = environment.current()
        return ForkServer(app.entry, app.launch)
