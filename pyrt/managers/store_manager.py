"""`StoreManager`: the base class of managers whose jobs write to a store."""

import json
from collections.abc import Callable
from typing import Any

from pyrt.managers.channel import RESULT_KEPT_S, Channel, Props, Store
from pyrt.managers.managers import BaseBackgroundCallbackManager

_CANCELLED_KEPT_S = 86_400.0  # for this long a poll is told that its job was cancelled


class StoreManager(BaseBackgroundCallbackManager):
    """A manager with a store; subclasses set `expire`, the seconds that cached results are kept."""

    def open_store(self) -> Store:
        """Return the store, for use in the current thread."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise an error if the store cannot be reached now."""
        self.open_store().get(self.SIGNING_SECRET_KEY)

    def channel(self, key: str) -> Channel:
        """Return the channel of the job with this key."""
        return Channel(self.open_store(), key)

    def get_progress(self, key: str) -> Any:  # noqa: ANN401, D102
        return self.channel(key).take_progress()

    def get_updated_props(self, key: str) -> Props:  # noqa: D102
        return self.channel(key).take_props()

    def result_ready(self, key: str) -> bool:  # noqa: D102
        return self.channel(key).read_result() is not None

    def get_result(self, key: str, job: str) -> Any:  # noqa: ANN401
        """Return a result; it is kept for a while, as the response to this poll may be lost."""
        store = self.open_store()
        text = store.get(key)
        if text is None:
            return self.UNDEFINED
        if self.cache_by is None:
            store.touch(key, RESULT_KEPT_S)
        elif self.expire:
            store.touch(key, self.expire)
        value = json.loads(text)
        is_error = isinstance(value, dict) and "background_callback_error" in value
        if is_error and self.is_cancelled(job):  # the error is the cancellation
            return self.UNDEFINED
        return value

    def clear_cache_entry(self, key: str) -> None:
        """Delete a result."""
        self.open_store().delete(key)

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:  # noqa: D102
        store = self.open_store()
        known = store.get(self.SIGNING_SECRET_KEY)
        if known is None:  # several servers may start at the same moment
            known = store.add(self.SIGNING_SECRET_KEY, generate().hex())
        return bytes.fromhex(known)

    def mark_cancelled(self, job: str) -> None:
        """Record that a job was cancelled."""
        self.open_store().set(f"{job}-cancelled", "1", _CANCELLED_KEPT_S)

    def is_cancelled(self, job: str) -> bool:
        """Return whether a job was cancelled."""
        return self.open_store().get(f"{job}-cancelled") is not None
