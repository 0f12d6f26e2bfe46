"""`DiskcacheManager`: background callbacks in processes of this machine, results in a file.

    server --JSON line--> fork server --fork--> job --> channel in the cache --> server

Jobs are forked from a process that has imported the app and does nothing else
(`pyrt.server.jobs.fork_server`). A fork of the web server, which has threads, could block for ever;
a new interpreter for each job would import the app each time. Jobs outlive the server.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pyrt.managers import job_runner
from pyrt.managers.channel import Store
from pyrt.managers.managers import IN_BROWSER, JobFunction
from pyrt.managers.store_manager import StoreManager


class CacheStore:
    """A cache of diskcache as a store; texts are stored as texts, never pickled.

    Args:
        cache: `Cache` or `FanoutCache`.
    """

    def __init__(self, cache: Any) -> None:  # noqa: ANN401  # diskcache has no types
        self._cache = cache

    def get(self, key: str) -> str | None:
        """Return a text; None if there is none."""
        found = self._cache.get(key)
        return found if isinstance(found, str) else None

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        """Store a text; with `expire_s` it is deleted after so many seconds."""
        self._cache.set(key, text, expire=expire_s)

    def add(self, key: str, text: str, expire_s: float | None = None) -> str:
        """Store a text, as `set`, unless there is one; return the one that is stored."""
        self._cache.add(key, text, expire=expire_s)
        return self.get(key) or text

    def touch(self, key: str, expire_s: float) -> None:
        """Keep a text for so many seconds from now on."""
        self._cache.touch(key, expire=expire_s)

    def delete(self, key: str) -> None:
        """Delete a text, if there is one."""
        self._cache.delete(key)


class DiskcacheManager(StoreManager):
    """Runs background callbacks in processes of this machine.

    Args:
        cache: `diskcache.Cache` or `FanoutCache`; None for a new one in a temporary folder.
        cache_by: see the base class.
        expire: seconds after which an unused cached result is deleted; None to keep it.

    Raises:
        ImportError: diskcache or psutil is not installed.
        ValueError: `cache` is something else.
    """

    def __init__(
        self,
        cache: Any = None,  # noqa: ANN401
        cache_by: Any = None,  # noqa: ANN401
        expire: float | None = None,
    ) -> None:
        self.handle = cache if IN_BROWSER else _check(cache)
        self.expire = expire
        super().__init__(cache_by)

    def open_store(self) -> Store:  # noqa: D102
        return CacheStore(self.handle)

    def make_job_fn(self, fn: object, progress: bool, key: str) -> JobFunction:  # noqa: ARG002, D102, FBT001
        def job_fn(result_key: str, context: Mapping[str, Any]) -> str:
            job = {"key": key, "result_key": result_key, "context": context}
            return job_runner.current().fork(
                {**job, "cache": _describe(self.handle), "expire_s": self.expire}
            )

        return job_fn

    def call_job_fn(  # noqa: D102
        self,
        key: str,
        job_fn: JobFunction,
        args: object,  # noqa: ARG002  # the request contains them
        context: Mapping[str, object],
    ) -> str:
        self.channel(key).clear()
        return str(job_fn(key, context))

    def terminate_job(self, job: str) -> None:
        """End the process of a job and all processes that it has started."""
        if not job:
            return
        self.mark_cancelled(job)
        process = _find(job)
        if process is None:
            return
        import psutil  # noqa: PLC0415  # an extra

        with suppress(psutil.NoSuchProcess):
            for each in (*process.children(recursive=True), process):
                with suppress(psutil.NoSuchProcess):
                    each.kill()

    def terminate_unhealthy_job(self, job: str) -> bool:  # noqa: D102
        is_unhealthy = _find(job) is not None and not self.job_running(job)
        if is_unhealthy:
            self.terminate_job(job)
        return is_unhealthy

    def job_running(self, job: str) -> bool:  # noqa: D102
        import psutil  # noqa: PLC0415  # an extra

        process = _find(job)
        with suppress(psutil.NoSuchProcess):
            return process is not None and process.status() != psutil.STATUS_ZOMBIE
        return False

    def failure_reason(self, key: str, job: str) -> str | None:  # noqa: ARG002, D102
        if self.is_cancelled(job) or self.job_running(job):
            return None
        return "Its process ended without a result: it was killed, or ran out of memory."


def _find(job: str) -> Any:  # noqa: ANN401
    """Return the process of a job; None if it has ended, also if its process id is in use again."""
    import psutil  # noqa: PLC0415  # an extra

    pid, _, started = job.partition("-")
    try:
        process = psutil.Process(int(pid))
        return process if f"{process.create_time():.2f}" == started else None
    except (psutil.NoSuchProcess, ValueError):
        return None


def _check(cache: Any) -> Any:  # noqa: ANN401
    try:
        import diskcache  # noqa: PLC0415  # an extra
        import psutil  # noqa: F401, PLC0415
    except ImportError:
        raise ImportError(
            "DiskcacheManager needs diskcache and psutil. "
            'Install them with: pip install "pyrt-dash[diskcache]"'
        ) from None
    if cache is None:
        return diskcache.Cache()
    if not isinstance(cache, diskcache.Cache | diskcache.FanoutCache):
        text = f"DiskcacheManager takes a diskcache.Cache or FanoutCache, not {cache!r}."
        raise ValueError(text)  # noqa: TRY004  # as Dash
    return cache


def _describe(cache: Any) -> dict[str, object]:  # noqa: ANN401
    """Return what another process needs to open the same cache."""
    shards = getattr(cache, "_shards", None)
    return {"directory": cache.directory, "shards": len(shards) if shards else 0}


def open_cache(described: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Open the cache that `_describe` has described."""
    import diskcache  # noqa: PLC0415  # an extra

    if described["shards"]:
        return diskcache.FanoutCache(described["directory"], shards=described["shards"])
    return diskcache.Cache(described["directory"])


DiskcacheLongCallbackManager = DiskcacheManager
