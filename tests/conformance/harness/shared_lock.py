"""A lock of the test that the app's callbacks can hold too: kept by the harness's file server."""

import time
from typing import Self
from urllib.request import urlopen

MAX_WAIT_S = 60.0
POLL_S = 0.02


class SharedLock:
    """A lock by its number: the app's first is the test's first.

    Attributes:
        server_url: of the file server; set before a test starts.
    """

    server_url = ""
    _made = 0

    def __init__(self, *_args: object, **_options: object) -> None:
        """Make the next lock; arguments are those of other locks."""
        self._name = f"lock-{SharedLock._made}"
        SharedLock._made += 1

    def _ask(self, operation: str) -> bool:
        query = f"name={self._name}&op={operation}&who=test"
        with urlopen(f"{self.server_url}/__conf__/lock?{query}") as response:
            return bool(response.read() == b"1")

    def acquire(self, *_args: object, **_options: object) -> bool:
        """Wait until the app releases the lock.

        Raises:
            RuntimeError: it does not within a minute.
        """
        end = time.monotonic() + MAX_WAIT_S
        while not self._ask("acquire"):
            if time.monotonic() > end:
                raise RuntimeError(f"lock held by the app for {MAX_WAIT_S:.0f} s")
            time.sleep(POLL_S)
        return True

    def release(self) -> None:
        """Release the lock."""
        self._ask("release")

    def locked(self) -> bool:
        """Whether the test or the app holds the lock."""
        return not self._ask("peek")

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()
