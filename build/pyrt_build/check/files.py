"""Files that the code names and that will not be there."""

import ast
import re
from collections.abc import Iterator, Mapping

from pyrt_build.app.discover import App
from pyrt_build.check.declarations import text_constants
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.files import names_file
from pyrt_build.project.imports import last_name, nodes_of

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|/(home|Users|mnt|media|root)/|~/|\\\\")
_ASSET = re.compile(r"/?assets/([^?#]+\.\w+)(?:[?#].*)?")  # an address of the assets folder
_ASSETS_ELSEWHERE = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "assets_external_path assets_folder assets_url_path requests_pathname_prefix"
        " routes_pathname_prefix server url_base_pathname"
    ).split()
)
# Functions that open a file for reading, given its name first.
_READS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "Path genfromtxt imread load_workbook loadtxt open read_csv read_excel read_feather"
        " read_file read_hdf read_html read_json read_parquet read_pickle read_sas read_spss"
        " read_stata read_table"
    ).split()
)


def inspect(app: App, trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Yield files that are named and do not travel, and names that only one machine has."""
    stays = {
        where: verdict.reason
        for where, verdict in app.decisions.items()
        if verdict.is_said and not verdict.travels and where not in app.modules
    }
    outside = [text.partition(" (")[0] for text in app.left_out if "(not in the project" in text]
    for where, tree in trees.items():
        conditional = set(_conditional(tree))
        constants = dict(text_constants(tree))
        for node in nodes_of(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _named(where, node.lineno, node.value, stays, outside)
            elif isinstance(node, ast.Call) and node not in conditional:
                yield from _absolute(where, node, constants)
    yield from _missing_assets(app, trees)


def _conditional(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of branches, which may be for another machine."""
    for node in nodes_of(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.Try | ast.Match):
            yield from ast.walk(node)


def _named(
    where: str, line: int, text: str, stays: Mapping[str, str], outside: list[str]
) -> Iterator[Finding]:
    if text in outside:
        said = f"{text} is outside of the project's folder, and will not be in the site: move it in"
        yield Finding(where, line, Code.FILE_STAYS.code, said)
        return
    if not 1 < len(text) < 200 or "\n" in text:  # noqa: PLR2004  # what may be a name
        return
    for file, reason in stays.items():
        if text.replace("\\", "/").endswith(file.rpartition("/")[2]) and names_file([text], file):
            said = f"{file} will not be in the site: {reason}"
            yield Finding(where, line, Code.FILE_STAYS.code, said)


def _absolute(where: str, call: ast.Call, constants: Mapping[str, str]) -> Iterator[Finding]:
    if not call.args or last_name(call.func) not in _READS:
        return
    text = _beginning(call.args[0], constants)
    if _ABSOLUTE.match(text):
        said = (
            f"{text} is a file of one machine: put it into the project, and name it relative "
            "to the app"
        )
        yield Finding(where, call.lineno, Code.ABSOLUTE_PATH.code, said)


def _beginning(  # noqa: PLR0911  # a form each
    node: ast.expr, constants: Mapping[str, str]
) -> str:
    """Return the path that an expression is, as far as it is known."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return constants.get(name, "")
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *rest]):
            return f"{text}..." if rest else text
        case ast.BinOp(op=ast.Add() | ast.Div(), left=left):
            first = _beginning(left, constants)
            return f"{first}..." if first else ""
        case ast.Call(func=function, args=[first, *_]) if last_name(function) in {
            *("Path", "expanduser", "join"),
        }:
            return _beginning(first, constants)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="Path"), attr="home"), args=[]):
            return "~/"
        case _:
            return ""


def _missing_assets(app: App, trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Yield files that `get_asset_url`, or an address in a component, names in vain."""
    nodes = [(where, node) for where, tree in trees.items() for node in nodes_of(tree)]
    calls = [(where, node) for where, node in nodes if isinstance(node, ast.Call)]
    if any(k.arg in _ASSETS_ELSEWHERE for _, call in calls for k in call.keywords):
        return
    there = [path.lower() for path in app.decisions]
    for where, call in calls:
        for name in _assets(call):
            path = f"{app.assets_folder.strip('/')}/{name}"
            if any(each.endswith(f"/{name.lower()}") for each in there):
                continue  # in a project of several apps it may be another one's folder
            said = f"{path} does not exist: put the file there, or correct its name"
            yield Finding(where, call.lineno, Code.FILE_MISSING.code, said)


def _assets(call: ast.Call) -> Iterator[str]:
    """Yield the names of the files in assets that a call names."""
    match call:
        case ast.Call(args=[ast.Constant(value=str(text))]) if (
            last_name(call.func) == "get_asset_url"
        ):
            yield text.lstrip("/")
        case _:
            for keyword in call.keywords:
                match keyword:
                    case ast.keyword(arg="src" | "href", value=ast.Constant(value=str(text))):
                        found = _ASSET.fullmatch(text)
                        if found:
                            yield found[1]
                    case _:
                        pass
