"""S-144, S-168: the arguments of Dash's constructor."""

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pyrt.app.arguments import Arguments, takes_arguments


def refuse(others):
    if others:
        raise TypeError(f"unexpected: {', '.join(others)}")


class App:
    """An app that remembers what it was given."""

    @takes_arguments(Arguments, refuse)
    def __init__(self, given):
        """Make it."""
        self.given = given


def given(*values: Any, **named: Any) -> Any:
    made: Any = App(*values, **named)
    return made.given


def test_without_arguments_everything_has_its_default():
    made = given()
    assert (made.name, made.title, made.assets_folder) == (None, "Dash", "assets")
    assert made.update_title == "Updating..."
    assert made.wants_pages is False


def test_arguments_come_by_position_or_by_name():
    made = given("mine", None, title="T")
    assert (made.name, made.server, made.title) == ("mine", None, "T")


def test_an_argument_given_twice_is_refused():
    with pytest.raises(TypeError, match="multiple values for argument 'name'"):
        given("mine", name="yours")


def test_one_argument_too_many_is_refused():
    with pytest.raises(TypeError, match="positional arguments"):
        given(*range(100))


def test_names_that_are_not_in_the_table_are_checked_before_anything_is_made():
    with pytest.raises(TypeError, match="unexpected: colour, size"):
        given("mine", colour="red", title="T", size=1)


def test_names_that_the_check_lets_pass_change_nothing():
    seen: list[object] = []

    @takes_arguments(Arguments, seen.append)
    def construct(self, given):
        self.given = given

    app: Any = SimpleNamespace()
    construct(app, title="T", colour="red")  # type: ignore[call-arg]  # that is the test
    assert seen == [{"colour": "red"}]
    assert app.given.title == "T"


def test_tools_see_all_arguments_and_their_defaults():
    parameters = inspect.signature(App).parameters
    assert parameters["title"].default == "Dash"
    assert parameters["obsolete"].kind is inspect.Parameter.VAR_KEYWORD
    assert inspect.getdoc(App.__init__) == "Make it."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, False),
        ({"pages_folder": "pages"}, False),
        ({"pages_folder": "views"}, True),
        ({"pages_folder": ""}, True),
        ({"pages_folder": Path("views")}, True),
        ({"use_pages": True}, True),
        ({"use_pages": False, "pages_folder": "views"}, False),
    ],
)
def test_an_app_has_pages_because_it_says_so_or_names_a_folder_for_them(arguments, expected):
    """S-144."""
    assert given(**arguments).wants_pages is expected


def test_what_was_given_does_not_change():
    with pytest.raises(AttributeError):
        given().title = "T"
