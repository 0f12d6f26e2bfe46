"""`Channel`: what a running job writes for its page, in a store that it shares with the server.

    job      write_progress, write_props, write_result, write_heartbeat
    server   take_progress,  take_props,  read_result,  read_heartbeat

The store holds JSON texts by key, in another program (Redis) or in a file. A job is the only writer
of its channel, and the poll of its page the only reader; neither waits for the other.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Protocol

from pyrt.model.patch import apply_patch, is_patch

type Props = dict[str, dict[str, Any]]

HEARTBEAT_S = 1.0  # between two heartbeats of a job
RESULT_KEPT_S = 60.0  # after it was first read: the response may be lost, and the page asks again
MARKS_KEPT_S = 86_400.0  # as long as Celery keeps results
_MAX_UPDATES = 200  # that are not read yet; beyond that, older ones are merged into one


class Store(Protocol):
    """Texts by key, shared by several processes."""

    def get(self, key: str) -> str | None:
        """Return a text; None if there is none."""

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        """Store a text; with `expire_s` it is deleted after so many seconds."""

    def add(self, key: str, text: str, expire_s: float | None = None) -> str:
        """Store a text, as `set`, unless there is one; return the one that is stored."""

    def touch(self, key: str, expire_s: float) -> None:
        """Keep a text for so many seconds from now on."""

    def delete(self, key: str) -> None:
        """Delete a text, if there is one."""


class Channel:
    """The texts of one job.

    Args:
        store: of the job's manager.
        key: of its result; the keys of the other texts start with it.
    """

    def __init__(self, store: Store, key: str) -> None:
        self.store = store
        self.key = key
        self._progress = f"{key}-progress"
        self._props = f"{key}-set_props"
        self._seen = f"{key}-set_props-seen"
        self._heartbeat = f"{key}-alive"
        self._queued = f"{key}-queued"
        self._ended = f"{key}-ended"
        self._unread: list[tuple[int, Props]] = []  # sequence number, props
        self._last_seq = 0

    def clear(self) -> None:
        """Delete what an earlier job with this key has written."""
        for key in (self._progress, self._props, self._seen, self._heartbeat, self._ended):
            self.store.delete(key)

    def write_queued(self) -> None:
        """Write that the job waits for a process from now on."""
        self.store.set(self._queued, str(time.time()), MARKS_KEPT_S)

    # --- called in the job

    def resume(self) -> None:
        """Continue the sequence numbers of an earlier attempt at this job."""
        written = json.loads(self.store.get(self._props) or "[]")
        self._last_seq = max([self._read_seen(), *(seq for seq, _ in written)])

    def write_progress(self, values: str) -> None:
        """Write progress: the JSON of a list with one value per Output (S-122)."""
        self.store.set(self._progress, values)

    def write_props(self, props: Props) -> None:
        """Append props to those that are not read yet."""
        self._last_seq += 1
        self._unread.append((self._last_seq, props))
        if len(self._unread) > _MAX_UPDATES:
            older, self._unread = (
                self._unread[: _MAX_UPDATES // 2],
                self._unread[_MAX_UPDATES // 2 :],
            )
            self._unread.insert(0, (older[-1][0], _merged(older)))
        self.flush()

    def flush(self) -> None:
        """Write the unread props again: the store may have lost them."""
        if self._unread:
            seen = self._read_seen()
            self._unread = [entry for entry in self._unread if entry[0] > seen]
            self.store.set(self._props, json.dumps(self._unread))

    def write_result(self, text: str, expire_s: float | None = None) -> None:
        """Write the result: the JSON of the return value or of an error."""
        self.store.set(self.key, text, expire_s)

    def write_heartbeat(self) -> None:
        """Write that the job is running now."""
        self.store.set(self._heartbeat, str(time.time()))

    def write_ended(self) -> None:
        """Write that the job has ended: no other process needs to run it again."""
        self.store.set(self._ended, "1", MARKS_KEPT_S)

    def has_ended(self) -> bool:
        """Return whether an attempt at the job has ended."""
        return self.store.get(self._ended) is not None or self.store.get(self.key) is not None

    # --- called in the server

    def take_progress(self) -> Any:  # noqa: ANN401  # JSON
        """Return the newest progress and delete it; None if there is none."""
        text = self.store.get(self._progress)
        if text is None:
            return None
        self.store.delete(self._progress)
        return json.loads(text)

    def take_props(self) -> Props:
        """Return the props written since the last call, merged into one update.

        Once there is a result they stay unread: they go into the last response, which may be lost,
        and then the page asks again.
        """
        text = self.store.get(self._props)
        if text is None:
            return {}
        seen = self._read_seen()
        fresh = [(seq, props) for seq, props in json.loads(text) if seq > seen]
        if fresh and self.store.get(self.key) is None:
            self.store.set(self._seen, str(fresh[-1][0]))
        return _merged(fresh)

    def read_result(self) -> str | None:
        """Return the result; None if there is none yet."""
        return self.store.get(self.key)

    def read_heartbeat(self) -> float | None:
        """Return the time of the last heartbeat, in seconds since the epoch; None before it."""
        text = self.store.get(self._heartbeat)
        return None if text is None else float(text)

    def read_queued(self) -> float | None:
        """Return since when the job has waited, in seconds since the epoch; None if unknown."""
        text = self.store.get(self._queued)
        return None if text is None else float(text)

    def _read_seen(self) -> int:
        return int(self.store.get(self._seen) or 0)


def _merged(updates: Sequence[tuple[int, Props]]) -> Props:
    """Return updates as one, in their order; patches of the same prop are combined."""
    merged: Props = {}
    for _, props in updates:
        for component_id, values in props.items():
            known = merged.setdefault(component_id, {})
            for prop, value in values.items():
                known[prop] = _combine(known[prop], value) if prop in known else value
    return merged


def _combine(old: Any, new: Any) -> Any:  # noqa: ANN401  # JSON
    if not is_patch(new):
        return new
    if not is_patch(old):
        return apply_patch(new["operations"], old)
    return {**new, "operations": [*old["operations"], *new["operations"]]}
