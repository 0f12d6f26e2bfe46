"""Modules that Dash's test files import and that this environment lacks.

They can then be imported, so that the other tests of these files are collected. Import this module
after dash, which must be the installed one.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType

from .rules import TEST_COMPONENTS

NAMES = {
    *TEST_COMPONENTS,
    "base",
    "celery",
    "diskcache",
    "flask_talisman",
    "humanfriendly",
    "mimesis",
    "redis",
}


class Anything:
    """Can be called with anything, and has every attribute."""

    def __init__(self, *_args: object, **_options: object) -> None:
        """Accept any arguments."""

    def __call__(self, *_args: object, **_options: object) -> "Anything":
        return Anything()

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class StubModule(ModuleType):
    """A module, or a package, with every name."""

    __path__: list[str] = []  # noqa: RUF012 - the base's type

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the named modules."""

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module that is to be replaced."""
        del path, target
        if fullname.split(".", maxsplit=1)[0] not in NAMES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """An empty module."""
        return StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: a stub has no code."""


def install() -> None:
    """Find stubs for the modules that are not installed."""
    sys.meta_path.append(StubFinder())
