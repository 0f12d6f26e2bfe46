"""S-120: managers get all background callbacks, registered before or after them."""

from pyrt.model.background_callbacks import BackgroundCallbacks
from pyrt.model.callback import BACKGROUND_CALLBACKS, Callback, CallbackRegistry
from pyrt.model.dependencies import Input, Output


def test_a_subscriber_gets_the_callbacks_of_before_and_of_afterwards():
    callbacks: BackgroundCallbacks[str] = BackgroundCallbacks()
    seen: list[str] = []
    callbacks.add("a")
    callbacks.subscribe(seen.append)
    callbacks.add("b")
    assert seen == ["a", "b"]


def test_nothing_is_announced_after_clear():
    callbacks: BackgroundCallbacks[str] = BackgroundCallbacks()
    before: list[str] = []
    after: list[str] = []
    callbacks.subscribe(before.append)
    callbacks.add("a")
    callbacks.clear()
    callbacks.subscribe(after.append)
    callbacks.add("b")
    assert (before, after) == (["a"], ["b"])


def test_declaring_a_background_callback_adds_it_and_other_callbacks_are_not_added():
    seen: list[Callback] = []
    BACKGROUND_CALLBACKS.clear()
    BACKGROUND_CALLBACKS.subscribe(seen.append)
    registry = CallbackRegistry()
    registry.callback(Output("a", "x"), Input("b", "x"))(str)
    registry.callback(Output("c", "x"), Input("b", "x"), background=True)(repr)
    BACKGROUND_CALLBACKS.clear()
    assert [callback.function for callback in seen] == [repr]
