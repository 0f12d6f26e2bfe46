"""Edits of source text that keep the line numbers of all other statements."""

import ast
from textwrap import dedent

import pytest

from pyrt_build.server_code.edits import Edit, Source, without_comments


def source(text):
    return Source(dedent(text).lstrip("\n").encode())


def statement(text, index=0):
    found = source(text)
    return found, found.tree.body[index]


def removed(text, index):
    """The text without one of its statements; every other stays on its line."""
    found = source(text)
    left = found.apply([found.remove(found.tree.body[index])])
    assert left.count("\n") == found.bytes.count(b"\n")
    after = {ast.unparse(each): each.lineno for each in ast.parse(left).body}
    for number, each in enumerate(found.tree.body):
        assert number == index or after[ast.unparse(each)] == each.lineno
    return left


def test_without_edits_only_comments_go():
    assert source("x = 1  # one\n\ny = 2\n").apply([]) == "x = 1\n\ny = 2\n"


def test_positions_are_bytes_behind_other_letters():
    found, node = statement("x = 'ä€𝄞'; y = f(1)\n", 1)
    assert found.apply([found.replace(node, "pass")]) == "x = 'ä€𝄞'; pass\n"


def test_a_statement_of_many_lines_leaves_them_empty():
    assert removed("a = 1\nb = [\n    2,\n    3,\n]\nc = 4\n", 1) == "a = 1\n\n\n\n\nc = 4\n"


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("a = 1; b = 2\n", 0, "pass; b = 2\n"),
        ("a = 1; b = 2\n", 1, "a = 1; pass\n"),
        ("a = 1; b = 2; c = 3\n", 1, "a = 1; pass; c = 3\n"),
        ("a = 1;\nb = 2\n", 0, "pass;\nb = 2\n"),
        ("a = 1  # why\nb = 2\n", 0, "\nb = 2\n"),
    ],
)
def test_a_statement_that_shares_its_line_leaves_pass(text, index, expected):
    assert removed(text, index).replace(" \n", "\n").replace("  ", "") == expected


def test_the_only_statement_of_a_block_leaves_pass():
    found, node = statement("if x:\n    y = 1\nz = 2\n")
    assert isinstance(node, ast.If)
    assert found.apply([found.remove(node.body[0])]) == "if x:\n    pass\nz = 2\n"


def test_lines_before_a_semicolon_stay_joined():
    """An empty line would end the statement that follows."""
    left = removed("f(\n    1,\n); b = 2\nc = 3\n", 0)
    assert left.startswith("pass\\\n\\\n; b = 2\n")


def test_a_function_keeps_its_decorators():
    found, node = statement("""
        @first
        @second(
            1)
        def f(a):
            return a
        x = 1
        """)
    assert isinstance(node, ast.FunctionDef)
    left = found.apply([found.replace_function(node, "def f(): raise E")])
    assert left == "@first\n@second(\n    1)\ndef f(): raise E\n\nx = 1\n"


def test_a_removed_function_goes_with_its_decorators():
    found, node = statement("@ first\n@second\ndef f():\n    pass\nx = 1\n")
    assert found.apply([found.remove(node)]) == "\n\n\n\nx = 1\n"


@pytest.mark.parametrize("decorator", ["gone", "(gone)", "( (gone ) )", "gone(1)", "gone.a[0]"])
def test_a_decorator_goes_with_the_parentheses_around_it(decorator):
    found, node = statement(f"@stays\n@{decorator}\ndef f(): pass\n")
    assert isinstance(node, ast.FunctionDef)
    left = found.apply([found.remove_decorator(node.decorator_list[1])])
    assert left == "@stays\n\ndef f(): pass\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("f(1, a=2)", "f(x)"),
        ("f()", "f(x)"),
        ("f(1)(2)", "f(1)(x)"),
        ("(f)(1)", "(f)(x)"),
        ("((f) )(1)", "((f) )(x)"),
        ("f[(1)](2)", "f[(1)](x)"),
        ("f('(', 1)", "f(x)"),
        ("f(g(1), (2))", "f(x)"),
        ("f(\n    1,\n)", "f(x\n\n)"),
    ],
)
def test_a_call_gets_other_arguments(call, expected):
    found, node = statement(f"{call}\n")
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Call)
    assert found.apply([found.replace_arguments(node.value, "x")]) == f"{expected}\n"


def test_an_edit_within_another_is_left_out_whatever_comes_first():
    found, node = statement("f(g(1))\n")
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Call)
    inner = found.replace(node.value.args[0], "inner")
    outer = found.replace(node, "outer")
    assert found.apply([inner, outer]) == found.apply([outer, inner]) == "outer\n"
    same_start = Edit(outer.start, outer.start + 1, "shorter")
    assert found.apply([same_start, outer]) == "outer\n"


def test_edits_beside_each_other_are_all_made():
    found = source("a = 1\nb = 2\nc = 3\n")
    first, _, third = found.tree.body
    edits = [found.replace(third, "z"), found.replace(first, "x")]
    assert found.apply(edits) == "x\nb = 2\nz\n"


@pytest.mark.parametrize(
    "content",
    [
        "# -*- coding: latin-1 -*-\nx = 'é'\ny = 1\n".encode("latin-1"),
        "\ufeff# a mark\nx = 'é'\ny = 1\n".encode(),
        "# windows\r\nx = 'é'\r\ny = 1\r\n".encode(),
        "# old\rx = 'é'\ry = 1\r".encode(),
    ],
    ids=["latin-1", "utf-8 with a mark", "windows", "mac"],
)
def test_any_encoding_and_line_end_becomes_utf_8_and_newlines(content):
    found = Source(content)
    left = found.apply([found.replace(found.tree.body[1], "z")])
    assert left == "\nx = 'é'\nz\n"


def test_a_syntax_error_is_the_callers():
    with pytest.raises(SyntaxError):
        Source(b"def f(:\n")


@pytest.mark.parametrize(
    "text",
    ["x = '# no'\n", 'x = f"{y!r} # no"\n', 'x = """\n# no\n"""\n', "x = '''a\\\n# no'''\n", "x"],
)
def test_what_looks_like_a_comment_in_a_text_stays(text):
    assert without_comments(text) == text


def test_all_comments_are_removed_and_their_lines_stay():
    text = (
        "#!/bin/sh\nx = [  # one\n    1,  # two\n    # three\n]\ndef f():  # four\n    pass\n# end"
    )
    assert without_comments(text) == "\nx = [\n    1,\n\n]\ndef f():\n    pass\n"
