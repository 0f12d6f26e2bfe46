"""Managers of background callbacks: registered callbacks, and keys of results."""

import pytest
from dash import CeleryManager, DiskcacheManager
from dash.background_callback.managers import BaseBackgroundCallbackManager

from pyrt.managers import managers as base
from pyrt.managers.managers import find_job_callback, job_key
from pyrt.model.callback import BACKGROUND_CALLBACKS, CallbackRegistry
from pyrt.model.dependencies import Input, Output


class Manager(BaseBackgroundCallbackManager):
    """One that makes job functions and runs nothing."""

    def make_job_fn(self, fn, progress, key):
        return lambda: (fn, progress)


@pytest.fixture
def app():
    BACKGROUND_CALLBACKS.clear()
    yield CallbackRegistry()
    BACKGROUND_CALLBACKS.clear()


def declare(app, name="out", **options):
    @app.callback(Output(name, "children"), Input("in", "value"), background=True, **options)
    def work(*_):
        return name

    return next(callback for callback in app if callback.callback_id == f"{name}.children")


def test_a_manager_gets_callbacks_registered_before_and_after_it(app):
    """A Celery worker imports the app only for this."""
    before = declare(app, "one")
    manager = Manager(None)
    after = declare(app, "two", progress=Output("bar", "value"))
    app.callback(Output("plain", "children"), Input("in", "value"))(lambda value: value)
    assert list(manager.func_registry) == [job_key(before), job_key(after)]
    assert manager.func_registry[job_key(before)]() == (before.function, False)
    assert manager.func_registry[job_key(after)]() == (after.function, True)
    assert find_job_callback(job_key(after)) is after


def test_a_key_changes_with_the_source_and_the_name_of_a_callback(app):
    """A worker with an older app must not take the job."""

    def one(value):
        return value

    def two(value):
        return value + 1

    keys = {
        BaseBackgroundCallbackManager.hash_function(function, name)
        for function in (one, two)
        for name in ("a.x", "b.x")
    }
    assert len(keys) == 4
    assert BaseBackgroundCallbackManager.hash_function(one, "a.x") in keys


def test_what_tells_results_apart():
    """S-125: arguments, source, triggers, and the results of cache_by."""
    version = ["1"]
    manager = Manager(lambda: version[0])

    def work(*_):
        return None

    def key(args, ignored=(), triggered=None, function=work):
        return manager.build_cache_key(function, args, ignored, triggered)

    assert manager.cache_by is not None
    assert key([1, 2]) == key([1, 2])
    assert (
        len({key([1, 2]), key([1, 3]), key([1, 2], triggered=["a.x"]), key([1, 2], function=key)})
        == 4
    )
    assert key([1, 2], [1]) == key([1, 3], 1) != key([2, 2], [1])
    assert key({"a": 1, "b": 2}, ["b"]) == key({"a": 1, "b": 3}, ("b",))
    before = key([1])
    version[0] = "2"
    assert key([1]) != before


def test_without_cache_by_nothing_is_cached():
    assert Manager(None).cache_by is None
    assert Manager([]).cache_by == []
    assert len(Manager((int, str)).cache_by or ()) == 2


def test_in_the_browser_managers_only_remember_what_they_were_given(app, monkeypatch):
    """S-128: the same lines of source run there, on stubs."""
    for module in ("managers", "celery_manager", "diskcache_manager"):
        monkeypatch.setattr(f"pyrt.managers.{module}.IN_BROWSER", True)
    stub = object()
    made: list[CeleryManager | DiskcacheManager] = [
        CeleryManager(stub, cache_by=[str], expire=60),
        DiskcacheManager(stub, cache_by=[str], expire=60),
    ]
    declare(app)
    for manager in made:
        assert manager.handle is stub
        assert (manager.cache_by, manager.expire) == ([str], 60)
        assert manager.func_registry == {}
        assert manager.build_cache_key(declare, [1], [], None)
    assert DiskcacheManager().handle is None


def test_this_is_no_browser():
    assert not base.IN_BROWSER
