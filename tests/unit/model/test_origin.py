"""Origin: where a function is defined in the source of the app."""

import functools
from pathlib import Path

from pyrt.model.origin import Origin, find_caller, find_origin, is_coroutine_function


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def test_a_source_position_is_printed_relative_to_the_working_directory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert str(Origin("f", str(tmp_path / "app.py"), 3)) == "f (app.py:3)"
    assert str(Origin("f", "/elsewhere/app.py", 3)) == "f (/elsewhere/app.py:3)"


def test_the_caller_is_the_first_frame_outside_of_pyrt():
    origin = find_caller("here")
    assert (origin.name, Path(origin.file).name) == ("here", "test_origin.py")


def test_a_function_is_found_below_its_decorators():
    def inner():
        pass

    origin = find_origin(decorated(decorated(inner)), Origin("x", "y", 1))
    assert origin == Origin("inner", __file__, inner.__code__.co_firstlineno)


def test_what_has_no_code_is_placed_at_the_fallback():
    class Callable:
        def __call__(self):
            pass

    assert find_origin(Callable(), Origin("x", "y", 1)) == Origin("Callable", "y", 1)


def test_coroutine_functions_are_seen_through_decorators():
    async def later():
        pass

    assert is_coroutine_function(decorated(later))
    assert not is_coroutine_function(decorated(len))
