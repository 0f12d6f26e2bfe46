"""Loops that never end, found by reading."""

import pytest

from pyrt.browser_endless import find_endless_loop


def forever():
    while True:
        pow(1, 2)


def until_stopped(stop):
    while not stop.is_set():
        pow(1, 2)


def until_done():
    for _ in range(3):
        while True:
            break


@pytest.mark.parametrize(("function", "line"), [(forever, 9), (until_stopped, 14)])
def test_the_file_and_the_line_of_the_loop(function, line):
    assert find_endless_loop(function) == f"{__file__}:{line}"


@pytest.mark.parametrize("function", [until_done, len])
def test_what_ends_or_cannot_be_read(function):
    assert find_endless_loop(function) is None
