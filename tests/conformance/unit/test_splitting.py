"""A test in two parts: the app's module, and what is read in the page."""

import ast
from pathlib import Path
from textwrap import dedent
from typing import cast

import pytest

from tests.conformance.harness.app_folder import write_app_folder
from tests.conformance.harness.app_module import write_app_module
from tests.conformance.harness.items import Item, half_of
from tests.conformance.harness.plan import NoServerStart, Plan, UnsplittableError
from tests.conformance.harness.remote_names import rewrite_test

FILE = "tests/integration/test_x.py"
SOURCE = dedent('''
    import time
    import numpy as np
    from multiprocessing import Value, Lock
    from selenium.webdriver.common.keys import Keys
    from dash import Dash, Input, Output, html
    from .helpers import make_layout
    OPTIONS = {"debug": True}
    OPTIONS.update(dev_tools_ui=False)

    def test_inline(dash_duo):
        """Text."""
        count = Value("i", 0)
        seen = []
        n = 0
        app = Dash(__name__)
        assert seen == []
        dash_duo.driver.set_window_size(1, 2)

        @app.callback(Output("a", "b"), Input("c", "d"))
        def show(x):
            nonlocal n
            n += 1
            count.value += 1
            seen.append(x)
            return x

        def check(k):
            assert count.value == k

        dash_duo.start_server(app, **OPTIONS)
        check(1)
        assert count.value == 2 and seen[0]["x"] == 3 and len(seen) == n
        assert seen[1:].index("%") == 0
        count.value = 7
        seen[n]["y"] += 1
        assert app.total == 1 and app.layout is not None

    def test_capture(dash_duo):
        app = Dash(__name__)
        app.layout = make_layout()
        with Lock():
            dash_duo.start_server(app)

    def test_parameter(dash_duo, size):
        app = Dash(__name__)
        app.layout = html.Div(str(np.zeros(size)))
        dash_duo.start_server(app)

    def test_none():
        assert 1
''')


def make_item(name, **more):
    item = {"id": f"{FILE}::{name}", "file": FILE, "func": name, "name": name, "skip": None}
    rest = {"cls": False, "fixtures": ["dash_duo"], "params": {}}
    return cast("Item", {**item, **rest, **more})


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "tests" / "integration"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "style.css").write_text("p {}")
    (folder / "test_x.py").write_text(SOURCE)
    (folder / "test_y.py").write_text("")
    (folder / "helpers.py").write_text("from .more import x\ndef make_layout(): return x\n")
    (folder / "more.py").write_text("x = None\n")
    return tmp_path


def plan(suite, name, **more):
    return Plan(suite, make_item(name, **more))


def test_a_start_that_is_a_statement_splits_the_body(suite):
    split = plan(suite, "test_inline")
    assert split.mode == "inline"
    assert split.remote == {"count", "seen", "n", "app"}
    assert split.app_name == "app"


def test_a_start_inside_a_block_captures_the_function(suite):
    split = plan(suite, "test_capture")
    assert split.mode == "capture"
    source = write_app_module(split).source
    assert "app = conf_support.capture(test_capture, dict(dash_duo=dash_duo))" in source
    assert "from conf_support import Value, Lock" in source


def test_a_test_without_a_start_has_no_plan(suite):
    with pytest.raises(NoServerStart):
        plan(suite, "test_none")


def test_the_module_holds_what_the_app_needs(suite):
    source = write_app_module(plan(suite, "test_inline")).source
    compile(source, "app.py", "exec")
    for part in ("OPTIONS.update", "global n", "from conf_support import Value", "**OPTIONS"):
        assert part in source


def test_the_module_holds_nothing_of_the_test(suite):
    source = write_app_module(plan(suite, "test_inline")).source
    for part in ("numpy", "selenium", "set_window_size", "Text.", "helpers", "assert seen"):
        assert part not in source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("count.value == k", "__remote__('count.value') == k"),
        ("seen[0]['x']", "__remote__('seen[%r][%r]', 0, 'x')"),
        ("len(seen) == n", "len(__remote__('seen')) == __remote__('n')"),
        ("seen[1:].index('%')", "__remote__('seen[1:].index(%r)', '%')"),
        ("count.value = 7", "__remote__(\"setattr(count, 'value', %r)\", 7)"),
        ("seen[n]['y'] += 1", "__remote__('(seen[%r]).__setitem__(%r, %r)', __remote__('n'), 'y',"),
        ("app.total", "__remote__('app.total')"),
    ],
)
def test_remote_names_are_read_in_the_page(suite, before, after):
    module, count = rewrite_test(plan(suite, "test_inline"))
    text = ast.unparse(module)
    assert after in text, before
    assert count > 0


def test_what_is_the_same_on_both_sides_is_read_in_the_test(suite):
    text = ast.unparse(rewrite_test(plan(suite, "test_inline"))[0])
    assert "app.layout is not None" in text
    assert "dash_duo.start_server(app, **OPTIONS)" in text
    assert "nonlocal n\n        n += 1\n        count.value += 1" in text


def test_parameters_are_assigned(suite):
    split = plan(suite, "test_parameter", params={"size": {"literal": "2", "index": 0}})
    assert "\nsize = 2\n" in write_app_module(split).source


def test_a_parameter_without_a_source_cannot_be_written(suite):
    split = plan(suite, "test_parameter", params={"size": {"literal": None, "index": 0}})
    with pytest.raises(UnsplittableError, match="parameter size has no source"):
        write_app_module(split)


def test_the_folder_of_an_app_holds_its_modules_and_data(suite, tmp_path):
    write_app_folder(plan(suite, "test_capture"), tmp_path / "app")
    files = {str(path.relative_to(tmp_path / "app")) for path in (tmp_path / "app").rglob("*.*")}
    assert files == {
        "app.py",
        "assets/style.css",
        "conf_support.py",
        "helpers.py",
        "more.py",
        "tests/integration/helpers.py",
        "tests/integration/more.py",
    }


def test_the_half_depends_on_the_name_alone():
    assert half_of("a.py::test_1") == half_of("b/c.py::test_1")
    halves = [half_of(f"a.py::test_{number}") for number in range(200)]
    assert 70 < halves.count("open") < 130


def test_every_test_of_the_sample_is_in_the_open_half():
    for path in (Path(__file__).parents[1] / "sample").rglob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_smpl"):
                name = f"{node.name}[options0]" if node.decorator_list else node.name
                assert half_of(f"{path}::{name}") == "open"
