"""Mistakes in callbacks, as the dev tools of Dash tell them when a page is open (S-31, S-32)."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pyrt.engine.check.cycles import find_cycle
from pyrt.engine.check.validation import inspect_declarations
from pyrt.engine.graph.compiled_callback import CompiledCallback
from pyrt.engine.schedule.run import Report
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Output
from pyrt.model.errors import DashException
from pyrt.model.origin import Origin
from pyrt_build.check.declarations import Declarations, Declared
from pyrt_build.check.finding import Finding, one_line
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name

_DECLARED = re.compile(r"Declared by .* \((.+):(\d+)\)\.\s*$")
_TRUE = ast.Constant(value=True)
_CODES = {
    "Duplicate callback outputs": Code.DUPLICATE_OUTPUT,
    "Duplicate callback Outputs": Code.DUPLICATE_OUTPUT,
    "Overlapping wildcard callback outputs": Code.DUPLICATE_OUTPUT,
    "Mismatched `MATCH` wildcards across `Output`s": Code.WILDCARD,
    "`Input` / `State` wildcards not in `Output`s": Code.WILDCARD,
    "Callback wildcard ID error": Code.WILDCARD,
    "Circular Dependencies": Code.CIRCLE,
}


def read(trees: Mapping[str, ast.Module]) -> list[Declared]:
    """Return the callbacks that some modules declare."""
    return [each for where, tree in trees.items() for each in Declarations(where, tree).found]


def inspect(trees: Mapping[str, ast.Module], declared: Sequence[Declared]) -> Iterator[Finding]:
    """Yield the mistakes of callbacks that are literals."""
    if any(map(_transforms, trees.values())):
        return
    default = _prevents_initial(trees)
    certain = [each for group in _groups(trees, declared) for each in group]
    for each in declared:
        if each not in certain:
            yield from _inspect_wildcards(each)
    for group in _groups(trees, declared):
        compiled = []
        for each in group:
            try:
                compiled.append(_compile(each, default=default))
            except DashException as error:
                yield Finding(each.where, each.line, Code.DECLARATION.code, one_line(str(error)))
        reports = inspect_declarations(compiled)
        cycle = None if reports else find_cycle(compiled)
        for report in [*reports, *([cycle] if cycle else [])]:
            yield _finding(report, group)


def _inspect_wildcards(declared: Declared) -> Iterator[Finding]:
    """Yield the mistakes in wildcards of a callback of which not all is known (S-13 to S-15).

    It may be declared in a function or a branch, or have dependencies that are no literals. They
    do not matter, since all Outputs have MATCH at the same keys.
    """
    if not any(isinstance(each, Output) for each in declared.direct):
        return
    literal = replace(declared, flat=declared.direct, options={"prevent_initial_call": _TRUE})
    try:
        compiled = _compile(literal, default=False)
    except DashException:
        return
    for report in inspect_declarations([compiled]):
        if _CODES.get(report.title) is Code.WILDCARD:
            yield _finding(report, [declared])


def _transforms(tree: ast.Module) -> bool:
    """Tell whether a module uses dash-extensions, whose transforms change declarations."""
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("dash_extensions.enrich")
        for node in ast.walk(tree)
    )


def _groups(
    trees: Mapping[str, ast.Module], declared: Sequence[Declared]
) -> Iterable[list[Declared]]:
    """Return the callbacks of one app each, as far as that is certain."""
    apps = sum(
        isinstance(node, ast.Call) and last_name(node.func) in {"Dash", "DashProxy", "JupyterDash"}
        for tree in trees.values()
        for node in ast.walk(tree)
    )
    groups: dict[object, list[Declared]] = {}
    for each in declared:
        if each.is_certain and each.flat and not each.is_method:
            key = "one app" if apps == 1 else (each.where, each.owner)
            groups.setdefault(key, []).append(each)
    return groups.values()


def _prevents_initial(trees: Mapping[str, ast.Module]) -> bool:
    """Tell whether an app may prevent initial calls of all callbacks."""
    return any(
        keyword.arg == "prevent_initial_callbacks"
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    )


def _compile(declared: Declared, *, default: bool) -> CompiledCallback:
    registry = CallbackRegistry("initial_duplicate" if default else False)
    outputs = [each for each in declared.flat or () if isinstance(each, Output)]
    others = [each for each in declared.flat or () if not isinstance(each, Output)]
    prevent = "initial_duplicate" if declared.is_option("prevent_initial_call") else None
    registry.callback(outputs, *others, prevent_initial_call=prevent)(print)
    (callback,) = registry
    origin = Origin(declared.name, declared.where, declared.line)
    return CompiledCallback(replace(callback, origin=origin))


def _finding(report: Report, group: Sequence[Declared]) -> Finding:
    place = _DECLARED.search(report.message)
    text = report.message[: place.start()] if place else report.message
    code = _CODES.get(report.title, Code.DECLARATION)
    text = f"{report.title}: {one_line(text)}"
    if place:
        return Finding(place[1], int(place[2]), code.code, text)
    first = _first_in(report.message, group)
    return Finding(first.where, first.line, code.code, text)


def _first_in(text: str, group: Sequence[Declared]) -> Declared:
    """Return the first callback of a circle."""
    for each in group:
        named = [f"{d.component_id}.{d.component_property}" for d in each.flat or ()]
        if sum(name in text for name in named) > 1:
            return each
    return group[0]


def inspect_signatures(declared: Iterable[Declared]) -> Iterator[Finding]:
    """Yield callbacks whose function takes other arguments than it is given, or returns others."""
    for each in declared:
        function = each.function
        if function is None or not each.flat or each.is_method or each.is_clientside:
            continue
        given = sum(not isinstance(d, Output) for d in each.flat)
        given += "progress" in each.options
        arguments = function.args
        names = [*arguments.posonlyargs, *arguments.args]
        needed = len(names) - len(arguments.defaults)
        most = None if arguments.vararg else len(names)
        extra = [a.arg for a, d in _keyword_only(arguments) if d is None]
        if given < needed or (most is not None and given > most) or extra:
            takes = f"{needed}" if needed == most else f"{needed} to {most or 'any number'}"
            yield Finding(
                each.where,
                function.lineno,
                Code.SIGNATURE.code,
                f"{function.name} takes {takes} arguments, and its callback gives {given}: one for "
                "each Input and State, in their order. Correct the one or the other",
            )
        yield from _inspect_results(each, function)


def _keyword_only(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _inspect_results(
    declared: Declared, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[Finding]:
    wanted = sum(isinstance(d, Output) for d in declared.flat or ())
    if not declared.is_multi:
        return
    for node in _own_nodes(function):
        if not isinstance(node, ast.Return) or not isinstance(node.value, ast.Tuple | ast.List):
            continue
        items = node.value.elts
        if len(items) != wanted and not any(isinstance(i, ast.Starred) for i in items):
            yield Finding(
                declared.where,
                node.lineno,
                Code.SIGNATURE.code,
                f"{function.name} returns {len(items)} values here, and its callback has {wanted} "
                "Outputs: return one for each, dash.no_update for those that stay",
            )


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own_nodes(node)
