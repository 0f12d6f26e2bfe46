"""What the compiler leaves out of bytecode changes neither what it does nor its line numbers."""

import dis
import inspect
import traceback
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from pyrt_build.site.compile import compiler

SOURCES = [inspect, dis, traceback]


def nested(code):
    """A code object and all within it, in order."""
    yield code
    for item in code.co_consts:
        if isinstance(item, CodeType):
            yield from nested(item)


def lines(code):
    """The line of each code unit."""
    return [line for start, end, line in code.co_lines() for _ in range(start, end, 2)]


@pytest.mark.parametrize("module", SOURCES)
def test_every_instruction_keeps_its_line(module):
    path = module.__file__
    code = compile(Path(path).read_text(), path, "exec", dont_inherit=True)
    bare = compiler.without_columns(code)
    for before, after in zip(nested(code), nested(bare), strict=True):
        assert lines(after) == lines(before)
        assert after.co_code == before.co_code
        assert len(after.co_linetable) <= len(before.co_linetable)
        assert {position[2:] for position in after.co_positions()} == {(None, None)}


def test_lines_that_lie_far_apart_and_go_backwards_keep_their_numbers():
    source = "value = (1 +" + "\n" * 500 + "undefined +" + "\n" * 5000 + "1)\n" + "x = 1\n" * 3
    code = compile(source, "<far>", "exec")
    assert lines(compiler.without_columns(code)) == lines(code)


def test_a_traceback_names_the_line_and_marks_nothing():
    scope: dict[str, Any] = {}
    exec(compiler.without_columns(compile("def f():\n    return 1 / 0\n", "<own>", "exec")), scope)
    with pytest.raises(ZeroDivisionError) as caught:
        scope["f"]()
    (frame,) = traceback.extract_tb(caught.tb)[1:]
    assert (frame.lineno, frame.colno) == (2, None)
