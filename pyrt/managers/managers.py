"""`BaseBackgroundCallbackManager`: runs background callbacks as jobs (S-120 to S-127).

    every background callback --> register(key, ...) --> func_registry[key]
    server --> build_cache_key, call_job_fn, get_progress, get_result, get_updated_props

The methods are those of Dash, so that managers written for Dash work here. The app's script creates
its manager in the browser as well. There the manager only stores its arguments: `cache_by` and
`expire` also apply to jobs that run in the page.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pyrt.model.callback import BACKGROUND_CALLBACKS, Callback

type JobFunction = Callable[..., object]

IN_BROWSER = sys.platform == "emscripten"


class _Callbacks:
    """The callbacks of this process by the key of their jobs."""

    by_key: ClassVar[dict[str, Callback]] = {}


def find_job_callback(key: str) -> Callback:
    """Return the callback whose function a job calls.

    Raises:
        KeyError: this process has no such callback: it has loaded another version of the app.
    """
    return _Callbacks.by_key[key]


def job_key(callback: Callback) -> str:
    """Return the key of a callback's jobs: the same in all processes with the same source."""
    return BaseBackgroundCallbackManager.hash_function(callback.function, callback.callback_id)


class BaseBackgroundCallbackManager:
    """The interface of managers, and what all of them do alike.

    Args:
        cache_by: functions without arguments; their results are part of the cache key (S-125).
            None disables the cache.

    Attributes:
        func_registry: the function that starts a job, by the key of its callback.
    """

    UNDEFINED = object()
    SIGNING_SECRET_KEY = "__pyrt_background_signing_secret__"  # noqa: S105  # the key under which the secret is stored

    # Every manager of this process.
    managers: ClassVar[list["BaseBackgroundCallbackManager"]] = []

    expire: float | None = None

    def __init__(
        self, cache_by: Callable[[], object] | Sequence[Callable[[], object]] | None
    ) -> None:
        self.cache_by: list[Callable[[], object]] | None = (
            [cache_by] if callable(cache_by) else None if cache_by is None else list(cache_by)
        )
        self.func_registry: dict[str, JobFunction] = {}
        self.managers.append(self)
        if not IN_BROWSER:
            BACKGROUND_CALLBACKS.subscribe(self._register_callback)

    def _register_callback(self, callback: Callback) -> None:
        assert callback.background is not None
        key = job_key(callback)
        _Callbacks.by_key[key] = callback
        self.register(key, callback.function, bool(callback.background.progress))

    def register(self, key: str, fn: object, progress: bool) -> None:  # noqa: FBT001  # Dash's signature
        """Prepare a background callback to be run."""
        self.func_registry[key] = self.make_job_fn(fn, progress, key)

    # --- implemented by each manager

    def make_job_fn(self, fn: object, progress: bool, key: str) -> JobFunction:  # noqa: FBT001
        """Return the `job_fn` that `call_job_fn` receives for this callback."""
        raise NotImplementedError

    def call_job_fn(
        self, key: str, job_fn: JobFunction, args: object, context: Mapping[str, object]
    ) -> str:
        """Start a job and return its id.

        Args:
            key: of its progress and its result in the store.
            job_fn: from `func_registry`.
            args: of the callback's function.
            context: `request` (S-50) and `environment`, as JSON.
        """
        raise NotImplementedError

    def terminate_job(self, job: str) -> None:
        """End a job, whether it has started or not; do nothing if there is no such job."""
        raise NotImplementedError

    def terminate_unhealthy_job(self, job: str) -> bool:
        """End a job whose process exists but does not run it; return whether it was one."""
        raise NotImplementedError

    def job_running(self, job: str) -> bool:
        """Return whether a job waits to be run or runs."""
        raise NotImplementedError

    def get_progress(self, key: str) -> Any:  # noqa: ANN401  # JSON
        """Return the newest unread values given to `set_progress`; None if there are none."""
        raise NotImplementedError

    def get_updated_props(self, key: str) -> Mapping[str, Mapping[str, object]]:
        """Return the props given to `set_props` since the last call."""
        raise NotImplementedError

    def result_ready(self, key: str) -> bool:
        """Return whether there is a result."""
        raise NotImplementedError

    def get_result(self, key: str, job: str) -> Any:  # noqa: ANN401  # JSON
        """Return the result of the function as JSON; UNDEFINED if there is none yet."""
        raise NotImplementedError

    def failure_reason(self, key: str, job: str) -> str | None:  # noqa: ARG002
        """Return why a job will never have a result; None if it runs or was cancelled."""
        return None

    def waiting_reason(self, key: str, job: str) -> str | None:  # noqa: ARG002
        """Return what a job waits for that has no result yet; None if it runs as it should."""
        return None

    def restore_job(self, key: str, job: str, job_fn: JobFunction) -> None:
        """Start a job again if what should start it is lost; called with each poll.

        Args:
            key: of its progress and its result in the store.
            job: its id; empty if the result was cached.
            job_fn: from `func_registry`.
        """

    def check(self) -> None:  # what has nothing to reach is ready
        """Raise an error if what jobs need cannot be reached now."""

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:
        """Return the secret of the store, shared by all processes; generate it if there is none."""
        raise NotImplementedError

    # --- keys

    def build_cache_key(
        self,
        fn: object,
        args: object,
        cache_args_to_ignore: object,
        triggered: object,
    ) -> str:
        """Return the key of a cached result (S-125); calls the functions in `cache_by`."""
        ignored = cache_args_to_ignore
        if not isinstance(ignored, list | tuple):
            ignored = [ignored]
        if isinstance(args, Mapping):
            args = {name: value for name, value in args.items() if name not in ignored}
        elif isinstance(args, Sequence):
            args = [value for index, value in enumerate(args) if index not in ignored]
        facts = {"args": args, "fn_source": _source_of(fn), "triggered": triggered}
        for index, function in enumerate(self.cache_by or ()):
            facts[f"cache_key_{index}"] = function()
        return _sha256(str(facts))

    @staticmethod
    def hash_function(fn: object, callback_id: str = "") -> str:
        """Return the key of a callback: a hash of its name and its function's source."""
        return _sha256(callback_id + _source_of(fn))

    @staticmethod
    def _make_progress_key(key: str) -> str:
        return f"{key}-progress"

    @staticmethod
    def _make_set_props_key(key: str) -> str:
        return f"{key}-set_props"


def _source_of(function: object) -> str:
    import inspect  # noqa: PLC0415  # slow to import, and most pages do not need it

    try:
        return inspect.getsource(function)  # type: ignore[arg-type]  # anything callable
    except (OSError, TypeError):
        return str(getattr(function, "__name__", ""))


def _sha256(text: str) -> str:
    from hashlib import sha256  # noqa: PLC0415  # slow to import, too

    return sha256(text.encode()).hexdigest()
