"""The interface by which managers run jobs, without importing the server that implements it.

    pyrt.server.jobs.server_runner --install(runner)--> this module --current()--> managers

In a browser nothing is installed: the page runs background callbacks itself.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from pyrt.managers.channel import Channel

# The JSON that describes a job to another process: `key` of the callback, `result_key`, `context`,
# `cache` (how to open the cache) and `expire_s`.
type JobSpec = Mapping[str, Any]


class JobRunner(Protocol):
    """Runs background callbacks as jobs on this machine."""

    def run(
        self, key: str, channel: Channel, context: Mapping[str, Any], expire_s: float | None
    ) -> None:
        """Run a job in this process and write its result to the channel.

        Args:
            key: of the callback, see `managers.job_key`.
            channel: of this job.
            context: `request` (S-50) and `environment`, as JSON.
            expire_s: how long the result is kept, in seconds; None for as long as the store does.
        """

    def fork(self, job: JobSpec) -> str:
        """Start a job in its own process and return the job id.

        Raises:
            RuntimeError: the process cannot be started; the text says why.
        """


class _Installed:
    """The runner of this process."""

    runner: JobRunner | None = None


def install(runner: JobRunner) -> None:
    """Make this the runner of all managers in this process."""
    _Installed.runner = runner


def current() -> JobRunner:
    """Return the runner of this process.

    Raises:
        RuntimeError: there is none; the text says which commands install one.
    """
    if _Installed.runner is None:
        raise RuntimeError(
            "Background callbacks run as jobs only in a process of `pyrt serve-bridge`, "
            "`pyrt celery` or `celery worker`."
        )
    return _Installed.runner
