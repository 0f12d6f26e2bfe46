"""Modules of the project itself that have to be compiled: Cython, C, Rust.

They are found by reading: no setup.py runs for it.
"""

import ast
import configparser
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from pyrt_build.app.discover import App
from pyrt_build.app.formats.text import read_text, table
from pyrt_build.errors import BuildError
from pyrt_build.project.imports import last_name, optional_imports, parse_module

_COMPILED = (".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Extension:
    """A module that the app imports and that is not Python.

    Attributes:
        module: dotted name.
        source: the file that it is compiled from, or that says so; relative to the root.
        origin: the import: `app.py:3`.
    """

    module: str
    source: str
    origin: str

    @property
    def is_compiled_only(self) -> bool:
        """Whether there is no source, but a library for another machine."""
        return self.source.endswith(_COMPILED)


def needed_extensions(app: App) -> list[Extension]:
    """Return the modules of the project that its app imports and that have to be compiled.

    An import whose failure the app handles does not count.
    """
    sources = _sources(app)
    if not sources:
        return []
    found: dict[str, Extension] = {}
    for where in app.modules:
        tree = parse_module(app.read(where), where)
        optional = set(optional_imports(tree))
        for node in ast.walk(tree):
            if node in optional:
                continue
            for module, line in _imported(node, _package_of(app, where)):
                if module in sources:
                    extension = Extension(module, sources[module], f"{where}:{line}")
                    found.setdefault(module, extension)
    return list(found.values())


def refuse(extensions: list[Extension], name: str) -> None:
    """Raise an error that names modules that have to be compiled.

    Raises:
        BuildError: there is one.
    """
    lines = []
    for extension in extensions:
        about = f"{extension.origin} imports {extension.module}"
        if extension.is_compiled_only:
            lines.append(
                f"{about}, of which there is only {extension.source}, for another machine. Put its "
                "source and a setup.py beside it, so that it can be compiled for the browser."
            )
        else:
            lines.append(
                f"{about}, a module of the project that has to be compiled ({extension.source}). "
                "That runs the project's own build, and what it requires, on this machine; if you "
                f"want that: --allow-build {name}"
            )
    if lines:
        raise BuildError("\n".join(lines))


def project_name(root: Path) -> str:
    """Return the canonical name of a project: as it says itself, else that of its folder."""
    return str(canonicalize_name(next(_names(root), root.resolve().name)))


def place_in_project(app: App, inner: str) -> str:
    """Return where in the project a compiled module of its wheel belongs.

    Args:
        app: the app.
        inner: path in the wheel: `tides/_fast.cpython-314-wasm32-emscripten.so`.
    """
    top = inner.split("/", maxsplit=1)[0]
    for folder in app.layout.path:
        if folder and any(where.startswith(f"{folder}/{top}/") for where in app.decisions):
            return f"{folder}/{inner}"
    return inner


def _sources(app: App) -> dict[str, str]:
    """Return the modules that have to be compiled: dotted name -> what says so."""
    found: dict[str, str] = {}
    for where in app.decisions:
        path = PurePosixPath(where)
        if path.suffix in {".pyx", *_COMPILED}:
            module = _module_name(app, path.parent / path.name.split(".")[0])
            if path.suffix == ".pyx" or module not in found:
                found[module] = where
    found |= dict.fromkeys(_of_pyproject(app.folder), "pyproject.toml")
    for module, line in _of_setup(app.folder):
        found[module] = f"setup.py:{line}"
    python = {_module_name(app, PurePosixPath(w).with_suffix("")) for w in app.modules}
    return {module: source for module, source in found.items() if module not in python}


def _module_name(app: App, path: PurePosixPath) -> str:
    below = [f for f in app.layout.path if f and path.is_relative_to(f)]
    inner = path.relative_to(max(below, key=len)) if below else path
    return ".".join(inner.parts)


def _package_of(app: App, where: str) -> str:
    return _module_name(app, PurePosixPath(where).parent)


def _imported(node: ast.AST, package: str) -> Iterator[tuple[str, int]]:
    """Yield the absolute names that an import may mean, with its line."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield alias.name, node.lineno
        case ast.ImportFrom(module=module, level=level, names=names):
            parts = package.split(".") if package else []
            base = parts[: len(parts) - level + 1] if level else []
            base += module.split(".") if module else []
            yield ".".join(base), node.lineno
            for alias in names:
                yield ".".join([*base, alias.name]), node.lineno
        case _:
            pass


def _of_setup(root: Path) -> Iterator[tuple[str, int]]:
    """Yield what `Extension("name", ...)` in a setup.py names, with the line."""
    for node in ast.walk(_setup(root)):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if (
                "Extension" in last_name(function)
            ):
                yield name, node.lineno
            case _:
                pass


def _setup(root: Path) -> ast.Module:
    try:
        return ast.parse(read_text(root / "setup.py"))
    except (BuildError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def _pyproject(root: Path) -> dict[str, object]:
    try:
        return tomllib.loads(read_text(root / "pyproject.toml"))
    except (BuildError, tomllib.TOMLDecodeError):
        return {}


def _of_pyproject(root: Path) -> Iterator[str]:
    """Yield the modules that setuptools or maturin compile."""
    content = _pyproject(root)
    listed = table(content, "tool", "setuptools").get("ext-modules")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry["name"]
    if "maturin" in str(table(content, "build-system").get("build-backend", "")):
        named = table(content, "tool", "maturin").get("module-name")
        name = named or table(content, "project").get("name") or root.name
        yield str(name).replace("-", "_")


def _names(root: Path) -> Iterator[str]:
    named = table(_pyproject(root), "project").get("name")
    if isinstance(named, str):
        yield named
    if (root / "setup.cfg").is_file():
        config = configparser.ConfigParser(interpolation=None)
        try:
            config.read_string(read_text(root / "setup.cfg"))
        except configparser.Error:
            return
        if config.has_option("metadata", "name"):
            yield config.get("metadata", "name")
    for node in ast.walk(_setup(root)):
        match node:
            case ast.keyword(arg="name", value=ast.Constant(value=str(name))):
                yield name
            case _:
                pass
