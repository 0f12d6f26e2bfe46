"""Which app counts: tests with objects that have what the registry asks of an app."""

from types import SimpleNamespace
from typing import Any

import pytest

from pyrt.app import config
from pyrt.app.app_registry import AppRegistry
from pyrt.app.config import Config
from pyrt.model.callback import CallbackRegistry
from pyrt.model.errors import AppNotFoundError
from pyrt.model.failures import StartError


@pytest.fixture(autouse=True)
def settings():
    """The settings in use are put back."""
    before = config.current()
    yield
    config.use(before)


def make_app() -> Any:
    return SimpleNamespace(config=Config(), server=object(), callbacks=CallbackRegistry())


def make_registry(*apps: Any) -> AppRegistry[Any]:
    registry: AppRegistry[Any] = AppRegistry()
    for app in apps:
        registry.add(app)
    return registry


def test_without_an_app_there_is_none_to_get_or_choose():
    """S-173."""
    registry = make_registry()
    assert registry.find() is None
    with pytest.raises(AppNotFoundError, match="There is no app"):
        registry.get()
    with pytest.raises(StartError):
        registry.choose(None, "app.py")


def test_an_app_is_added_once_until_another_one_is_made():
    first, second = make_app(), make_app()
    registry = make_registry(first)
    assert not registry.add(first)
    assert registry.add(second)
    assert registry.all == [first, second]


def test_the_app_of_the_call_goes_before_the_mounted_one_and_that_before_the_last():
    """S-171, S-173."""
    first, second, third = make_app(), make_app(), make_app()
    registry = make_registry(first, second, third)
    assert registry.get() is third
    registry.mount(second)
    assert registry.get() is second
    assert config.current() is second.config
    with registry.serving(first):
        assert registry.get() is first
    assert registry.get() is second


def test_an_app_or_its_server_is_chosen_by_name_and_else_what_was_found():
    first, second = make_app(), make_app()
    registry = make_registry(first, second)
    assert registry.choose(first.server, "app.py") is first
    assert registry.choose(object(), "app.py") is first  # the mounted one
    assert registry.choose(second, "app.py") is second


def test_what_was_kept_comes_back_after_all_was_forgotten():
    first, second = make_app(), make_app()
    registry = make_registry(first, second)
    registry.mount(first)
    put_back = registry.keep()
    registry.forget()
    assert registry.find() is None
    registry.add(make_app())
    put_back()
    assert registry.all == [first, second]
    assert registry.get() is first
    assert config.current() is first.config
