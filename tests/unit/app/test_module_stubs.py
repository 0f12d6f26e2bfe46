"""Stubs of modules that exist only on a server."""

import asyncio
import importlib
import sys
from abc import ABC
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dash import Input, Output, html

from pyrt.app import module_stubs
from pyrt.model.errors import ServerOnlyError
from tests.support.fake_page import Page


@pytest.fixture(autouse=True)
def stubs():
    before, path = dict(sys.modules), list(sys.meta_path)
    for name in before:  # other tests have imported the real ones
        if name.partition(".")[0] in {"celery", "redis"}:
            del sys.modules[name]
    module_stubs.install(["celery", "redis", "own.db"])
    yield
    module_stubs.install([])
    sys.meta_path[:] = path
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)


@pytest.fixture
def redis():
    return importlib.import_module("redis")


def test_modules_their_parts_and_any_name_of_them_can_be_imported():
    names: dict[str, Any] = {}
    exec(
        "import redis.asyncio as aioredis\n"
        "from celery import Celery, shared_task\n"
        "from celery.schedules import crontab\n"
        "from celery import *\n",
        names,
    )
    assert repr(names["Celery"]) == "<celery.Celery: exists only on a server>"
    assert repr(names["crontab"]) == "<celery.schedules.crontab: exists only on a server>"
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("celerity")


def test_a_module_of_the_app_may_be_a_stub_alone(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "view.py").write_text("x = 1\n")
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "data.csv").write_text("")
    assert importlib.import_module("own.view").x == 1
    assert "own.db.connect" in repr(importlib.import_module("own.db").connect)
    assert "redis.Redis" in repr(importlib.import_module("redis").Redis)


def test_declarations_do_nothing(redis):
    client = redis.Redis(host="db", password="x")
    client.timeout = 3
    assert client.timeout == 3
    client.settings["a"] = 1
    client.pipeline().execute()
    with client.lock("name"):
        pass
    assert client
    assert isinstance(redis.Redis | None, module_stubs.Stub)
    assert not isinstance(3, redis.Redis)
    assert f"{client}" == "<redis.Redis(): exists only on a server>"

    @dataclass
    class Holder:
        client: redis.Redis[str]  # type: ignore[name-defined]

    assert Holder(client).client is client


def test_decorators_leave_functions_as_they_are():
    celery = importlib.import_module("celery")
    queue = celery.Celery("app")

    def add(a, b):
        return a + b

    class Plain:
        pass

    assert queue.task(add) is add
    assert celery.shared_task(bind=True, name="x")(add) is add
    assert queue.register(Plain) is Plain
    assert add(1, 2) == 3
    assert "task(add).delay" in repr(add.delay)


def test_classes_may_derive_from_what_is_not_here(redis):
    class Model(redis.Base, ABC):  # type: ignore[misc, name-defined]
        name = redis.Column(int)

        def double(self):
            return 2

    assert Model().double() == 2
    assert "redis.Base.query.all" in repr(Model.query.all)
    with pytest.raises(AttributeError, match="Model has no _private"):
        _ = Model._private


def test_errors_are_classes_that_except_accepts(redis):
    def read():
        try:
            raise KeyError
        except (redis.ConnectionError, redis.exceptions.TimeoutError):
            pytest.fail("neither of these was raised")

    with pytest.raises(KeyError):
        read()
    assert redis.ConnectionError is redis.ConnectionError

    class Own(redis.RedisError):  # type: ignore[misc, name-defined]
        pass

    assert issubclass(Own, Exception)


USES: dict[str, Any] = {
    "iterated": list,
    "measured": len,
    "converted": int,
    "compared": lambda c: c < 3,
    "computed with": lambda c: c + 3,
    "divided": lambda c: c / 3,
}


@pytest.mark.parametrize("use", USES)
def test_whatever_wants_a_result_is_told_what_to_do(redis, use):
    with pytest.raises(ServerOnlyError) as caught:
        USES[use](redis.Redis().get("x"))
    assert str(caught.value).startswith(f"redis.Redis().get() is {use} ({__file__}:")
    assert str(caught.value).endswith(
        "), but redis exists only on a server: here it is a stub that does nothing. Let the "
        "callback run there: give it server=True or name it in [tool.pyrt] server, and build with "
        "--bridge URL."
    )


def test_what_is_awaited_is_told_what_to_do(redis):
    async def wait():
        return await redis.asyncio.Redis().get("x")

    with pytest.raises(ServerOnlyError, match=r"redis\.asyncio\.Redis\(\)\.get\(\) is awaited"):
        asyncio.run(wait())


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("client.get('x')", "redis.Redis().get is called"),
        ("client['x']", "redis.Redis() is read from"),
        ("str(client)", "redis.Redis() is converted"),
        ("1 if client else 2", "redis.Redis() is tested"),
        ("task.delay(3)", "redis.task(task).delay is called"),
    ],
)
def test_in_a_callback_of_the_tab_every_use_is_told(redis, text, use):
    page = Page(html.Div([html.Div(id="in"), html.Div(id="out")]))

    def task():
        pass

    names = {"client": redis.Redis(), "task": redis.task(task)}

    @page.callback(Output("out", "children"), Input("in", "title"))
    def show(_):
        return eval(text, names)

    page.open()
    (failure,) = page.of_type("Failure")
    assert f"{use} (" in failure["message"]
    assert f"in the callback show ({Path(__file__).relative_to(Path.cwd())}:" in failure["message"]
    assert page.take_calls() == ["show"]


def test_a_stub_given_as_a_result_explains_itself(redis):
    page = Page(html.Div([html.Div(id="in"), html.Div(id="out")]))
    client = redis.Redis()
    page.callback(Output("out", "children"), Input("in", "title"))(lambda _: [client])
    page.open()
    (failure,) = page.of_type("Failure")
    assert "redis.Redis() is given as a result (" in failure["traceback"]


def test_installed_twice_the_last_list_counts():
    module_stubs.install(["kombu"])
    assert importlib.import_module("kombu").Queue
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("own.db")
