"""The callbacks that a server may call."""

from types import ModuleType

import pytest

from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import ClientsideFunction, Input, Output
from pyrt.server.permission import Permission, names_of

OUT, IN = Output("a", "x"), Input("b", "x")


def total(value):
    return value


def declare(function=total, **options):
    registry = CallbackRegistry()
    registry.callback(OUT, IN, **options)(function)
    (callback,) = registry
    return callback


def test_an_unmarked_callback_is_not_answered():
    assert not Permission().allows(declare())
    assert not Permission(manager=object()).allows(declare()), "it is no background callback"


def test_a_marked_callback_is():
    assert Permission().allows(declare(server=True))


@pytest.mark.parametrize(
    ("own", "of_app", "expected"),
    [(None, None, False), (object(), None, True), (None, object(), True)],
    ids=["none", "its own", "the app's"],
)
def test_a_background_callback_needs_a_manager(own, of_app, expected):
    """S-121."""
    callback = declare(background=True, manager=own)
    assert Permission(manager=of_app).allows(callback) is expected


def test_a_clientside_callback_is_never_answered():
    registry = CallbackRegistry()
    registry.clientside_callback(ClientsideFunction("ns", "f"), OUT, IN)
    (callback,) = registry
    assert not Permission(names_of(callback), manager=object()).allows(callback)


def test_a_callback_is_marked_by_its_name():
    callback = declare()
    assert Permission({"test_permission:total"}).allows(callback)
    assert Permission({"other:thing", f"{__name__}:total"}).allows(callback)


@pytest.mark.parametrize("name", ["total", "app:total", "test_permission:tota", "", "*"])
def test_another_name_marks_nothing(name):
    assert not Permission({name}).allows(declare())


def test_a_function_in_a_function_is_known_by_its_whole_name():
    def inner(value):
        return value

    callback = declare(inner)
    name = "test_a_function_in_a_function_is_known_by_its_whole_name.<locals>.inner"
    assert Permission({f"test_permission:{name}"}).allows(callback)
    assert not Permission({"test_permission:inner"}).allows(callback)


def test_the_apps_own_file_is_known_by_its_stem_and_as_main():
    """However it was started."""
    module = ModuleType("__main__")
    exec(compile("def show(value): return value", "/srv/shop/app.py", "exec"), module.__dict__)
    callback = declare(module.show)
    assert names_of(callback) == {"__main__:show", "app:show"}


def test_a_callable_object_without_a_name_has_that_of_its_place():
    class Show:
        def __call__(self, value):
            return value

    callback = declare(Show())
    (name, *_) = {name.rpartition(":")[2] for name in names_of(callback)}
    assert name == callback.origin.name


def test_names_are_found_once_for_each_callback():
    callback = declare()
    assert names_of(callback) is names_of(callback)
