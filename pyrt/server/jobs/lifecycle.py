"""`Dispatcher`: the life of a background callback as its page sees it (S-121).

    start    {cacheKey, job, cancel?, progressDefault?}    a job begins, unless its result is cached
    poll     {progress?, sideUpdate?}                      it goes on
             {response, ...}, 204, or an error             it is over
    cancel                                                 it is ended; its poll will be 204

All of this blocks, and is called in threads. May import the rest of this folder and `pyrt.bridge`'s
`dispatch` and `refusal`.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyrt.calls.call import Answer, Call, Surroundings
from pyrt.engine.call.context import current
from pyrt.managers.managers import BaseBackgroundCallbackManager, job_key
from pyrt.model.callback import Callback, CallbackRegistry, is_no_update, no_update
from pyrt.model.errors import (
    BackgroundCallbackError,
    MissingLongCallbackManagerError,
    PreventUpdate,
)
from pyrt.server.http_error import FOREIGN_HANDLE, Refusal
from pyrt.server.jobs.signed_ids import Seal
from pyrt.server.request import RequestEnvironment

type Manager = BaseBackgroundCallbackManager

_NO_JOB = ""  # the result was cached


@dataclass(frozen=True, slots=True)
class Query:
    """What a page says about jobs in the query of a request.

    Attributes:
        cache_key, job: of the poll of a job.
        old_jobs: to be ended first, as another begins (S-124) or nobody waits any more.
        cancelled: to be ended (S-123).
        end_id: of the page load.
    """

    cache_key: str | None = None
    job: str | None = None
    old_jobs: Sequence[str] = ()
    cancelled: Sequence[str] = ()
    end_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a background callback: its callback, body, surroundings and query."""

    callback: Callback
    request: object
    environment: RequestEnvironment
    query: Query


class Dispatcher:
    """See above.

    Args:
        callbacks: those of the app.
        manager: for callbacks that have none of their own; None if there is none.
        surroundings: what the app does around callbacks.
        secret: signs handles; empty for one that is kept where the results are.
    """

    def __init__(
        self,
        callbacks: CallbackRegistry,
        manager: Manager | None,
        surroundings: Surroundings,
        secret: str = "",
    ) -> None:
        self._callbacks = callbacks
        self._manager = manager
        self._surroundings = surroundings
        self._secret = secret
        self._seals: dict[int, Seal] = {}

    def provide(self, callback: Callback) -> Manager:
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
        return manager  # type: ignore[no-any-return]  # whatever the author gave

    # --- start

    def start(self, asked: Asked) -> Answer | str:
        """Let a job begin; return the JSON that says how to ask for it.

        Raises:
            Refusal: one of the older jobs is not of this page.
            ProtocolError: the request does not fit the callback.
        """
        callback, query = asked.callback, asked.query
        manager = self.provide(callback)
        self.end(query.old_jobs, query.end_id)
        keys: list[str] = []
        answer = self._call(asked, _make_key_function(callback, manager, keys))
        if not keys:  # the author's cache_by has raised
            return answer
        return self._describe(callback, keys[0], self._begin(asked, manager, keys[0]), query)

    def _call(self, asked: Asked, function: Callable[..., object]) -> Answer:
        """Call a function as if it were the callback's own."""
        background = asked.callback.background
        assert background is not None
        quiet = replace(background, progress=(), progress_default=None)
        call = Call(
            asked.callback,
            asked.request,
            environment=asked.environment,
            surroundings=self._surroundings,
            substitute=replace(asked.callback, function=function, background=quiet),
        )
        return call.run()

    @staticmethod
    def _begin(asked: Asked, manager: Manager, key: str) -> str:
        if manager.cache_by is not None and manager.result_ready(key):
            return _NO_JOB
        name = job_key(asked.callback)
        context = {"request": asked.request, "environment": asked.environment.to_json()}
        return manager.call_job_fn(key, manager.func_registry[name], None, context)

    def _describe(self, callback: Callback, key: str, job: str, query: Query) -> str:
        background, name, seal = callback.background, callback.callback_id, self._seal(callback)
        assert background is not None
        told: dict[str, object] = {
            "cacheKey": seal.sign("cacheKey", name, query.end_id, key),
            "job": seal.sign("job", name, query.end_id, job),
        }
        if background.cancel:
            told["cancel"] = [dependency.to_dict() for dependency in background.cancel]
        if background.progress_default:
            pairs = zip(background.progress, background.progress_default, strict=True)
            told["progressDefault"] = {str(output): value for output, value in pairs}
        return json.dumps(told)

    # --- poll

    def poll(self, asked: Asked) -> Answer | str:
        """Return what is new of a job: JSON while it goes on, an answer once it is over.

        Raises:
            Refusal: the handles are not of this page and callback.
            ProtocolError: the request does not fit the callback.
        """
        callback, query = asked.callback, asked.query
        manager = self.provide(callback)
        self.end(query.old_jobs, query.end_id)
        key = self._open("cacheKey", callback, query.cache_key, query.end_id)
        job = self._open("job", callback, query.job, query.end_id) if query.job else _NO_JOB
        news = self._read_news(callback, manager, key)
        value = _find_result(manager, key, job)
        props = manager.get_updated_props(key)
        if props:
            news["sideUpdate"] = props
        if value is manager.UNDEFINED:
            return json.dumps({"multi": True, **news})
        return self._conclude(asked, value, news)

    @staticmethod
    def _read_news(callback: Callback, manager: Manager, key: str) -> dict[str, Any]:
        background = callback.background
        assert background is not None
        values = manager.get_progress(key) if background.progress else None
        if not values:
            return {}
        pairs = zip(background.progress, values, strict=False)
        return {"progress": {str(output): value for output, value in pairs}}

    def _conclude(self, asked: Asked, value: object, news: dict[str, Any]) -> Answer | str:
        """Return the answer of a callback whose function has returned `value` elsewhere."""
        answer = self._call(asked, _make_result_function(value))
        if answer.outcome == "error":
            return answer
        side = {**news.get("sideUpdate", {})}
        for component_id, props in answer.side_update.items():
            side[component_id] = {**side.get(component_id, {}), **props}
        answer = replace(answer, outcome="value", side_update=side)
        if not (answer.response or side):
            return replace(answer, outcome="prevented")
        if "progress" not in news:
            return answer
        return f'{answer.body()[:-1]},"progress":{json.dumps(news["progress"])}}}'

    # --- end

    def end(self, handles: Iterable[str], end_id: str) -> int:
        """End jobs; return how many handles there were.

        Raises:
            Refusal: one is not of this page; then no job is ended.
        """
        found = [self._find(handle, end_id) for handle in handles]
        for manager, job in found:
            manager.terminate_job(job)
        return len(found)

    def _find(self, handle: str, end_id: str) -> tuple[Manager, str]:
        for callback in self._callbacks:
            if callback.background is None or (callback.manager or self._manager) is None:
                continue
            opened = self._seal(callback).read("job", end_id, handle)
            if opened and Seal.belongs(opened[0], callback.callback_id):
                return self.provide(callback), opened[1]
        raise _foreign("job")

    # --- handles

    def _open(self, kind: str, callback: Callback, handle: str | None, end_id: str) -> str:
        opened = self._seal(callback).read(kind, end_id, handle or "")
        if opened is None or not Seal.belongs(opened[0], callback.callback_id):
            raise _foreign(kind)
        return opened[1]

    def _seal(self, callback: Callback) -> Seal:
        if self._secret:
            return Seal(self._secret.encode())
        manager = self.provide(callback)
        seal = self._seals.get(id(manager))
        if seal is None:
            secret = manager.get_or_create_signing_secret(lambda: secrets.token_bytes(32))
            seal = self._seals[id(manager)] = Seal(secret)
        return seal


def _foreign(kind: str) -> Refusal:
    return Refusal(
        FOREIGN_HANDLE,
        f"The {kind} handle was not given to this page by this server for this callback. If the "
        "bridge has been restarted, give it the same secret each time: PYRT_BRIDGE_SECRET.",
    )


def _make_key_function(
    callback: Callback, manager: Manager, keys: list[str]
) -> Callable[..., object]:
    """Return a function that is called as the callback's own would be, and finds its cache key.

    Without a cache each job has a key of its own, lest two pages with the same inputs take each
    other's results.
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
    """Return a function with the result of a job (S-126)."""

    def give(*_: object, **__: object) -> object:
        if isinstance(value, dict) and "background_callback_error" in value:
            error = value["background_callback_error"]
            raise BackgroundCallbackError(
                f"An error occurred inside a background callback: {error['msg']}\n{error['tb']}"
            )
        if is_no_update(value):  # also for a callback without Outputs
            raise PreventUpdate
        return value

    return give


def _find_result(manager: Manager, key: str, job: str) -> object:
    """Return what came of a job, also of a cancelled or lost one; UNDEFINED while it goes on."""
    value = manager.get_result(key, job)
    if value is not manager.UNDEFINED:
        return value
    is_running = bool(job) and manager.job_running(job)
    loss = manager.find_loss(key, job)
    if is_running and loss is None:
        return value
    value = manager.get_result(key, job)  # it may have ended in between
    if value is not manager.UNDEFINED:
        return value
    if loss is None:
        return {"_dash_no_update": "_dash_no_update"}
    return {"background_callback_error": {"msg": f"The job was lost. {loss}", "tb": ""}}
