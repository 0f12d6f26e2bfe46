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
from pyrt_build.check.declarations import Declarations, Declared, Function
from pyrt_build.check.finding import Finding, one_line
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name, nodes_of

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
        for report in [*inspect_declarations(compiled), *_cycles(compiled)]:
            yield _finding(report, group)


def _cycles(compiled: Sequence[CompiledCallback]) -> Iterator[Report]:
    """Yield the circles that have no callback in common with one before."""
    rest = list(compiled)
    while (cycle := find_cycle(rest)) is not None:
        yield cycle
        without = [each for each in rest if not _is_of(cycle, each)]
        if len(without) == len(rest):
            return
        rest = without


def _is_of(cycle: Report, callback: CompiledCallback) -> bool:
    """Tell whether a callback has two props of a circle."""
    dependencies = [*callback.callback.outputs, *callback.callback.inputs]
    return sum(f"{each} " in f"{cycle.message} " for each in map(str, dependencies)) > 1


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
        for node in nodes_of(tree)
    )


def _groups(
    trees: Mapping[str, ast.Module], declared: Sequence[Declared]
) -> Iterable[list[Declared]]:
    """Return the callbacks of one app each, as far as that is certain."""
    apps = sum(
        isinstance(node, ast.Call) and last_name(node.func) in {"Dash", "DashProxy", "JupyterDash"}
        for tree in trees.values()
        for node in nodes_of(tree)
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
        for node in nodes_of(tree)
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
        fault = (
            _names_fault(each, function) if each.names is not None else _count_fault(each, function)
        )
        if fault:
            yield Finding(each.where, function.lineno, Code.SIGNATURE.code, fault)
        for node, text in _inspect_results(each, function):
            yield Finding(each.where, node.lineno, Code.SIGNATURE.code, f"{function.name} {text}")


def _count_fault(declared: Declared, function: Function) -> str:
    """Return what is wrong with the number of arguments; empty if nothing is."""
    has_progress = "progress" in declared.options
    given = sum(not isinstance(d, Output) for d in declared.flat or ()) + has_progress
    arguments = function.args
    names = [*arguments.posonlyargs, *arguments.args]
    needed = len(names) - len(arguments.defaults)
    most = None if arguments.vararg else len(names)
    extra = [a.arg for a, d in _keyword_only(arguments) if d is None]
    if given >= needed and (most is None or given <= most) and not extra:
        return ""
    if extra:
        takes = f"takes {', '.join(extra)} by name only"
    elif most is None:
        takes = f"takes at least {_counted(needed, 'argument')}"
    elif needed == most:
        takes = f"takes {_counted(needed, 'argument')}"
    else:
        takes = f"takes {needed} to {_counted(most, 'argument')}"
    first = "set_progress, then " if has_progress else ""
    return (
        f"{function.name} {takes}, and its callback gives {given}: {first}one for each Input and "
        "State, in their order. Correct the one or the other"
    )


def _names_fault(declared: Declared, function: Function) -> str:
    """Return what is wrong with the names of arguments; empty if nothing is."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args]
    optional = {a.arg for a in named[len(named) - len(arguments.defaults) :]}
    optional |= {a.arg for a, d in _keyword_only(arguments) if d is not None}
    every = [a.arg for a in (*named, *arguments.kwonlyargs)]
    if "progress" in declared.options:
        every = every[1:]
    given = declared.names or []
    missing = [name for name in every if name not in given and name not in optional]
    unknown = [name for name in given if name not in every and not arguments.kwarg]
    if arguments.vararg or not (missing or unknown):
        return ""
    return (
        f"{function.name} takes {', '.join(every) or 'no arguments'}, and its callback gives "
        f"{', '.join(given)}: correct the names of the one or the other"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _keyword_only(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _inspect_results(declared: Declared, function: Function) -> Iterator[tuple[ast.Return, str]]:
    """Yield the statements that return what does not fit the Outputs, and what is wrong."""
    wanted = sum(isinstance(d, Output) for d in declared.flat or ())
    for node in _own_nodes(function):
        if isinstance(node, ast.Return):
            text = _result_fault(declared, node.value, wanted)
            if text:
                yield node, text


def _result_fault(declared: Declared, value: ast.expr | None, wanted: int) -> str:
    advice = "return one for each, dash.no_update for those that stay"
    given = _result_names(value)
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) if declared.is_multi:
            if len(items) != wanted and not any(isinstance(i, ast.Starred) for i in items):
                has = f"its callback has {_counted(wanted, 'Output')}"
                return f"returns {_counted(len(items), 'value')} here, and {has}: {advice}"
        case None | ast.Constant() if declared.is_multi:
            shown = ast.unparse(value) if value else "nothing"
            has = f"its callback has a list of {_counted(wanted, 'Output')}"
            return f"returns {shown} here, and {has}: {advice}"
        case _ if declared.output_names is not None and given is not None:
            if set(given) != set(declared.output_names):
                names = ", ".join(declared.output_names)
                return f"returns {', '.join(given)} here, and its callback has {names}: {advice}"
        case ast.Constant(value=bool() | int() | float() | str()) if not wanted:
            return "returns a value, and its callback has no Output: give it one, or return nothing"
        case _:
            pass
    return ""


def _result_names(value: ast.expr | None) -> list[str] | None:
    """Return the keys of a result that is a dict of known keys."""
    match value:
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return [str(key.value) for key in keys if isinstance(key, ast.Constant)]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords) if all(
            keyword.arg for keyword in keywords
        ):
            return [str(keyword.arg) for keyword in keywords]
        case _:
            return None


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own_nodes(node)
