"""`BaseBackgroundCallbackManager`: whoever runs background callbacks as jobs (S-120 to S-127).

The methods are those of Dash, so that a manager written for Dash has them. A manager is made by the
app's source, and that runs in the browser, too: there it only remembers what it was given, because
`cache_by` and `expire` have their meaning in the tab as well.

    BackgroundCallbacks --every callback--> register(key, ...) --> func_registry[key]
    Dispatcher --> build_cache_key, call_job_fn, get_progress, get_result, get_updated_props

May import `model` only.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pyrt.model.callback import BACKGROUND_CALLBACKS, Callback

type JobFunction = Callable[..., object]

IN_BROWSER = sys.platform == "emscripten"


class _Callbacks:
    """The callback of each key, in this process."""

    by_key: ClassVar[dict[str, Callback]] = {}


def find_job_callback(key: str) -> Callback:
    """Return the callback that a job is to call.

    Raises:
        KeyError: this process has none of that key: its app is another one, or an older one.
    """
    return _Callbacks.by_key[key]


def job_key(callback: Callback) -> str:
    """Return the name of a callback's job: the same in every process that has the same source."""
    return BaseBackgroundCallbackManager.hash_function(callback.function, callback.callback_id)


class BaseBackgroundCallbackManager:
    """See above.

    Args:
        cache_by: functions without arguments; their results tell cached values apart. Without it
            nothing is cached.

    Attributes:
        func_registry: what starts a job, by the key of its callback.
    """

    UNDEFINED = object()
    SIGNING_SECRET_KEY = "__pyrt_background_signing_secret__"  # noqa: S105  # where it is kept

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
            BACKGROUND_CALLBACKS.subscribe(self._take)

    def _take(self, callback: Callback) -> None:
        assert callback.background is not None
        key = job_key(callback)
        _Callbacks.by_key[key] = callback
        self.register(key, callback.function, bool(callback.background.progress))

    def register(self, key: str, fn: object, progress: bool) -> None:  # noqa: FBT001  # Dash's signature
        """Get ready to run a background callback."""
        self.func_registry[key] = self.make_job_fn(fn, progress, key)

    # --- what each kind of manager does in its own way

    def make_job_fn(self, fn: object, progress: bool, key: str) -> JobFunction:  # noqa: FBT001
        """Return what `call_job_fn` gets for this callback."""
        raise NotImplementedError

    def call_job_fn(
        self, key: str, job_fn: JobFunction, args: object, context: Mapping[str, object]
    ) -> str:
        """Start a job, and return a name for it.

        Args:
            key: under which its progress and its result are found.
            job_fn: from `func_registry`.
            args: of the author's function.
            context: `request` (S-50) and `environment`, as JSON.
        """
        raise NotImplementedError

    def terminate_job(self, job: str) -> None:
        """End a job, whether it has begun or not; nothing if there is none of that name."""
        raise NotImplementedError

    def terminate_unhealthy_job(self, job: str) -> bool:
        """End a job that is there and does nothing; return whether it was."""
        raise NotImplementedError

    def job_running(self, job: str) -> bool:
        """Return whether a job waits or goes on."""
        raise NotImplementedError

    def get_progress(self, key: str) -> Any:  # noqa: ANN401  # JSON
        """Return the newest values given to `set_progress`, once; None if there are none."""
        raise NotImplementedError

    def get_updated_props(self, key: str) -> Mapping[str, Mapping[str, object]]:
        """Return what `set_props` was given since it was last asked for."""
        raise NotImplementedError

    def result_ready(self, key: str) -> bool:
        """Return whether there is a result."""
        raise NotImplementedError

    def get_result(self, key: str, job: str) -> Any:  # noqa: ANN401  # JSON
        """Return what the function returned, as JSON; UNDEFINED if there is nothing yet."""
        raise NotImplementedError

    def find_loss(self, key: str, job: str) -> str | None:  # noqa: ARG002
        """Return why a job that has no result will never have one; None if it was cancelled."""
        return None

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:
        """Return a secret that all processes with the same store have in common."""
        raise NotImplementedError

    # --- keys

    def build_cache_key(
        self,
        fn: object,
        args: object,
        cache_args_to_ignore: object,
        triggered: object,
    ) -> str:
        """Return what tells results apart (S-125); calls the author's `cache_by`."""
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
    import inspect  # noqa: PLC0415  # slow to import, and a page without jobs has no use for it

    try:
        return inspect.getsource(function)  # type: ignore[arg-type]  # anything callable
    except (OSError, TypeError):
        return str(getattr(function, "__name__", ""))


def _sha256(text: str) -> str:
    from hashlib import sha256  # noqa: PLC0415  # the same

    return sha256(text.encode()).hexdigest()
