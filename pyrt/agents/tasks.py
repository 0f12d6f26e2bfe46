"""Background callbacks as tasks: started, asked for, ended by the id of the task.

An id contains all that is needed to find the job again, so that any process of a server can answer:

    tool ":" job ":" key of the result ":" start, seconds since the epoch ":" proof
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from pyrt.agents.callback_tool import CallbackTool, Request
from pyrt.agents.descriptions import GET_RESULT
from pyrt.agents.limits import cut_text, to_json
from pyrt.agents.results import Result, format_response
from pyrt.calls.call import CallResult

MAX_TASK_ID = 2000  # characters


class TaskError(LookupError):
    """A task that does not exist, or has no result (yet)."""


@dataclass(frozen=True, slots=True)
class JobRef:
    """A job of a background callback.

    Attributes:
        job: its id, as its manager knows it.
        key: of its result in the manager's store.
        proof: shows that this server has made the id.
    """

    job: str
    key: str
    proof: str


class Jobs(Protocol):
    """Runs background callbacks. The methods block."""

    def start(self, tool: CallbackTool, request: Request) -> JobRef | CallResult:
        """Start a job; return an error result if it cannot be started."""

    def poll(
        self, tool: CallbackTool, request: Request, ref: JobRef
    ) -> Mapping[str, Any] | CallResult:
        """Return `{progress?, sideUpdate?}` of a running job, or the result of one that has ended.

        Raises:
            TaskError: the reference is forged.
        """

    def end(self, tool: CallbackTool, ref: JobRef) -> None:
        """End a job, if it still runs.

        Raises:
            TaskError: the reference is forged.
        """


class Tasks:
    """The tasks of an app.

    Args:
        find: returns the tool with a name, or None.
        jobs: runs background callbacks.
        explain: returns what an agent is told about a failed call.
    """

    def __init__(
        self,
        find: Callable[[str], CallbackTool | None],
        jobs: Jobs,
        explain: Callable[[CallResult], str],
    ) -> None:
        self._find = find
        self._jobs = jobs
        self._explain = explain

    def start(self, tool: CallbackTool, request: Request) -> dict[str, Any] | CallResult:
        """Start a job and return its task, as `CreateTaskResult` has it; or an error result."""
        started = self._jobs.start(tool, request)
        if isinstance(started, CallResult):
            return started
        now = int(time.time())
        task_id = f"{tool.name}:{started.job}:{started.key}:{now}:{started.proof}"
        return _task(task_id, tool, now, "working")

    def get(self, task_id: str) -> dict[str, Any]:
        """Return the state of a task.

        Raises:
            TaskError: there is no such task.
        """
        return self._look(task_id)[0]

    def result(self, task_id: str) -> Result:
        """Return the result of a task that has ended.

        Raises:
            TaskError: there is no such task, or it still runs.
        """
        state, ended, tool = self._look(task_id)
        if ended is None:
            raise TaskError(
                f"The task is {state['status']}: it has no result yet. Ask again later."
            )
        return self._format(ended, tool)

    def cancel(self, task_id: str) -> dict[str, Any]:
        """End a task and return its state.

        Raises:
            TaskError: there is no such task.
        """
        tool, ref, started = self._parse(task_id)
        self._jobs.end(tool, ref)
        return _task(task_id, tool, started, "cancelled")

    def poll(self, task_id: str) -> Result:
        """Return the result of a task, or its state while it runs: the tool for polling."""
        state, ended, tool = self._look(task_id)
        if isinstance(ended, CallResult) and ended.outcome != "error":
            return self._format(ended, tool)
        return {"content": [{"type": "text", "text": to_json(state)}]}

    def _look(self, task_id: str) -> tuple[dict[str, Any], CallResult | None, CallbackTool]:
        tool, ref, started = self._parse(task_id)
        found = self._jobs.poll(tool, tool.request({}), ref)
        if isinstance(found, CallResult):
            failed = found.outcome == "error"
            message = self._explain(found) if failed else ""
            state = _task(task_id, tool, started, "failed" if failed else "completed", message)
            return state, found, tool
        progress = found.get("progress") or {}
        message = ", ".join(map(str, progress.values()))
        return _task(task_id, tool, started, "working", message), None, tool

    def _format(self, ended: CallResult, tool: CallbackTool) -> Result:
        if ended.outcome == "error":
            message = self._explain(ended)
            return {"content": [{"type": "text", "text": cut_text(message)}], "isError": True}
        return format_response(json.loads(ended.body()), tool.targets)

    def _parse(self, task_id: str) -> tuple[CallbackTool, JobRef, int]:
        parts = str(task_id)[: MAX_TASK_ID + 1].split(":")
        if len(task_id) > MAX_TASK_ID or len(parts) != len(("tool", "job", "key", "at", "proof")):
            raise TaskError(
                f"Malformed taskId: {task_id[:200]!r}. Give the one of the tool's result."
            )
        name, job, key, started, proof = parts
        tool = self._find(name)
        if tool is None or tool.callback.background is None or not started.isdecimal():
            raise TaskError(f"There is no task {task_id[:200]!r}.")
        return tool, JobRef(job, key, proof), int(started)


def as_result(task: Mapping[str, Any]) -> Result:
    """Return a started task as the result of a tool, for agents that know no tasks."""
    known = {key: task[key] for key in ("taskId", "status", "pollInterval")}
    message = f"The callback runs in the background. Give this taskId to {GET_RESULT}."
    return {"content": [{"type": "text", "text": to_json({**known, "message": message})}]}


def _task(
    task_id: str, tool: CallbackTool, started: int, status: str, message: str = ""
) -> dict[str, Any]:
    background = tool.callback.background
    assert background is not None
    made = {
        "taskId": task_id,
        "status": status,
        "createdAt": datetime.fromtimestamp(started, UTC).isoformat(),
        "lastUpdatedAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "ttl": None,
        "pollInterval": background.interval_ms,
    }
    return {**made, "statusMessage": cut_text(message)} if message else made
