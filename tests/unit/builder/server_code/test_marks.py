"""Functions that run on the server, found by the source of their decorators."""

import ast
from textwrap import dedent

import pytest

from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError
from pyrt_build.server_code import marks
from pyrt_build.server_code.marks import Options

MANAGED = Options(bridge=True, manager=True)


def read(text, options=None, modules=("app", "__main__")):
    return marks.find_server_functions(
        ast.parse(dedent(text)), "app.py", modules, options or Options()
    )


def on_server(text, options=None):
    """The names of the server's functions."""
    found = read(text, options)
    return [getattr(function, "name", "lambda") for function in found.functions]


def warnings(text, options=None):
    return read(text, options).warnings


def callback(arguments, name="callback"):
    return f"@{name}(Output('a', 'x'), {arguments})\ndef f(): pass\n"


# --- the three ways


@pytest.mark.parametrize("name", ["callback", "app.callback", "dash.callback", "a.b.callback"])
def test_a_callback_says_it_itself(name):
    assert on_server(callback("server=True", name)) == ["f"]


@pytest.mark.parametrize("arguments", ["", "server=False", "server=None", "server=1"])
def test_a_callback_that_does_not_say_so_is_not_the_servers(arguments):
    assert on_server(callback(arguments)) == []
    assert warnings(callback(arguments)) == []


def test_other_decorators_mean_nothing():
    assert (
        on_server("@cached(server=True)\ndef f(): pass\n@x.other(server=True)\ndef g(): pass") == []
    )
    assert on_server("@callback\ndef f(): pass") == [], "without a call there are no arguments"


@pytest.mark.parametrize("package", ["dash", "pyrt"])
def test_an_alias_of_the_import_is_followed(package):
    text = f"from {package} import callback as cb\n" + callback("server=True", "cb")
    assert on_server(text) == ["f"]
    assert on_server(f"from other import callback as cb\n{callback('server=True', 'cb')}") == []


def test_the_settings_name_a_callback():
    text = callback("") + "@cached\ndef g(): pass\n"
    named = Options(named=frozenset({"app:f", "app:g", "other:f"}))
    found = read(text, named)
    assert [
        function.name for function in found.functions if not isinstance(function, ast.Lambda)
    ] == ["f"]
    assert found.found == {"app:f"}, "g is no callback, and other is another module"


def test_the_apps_file_has_two_names():
    found = read(callback(""), Options(named=frozenset({"__main__:f"})))
    assert found.found == {"__main__:f"}
    assert len(found.functions) == 1


@pytest.mark.parametrize(
    ("options", "arguments", "expected"),
    [
        (Options(), "background=True", []),
        (Options(bridge=True), "background=True", []),
        (Options(manager=True), "background=True", []),
        (MANAGED, "background=True", ["f"]),
        (MANAGED, "background=False", []),
        (MANAGED, "", []),
        (Options(bridge=True), "background=True, manager=m", ["f"]),
        (Options(bridge=True), "background=True, manager=None", []),
    ],
)
def test_a_background_callback_needs_a_bridge_and_a_manager(options, arguments, expected):
    """S-121."""
    assert on_server(callback(arguments), options) == expected


@pytest.mark.parametrize("arguments", ["server=True", "background=True"])
def test_with_a_fallback_the_code_stays_in_the_site(arguments):
    assert on_server(callback(f"{arguments}, fallback='browser'"), MANAGED) == []
    assert on_server(callback(f"{arguments}, fallback=None"), MANAGED) == ["f"]


# --- several decorators, and none


def test_a_function_is_the_servers_only_if_all_its_callbacks_are():
    both = "@callback(a, server=True)\n@callback(b, server=True)\ndef f(): pass\n"
    assert on_server(both) == ["f"]
    mixed = "@callback(a, server=True)\n@callback(b)\ndef f(): pass\n"
    assert on_server(mixed) == []
    (warning,) = warnings(mixed)
    assert warning.code is Code.UNDECIDED
    assert warning.text.startswith("app.py:3: f is a callback of the tab as well")


def test_decorators_above_the_last_callback_stay_and_those_below_go():
    found = read("@first\n@callback(a, server=True)\n@below\ndef f(): pass\n")
    (kept,) = found.functions.values()
    assert [ast.unparse(each) for each in kept] == ["first", "callback(a, server=True)"]


def test_functions_in_functions_and_classes_are_found():
    text = (
        "def make():\n  class A:\n    @app.callback(a, server=True)\n    async def f(self): pass\n"
    )
    assert on_server(text) == ["f"]


def test_a_callback_is_applied_as_a_function():
    assert on_server("callback(a, server=True)(lambda x: x)") == ["lambda"]
    assert on_server("def f(): pass\ncallback(a, server=True)(f)") == ["f"]
    assert on_server("def f(): pass\ncallback(a)(f)") == []
    named = Options(named=frozenset({"app:f"}))
    assert on_server("def f(): pass\napp.callback(a)(f)", named) == ["f"]


@pytest.mark.parametrize("function", ["f", "m.f", "partial(f, 1)"])
def test_a_function_that_the_file_does_not_define_cannot_be_removed(function):
    with pytest.raises(BuildError, match=r"app\.py:2: .* not defined in this file"):
        read(f"from m import f, partial\ncallback(a, server=True)({function})")


# --- what cannot be read


@pytest.mark.parametrize(
    ("arguments", "options", "warned"),
    [
        ("server=FLAG", Options(), True),
        ("server=True, fallback=FLAG", Options(), True),
        ("background=FLAG", MANAGED, True),
        ("background=FLAG", Options(), False),
        ("**options", MANAGED, True),
        ("**options", Options(), False),
        ("server=True, **options", MANAGED, False),
    ],
)
def test_options_that_are_no_literals_leave_the_code_in_the_site(arguments, options, warned):
    found = read(callback(arguments), options)
    assert bool(found.warnings) is warned
    assert bool(found.functions) is ("server=True, **" in arguments)
    assert all("leaves its code in the site" in each.text for each in found.warnings)


# --- the manager


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dash(__name__, background_callback_manager=manager)", True),
        ("app = make(Dash(long_callback_manager=DiskcacheManager(cache)))", True),
        ("Dash(__name__, background_callback_manager=None)", False),
        ("Dash(__name__)", False),
        ("background_callback_manager = manager", False),
    ],
)
def test_an_app_has_a_manager_if_it_is_given_one(text, expected):
    assert marks.has_manager(ast.parse(text)) is expected
