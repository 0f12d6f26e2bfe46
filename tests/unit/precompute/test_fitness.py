"""Which callbacks may give another result for the same arguments, and how settings call them."""

import random
import time
from datetime import datetime

import pytest
from dash import Input, Output, dcc

from pyrt.model.callback import CallbackRegistry
from pyrt.precompute.fitness import names_of, why_impure

COUNT = 0


def helper():
    return time.time()


def plain(value):
    return value.upper()


def by_helper(_):
    return helper()


def of_the_day(_):
    return datetime.now().isoformat()  # noqa: DTZ005


def counting(_):
    global COUNT  # noqa: PLW0603
    COUNT += 1
    return COUNT


def inside(_):
    return [random.random() for _ in range(3)]


def reads(name):
    return open(name).read()  # noqa: PTH123


def callback_of(function):
    registry = CallbackRegistry()
    registry.callback(Output("out", "children"), Input("in", "value"))(function)
    (callback,) = registry
    return callback


CASES = {
    plain: "",
    by_helper: "helper uses time",
    of_the_day: "of_the_day uses now",
    counting: "counting assigns a global variable",
    inside: "inside uses random",
    reads: "reads uses open",
}


@pytest.mark.parametrize(("function", "why"), CASES.items())
def test_what_changes_from_call_to_call(function, why):
    assert why_impure(callback_of(function)) == why


def test_functions_of_packages_are_not_looked_into():
    def draws(_):
        return dcc.Markdown("text")

    assert why_impure(callback_of(draws)) == ""


def test_the_names_of_a_callback():
    assert names_of(callback_of(plain)) == {f"{__name__}:plain"}
