"""What the app tells its server to do at addresses of its own: routes, blueprints, handlers.

A static site has no server that could: each place is named, and the page says so when a link to
one is clicked. With a bridge, the link leads there.

    @app.server.route("/report")            /report
    @blueprint.route("/csv")                /api/csv, by `url_prefix`
    server.add_url_rule("/x", ...)          /x
    @app.server.before_request              no address
"""

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyrt_build.app.discover import App
from pyrt_build.console.notes import Code, Note
from pyrt_build.project.imports import last_name, nodes_of, parse_module

# Methods that decorate the function of an address: Flask's, Quart's, FastAPI's.
_ROUTES = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "route"})
_ADDS = frozenset({"add_api_route", "add_route", "add_url_rule", "mount"})
# Methods that decorate, or get, a function that is called for every request.
_HANDLERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "add_middleware after_app_request after_request app_errorhandler before_app_request"
        " before_first_request before_request errorhandler exception_handler middleware"
        " teardown_request"
    ).split()
)
# Classes of what has routes, with the keyword of their common prefix.
_GROUPS = {"Blueprint": "url_prefix", "APIRouter": "prefix"}
_INCLUDES = {"register_blueprint": "url_prefix", "include_router": "prefix"}


@dataclass(frozen=True, slots=True)
class Route:
    """One place in the code.

    Attributes:
        place: `file:line`.
        text: as the code has it, to recognize it.
        address: with `<name>` or `{name}` for its variable parts; None for a handler.
    """

    place: str
    text: str
    address: str | None = None


def find_routes(app: App) -> list[Route]:
    """Return what the app's modules tell the server, in order."""
    trees = {where: parse_module(app.read(where), where) for where in app.modules}
    own: dict[str, str] = {}
    included: dict[str, str] = {}
    for tree in trees.values():
        _find_prefixes(tree, own, included)
    prefixes = {name: included.get(name, "") + prefix for name, prefix in own.items()}
    return [route for where, tree in trees.items() for route in _routes(tree, where, prefixes)]


def is_handler(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a decorator makes a function one that the server calls for requests."""
    return any(route for d in function.decorator_list for route in _of_decorator(d, "", {}))


def addresses(routes: Iterable[Route]) -> list[str]:
    """Return the addresses, each once."""
    return [*dict.fromkeys(route.address for route in routes if route.address)]


def route_notes(routes: Iterable[Route], *, has_bridge: bool) -> list[Note]:
    """Return a note for each; with a bridge, it only says who answers."""
    return [_note(route, has_bridge=has_bridge) for route in routes]


def _note(route: Route, *, has_bridge: bool) -> Note:
    what = f"{route.place}: {route.text}"
    if has_bridge:
        return Note(Code.ROUTE_ON_BRIDGE, f"{what} is for the server behind the bridge")
    if route.address is None:
        text = "has no effect, as no request reaches Python in a site of static files"
    else:
        text = f"does not exist in a site of static files: a link to {route.address} leads nowhere"
    advice = "Move what the page needs into a callback (dcc.Download for files)"
    return Note(Code.ROUTE, f"{what} {text}. {advice}, or keep a server with --bridge")


def _find_prefixes(tree: ast.Module, own: dict[str, str], included: dict[str, str]) -> None:
    """Add the prefixes of groups of routes, by the name of the group.

    Args:
        tree: a module.
        own: what they are made with.
        included: what they are added to the server with. A blueprint's replaces its own.
    """
    for node in nodes_of(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function) as call):
                if last_name(function) in _GROUPS:
                    own.setdefault(name, _literal(call, _GROUPS[last_name(function)]))
            case ast.Call(func=ast.Attribute(attr=attr), args=[group, *_]) if attr in _INCLUDES:
                prefix = _literal(node, _INCLUDES[attr])
                if prefix and attr == "register_blueprint":
                    own[last_name(group)] = prefix
                elif prefix:
                    included[last_name(group)] = prefix
            case _:
                pass


def _literal(call: ast.Call, keyword: str) -> str:
    for each in call.keywords:
        if each.arg == keyword and isinstance(each.value, ast.Constant):
            return str(each.value.value or "").rstrip("/")
    return ""


def _routes(tree: ast.Module, where: str, prefixes: Mapping[str, str]) -> Iterator[Route]:
    for node in nodes_of(tree):
        match node:
            case (
                ast.FunctionDef(decorator_list=decorators)
                | ast.AsyncFunctionDef(decorator_list=decorators)
            ):
                for decorator in decorators:
                    yield from _of_decorator(decorator, where, prefixes)
            case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if attr in _ADDS:
                address = _address(node, owner, prefixes)
                if address:
                    yield Route(f"{where}:{node.lineno}", f"{ast.unparse(node.func)}", address)
            case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if (
                attr in _HANDLERS | set(_INCLUDES) and node.args
            ):
                if attr in _INCLUDES or _is_server(owner, prefixes):
                    yield Route(f"{where}:{node.lineno}", ast.unparse(node.func))
            case _:
                pass


def _of_decorator(decorator: ast.expr, where: str, prefixes: Mapping[str, str]) -> Iterator[Route]:
    place = f"{where}:{decorator.lineno}"
    match decorator:
        case ast.Attribute(attr=attr) if attr in _HANDLERS:
            yield Route(place, f"@{ast.unparse(decorator)}")
        case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if attr in _ROUTES:
            address = _address(decorator, owner, prefixes)
            if address:
                yield Route(place, f"@{ast.unparse(decorator.func)}", address)
        case _:
            pass


def _address(call: ast.Call, owner: ast.expr, prefixes: Mapping[str, str]) -> str | None:
    """Return the address of a route, or None if the call is of something else."""
    name = last_name(owner)
    keywords = [k.value for k in call.keywords if k.arg in {"rule", "path", "name"}]
    match [*call.args, *keywords]:
        case [ast.Constant(value=str(rule)), *_]:
            if name == "hooks":  # dash.hooks.route(name=...)
                return f"/{rule.lstrip('/')}"
            return prefixes.get(name, "") + rule if rule.startswith("/") or not rule else None
        case _:
            return None


def _is_server(owner: ast.expr, groups: Container[str]) -> bool:
    name = last_name(owner)
    return "server" in ast.unparse(owner).lower() or name in {"app", "api"} or name in groups
