"""The access log of the server: one line of JSON per call, also for those that are refused.

    {"time": "2026-11-20T09:31:02.114Z", "event": "call", "via": "http", "status": 200, "ms": 1.9,
     "callback": "show (app.py:12)", "in": 211, "out": 74, "remote": "127.0.0.1", ...}

Lines go to the logger `pyrt.bridge`, which writes to standard error unless the host program has
given it a handler. Values of callbacks are never written. What counts calls (`metrics`) is told of
each line.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

logger = logging.getLogger("pyrt.bridge")

type Listener = Callable[[Mapping[str, object]], None]

listeners: list[Listener] = []  # called with the facts of each line


def write(event: str, **facts: object) -> None:
    """Write one line; facts that are None are left out."""
    for listener in listeners:
        listener(facts)
    if not logger.hasHandlers():
        _write_to_stderr()
    now = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6]
    known = {name: value for name, value in facts.items() if value is not None}
    logger.info(_dump({"time": f"{now}Z", "event": event, **known}))


_dump = json.JSONEncoder(ensure_ascii=False).encode


def _write_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
