"""What several unit tests need."""

import importlib
import sys
import time
from types import ModuleType

import pytest

from pyrt import browser_stdlib, browser_threads
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.component import Component, ComponentRegistry


@pytest.fixture(autouse=True)
def _no_global_callbacks():
    """`dash.callback` of one test declares nothing in the next."""
    yield
    GLOBAL_CALLBACKS.clear()


@pytest.fixture(autouse=True)
def _environment_of_its_own():
    """Cookies that a callback of one test sets are not those of the next."""
    before = environment.current()
    yield
    environment.use(before)


@pytest.fixture
def package():
    """A component package of which one class was made."""
    module = ModuleType("fake_package")
    sys.modules["fake_package"] = module
    type("Thing", (Component,), {"__module__": "fake_package.sub", "_namespace": "fake_js"})
    yield module
    ComponentRegistry.registry.discard("fake_package")
    ComponentRegistry.children_props.pop("fake_js")
    ComponentRegistry.namespace_to_package.pop("fake_js")
    del sys.modules["fake_package"]


@pytest.fixture
def modules_of_a_tab(monkeypatch):
    """What a tab patches is imported anew: `browser_stdlib.install` leaves the real modules alone.

    Afterwards the real ones are back, also as attributes of their packages, and so are the classes
    that `concurrent.futures` keeps once they were looked up.
    """
    patched = {*browser_stdlib._PATCHES, "_threading_local", "queue", "pyrt.browser_processes"}
    others = [name for name in sys.modules if name.startswith(("multiprocessing", "_multiproc"))]
    for name in {*patched, *others}:
        _without(monkeypatch, sys.modules, name)
        package, _, child = name.rpartition(".")
        if package in sys.modules:
            _without(monkeypatch, vars(sys.modules[package]), child)
    for name in ("ThreadPoolExecutor", "ProcessPoolExecutor"):
        _without(monkeypatch, vars(importlib.import_module("concurrent.futures")), name)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(time, "sleep", time.sleep)


def _without(monkeypatch, names, name):
    """Take a name out of a dict; afterwards it has its value again, or is absent again."""
    monkeypatch.setitem(names, name, None)
    del names[name]


@pytest.fixture
def tab(monkeypatch, modules_of_a_tab):
    """Import modules as in a tab: patched copies of their own; the real ones come back."""
    monkeypatch.setattr(browser_threads, "_noticed", [False])
    browser_threads._started.clear()
    browser_stdlib.install()
    return importlib.import_module
