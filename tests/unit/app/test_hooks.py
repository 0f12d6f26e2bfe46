"""Hooks: their order, what each decorator collects, error handlers, and hooks of packages."""

import sys

import pytest

from pyrt.app import hooks as module
from pyrt.app.hooks import Hooks, combine_error_handlers
from pyrt.model.errors import HookError


@pytest.fixture
def hooks(monkeypatch):
    fresh = Hooks()
    monkeypatch.setattr(module, "hooks", fresh)
    return fresh


def names(hooks, kind):
    return [hook.function.__name__ for hook in hooks.get_hooks(kind)]


def test_higher_priorities_come_first_and_the_rest_keeps_its_order(hooks):
    """S-140."""

    def add(name, **options):
        def function():
            return name

        function.__name__ = name
        assert hooks.layout(**options)(function) is function

    add("last", final=True)
    add("first")
    add("second")
    add("urgent", priority=12)
    add("third")
    add("less urgent", priority=3)
    assert names(hooks, "layout") == ["urgent", "less urgent", "first", "second", "third", "last"]
    assert hooks.get_hooks("layout")[0]() == "urgent"


def test_only_one_hook_can_be_the_last(hooks):
    """S-140."""
    hooks.setup(final=True)(len)
    hooks.layout(final=True)(len)

    def mine(app):
        return app

    with pytest.raises(HookError, match=r"len and mine \(test_hooks.py:\d+\) both want to be"):
        hooks.setup(final=True)(mine)
    assert names(hooks, "setup") == ["len"]


def test_each_decorator_keeps_what_it_was_given(hooks):
    hooks.route(methods=("POST",))(print)
    hooks.route("named")(print)
    hooks.callback("output", "input", priority=2, prevent_initial_call=True)(print)
    hooks.custom_data("user")(print)
    hooks.index()(print)
    hooks.error()(print)
    hooks.websocket_connect()(print)
    hooks.websocket_message()(print)
    assert [hook.data for hook in hooks.get_hooks("routes")] == [
        {"name": "print", "methods": ("POST",)},
        {"name": "named", "methods": ("GET",)},
    ]
    (callback,) = hooks.get_hooks("callback")
    assert callback.priority == 2
    assert callback.data == (["output", "input"], {"prevent_initial_call": True})
    assert hooks.get_hooks("custom_data")[0].data == {"namespace": "user"}
    for kind in ("index", "error", "websocket_connect", "websocket_message"):
        assert len(hooks.get_hooks(kind)) == 1


def test_scripts_stylesheets_and_clientside_callbacks_are_collected(hooks):
    hooks.script([{"external_url": "a.js"}])
    hooks.script([{"external_url": "b.js"}])
    hooks.stylesheet([{"external_url": "a.css"}])
    hooks.clientside_callback("() => 1", "output", prevent_initial_call=True)
    assert [each["external_url"] for each in hooks.scripts] == ["a.js", "b.js"]
    assert [each["external_url"] for each in hooks.stylesheets] == ["a.css"]
    assert hooks.clientside_callbacks == [("() => 1", ("output",), {"prevent_initial_call": True})]


def test_props_of_developer_tools_may_be_computed(hooks):
    hooks.devtool("ns", "Type", lambda: {"id": "x"}, position="left")
    hooks.devtool("ns", "Other")
    assert module.describe_dev_tools() == [
        {"namespace": "ns", "type": "Type", "props": {"id": "x"}, "position": "left"},
        {"namespace": "ns", "type": "Other", "props": {}, "position": "right"},
    ]


def test_without_error_hooks_the_apps_handler_is_used_as_it_is(hooks):
    assert combine_error_handlers(None) is None
    assert combine_error_handlers(str) is str


def test_the_apps_error_handler_wins_and_all_hooks_run(hooks):
    """S-141: the app handler's result is preferred."""
    seen = []

    @hooks.error()
    def first(error):
        seen.append(error)
        return "hook 1"

    @hooks.error()
    def second(error):
        seen.append(error)
        return "hook 2"

    failure = ValueError("x")
    results = []
    for handler in (lambda _: "app", lambda _: None, None):
        combined = combine_error_handlers(handler)
        assert combined is not None
        results.append(combined(failure))
    assert results == ["app", "hook 2", "hook 2"]
    assert seen == [failure] * 6


def test_hooks_of_the_apps_own_files_are_dropped_before_these_run_again(hooks):
    mine, theirs = (
        eval(compile("lambda app: app", f"/{folder}/a.py", "eval")) for folder in ("app", "apps")
    )
    hooks.setup()(mine)
    hooks.setup()(theirs)
    hooks.setup()(len)
    hooks.layout(final=True)(mine)
    hooks.forget("/app")
    assert [hook.function for hook in hooks.get_hooks("setup")] == [theirs, len]
    assert hooks.get_hooks("layout") == []


def test_installed_packages_are_asked_once_for_their_hooks(tmp_path, monkeypatch):
    """S-141: entry points of the group `dash_hooks`."""
    (tmp_path / "plug_test_module.py").write_text("RUN = True\n")
    info = tmp_path / "plug-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[dash_hooks]\nplug = plug_test_module\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(module._EntryPoints, "loaded", False)
    module.load_entry_points()
    imported = sys.modules.pop("plug_test_module")
    assert imported.RUN
    module.load_entry_points()
    assert "plug_test_module" not in sys.modules


def test_folders_without_such_packages_cost_no_import_of_metadata(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(module._EntryPoints, "loaded", False)
    monkeypatch.setitem(sys.modules, "importlib.metadata", None)
    module.load_entry_points()
