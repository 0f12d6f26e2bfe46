"""The background callbacks of a test's page (S-120 to S-128): at once, or step by step."""

import json
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from typing import Protocol

from pyrt.app.dash import Dash
from pyrt.calls.job_worker import JobWorker
from pyrt.model.environment import Environment
from pyrt.model.origin import is_coroutine_function
from pyrt.testing.address import Address
from pyrt.testing.clock import ClockLoop
from pyrt.testing.jobs import Job, Message, Results


class JobPage(Protocol):
    """The page that the calls belong to."""

    loop: ClockLoop
    address: Address
    environment: Environment

    def post(self, *messages: Message) -> None:
        """Send messages to the session."""

    def settle(self) -> None:
        """Go on until nothing happens any more."""

    def in_environment(self) -> AbstractContextManager[None]:
        """Set the environment of the page."""


class BackgroundCalls:
    """The calls of one page that have not ended.

    Args:
        app: it has the callbacks.
        page: gets the results.
        stepped: calls wait in `jobs` until they are told to go on.
    """

    def __init__(self, app: Dash, page: JobPage, *, stepped: bool) -> None:
        self.jobs: list[Job] = []
        self._app = app
        self._page = page
        self._stepped = stepped
        self._results = Results()
        self._jobs_by_run: dict[int, Job] = {}
        self._cache_keys: dict[int, str] = {}
        self._waiting: deque[Message] = deque()

    def start(self, message: Message) -> None:
        """Start a call, or find its result among those that are kept."""
        run, key = message["run"], message.get("cacheKey")
        if key is not None:
            kept = self._results.get(key, message.get("expire"), self._page.loop.time())
            if kept is not None:
                self._waiting.append({"type": "RemoteResult", "run": run, **kept})
                return
            self._cache_keys[run] = key
        found = list(self._app.callbacks)[message["callbackPosition"]]
        text: Message = {
            "type": "Job",
            "job": run,
            "callbackPosition": message["callbackPosition"],
            "request": message["request"],
            "environment": {
                "location": asdict(self._page.address.location),
                "cookie": self._page.environment.cookie,
            },
        }
        is_async = found.function is not None and is_coroutine_function(found.function)
        if not self._stepped:
            self._waiting.append({**text, "isAsync": is_async})
            return
        job = Job(found.origin.name, text, partial(self._start_stepped, is_async=is_async))
        job.deliver = self._deliver
        self._jobs_by_run[run] = job
        self.jobs.append(job)

    def _start_stepped(self, text: str, post: Callable[[str], None], *, is_async: bool) -> None:
        """Run a job in the thread of its own; the clock of async ones goes on by itself."""
        worker = self._worker(post)
        if not is_async:
            worker.receive(text)
            return
        loop = ClockLoop()
        try:
            loop.call_soon(worker.receive, text)
            loop.run_until_idle()
            while (due := loop.next_timer()) is not None:
                loop.set_time(due)
                loop.run_until_idle()
        finally:
            loop.end()

    def _worker(self, post: Callable[[str], None]) -> JobWorker:
        return JobWorker(self._app.callbacks, post, self._app.call_options)

    def run_next(self) -> bool:
        """Run a call that waits, if there is one; tell whether there was."""
        if not self._waiting:
            return False
        self._run(self._waiting.popleft())
        return True

    def end_all(self) -> None:
        """End all calls."""
        for job in self._jobs_by_run.values():
            job.cancel()
        self._jobs_by_run.clear()
        self.jobs.clear()
        self._waiting.clear()

    def _run(self, message: Message) -> None:
        if message["type"] == "RemoteResult":
            self._page.post(message)
            return
        is_async = message.pop("isAsync")
        worker = self._worker(lambda text: self._deliver_posted(json.loads(text)))
        if is_async:
            self._page.loop.call_soon(worker.receive, json.dumps([message]))
            return
        with self._page.in_environment():
            worker.receive(json.dumps([message]))

    def _deliver(self, messages: Sequence[Message]) -> None:
        self._deliver_posted(messages)
        self._page.settle()

    def _deliver_posted(self, messages: Sequence[Message]) -> None:
        for message in messages:
            run = message["job"]
            rest = {key: value for key, value in message.items() if key not in {"type", "job"}}
            if message["type"] == "JobUpdate":
                self._page.post({"type": "RemoteUpdate", "run": run, **rest})
                continue
            key = self._cache_keys.pop(run, None)
            if key is not None and rest["outcome"] in {"value", "prevented"}:
                kept: Message = {n: rest[n] for n in ("outcome", "response") if n in rest}
                self._results.put(key, kept, self._page.loop.time())
            self._forget_job(run)
            self._page.post({"type": "RemoteResult", "run": run, **rest})

    def end(self, run: int) -> None:
        """End a call whose result is not needed any more."""
        self._waiting = deque(each for each in self._waiting if each.get("job") != run)
        job = self._forget_job(run)
        if job is not None:
            job.cancel()

    def _forget_job(self, run: int) -> Job | None:
        job = self._jobs_by_run.pop(run, None)
        if job in self.jobs:
            assert job is not None
            self.jobs.remove(job)
        return job
