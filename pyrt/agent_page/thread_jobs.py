"""`ThreadJobs`: background callbacks for one local agent: by their manager, else in threads."""

import secrets
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from pyrt.agents.callback_tool import CallbackTool, Request
from pyrt.agents.tasks import JobRef, Jobs, TaskError
from pyrt.app.dash import Dash
from pyrt.calls.call import Call, CallResult, Props
from pyrt.model.environment import Environment

MAX_AT_ONCE = 8


@dataclass(slots=True)
class _Job:
    """A job in a thread."""

    future: "Future[CallResult]"
    progress: dict[str, object] = field(default_factory=dict)
    is_ended: bool = False


class ThreadJobs:
    """Runs the background callbacks of an app; jobs that still run end with the agent's session.

    Args:
        app: the app.
        managed: runs those that have a manager.
    """

    def __init__(self, app: Dash, managed: Jobs) -> None:
        self._app = app
        self._managed = managed
        self._threads = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="job")
        self._jobs: dict[str, _Job] = {}
        self._started: list[tuple[CallbackTool, JobRef]] = []

    def _has_manager(self, tool: CallbackTool) -> bool:
        return (tool.callback.manager or self._app.background_manager) is not None

    def start(self, tool: CallbackTool, request: Request) -> JobRef | CallResult:
        """Start a job; return an error result if it cannot be started."""
        if self._has_manager(tool):
            started = self._managed.start(tool, request)
            if isinstance(started, JobRef):
                self._started.append((tool, started))
            return started
        name = secrets.token_hex(8)
        outputs = {str(each) for each in tool.callback.background.progress}  # type: ignore[union-attr]  # it has one
        job = _Job(Future())
        self._jobs[name] = job

        def stream(props: Props) -> None:
            for component_id, values in props.items():
                for prop, value in values.items():
                    if f"{component_id}.{prop}" in outputs:
                        job.progress[f"{component_id}.{prop}"] = value

        call = Call(tool.callback, request, stream, Environment(), self._app.call_options)
        job.future = self._threads.submit(call.run)
        return JobRef(name, "-", "-")

    def poll(
        self, tool: CallbackTool, request: Request, ref: JobRef
    ) -> Mapping[str, Any] | CallResult:
        """Return `{progress?}` of a running job, or the result of one that has ended.

        Raises:
            TaskError: there is no such job.
        """
        if self._has_manager(tool):
            return self._managed.poll(tool, request, ref)
        job = self._find(ref)
        if job.is_ended:
            return CallResult("error", error=RuntimeError("The task was cancelled."))
        if job.future.done():
            return job.future.result()
        return {"progress": dict(job.progress)} if job.progress else {}

    def end(self, tool: CallbackTool, ref: JobRef) -> None:
        """End a job. A function that runs in a thread cannot be stopped: its result is dropped.

        Raises:
            TaskError: there is no such job.
        """
        if self._has_manager(tool):
            self._managed.end(tool, ref)
            return
        job = self._find(ref)
        job.is_ended = True
        job.future.cancel()

    def _find(self, ref: JobRef) -> _Job:
        job = self._jobs.get(ref.job)
        if job is None:
            raise TaskError("There is no such task.")
        return job

    def close(self) -> None:
        """End all jobs that were started and may still run."""
        for tool, ref in self._started:
            self._managed.end(tool, ref)
        self._threads.shutdown(wait=False, cancel_futures=True)
