"""Which tests cannot be run against a site without a server, and by which written rule."""

import ast
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from .items import Item
from .plan import BROWSER_FIXTURES, PROCESS_FIXTURES, SERVER_FIXTURES, NoServerStart, Plan
from .source_file import SourceFile, find_module, read_source
from .syntax import (
    assignment_targets,
    bound_in_all,
    dotted_name,
    is_text,
    loaded_in_all,
    loaded_names,
    root_name,
    start_calls,
)

# The rule that a result "n/a" names, and what it says. The first that applies counts.
RULES = {
    "skipped-upstream": "Dash's own suite skips the test.",
    "mcp": "The test is about the MCP endpoint of a Dash server.",
    "upstream-accident": "The app is in error by Dash's rules, and passes by chance.",
    "server-process": "The test needs a server process: dash_duo_mp, R, Julia and the like.",
    "no-page": "The test starts no server that the harness can find, so no page is opened.",
    "hot-reload": "The test is about a reload after a file was changed.",
    "background": "The test has background callbacks: background=True, Celery, Diskcache.",
    "http-client": "The test sends HTTP requests to the server from Python.",
    "flask-server": "The test uses the Flask server, or its port or host.",
    "multi-server": "The test starts more than one server.",
    "late-app-change": "The test changes the app after the start.",
    "server-state": "The test sets a value on the server and loads the page again.",
    "internet": "The test needs a file from another host; see INTERNET.",
    "test-components": "The app needs Dash's test components, which are not on PyPI.",
    "module:numpy": "The app needs numpy or what depends on it; see --have.",
    "module:other": "The app needs a package that has no wheel for Pyodide.",
    "lock": "The test holds a lock that a callback waits for; see --locks remote.",
    "lock-eval": "With --locks remote: the test reads a remote name while a callback waits for it.",
    "unsplittable": "The harness cannot write the app's module (a limit of the harness).",
}
INTERNET = {  # the host without which the test cannot pass; others only try to load from one
    "test_dveh001_python_errors": "stackpath.bootstrapcdn.com",
    "test_dveh006_long_python_errors": "stackpath.bootstrapcdn.com",
    "test_grva007_external_plotlyjs_prevents_lazy": "unpkg.com",
    "test_grva010_external_mathjax_prevents_lazy": "cdn.jsdelivr.net",
}
ACCIDENTS = {
    "test_pala007_app_title_discription": "two pages have one path: Dash answers the first request"
    " with status 500, which is that of the test runner and not the browser's",
}
TEST_COMPONENTS = {
    "dash_generator_test_component_nested",
    "dash_generator_test_component_standard",
    "dash_generator_test_component_typescript",
    "dash_test_components",
}
WITH_NUMPY = {"numpy", "pandas", "pyarrow", "openpyxl", "xlrd"}
WITH_NUMPY_IN_PLOTLY = {"plotly.express", "plotly.figure_factory"}
WITHOUT_WHEEL = {
    "IPython",
    "celery",
    "diskcache",
    "fastapi",
    "flask_talisman",
    "humanfriendly",
    "mimesis",
    "mock",
    "orjson",
    "psutil",
    "quart",
    "redis",
    "uvicorn",
}
HTTP_CLIENTS = {"requests", "urllib", "urllib.request", "http.client"}
BACKGROUND = ("background=True", "background_callback_manager", "long_callback")
SERVER_OPTIONS = {"port", "host", "proxy", "processes", "threaded"}
MAX_IMPORT_DEPTH = 4


class NotApplicable(NamedTuple):
    """The rule by which a test is not run, and what it found."""

    rule: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """What the sites and the run can do.

    Attributes:
        locks: "remote" if the test and the app can share locks.
        is_reference: whether the app runs on an ordinary Dash server.
        available: packages that the sites have although no rule expects it.
    """

    locks: Literal["na", "remote"] = "na"
    is_reference: bool = False
    available: frozenset[str] = frozenset()


def make_plan(suite: Path, item: Item, options: RuleOptions) -> Plan | NotApplicable:
    """Split a test, or name the rule by which it cannot run."""
    function = read_source(suite, item["file"]).functions.get(item["func"])
    if function is None:
        return NotApplicable("no-page", "test is not a plain function")
    if by_item := _rule_of_item(item, function.body):
        return by_item
    try:
        plan = Plan(suite, item)
    except NoServerStart:
        return NotApplicable("no-page")
    reading = Reading(plan, options)
    for rule, check in CHECKS:
        detail = check(reading)
        if detail is not None:
            return NotApplicable(rule, detail)
    return plan


def _rule_of_item(item: Item, body: list[ast.stmt]) -> NotApplicable | None:
    if item["skip"]:
        return NotApplicable("skipped-upstream", item["skip"])
    first = next((statement for statement in body if not is_text(statement)), None)
    match first:
        case ast.Expr(value=ast.Call(func=called)) if dotted_name(called) == "pytest.skip":
            return NotApplicable("skipped-upstream", "pytest.skip() in the test")
    if "/mcp/" in item["file"]:
        return NotApplicable("mcp")
    if item["func"] in ACCIDENTS:
        return NotApplicable("upstream-accident", ACCIDENTS[item["func"]])
    if processes := PROCESS_FIXTURES & set(item["fixtures"]):
        return NotApplicable("server-process", _join(processes))
    return None


class Reading:
    """A plan and what the test and its app depend on."""

    def __init__(self, plan: Plan, options: RuleOptions) -> None:
        self.plan, self.options = plan, options
        self.item = plan.item

    @cached_property
    def reached(self) -> list[ast.stmt]:
        """The test function, its fixtures and the modules' statements they depend on."""
        test = copy(self.plan.function)
        test.decorator_list = []
        found: list[ast.stmt] = [test]
        found += [
            each for each in _dependencies(self.plan.file, test) if each is not self.plan.function
        ]
        for fixture in self.plan.find_fixtures():
            function = copy(fixture.function)
            function.decorator_list = []
            found += [function, *_dependencies(fixture.file, function)]
        return found

    @cached_property
    def text(self) -> str:
        """The source of what is reached."""
        return "\n".join(ast.unparse(statement) for statement in self.reached)

    @cached_property
    def modules(self) -> set[str]:
        """Dotted names of what is imported; of `from a import b` both `a` and `a.b`."""
        json_libraries = {
            (parameter["literal"] or "").strip("'") for parameter in self.item["params"].values()
        }
        return self._imported(self.reached) | (json_libraries & {"orjson"})

    @cached_property
    def packages(self) -> set[str]:
        """The first part of each imported name."""
        return {module.split(".")[0] for module in self.modules}

    def _imported(self, statements: list[ast.stmt], depth: int = 0) -> set[str]:
        found: set[str] = set()
        for node in (node for statement in statements for node in ast.walk(statement)):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
                file = find_module(self.plan.suite, self.plan.file.name, module, node.level)
                if file and depth < MAX_IMPORT_DEPTH:
                    source = read_source(self.plan.suite, file)
                    needed = source.slice({alias.name for alias in node.names})
                    found |= self._imported([source.statements[i] for i in needed], depth + 1)
        return found


def _dependencies(file: SourceFile, function: ast.stmt) -> list[ast.stmt]:
    return [file.statements[index] for index in file.slice(loaded_names(function))]


def _join(names: set[str]) -> str:
    return ",".join(sorted(names))


def _join_some(names: set[str]) -> str | None:
    return _join(names) or None


# Each check returns what it found, which may be empty, or None if its rule does not apply.


def _hot_reload(reading: Reading) -> str | None:
    is_named = "hot_reload" in PurePosixPath(reading.item["file"]).name
    return "" if is_named or "hot_reload=True" in ast.unparse(reading.plan.function) else None


def _background(reading: Reading) -> str | None:
    return "" if any(word in reading.text for word in BACKGROUND) else None


def _http_client(reading: Reading) -> str | None:
    return "" if reading.modules & HTTP_CLIENTS or ".test_client(" in reading.text else None


def _flask_server(reading: Reading) -> str | None:
    browsers = tuple(f"{name}." for name in BROWSER_FIXTURES - {"dash_dcc_headed"})
    for statement in reading.reached:
        for node in ast.walk(statement):
            name = dotted_name(node) if isinstance(node, ast.Attribute) else None
            if name and ".server." in f"{name}." and not name.startswith(browsers):
                return name
    if any(keyword.arg in SERVER_OPTIONS for keyword in reading.plan.start_call.keywords):
        return "start_server(port=...)"
    return "flask" if reading.packages & {"flask", "flask_talisman"} else None


def _multi_server(reading: Reading) -> str | None:
    function = reading.plan.function
    starts = sum(len(start_calls(statement)) for statement in function.body)
    loops = (node for node in ast.walk(function) if isinstance(node, (ast.For, ast.While)))
    return f"{starts} starts" if starts > 1 or any(map(start_calls, loops)) else None


def _late_app_change(reading: Reading) -> str | None:
    plan = reading.plan
    if plan.mode != "inline":
        return None
    bound = bound_in_all(plan.before) - SERVER_FIXTURES
    for node in (node for statement in plan.after_start for node in ast.walk(statement)):
        for target in assignment_targets(node):
            if isinstance(target, ast.Attribute) and root_name(target) in bound - plan.remote:
                return ast.unparse(target)
        if isinstance(node, ast.Call):
            first, *rest = (dotted_name(node.func) or "").split(".")
            if first in bound and (rest or [first])[-1] in {"callback", "clientside_callback"}:
                return ".".join([first, *rest])
    return None


def _server_state(reading: Reading) -> str | None:
    if reading.options.is_reference:
        return None
    is_set = False
    for node in (node for part in reading.plan.after[1:] for node in ast.walk(part)):
        is_set = is_set or any(
            isinstance(target, (ast.Attribute, ast.Subscript))
            and root_name(target) in reading.plan.remote
            for target in assignment_targets(node)
        )
        if is_set and isinstance(node, ast.Call):
            method = (dotted_name(node.func) or "").rpartition(".")[2]
            if method in {"wait_for_page", "refresh", "get"}:
                return _join(reading.plan.remote)
    return None


def _internet(reading: Reading) -> str | None:
    return INTERNET.get(reading.item["func"])


def _test_components(reading: Reading) -> str | None:
    return _join_some(reading.packages & TEST_COMPONENTS)


def _with_numpy(reading: Reading) -> str | None:
    found = reading.packages & WITH_NUMPY | reading.modules & WITH_NUMPY_IN_PLOTLY
    return _join_some(found - reading.options.available)


def _without_wheel(reading: Reading) -> str | None:
    return _join_some(reading.packages & WITHOUT_WHEEL - reading.options.available)


def _lock(reading: Reading) -> str | None:
    if reading.options.locks == "remote" or not reading.plan.is_blocked_by_lock:
        return None
    return _join(reading.plan.locks)


def _lock_eval(reading: Reading) -> str | None:
    plan = reading.plan
    if reading.options.is_reference or not plan.is_blocked_by_lock:
        return None
    blocks = (node for part in plan.after for node in ast.walk(part) if isinstance(node, ast.With))
    for block in blocks:
        is_lock = any(root_name(each.context_expr) in plan.locks for each in block.items)
        if is_lock and loaded_in_all(block.body) & plan.remote:
            return _join(plan.remote)
    return None


CHECKS: tuple[tuple[str, Callable[[Reading], str | None]], ...] = (
    ("hot-reload", _hot_reload),
    ("background", _background),
    ("http-client", _http_client),
    ("flask-server", _flask_server),
    ("multi-server", _multi_server),
    ("late-app-change", _late_app_change),
    ("server-state", _server_state),
    ("internet", _internet),
    ("test-components", _test_components),
    ("module:numpy", _with_numpy),
    ("module:other", _without_wheel),
    ("lock", _lock),
    ("lock-eval", _lock_eval),
)
