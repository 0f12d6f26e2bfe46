"""`Channel`: what a job says while it goes on, in a store that it shares with the server.

    job      write_progress, write_props, write_result, beat
    server   take_progress,  take_props,  read_result,  last_beat

The store is a dictionary of texts in another program (Redis, a file). The job is the only writer of
a channel, and a poll of its page the only reader; neither waits for the other. Everything in a
store is JSON text. May import `model` only.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Protocol

from pyrt.model.patch import apply_patch, is_patch

type Props = dict[str, dict[str, Any]]

BEAT_S = 1.0  # between two signs of life of a job
KEPT_S = 60.0  # a result that was read, for a page that has not got the answer and asks again
_MANY = 200  # updates that nobody has read yet; older ones become one


class Store(Protocol):
    """A dictionary of texts that several processes see."""

    def get(self, key: str) -> str | None:
        """Return a text."""

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        """Keep a text, for so long."""

    def touch(self, key: str, expire_s: float) -> None:
        """Keep a text for so long from now on."""

    def delete(self, key: str) -> None:
        """Forget a text."""


class Channel:
    """What is said about one job.

    Args:
        store: where.
        key: of its result; the other texts have keys that begin with it.
    """

    def __init__(self, store: Store, key: str) -> None:
        self.store = store
        self.key = key
        self._progress = f"{key}-progress"
        self._props = f"{key}-set_props"
        self._seen = f"{key}-set_props-seen"
        self._alive = f"{key}-alive"
        self._updates: list[tuple[int, Props]] = []
        self._number = 0

    def clear(self) -> None:
        """Forget what an earlier job with this key has said."""
        for key in (self._progress, self._props, self._seen, self._alive):
            self.store.delete(key)

    # --- the job

    def resume(self) -> None:
        """Go on counting where an earlier attempt at this job has ended."""
        written = json.loads(self.store.get(self._props) or "[]")
        self._number = max([self._read_seen(), *(number for number, _ in written)])

    def write_progress(self, values: str) -> None:
        """Show progress: the JSON of a list with one value per output (S-122)."""
        self.store.set(self._progress, values)

    def write_props(self, props: Props) -> None:
        """Show props, after those of before."""
        self._number += 1
        self._updates.append((self._number, props))
        if len(self._updates) > _MANY:
            older, self._updates = self._updates[: _MANY // 2], self._updates[_MANY // 2 :]
            self._updates.insert(0, (older[-1][0], _merged(older)))
        self.flush()

    def flush(self) -> None:
        """Write what nobody has read, also once more: the store may have lost it."""
        if self._updates:
            seen = self._read_seen()
            self._updates = [entry for entry in self._updates if entry[0] > seen]
            self.store.set(self._props, json.dumps(self._updates))

    def write_result(self, text: str, expire_s: float | None = None) -> None:
        """Say what came of it."""
        self.store.set(self.key, text, expire_s)

    def beat(self) -> None:
        """Say that the job goes on."""
        self.store.set(self._alive, str(time.time()))

    # --- the server

    def take_progress(self) -> Any:  # noqa: ANN401  # JSON
        """Return the newest progress, once."""
        text = self.store.get(self._progress)
        if text is None:
            return None
        self.store.delete(self._progress)
        return json.loads(text)

    def take_props(self) -> Props:
        """Return what was shown since this was last called, the newest value of each prop.

        Once there is a result, the same again and again: it is the last answer, and may get lost.
        """
        text = self.store.get(self._props)
        if text is None:
            return {}
        seen = self._read_seen()
        fresh = [(number, props) for number, props in json.loads(text) if number > seen]
        if fresh and self.store.get(self.key) is None:
            self.store.set(self._seen, str(fresh[-1][0]))
        return _merged(fresh)

    def read_result(self) -> str | None:
        """Return what came of it, once it is there."""
        return self.store.get(self.key)

    def last_beat(self) -> float | None:
        """Return when the job last said that it goes on, in seconds since the epoch."""
        text = self.store.get(self._alive)
        return None if text is None else float(text)

    def _read_seen(self) -> int:
        return int(self.store.get(self._seen) or 0)


def _merged(updates: Sequence[tuple[int, Props]]) -> Props:
    """Return updates as one; patches of the same prop are done one after the other."""
    merged: Props = {}
    for _, props in updates:
        for component_id, values in props.items():
            known = merged.setdefault(component_id, {})
            for prop, value in values.items():
                known[prop] = _after(known[prop], value) if prop in known else value
    return merged


def _after(old: Any, new: Any) -> Any:  # noqa: ANN401  # JSON
    if not is_patch(new):
        return new
    if not is_patch(old):
        return apply_patch(new["operations"], old)
    return {**new, "operations": [*old["operations"], *new["operations"]]}
