"""Names of Dash 1 to 3 that Dash 4 no longer has, and that mean one thing: pyrt accepts them.

Each is a warning with file and line, which quotes what Dash 4.4 says; with `--strict` it is an
error. The file NOTICE lists the sentences of Dash.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pyrt_build.app.discover import App
from pyrt_build.console.notes import Code, Note
from pyrt_build.project.imports import imported_names, parse_module, top_level

_MISSING = "ModuleNotFoundError: No module named {name!r}"


@dataclass(frozen=True, slots=True)
class _Idiom:
    """What an old name means.

    Attributes:
        now: how it is written today.
        real: what Dash 4.4 says, letter by letter.
    """

    now: str
    real: str


_MODULES = {
    "dash_core_components": "from dash import dcc",
    "dash_html_components": "from dash import html",
    "dash_table": "from dash import dash_table",
    "jupyter_dash": "from dash import Dash",
    "plotly_express": "import plotly.express",
    "dash.long_callback": "from dash import DiskcacheManager, CeleryManager",
}
_ATTRIBUTES = {
    "run_server": _Idiom(
        "app.run", "ObsoleteAttributeException: app.run_server has been replaced by app.run"
    ),
    "long_callback": _Idiom(
        "app.callback(..., background=True)",
        "ObsoleteAttributeException: app.long_callback has been  removed, use "
        "app.callback(..., background=True) instead",
    ),
}
_IMPORTED = _Idiom(
    _MODULES["dash.long_callback"], "ImportError: cannot import name 'long_callback' from 'dash'"
)
_KEYWORDS = {
    "long_callback_manager": _Idiom(
        "background_callback_manager",
        "ObsoleteKwargException: long_callback_manager is obsolete, use "
        "background_callback_manager instead",
    ),
}


def old_idioms(app: App) -> list[Note]:
    """Return a warning for each old name in the app's modules, with its first line."""
    found: dict[tuple[str, str], Note] = {}
    for where in app.modules:
        tree = parse_module(app.read(where), where)
        for name, line, idiom in sorted(_find(tree), key=lambda each: each[1]):
            text = (
                f"{where}:{line}: {name} is of an older Dash: it is taken as `{idiom.now}`. "
                f"Dash 4.4 says: {idiom.real}"
            )
            found.setdefault((where, name), Note(Code.OLD_NAME, text))
    return list(found.values())


def _find(tree: ast.Module) -> Iterator[tuple[str, int, _Idiom]]:
    for node in ast.walk(tree):
        for imported in imported_names(node):
            module = _old_module(imported.module)
            if module in _MODULES and not imported.level:
                idiom = _Idiom(_MODULES[module], _MISSING.format(name=module))
                yield module, imported.line, idiom
        yield from _find_names(node)


def _old_module(name: str) -> str:
    package = "dash.long_callback"
    return package if f"{name}.".startswith(f"{package}.") else top_level(name)


def _find_names(node: ast.AST) -> Iterator[tuple[str, int, _Idiom]]:
    match node:
        case ast.ImportFrom(module="dash", names=names):
            for alias in names:
                if alias.name == "long_callback":
                    yield "dash.long_callback", node.lineno, _IMPORTED
        case ast.Attribute(attr=name, value=ast.Name() | ast.Attribute()) if name in _ATTRIBUTES:
            yield name, node.lineno, _ATTRIBUTES[name]
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                if keyword.arg in _KEYWORDS:
                    yield keyword.arg, node.lineno, _KEYWORDS[keyword.arg]
        case _:
            pass
