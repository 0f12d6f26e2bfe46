"""The names that Python code binds and reads."""

import ast

import pytest

from pyrt_build.server_code import scopes


def bound(text):
    return scopes.bound_names(ast.parse(text))


def free(text, *skipped):
    """The names a text reads; those of functions named in `skipped` are not looked at."""
    tree = ast.parse(text)
    left_out = {node for node in ast.walk(tree) if getattr(node, "name", None) in skipped}
    return scopes.free_names(tree, frozenset(left_out))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = b = 1", "ab"),
        ("a, (b, *c) = d", "abc"),
        ("a: int = 1", "a"),
        ("a += 1", "a"),
        ("del a", "a"),
        ("a.b = c[d] = 1", ""),
        ("f(a := 1)", "a"),
        ("import a, b.c, d.e as f", "abf"),
        ("from a import b, c as d", "bd"),
        ("from a import *", "*"),
        ("for a in b: c = 1", "ac"),
        ("with a as b, c as (d, e): pass", "bde"),
        ("try: a = 1\nexcept E as e: b = 2\nelse: c = 3\nfinally: d = 4", "abcde"),
        ("try: pass\nexcept* E as e: pass", "e"),
        ("while a: b = 1", "b"),
        ("if a: b = 1\nelif c: d = 1\nelse: e = 1", "bde"),
        ("match a:\n case {'b': c, **d}: pass\n case [e, *f]: pass\n case g: pass", "cdefg"),
        ("match a:\n case B(c=d) as e: f = 1\n case _: pass", "def"),
        ("def a(b=c): d = 1", "a"),
        ("async def a(): b = 1", "a"),
        ("class a(b): c = 1", "a"),
        ("type a = b", "a"),
        ("a = lambda b: [c for c in b]", "a"),
        ("a = [b for b in c]", "a"),
        ("a = [b := c for d in e]", "ab"),
        ("a = {b: (c := d) for b in e if (f := b)}", "acf"),
        ("print(any((a := b) for b in c))", "a"),
    ],
)
def test_a_statement_binds(text, names):
    assert bound(text) == set(names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = b + c.d[e]", "abce"),
        ("def f(a, /, b, *c, d, **e): return a, b, c, d, e, g", "g"),
        ("def f(a=b, *, c=d): pass", "bd"),
        ("def f(a: b, *c: d) -> e: pass", "bde"),
        ("@a(b)\ndef f(): pass", "ab"),
        ("def f():\n  a = b\n  return a", "b"),
        ("def f():\n  return a\n  a = 1", ""),
        ("def f():\n  global a\n  a = b", "ab"),
        ("def f():\n  a = 1\n  def g():\n    nonlocal a\n    a = b\n  return g", "b"),
        ("def f():\n  for a in b: pass\n  with c as d: return a, d", "bc"),
        ("def f():\n  import a\n  return a", ""),
        ("def f(a):\n  def g(b): return a, b, c\n  return g", "c"),
        ("def f():\n  try: pass\n  except E as a: return a", "E"),
        ("f = lambda a, b=c: (a, b, d)", "fcd"),
        ("[a for a in b if a > c]", "bc"),
        ("[a for a in a]", "a"),
        ("[a for b in c for a in b]", "c"),
        ("{a: b for a, b in c}", "c"),
        ("(a for a in b)", "b"),
        ("class A(b, metaclass=c):\n  d = e\n  def f(self): return g, d", "bcdeg"),
        ("match a:\n case b.c: pass", "ab"),
        ("f'{a!r:{b}}'", "ab"),
    ],
)
def test_a_piece_of_code_reads(text, names):
    """A name that is given a value counts as read at module level: in doubt, code stays."""
    assert free(text) == set(names)


def test_what_is_skipped_is_not_read():
    text = "def f(): return a\ndef g(b=c): return d"
    assert free(text, "f") == {"c", "d"}
    assert free(text, "f", "g") == set()


def test_defaults_and_annotations_are_evaluated_where_a_function_is_defined():
    (function,) = ast.parse("@a\ndef f(b: c = d, *, e=g) -> h:\n  i\n  j").body
    assert isinstance(function, ast.FunctionDef)
    outside, inside = scopes.split_function(function)
    assert sorted(ast.unparse(each) for each in outside) == ["a", "c", "d", "g", "h"]
    assert [ast.unparse(each) for each in inside] == ["i", "j"]


def test_a_lambda_has_defaults_and_one_expression():
    expression = ast.parse("lambda a, b=c, *, d, e=f: g").body[0]
    assert isinstance(expression, ast.Expr)
    assert isinstance(expression.value, ast.Lambda)
    outside, inside = scopes.split_function(expression.value)
    assert [ast.unparse(each) for each in outside] == ["c", "f"]
    assert [ast.unparse(each) for each in inside] == ["g"]


def test_functions_have_the_names_that_python_gives_them():
    text = "def f():\n  class A:\n    async def g(self):\n      def h(): pass\n  return A\n"
    names = scopes.qualified_names(ast.parse(text))
    assert set(names.values()) == {
        "f",
        "f.<locals>.A.g",
        "f.<locals>.A.g.<locals>.h",
    }
    space: dict[str, type] = {}
    exec(text, space)
    assert space["f"]().g.__qualname__ in names.values()


def test_a_tree_is_walked_in_its_order():
    tree = ast.parse("a(b, c)\nd(e)")
    names = [node.id for node in scopes.walk(tree) if isinstance(node, ast.Name)]
    assert names == ["a", "b", "c", "d", "e"]
    left = scopes.walk(tree, frozenset({tree.body[0]}))
    assert [node.id for node in left if isinstance(node, ast.Name)] == ["d", "e"]


def test_at_import_bodies_of_classes_run_and_those_of_functions_do_not():
    text = "@a\ndef f(x=b): c\nclass A(d):\n  e\n  def g(self): h\ni = lambda x=j: k\n"
    nodes = scopes.walk_module_level(ast.parse(text))
    assert [node.id for node in nodes if isinstance(node, ast.Name)] == [
        "b",
        "a",
        "d",
        "e",
        "i",
        "j",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a", "a"),
        ("a.b.c", "a"),
        ("a(b)(c).d[e]", "a"),
        ("(a or b).c", ""),
        ("'text'.join(a)", ""),
        ("[a][0]", ""),
    ],
)
def test_the_left_end_of_an_expression(text, name):
    assert scopes.root_name(ast.parse(text, mode="eval").body) == name
