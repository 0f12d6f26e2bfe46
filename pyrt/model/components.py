"""The classes of `dash.html`, `dash.dcc` and `dash.dash_table`, each created on first use.

Their properties come from `registry.json`, which is generated from the dash wheel when pyrt or a
site is built (`pyrt_build.site.components.make_registry`) and never kept in the repository:

    {"html": {"namespace": "dash_html_components", "components": {"Div": {
        "props": [...], "arguments": [...], "required": [...], "wildcards": ["data-", "aria-"],
        "nodes": ["children"], "childrenProps": []}}}, "dcc": ..., "dash_table": ...}
"""

# The names with underscores are Dash's.
# ruff: noqa: SLF001

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from json import load
from pathlib import Path
from types import ModuleType
from typing import TypedDict

from pyrt.model.component import BUILT_IN_MODULES, Component, ComponentMeta, ComponentRegistry
from pyrt.model.errors import DefinitionError

REGISTRY_PATH = Path(__file__).parents[1] / "registry.json"


class _Entry(TypedDict):
    """One component in `registry.json`; see the top of this file."""

    props: list[str]
    arguments: list[str]
    required: list[str]
    wildcards: list[str]
    nodes: list[str]
    childrenProps: list[str]


class Library:
    """The component classes of one module below `dash`."""

    def __init__(self, module: str, namespace: str) -> None:
        self.module = module
        self.namespace = namespace
        self._entries: dict[str, _Entry] | None = None
        self._made: dict[str, ComponentMeta] = {}

    @property
    def names(self) -> list[str]:
        """The names of all components, in the order of the package."""
        return list(self._load())

    def make(self, name: str) -> Callable[..., Component]:
        """Return the class of this name; it is created on first use.

        Raises:
            AttributeError: there is no such component.
        """
        if name in self._made:
            return self._made[name]
        entry = self._load().get(name)
        if entry is None:
            same = [known for known in self.names if known.lower() == name.lower()]
            hint = f"; it is spelled '{same[0]}'" if same else ""
            raise AttributeError(f"module 'dash.{self.module}' has no attribute '{name}'{hint}")
        made = self._made[name] = _make_class(self, name, entry)
        return made

    def _load(self) -> dict[str, _Entry]:
        load_registry()
        assert self._entries is not None
        return self._entries


# As in Dash, the package is registered before one of its components is used.
ComponentRegistry.registry.add("dash")

LIBRARIES = {module: Library(module, name) for name, module in BUILT_IN_MODULES.items()}


class LibraryModule(ModuleType):
    """The class of the modules `dash.html`, `dash.dcc` and `dash.dash_table`.

    `import dash.html.Div` binds the submodule to the name of the component; here that name keeps
    its class, as it does in Dash, where all submodules are imported at once.
    """

    def __setattr__(self, name: str, value: object) -> None:
        library = LIBRARIES[self.__name__.rpartition(".")[2]]
        if not (isinstance(value, ModuleType) and name in library.names):
            super().__setattr__(name, value)


class ComponentModules:
    """Finds the modules of single components: `from dash.html.Div import Div`."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        """Return the spec of such a module; None for all others."""
        package, _dot, component = name.rpartition(".")
        library = LIBRARIES.get(package.removeprefix("dash."))
        if library is None or not package.startswith("dash.") or component not in library.names:
            return None
        return ModuleSpec(name, ComponentModules)  # type: ignore[arg-type]  # by shape

    @staticmethod
    def create_module(_: ModuleSpec) -> None:
        """Let the import system make an empty module."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Add the class."""
        package, _dot, component = module.__name__.rpartition(".")
        setattr(module, component, LIBRARIES[package.removeprefix("dash.")].make(component))


def use_as_library(module: str) -> None:
    """Make a module one of components, whose submodules can be imported."""
    sys.modules[module].__class__ = LibraryModule
    if ComponentModules not in sys.meta_path:
        sys.meta_path.append(ComponentModules)


def load_registry(path: Path = REGISTRY_PATH) -> None:
    """Read `registry.json`, once, and add its components to the `ComponentRegistry`.

    Raises:
        DefinitionError: the file is missing.
    """
    if all(library._entries for library in LIBRARIES.values()):
        return
    try:
        with path.open(encoding="utf-8") as file:
            content = load(file)
    except FileNotFoundError:
        raise DefinitionError(
            f"{path} is missing: without it, dash.html, dash.dcc and dash.dash_table have no "
            "components. It is made from the dash wheel by `make registry`, and by every build."
        ) from None
    for module, library in LIBRARIES.items():
        entries: dict[str, _Entry] = content[module]["components"]
        library._entries = entries
        ComponentRegistry.namespace_to_package[library.namespace] = "dash"
        ComponentRegistry.children_props[library.namespace].update(
            (name, entry["childrenProps"]) for name, entry in entries.items()
        )


def _make_class(library: Library, name: str, entry: _Entry) -> ComponentMeta:
    attributes = {
        "__module__": f"dash.{library.module}",
        "__init__": _initialize,
        "_namespace": library.namespace,
        "_type": name,
        "_prop_names": entry["props"],
        "_arguments": entry["arguments"],
        "_required": entry["required"],
        "_valid_wildcard_attributes": entry["wildcards"],
        "_base_nodes": entry["nodes"],
        "_children_props": entry["childrenProps"],
        "available_properties": entry["props"],
        "available_wildcard_properties": entry["wildcards"],
    }
    return ComponentMeta(name, (Component,), attributes)


class _BuiltIn(Component):
    """The attributes of the classes created here, for the type checker; never instantiated."""

    __module__ = "builtins"  # keeps it out of the ComponentRegistry
    _arguments: list[str]
    _required: list[str]


def _initialize(self: _BuiltIn, *args: object, **kwargs: object) -> None:
    """Assign positional and keyword arguments as the `__init__` of a generated class does."""
    names = self._arguments
    if len(args) > len(names):
        raise TypeError(
            f"{self._type}.__init__() takes from 1 to {len(names) + 1} positional arguments but "
            f"{len(args) + 1} were given"
        )
    given = dict(zip(names, args, strict=False))
    for name in given.keys() & kwargs.keys():
        raise TypeError(f"{self._type}.__init__() got multiple values for argument '{name}'")
    for name in self._required:
        if name not in given and name not in kwargs:
            raise TypeError(f"Required argument `{name}` was not specified.")
    if names and names[0] == "children" and "children" not in kwargs:
        given.setdefault("children", None)  # the only prop with a default
    Component.__init__(self, **given, **kwargs)
