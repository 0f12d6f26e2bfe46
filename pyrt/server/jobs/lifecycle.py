"""`JobLifecycle`: starts, polls and ends the job of a background callback for its page (S-121).

    start   -> {cacheKey, job, cancel?, progressDefault?}   a job runs, unless its result is cached
    poll    -> {progress?, sideUpdate?, waiting?}           it still runs, or waits for a worker
            -> {response, ...}, 204, or an error            it has ended
    end                                                     it is cancelled; its poll returns 204

All methods block, and are called in threads.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyrt.calls.call import Call, CallOptions, CallResult
from pyrt.engine.call.context import current
from pyrt.managers.managers import BaseBackgroundCallbackManager, job_key
from pyrt.model.callback import Callback, CallbackRegistry, is_no_update, no_update
from pyrt.model.dash_messages import BACKGROUND_ERROR
from pyrt.model.errors import (
    BackgroundCallbackError,
    MissingLongCallbackManagerError,
    PreventUpdate,
    ResultTooLargeError,
)
from pyrt.server.http_error import FOREIGN_JOB_ID, HttpError
from pyrt.server.jobs.signed_ids import Signer
from pyrt.server.request import RequestEnvironment

type Manager = BaseBackgroundCallbackManager

_NO_JOB = ""  # the result was cached


@dataclass(frozen=True, slots=True)
class JobQuery:
    """What the query of a request says about jobs; all ids are signed.

    Attributes:
        cache_key, job: the job to poll.
        old_jobs: jobs to end first: replaced by this request (S-124), or dropped by the page.
        cancelled: jobs to end, whatever else the request is for (S-123).
        end_id: identifies the page load.
    """

    cache_key: str | None = None
    job: str | None = None
    old_jobs: Sequence[str] = ()
    cancelled: Sequence[str] = ()
    end_id: str = ""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A request for a background callback: the callback, the body (S-50) and the query."""

    callback: Callback
    body: object
    environment: RequestEnvironment
    query: JobQuery


class JobLifecycle:
    """The jobs of one app.

    Args:
        callbacks: those of the app.
        manager: the app's; for callbacks that have none of their own.
        options: error handler and hooks of the app.
        secret: signs ids of jobs; empty for a random one that is kept in the manager's store.
    """

    def __init__(
        self,
        callbacks: CallbackRegistry,
        manager: Manager | None,
        options: CallOptions,
        secret: str = "",
    ) -> None:
        self._callbacks = callbacks
        self._manager = manager
        self._options = options
        self._secret = secret
        self._signers: dict[int, Signer] = {}

    def manager_of(self, callback: Callback) -> Manager:
        """Return the manager of a callback: its own, or that of the app (S-120).

        Raises:
            MissingLongCallbackManagerError: there is none.
        """
        manager: Any = callback.manager or self._manager
        if manager is None:
            raise MissingLongCallbackManagerError(
                f"The background callback {callback} has no manager to run it. Give one to the "
                "callback or to the app: Dash(__name__, background_callback_manager="
                "DiskcacheManager(...)), or CeleryManager(...)."
            )
        return manager  # type: ignore[no-any-return]  # whatever the app has given

    def check_managers(self) -> dict[str, str]:
        """Ask the store, and the broker, of each manager; return what is wrong with which."""
        managers = {id(m): m for m in self._managers()}.values()
        failed: dict[str, str] = {}
        for manager in managers:
            try:
                manager.check()
            except Exception as error:  # noqa: BLE001  # each library has errors of its own
                failed[type(manager).__name__] = type(error).__name__
        return failed

    def _managers(self) -> Iterable[Manager]:
        if self._manager is not None:
            yield self._manager
        for callback in self._callbacks:
            if callback.manager is not None:
                yield callback.manager  # type: ignore[misc]  # whatever the app has given

    # --- start

    def start(self, request: JobRequest) -> CallResult | str:
        """Start a job and return JSON with its signed ids; an error result if `cache_by` fails.

        Raises:
            HttpError: one of the old jobs is not of this page.
            ProtocolError: the request does not fit the callback.
        """
        callback, query = request.callback, request.query
        manager = self.manager_of(callback)
        self.end(query.old_jobs, query.end_id)
        keys: list[str] = []
        result = self._call(request, _make_key_function(callback, manager, keys))
        if not keys:  # cache_by has raised
            return result
        job = self._start_job(request, manager, keys[0])
        return self._describe(callback, keys[0], job, query)

    def _call(self, request: JobRequest, function: Callable[..., object]) -> CallResult:
        """Call a function with the arguments and the context that the callback's own would get."""
        background = request.callback.background
        assert background is not None
        quiet = replace(background, progress=(), progress_default=None)
        call = Call(
            request.callback,
            request.body,
            environment=request.environment,
            options=self._options,
            substitute=replace(request.callback, function=function, background=quiet),
        )
        return call.run()

    @staticmethod
    def _start_job(request: JobRequest, manager: Manager, key: str) -> str:
        if manager.cache_by is not None and manager.result_ready(key):
            return _NO_JOB
        name = job_key(request.callback)
        context = {"request": request.body, "environment": request.environment.to_json()}
        return manager.call_job_fn(key, manager.func_registry[name], None, context)

    def _describe(self, callback: Callback, key: str, job: str, query: JobQuery) -> str:
        background, name = callback.background, callback.callback_id
        signer = self._signer(callback)
        assert background is not None
        described: dict[str, object] = {
            "cacheKey": signer.sign("cacheKey", name, query.end_id, key),
            "job": signer.sign("job", name, query.end_id, job),
        }
        if background.cancel:
            described["cancel"] = [dependency.to_dict() for dependency in background.cancel]
        if background.progress_default:
            pairs = zip(background.progress, background.progress_default, strict=True)
            described["progressDefault"] = {str(output): value for output, value in pairs}
        return json.dumps(described)

    # --- poll

    def poll(self, request: JobRequest) -> CallResult | str:
        """Return progress and side updates of a running job as JSON, or the result of an ended one.

        Raises:
            HttpError: the signed ids are not of this page and callback.
            ProtocolError: the request does not fit the callback.
        """
        callback, query = request.callback, request.query
        manager = self.manager_of(callback)
        self.end(query.old_jobs, query.end_id)
        key = self._verify("cacheKey", callback, query.cache_key, query.end_id)
        job = self._verify("job", callback, query.job, query.end_id) if query.job else _NO_JOB
        value = _find_result(manager, key, job)
        props = manager.get_updated_props(key)
        # Last: progress that was written before these props must not arrive after them.
        updates = self._take_progress(callback, manager, key)
        if props:
            updates["sideUpdate"] = props
        if value is manager.UNDEFINED:
            manager.restore_job(key, job, manager.func_registry[job_key(callback)])
            waiting = manager.waiting_reason(key, job)
            if waiting is not None:  # not in Dash, whose pages ignore it
                updates["waiting"] = waiting
            return json.dumps({"multi": True, **updates})
        return self._finish(request, value, updates)

    @staticmethod
    def _take_progress(callback: Callback, manager: Manager, key: str) -> dict[str, Any]:
        background = callback.background
        assert background is not None
        values = manager.get_progress(key) if background.progress else None
        if not values:
            return {}
        pairs = zip(background.progress, values, strict=False)
        return {"progress": {str(output): value for output, value in pairs}}

    def _finish(
        self, request: JobRequest, value: object, updates: dict[str, Any]
    ) -> CallResult | str:
        """Return the result of a callback whose function has returned `value` in its job."""
        result = self._call(request, _make_result_function(value))
        if result.outcome == "error":
            return result
        side = {**updates.get("sideUpdate", {})}
        for component_id, props in result.side_update.items():
            side[component_id] = {**side.get(component_id, {}), **props}
        result = replace(result, outcome="value", side_update=side)
        if not (result.response or side):
            return replace(result, outcome="prevented")
        if "progress" not in updates:
            return result
        return f'{result.body()[:-1]},"progress":{json.dumps(updates["progress"])}}}'

    # --- end

    def end(self, signed_ids: Iterable[str], end_id: str) -> int:
        """End jobs and return how many ids there were.

        Raises:
            HttpError: one is not of this page; then no job is ended.
        """
        found = [self._find(signed_id, end_id) for signed_id in signed_ids]
        for manager, job in found:
            manager.terminate_job(job)
        return len(found)

    def _find(self, signed_id: str, end_id: str) -> tuple[Manager, str]:
        for callback in self._callbacks:
            if callback.background is None or (callback.manager or self._manager) is None:
                continue
            found = self._signer(callback).read("job", end_id, signed_id)
            if found and Signer.is_for(found[0], callback.callback_id):
                return self.manager_of(callback), found[1]
        raise _foreign("job")

    # --- signed ids

    def _verify(self, kind: str, callback: Callback, signed_id: str | None, end_id: str) -> str:
        found = self._signer(callback).read(kind, end_id, signed_id or "")
        if found is None or not Signer.is_for(found[0], callback.callback_id):
            raise _foreign(kind)
        return found[1]

    def _signer(self, callback: Callback) -> Signer:
        if self._secret:
            return Signer(self._secret.encode())
        manager = self.manager_of(callback)
        signer = self._signers.get(id(manager))
        if signer is None:
            secret = manager.get_or_create_signing_secret(lambda: secrets.token_bytes(32))
            signer = self._signers[id(manager)] = Signer(secret)
        return signer


def _foreign(kind: str) -> HttpError:
    return HttpError(
        FOREIGN_JOB_ID,
        f"The {kind} id was not given to this page by this server for this callback. If the "
        "server has been restarted, give it the same secret each time: PYRT_BRIDGE_SECRET.",
    )


def _make_key_function(
    callback: Callback, manager: Manager, keys: list[str]
) -> Callable[..., object]:
    """Return a function that appends the cache key of its arguments to `keys`.

    Without a cache each job gets a random key: two pages with the same inputs must not receive
    each other's results.
    """
    function, background = callback.function, callback.background
    assert function is not None
    assert background is not None

    def find_key(*args: object, **kwargs: object) -> object:
        context = current.get()
        assert context is not None
        triggered = None if background.cache_ignore_triggered else context.triggered_inputs
        ignored = list(background.cache_args_to_ignore)
        key = manager.build_cache_key(function, list(args) or kwargs, ignored, triggered)
        keys.append(key if manager.cache_by is not None else f"{key}-{secrets.token_hex(8)}")
        return no_update if callback.outputs else None

    return find_key


def _make_result_function(value: object) -> Callable[..., object]:
    """Return a function that returns what a job returned, or raises its error (S-126)."""

    def return_value(*_: object, **__: object) -> object:
        if isinstance(value, dict) and "background_callback_error" in value:
            error = value["background_callback_error"]
            if "tooLarge" in error:
                raise ResultTooLargeError(*error["tooLarge"])
            raise BackgroundCallbackError(f"{BACKGROUND_ERROR} {error['msg']}\n{error['tb']}")
        if is_no_update(value):  # also for a callback without Outputs
            raise PreventUpdate
        return value

    return return_value


def _find_result(manager: Manager, key: str, job: str) -> object:
    """Return the result of a job, also of a cancelled or lost one; UNDEFINED while it runs."""
    value = manager.get_result(key, job)
    if value is not manager.UNDEFINED:
        return value
    is_running = bool(job) and manager.job_running(job)
    failure = manager.failure_reason(key, job)
    if is_running and failure is None:
        return value
    value = manager.get_result(key, job)  # it may have ended since the first look
    if value is not manager.UNDEFINED:
        return value
    if failure is None:
        return {"_dash_no_update": "_dash_no_update"}
    return {"background_callback_error": {"msg": f"The job was lost. {failure}", "tb": ""}}
