"""Files that the code names and that will not be there."""

import ast
import re
from collections.abc import Iterator, Mapping

from pyrt_build.app.discover import App
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.files import names_file
from pyrt_build.project.imports import last_name

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|/(home|Users|mnt|media|root)/|~/|\\\\")
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
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _named(where, node.lineno, node.value, stays, outside)
            elif isinstance(node, ast.Call) and node not in conditional:
                yield from _absolute(where, node)


def _conditional(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of branches, which may be for another machine."""
    for node in ast.walk(tree):
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


def _absolute(where: str, call: ast.Call) -> Iterator[Finding]:
    match call:
        case ast.Call(args=[ast.Constant(value=str(text)), *_]) if last_name(
            call.func
        ) in _READS and _ABSOLUTE.match(text):
            said = (
                f"{text} is a file of one machine: put it into the project, and name it relative "
                "to the app"
            )
            yield Finding(where, call.lineno, Code.ABSOLUTE_PATH.code, said)
        case _:
            pass
