"""Background callbacks of a test's page: run at once, or step by step in a thread of their own."""

import json
import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import Any

type Message = dict[str, Any]
type Receive = Callable[[str], None]


class _Ended(BaseException):  # no error: it unwinds a function that was cancelled
    """The job is not needed any more."""


class Job:
    """One call of a background callback that runs in steps.

    A step ends when the function reports progress, or when it returns.

    Attributes:
        name: of the function.
    """

    def __init__(self, name: str, message: Message, start: Callable[[str, Receive], None]) -> None:
        self.name = name
        self._text = json.dumps([message])
        self._start = start
        self._turns: SimpleQueue[str] = SimpleQueue()  # "go on" or "end"
        self._answers: SimpleQueue[list[Message] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._over = False
        self.deliver: Callable[[list[Message]], None] = lambda _: None

    def __repr__(self) -> str:
        return f"<job {self.name}{', over' if self._over else ''}>"

    @property
    def is_over(self) -> bool:
        """Whether the function has returned, or was cancelled."""
        return self._over

    def step(self) -> bool:
        """Run until the next progress, or the end; return whether there is more to run."""
        if self._over:
            return False
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._turns.put("go on")
        answer = self._answers.get()
        if answer is None:
            self._over = True
        else:
            self._over = any(message["type"] == "JobResult" for message in answer)
            self.deliver(answer)
        return not self._over

    def finish(self) -> None:
        """Run to the end."""
        while self.step():
            pass

    def cancel(self) -> None:
        """End the function at its next progress, as when its worker is ended."""
        self._over = True
        if self._thread is not None:
            self._turns.put("end")

    def wait(self) -> None:
        """Wait until the function of a cancelled job has ended."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            if self._turns.get() == "go on":
                self._start(self._text, self._post)
        except _Ended:
            pass
        finally:
            self._answers.put(None)

    def _post(self, text: str) -> None:
        if self._over:
            raise _Ended
        messages: list[Message] = json.loads(text)
        self._answers.put(messages)
        if messages[0]["type"] != "JobResult" and self._turns.get() == "end":
            raise _Ended


class Results:
    """Results of jobs that the page keeps, for managers with `cache_by` (S-125)."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def get(self, key: str, expire: float | None, now: float) -> Mapping[str, Any] | None:
        """Return the result under a key, unless it was not read for `expire` seconds."""
        used, result = self._kept.get(key, (0.0, None))
        if result is None or (expire is not None and now - used > expire):
            return None
        self._kept[key] = now, result
        return result

    def put(self, key: str, result: Mapping[str, Any], now: float) -> None:
        """Keep a result."""
        self._kept[key] = now, result
