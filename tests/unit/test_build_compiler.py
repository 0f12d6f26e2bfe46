"""Bytecode without docstrings, where that is asked for."""

import marshal
from types import CodeType

import pytest

from pyrt_build import compiler, image

SOURCE = b'''"""Module."""
from __future__ import annotations


def described():
    """What it does."""


def twice(number):
    "One."
    "Two."
    assert number == 3
    return number


class Thing:
    """A class."""

    size = 1
'''


def compiled(tmp_path, bare):
    given, made = tmp_path / "in", tmp_path / "out"
    given.write_bytes(image.pack({"/a/m.py": SOURCE, "/a/broken.py": b"def"}))
    compiler.main(str(given), str(made), bare)
    ((path, pyc),) = image.unpack(made.read_bytes()).items()
    assert path == "/a/m.py"
    code = marshal.loads(pyc[16:])
    assert isinstance(code, CodeType)
    names: dict[str, object] = {}
    exec(code, names)
    return names, code


@pytest.mark.parametrize(("bare", "has_texts"), [("/a/", False), ("/b/", True)])
def test_only_the_paths_that_are_named_lose_their_docstrings(tmp_path, bare, has_texts):
    names, code = compiled(tmp_path, bare)
    things = [names["described"], names["twice"], names["Thing"]]
    assert [thing.__doc__ is not None for thing in things] == [has_texts] * 3
    assert ("Module." in code.co_consts) is has_texts


def test_assertions_stay_and_lines_are_what_they_were(tmp_path):
    bare, _ = compiled(tmp_path, "/a/")
    full, _ = compiled(tmp_path, "/b/")
    for names in (bare, full):
        twice = names["twice"]
        assert callable(twice)
        assert twice(3) == 3
        with pytest.raises(AssertionError):
            twice(4)
        assert max(line for _, _, line in twice.__code__.co_lines() if line) == 13
