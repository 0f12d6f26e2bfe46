"""Writes the part before the server's start as a module: the app.py of a site."""

import ast
from collections.abc import Iterable
from copy import deepcopy
from typing import NamedTuple

from .imports import TEST_ONLY, InnerImports, import_from_statements, import_statements
from .plan import SERVER_FIXTURES, Plan, UnsplittableError
from .source_file import Fixture, SourceFile, has_decorator
from .syntax import (
    bound_in_all,
    is_text,
    loaded_in_all,
    loaded_names,
    own_nodes,
    root_name,
)

PYTEST_FIXTURES = {"caplog", "capsys", "mocker", "monkeypatch", "tmp_path", "tmpdir"}
START_OPTIONS = {"app", "port", "host"}  # arguments of start_server that are not for dev tools


class AppModule(NamedTuple):
    """The source of an app's module, and the suite's files that it imports."""

    source: str
    imported_files: set[str]


class Part(NamedTuple):
    """Lines of the module, and the names that they need from the test's file."""

    lines: list[str]
    needed: set[str]


def write_app_module(plan: Plan) -> AppModule:
    """Write the module.

    Raises:
        UnsplittableError: a parameter's value or the app cannot be found in the source.
    """
    return _Writer(plan).write()


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._item = plan.item
        self._imported: set[str] = set()

    def write(self) -> AppModule:
        parameters = [self._parameter(name) for name in self._item["params"]]
        stubs = self._stubbed_fixtures()
        if self._plan.mode == "inline":
            body, needed = self._inline_body(stubs)
        else:
            body, needed = self._captured_body()
            arguments = [argument.arg for argument in self._plan.function.args.args]
            stubs = [name for name in stubs if name in arguments] or stubs
        needed |= loaded_in_all(ast.parse(line) for line in parameters)
        head = self._module_lines(self._plan.file, needed - {"conf_support"})
        for fixture in self._suite_fixtures():
            lines, head = self._fixture_lines(fixture, head)
            body = lines + body
        lines = [
            f"# written by the conformance harness from Dash's test {self._item['id']}",
            "import conf_support",
            *([f"conf_support.stub_modules({sorted(TEST_ONLY)!r})"] if self._imported else []),
            *head,
            *(
                f"{name} = conf_support.FakeBrowser()"
                for name in stubs
                if self._plan.mode == "capture" or name in needed
            ),
            *parameters,
            *body,
            "",
            "app.css.config.serve_locally = True",
            "app.scripts.config.serve_locally = True",
            f"app.enable_dev_tools(**conf_support.devtools({self._start_options()}))",
            "conf_support.started = True",
        ]
        return AppModule("\n".join(lines) + "\n", self._imported)

    def _stubbed_fixtures(self) -> list[str]:
        return [
            name
            for name in self._item["fixtures"]
            if name in SERVER_FIXTURES | PYTEST_FIXTURES and name not in self._item["params"]
        ]

    def _suite_fixtures(self) -> list[Fixture]:
        names = [
            name
            for name in self._item["fixtures"]
            if name not in {"request", *SERVER_FIXTURES, *PYTEST_FIXTURES, *self._item["params"]}
        ]
        return [fixture for name in names if (fixture := self._plan.file.find_fixture(name))]

    def _parameter(self, name: str) -> str:
        parameter = self._item["params"][name]
        if parameter["literal"] is not None:
            return f"{name} = {parameter['literal']}"
        for decorator in self._plan.function.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            if not ast.unparse(decorator.func).endswith("parametrize"):
                continue
            names = parameter_names(ast.literal_eval(decorator.args[0]))
            if name in names:
                values, index = ast.unparse(decorator.args[1]), parameter["index"]
                column = f"[{names.index(name)}]" if len(names) > 1 else ""
                return f"{name} = conf_support.param({values}, {index}){column}"
        raise UnsplittableError(f"parameter {name} has no source")

    def _inline_body(self, stubs: list[str]) -> Part:
        kept = [
            deepcopy(statement)
            for statement in self._plan.before
            if not _is_for_browser(statement, stubs)
            and not isinstance(statement, (ast.Global, ast.Nonlocal))
        ]
        if kept and is_text(kept[0]):
            del kept[0]
        names = bound_in_all(kept) | set(self._item["params"])
        module = ast.fix_missing_locations(ast.Module(body=kept, type_ignores=[]))
        module = self._replace_imports(NonlocalToGlobal(names).visit(module))
        app = self._app_argument()
        options = [keyword.value for keyword in self._plan.start_call.keywords]
        needed = loaded_in_all([app, *options, *module.body])
        lines = [ast.unparse(ast.fix_missing_locations(statement)) for statement in module.body]
        if not (isinstance(app, ast.Name) and app.id == "app"):
            lines.append(f"app = {ast.unparse(app)}")
        return Part(lines, needed)

    def _captured_body(self) -> Part:
        function = deepcopy(self._plan.function)
        function.decorator_list = []
        function = ast.fix_missing_locations(self._replace_imports(function))
        arguments = ", ".join(f"{each.arg}={each.arg}" for each in function.args.args)
        lines = [
            ast.unparse(function),
            "",
            f"app = conf_support.capture({function.name}, dict({arguments}))",
            "__conf_eval__ = conf_support.captured_eval",
        ]
        return Part(lines, loaded_names(function))

    def _replace_imports[T: ast.AST](self, node: T, file: SourceFile | None = None) -> T:
        visited: T = InnerImports(file or self._plan.file, self._imported).visit(node)
        return visited

    def _app_argument(self) -> ast.expr:
        call = self._plan.start_call
        if call.args:
            return call.args[0]
        for keyword in call.keywords:
            if keyword.arg == "app":
                return keyword.value
        raise UnsplittableError("start_server without an app")

    def _start_options(self) -> str:
        """Source of the arguments of start_server, of which `conf_support.devtools` uses some."""
        if self._plan.mode == "capture":
            return "**conf_support.captured_kwargs"
        return ", ".join(
            ("**" if keyword.arg is None else f"{keyword.arg}=") + ast.unparse(keyword.value)
            for keyword in self._plan.start_call.keywords
            if keyword.arg not in START_OPTIONS
        )

    def _module_lines(self, file: SourceFile, needed: Iterable[str]) -> list[str]:
        """The module's statements that names depend on."""
        lines: list[str] = []
        for index in file.slice(needed):
            statement = file.statements[index]
            if statement is not self._plan.function:
                lines += self._statement_lines(file, statement)
        return lines

    def _statement_lines(self, file: SourceFile, statement: ast.stmt) -> list[str]:
        match statement:
            case ast.FunctionDef() | ast.ClassDef():
                if has_decorator(statement, "fixture"):
                    return []
                copied = deepcopy(statement)
                copied.decorator_list = [
                    decorator
                    for decorator in copied.decorator_list
                    if not ast.unparse(decorator).startswith(("pytest.", "flaky"))
                ]
                visited = self._replace_imports(copied, file)
                return [ast.unparse(ast.fix_missing_locations(visited))]
            case ast.ImportFrom():
                return import_from_statements(file, statement, self._imported)
            case ast.Import():
                return import_statements(file, statement, self._imported)
        return [ast.unparse(statement)]

    def _fixture_lines(self, fixture: Fixture, head: list[str]) -> tuple[list[str], list[str]]:
        """The fixture's lines, and the module's first lines with what the fixture depends on."""
        lines = self._fixture_body(fixture)
        is_own = fixture.file is self._plan.file
        needed = loaded_names(fixture.function) - ({fixture.name} if is_own else set())
        more = self._module_lines(fixture.file, needed)
        return lines, head + [line for line in more if not is_own or line not in head]

    def _fixture_body(self, fixture: Fixture) -> list[str]:
        """The fixture's statements up to its value, which gets the fixture's name."""
        lines: list[str] = []
        for statement in deepcopy(fixture.function).body:
            yields = [node for node in own_nodes(statement) if isinstance(node, ast.Yield)]
            if yields or isinstance(statement, ast.Return):
                value = yields[0].value if yields else getattr(statement, "value", None)
                if not (isinstance(value, ast.Name) and value.id == fixture.name):
                    source = "None" if value is None else ast.unparse(value)
                    lines.append(f"{fixture.name} = {source}")
                return lines
            module = ast.Module(body=[statement], type_ignores=[])
            visited = InnerImports(fixture.file, set()).visit(module)
            lines.append(ast.unparse(ast.fix_missing_locations(visited)))
        return [*lines, f"{fixture.name} = None"]


def parameter_names(names: str | Iterable[str]) -> list[str]:
    """The names in the first argument of `pytest.mark.parametrize`."""
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _is_for_browser(statement: ast.stmt, fixtures: list[str]) -> bool:
    """Whether a statement is for the test's side: an assertion, or a call of the browser."""
    match statement:
        case ast.Assert():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return root_name(function) in fixtures
        case ast.Assign(value=value):
            return root_name(value) in fixtures
    return False


class NonlocalToGlobal(ast.NodeTransformer):
    """The test's local variables become the module's: `nonlocal x` becomes `global x`."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        """Rewrite one statement."""
        if set(node.names) <= self._names:
            return ast.copy_location(ast.Global(names=node.names), node)
        return node
