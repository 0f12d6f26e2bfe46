"""`StoredManager`: what managers have in common whose jobs speak through a store.

May import `managers`, `channel`.
"""

import json
from collections.abc import Callable
from typing import Any

from pyrt.managers.channel import KEPT_S, Channel, Props, Store
from pyrt.managers.managers import BaseBackgroundCallbackManager

_CANCELLED_S = 86_400.0  # how long a poll may come after its job was cancelled


class StoredManager(BaseBackgroundCallbackManager):
    """A manager with a store; subclasses set `expire` before anything is asked of them."""

    def open_store(self) -> Store:
        """Return the store, as this thread may use it."""
        raise NotImplementedError

    def channel(self, key: str) -> Channel:
        """Return what is said about the job with this key."""
        return Channel(self.open_store(), key)

    def get_progress(self, key: str) -> Any:  # noqa: ANN401, D102
        return self.channel(key).take_progress()

    def get_updated_props(self, key: str) -> Props:  # noqa: D102
        return self.channel(key).take_props()

    def result_ready(self, key: str) -> bool:  # noqa: D102
        return self.channel(key).read_result() is not None

    def get_result(self, key: str, job: str) -> Any:  # noqa: ANN401
        """Return a result; it stays for a while, lest the answer to this poll gets lost."""
        store = self.open_store()
        text = store.get(key)
        if text is None:
            return self.UNDEFINED
        if self.cache_by is None:
            store.touch(key, KEPT_S)
        elif self.expire:
            store.touch(key, self.expire)
        value = json.loads(text)
        is_error = isinstance(value, dict) and "background_callback_error" in value
        if is_error and self.is_cancelled(job):  # it has noticed that it was to end
            return self.UNDEFINED
        return value

    def clear_cache_entry(self, key: str) -> None:
        """Forget a result."""
        self.open_store().delete(key)

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:  # noqa: D102
        store = self.open_store()
        known = store.get(self.SIGNING_SECRET_KEY)
        if known is None:
            store.set(self.SIGNING_SECRET_KEY, generate().hex())
            known = store.get(self.SIGNING_SECRET_KEY)  # of whoever was last to write
        assert known is not None
        return bytes.fromhex(known)

    def mark_cancelled(self, job: str) -> None:
        """Note that nobody wants a job's result any more."""
        self.open_store().set(f"{job}-cancelled", "1", _CANCELLED_S)

    def is_cancelled(self, job: str) -> bool:
        """Return whether this was noted."""
        return self.open_store().get(f"{job}-cancelled") is not None
