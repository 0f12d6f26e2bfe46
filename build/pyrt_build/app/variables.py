"""The environment variables of an app: those that it is given, and those that it needs.

Nothing of the builder's own environment becomes part of a site.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import VARIABLE, Settings
from pyrt_build.errors import BuildError
from pyrt_build.project.files import read_file
from pyrt_build.project.imports import last_name, nodes_of, parse_module

# What Python in the browser has without being given it.
PROVIDED = frozenset({"HOME", "PATH", "PWD", "USER", "LOGNAME", "LANG", "_", "PYTHONINSPECT"})
_REFERENCE = re.compile(r"\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Needed:
    """A variable without which the app fails, and where it is read."""

    name: str
    origin: str


def given_variables(config: SiteConfig, settings: Settings) -> dict[str, str]:
    """Return the variables of the settings, of `--env-file` and of `--env`; later ones win.

    Raises:
        BuildError: a file cannot be read, or an option is not `NAME=VALUE`.
    """
    found = dict(settings.env)
    for file in config.env_files:
        found |= _read_file(file, found)
    for text in config.env:
        name, equals, value = text.partition("=")
        if not equals or not re.fullmatch(VARIABLE, name):
            raise BuildError(
                f"--env {text!r} is no NAME=VALUE. Write it as in: --env DASHBOARD_TITLE=Tides"
            )
        found[name] = value
    return found


def _read_file(file: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Read a `.env` file; `${NAME}` means a variable that is given before, never the builder's."""
    try:
        text = read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BuildError(f"--env-file {file} is not UTF-8 text: {error.reason}.") from error
    from io import StringIO  # noqa: PLC0415

    from dotenv import dotenv_values  # noqa: PLC0415 -- unless there is a file

    found: dict[str, str] = {}
    for name, value in dotenv_values(stream=StringIO(text), interpolate=False).items():
        values = {**known, **found}
        found[name] = _REFERENCE.sub(lambda m, v=values: v.get(m[1], m[2] or ""), value or "")  # type: ignore[misc]
    return found


def check_needed(app: App, given: Mapping[str, str]) -> None:
    """Check that every variable that the app cannot do without is given.

    Raises:
        BuildError: some are not; all are named, with their lines.
    """
    missing: dict[str, Needed] = {}
    for where in app.modules:
        for found in _needed(parse_module(app.read(where), where), where):
            if found.name not in given and found.name not in PROVIDED:
                missing.setdefault(found.name, found)
    if not missing:
        return
    lines = "\n".join(f"  {each.origin} reads {each.name}" for each in missing.values())
    options = " ".join(f"--env {name}=VALUE" for name in missing)
    raise BuildError(
        f"The app needs environment variables that it is not given:\n{lines}\n"
        f"Give {'them' if len(missing) > 1 else 'it'} with {options}, with --env-file, or under "
        "[tool.pyrt.env]; of this machine's environment nothing becomes part of a site. Who opens "
        f"the site can read the values.{_hint(app, missing)}"
    )


def _hint(app: App, missing: Mapping[str, Needed]) -> str:
    for name in (".env", ".flaskenv", ".env.example"):
        file = app.folder / name
        if file.is_file():
            from dotenv import dotenv_values  # noqa: PLC0415 -- unless there is a file

            known = dotenv_values(file, interpolate=False, encoding="utf-8").keys() & missing
            if known:
                return f" {name} has {', '.join(sorted(known))}: --env-file {name}"
    return ""


def _needed(tree: ast.Module, where: str) -> Iterator[Needed]:
    """Yield the variables that a module reads without a default, `os.environ["NAME"]`."""
    names = _environ_names(tree)
    guarded = set(_guarded(tree))
    known = set(_assigned(tree, names))
    for node in nodes_of(tree):
        match node:
            case ast.Subscript(
                value=value, slice=ast.Constant(value=str(name)), ctx=ast.Load()
            ) if _is_environ(value, names) and node not in guarded and name not in known:
                yield Needed(name, f"{where}:{node.lineno}")
            case _:
                pass


def _environ_names(tree: ast.Module) -> set[str]:
    """Return the names under which a module has imported `os.environ`."""
    return {
        alias.asname or alias.name
        for node in nodes_of(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
        if alias.name == "environ"
    }


def _is_environ(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "environ" and last_name(node.value) == "os"
    return isinstance(node, ast.Name) and node.id in names


def _assigned(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Yield the variables that a module sets itself, or asks for first."""
    tested = _tested(tree)
    for node in nodes_of(tree):
        match node:
            case ast.Subscript(
                value=value, slice=ast.Constant(value=str(name)), ctx=ast.Store()
            ) if _is_environ(value, names):
                yield name
            case ast.Call(
                func=ast.Attribute(value=value, attr="setdefault"),
                args=[ast.Constant(value=str(name)), *_],
            ) if _is_environ(value, names):
                yield name
            case ast.Compare(
                left=ast.Constant(value=str(name)),
                ops=[ast.In() | ast.NotIn()],
                comparators=[value],
            ) if _is_environ(value, names):
                yield name
            case ast.Call(
                func=ast.Attribute(attr="get" | "getenv"), args=[ast.Constant(value=str(name)), *_]
            ) if node in tested:
                yield name
            case _:
                pass


def _tested(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes of the conditions of `if`."""
    conditions = (n.test for n in nodes_of(tree) if isinstance(n, ast.If | ast.IfExp))
    return {inner for condition in conditions for inner in ast.walk(condition)}


def _guarded(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes inside of a `try` that catches KeyError."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Try) and any(
            handler.type is None or re.search(r"KeyError|Exception", ast.unparse(handler.type))
            for handler in node.handlers
        ):
            for statement in node.body:
                yield from ast.walk(statement)
