"""The files of an app: its modules, with what they import, its assets and its data files.

Source is read with `ast` and never run.
"""

import ast
import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pyrt_build.errors import BuildError

FILE_LIMIT_BYTES = 50 * 2**20
TOTAL_LIMIT_BYTES = 200 * 2**20
FILE_COUNT_LIMIT = 5000
MAX_PATH_CHARS = 300

_SKIPPED_FOLDERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "node_modules __pycache__ dist build venv env site-packages htmlcov"
    ).split()
)
_SECRET = re.compile(
    r"(^\.env.*|.*\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)|id_(rsa|dsa|ecdsa|ed25519)(\.pub)?"
    r"|\.?(netrc|pypirc|pgpass|npmrc|htpasswd)|.*credentials?(\.\w+)?|.*secrets?(\.\w+)?"
    r"|service[-_]account.*\.json|kubeconfig)",
    re.IGNORECASE,
)
# Always pyrt's own modules, even if the app has folders of these names.
NEVER_LOCAL = frozenset({"dash", "pyrt"})
# Modules that hold JavaScript objects, which a snapshot cannot contain.
_OF_PYODIDE = frozenset({"js", "pyodide", "pyodide_js", "_pyodide"})
# Modules of plotly that need more packages than plotly itself: in `from plotly import express` they
# are names, so that they are recorded as `plotly.express`.
PLOTLY_MODULES = frozenset({"express", "figure_factory"})
# Files for tools, which the app does not read.
_NOT_DATA = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "requirements.txt pyproject.toml poetry.lock uv.lock setup.cfg tox.ini Makefile"
        " Dockerfile Procfile runtime.txt Pipfile Pipfile.lock conftest.py setup.py"
        " noxfile.py"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module that is not the app's own.

    Attributes:
        module: the dotted name as written.
        origin: `app.py:3`.
        optional: it is in a `try` that catches ImportError, or under `TYPE_CHECKING`.
        deferred: it is in a function, or under `TYPE_CHECKING`: it does not run with its module.
    """

    module: str
    origin: str
    optional: bool
    deferred: bool = False


@dataclass(slots=True)
class App:
    """The files and imports of one app; paths are relative to its folder, with `/`.

    Attributes:
        sources: content of modules of which the site gets only a part.
        excluded: modules that only the server uses.
        roots: modules that are needed without being imported: the entry, pages.
        title: of the page, before Python has started.
        pages: URL paths of pages that are known without running the app.
        left_out: files that are not part of the site, with the reason, for the summary.
        names: every name and attribute that occurs in the code.
        strings: every string literal that occurs in the code.
    """

    entry: Path
    sources: Mapping[str, bytes] = field(default_factory=dict)
    excluded: AbstractSet[str] = frozenset()
    roots: list[str] = field(default_factory=list)
    modules: dict[str, Path] = field(default_factory=dict)
    data: dict[str, Path] = field(default_factory=dict)
    assets: dict[str, Path] = field(default_factory=dict)
    assets_folder: str = "assets"
    title: str = "Dash"
    imports: list[Import] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The folder that becomes the working directory in the browser."""
        return self.entry.parent

    def imports_module(self, module: str) -> bool:
        """Tell whether the app imports a module or a module below it."""
        return any(f"{i.module}.".startswith(f"{module}.") for i in self.imports)

    @property
    def imported_packages(self) -> list[str]:
        """The modules of packages that are imported when the app starts, sorted."""
        return sorted(
            {
                found.module
                for found in self.imports
                if not found.deferred
                and found.module.split(".")[0] not in sys.stdlib_module_names | _OF_PYODIDE
            }
        )

    def read(self, where: str) -> bytes:
        """Return the source of one of the modules as the site gets it.

        Raises:
            BuildError: the file cannot be read.
        """
        return self.sources[where] if where in self.sources else read_file(self.modules[where])


def discover(
    entry: Path,
    sources: Mapping[str, bytes] | None = None,
    excluded: AbstractSet[str] = frozenset(),
) -> App:
    """Collect the files and imports of an app, beginning at its entry file.

    Args:
        entry: the app's file.
        sources: path -> content to use in place of the file.
        excluded: paths of modules to leave out.

    Raises:
        BuildError: a file is missing, does not parse or is too large, or nothing creates a `Dash`.
    """
    if not entry.is_file():
        raise BuildError(
            f"There is no file {entry}. Give the app's file: pyrt build path/to/app.py"
        )
    app = App(entry, sources or {}, excluded)
    reader = _ModuleReader(app)
    pages = []
    app.roots.append(reader.read(entry))
    if reader.uses_pages:
        pages = [p for p in _walk(app, entry.parent / reader.pages_folder) if p.suffix == ".py"]
    app.roots += [reader.read(path) for path in pages]
    if not reader.creates_dash:
        raise BuildError(
            f"{entry.name} creates no Dash app: neither it nor a module it imports calls "
            "Dash(...). Give the file that holds `app = Dash(__name__)`."
        )
    app.assets_folder = reader.assets_folder
    app.pages = sorted(reader.page_paths)
    _collect_files(app)
    app.left_out = sorted({*app.left_out, *_files_outside(app)})
    return app


class _ModuleReader:
    """Reads modules, follows their imports, and records what the build needs to know."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.creates_dash = False
        self.uses_pages = False
        self.assets_folder = "assets"
        self.pages_folder = "pages"
        self.page_paths: set[str] = set()

    def read(self, path: Path) -> str:
        """Read a file and what it imports; return its path below the app's folder."""
        where = path.relative_to(self.app.folder).as_posix()
        if where in self.app.modules or where in self.app.excluded:
            return where
        self.app.modules[where] = path
        tree = parse_module(self.app.read(where), where)
        optional, deferred = set(_optional_imports(tree)), set(_deferred(tree))
        for node in ast.walk(tree):
            self._record(node, where)
            for module, line in _imported_modules(node, where):
                found = self._locate(module)
                if found:
                    for file in found:
                        self.read(file)
                else:
                    self.app.imports.append(
                        Import(module, f"{where}:{line}", node in optional, node in deferred)
                    )
        return where

    def _locate(self, module: str) -> list[Path]:
        """Return the files of a module of the app; nothing if it is not one of the app's.

        Of a package all files are returned, since its imports cannot all be found by reading. A
        folder without `__init__.py` is a package, too, if there is Python in it.
        """
        top = module.split(".", maxsplit=1)[0]
        base = self.app.folder / top
        if base.is_dir() and top not in NEVER_LOCAL:
            files = [path for path in _walk(self.app, base) if path.suffix == ".py"]
            if files:
                return self._included(files)
        single = base.with_suffix(".py")
        return self._included([single]) if single.is_file() else []

    def _included(self, files: Iterable[Path]) -> list[Path]:
        return [
            f for f in files if f.relative_to(self.app.folder).as_posix() not in self.app.excluded
        ]

    def _record(self, node: ast.AST, where: str) -> None:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                self.app.names.add(name)
            case ast.Constant(value=str(text)):
                self.app.strings.add(text)
            case ast.ClassDef(bases=bases) if any("Dash" in _name(base) for base in bases):
                self.creates_dash = True
            case ast.ImportFrom(module="dash" | "pyrt", names=names):
                self.app.names.update(alias.name for alias in names)
                self.creates_dash |= any(a.name == "Dash" and a.asname for a in names)
            case ast.Call(func=function):
                self._record_call(_name(function), node, where)
            case _:
                pass

    def _record_call(self, function: str, call: ast.Call, where: str) -> None:
        literals = {
            keyword.arg: keyword.value.value
            for keyword in call.keywords
            if keyword.arg and isinstance(keyword.value, ast.Constant)
        }
        if "Dash" in function:
            self.creates_dash = True
            self.assets_folder = self._find_assets(
                where, str(literals.get("assets_folder", "assets"))
            )
            self.uses_pages |= bool(literals.get("use_pages")) or "pages_folder" in literals
            self.app.title = str(literals.get("title") or self.app.title)
            if literals.get("pages_folder"):
                self.pages_folder = str(literals["pages_folder"])
        elif function == "register_page":
            self.page_paths.update(_redirects(call))
            if "path_template" not in literals:
                path = literals.get("path")
                if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                    path = call.args[1].value
                self.page_paths.add(str(path) if path else _page_path(where, self.pages_folder))

    def _find_assets(self, where: str, name: str) -> str:
        """Return the assets folder of a `Dash(__name__)`: beside the module that creates it."""
        beside = PurePosixPath(where).parent / name
        found = beside if (self.app.folder / beside).is_dir() else PurePosixPath(name)
        return found.as_posix().removeprefix("./")


def _redirects(call: ast.Call) -> Iterator[str]:
    """Yield the old addresses of a page, which need a file of their own, too (S-151)."""
    for keyword in call.keywords:
        if keyword.arg == "redirect_from" and isinstance(keyword.value, ast.List | ast.Tuple):
            for item in keyword.value.elts:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value


def read_file(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        BuildError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"The file {path} cannot be read ({error.strerror}).") from error


def parse_module(content: bytes, shown: str) -> ast.Module:
    """Parse a file of the app.

    Raises:
        BuildError: it has a syntax error; the message shows the line and the column.
    """
    try:
        return ast.parse(content, shown)
    except SyntaxError as error:
        line = (error.text or "").rstrip("\n")
        indent = len(line) - len(line.lstrip())
        caret = " " * max((error.offset or 1) - 1 - indent, 0) + "^"
        raise BuildError(
            f"{shown}:{error.lineno}: {error.msg}\n    {line.strip()}\n    {caret}\n"
            "Correct this line and build again."
        ) from error
    except ValueError as error:
        raise BuildError(f"{shown} is not Python source: {error}.") from error


def _imported_modules(node: ast.AST, where: str) -> Iterator[tuple[str, int]]:
    """Yield the absolute name and line of modules that a node imports, `import_module("x")` too."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield alias.name, node.lineno
        case ast.ImportFrom(module=module, level=level, names=names):
            package = where.split("/")[:-level] if level else []
            base = ".".join([*package, *([module] if module else [])])
            if base:
                yield base, node.lineno
            for alias in names:
                # `from . import module`, `from plotly import express`.
                if not base or alias.name in PLOTLY_MODULES:
                    yield f"{base}.{alias.name}".lstrip("."), node.lineno
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if _name(
            function
        ) in {"import_module", "__import__"} and not name.startswith("."):
            yield name, node.lineno
        case _:
            pass


def _optional_imports(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of imports whose failure the app handles."""
    for node in ast.walk(tree):
        guarded = (
            isinstance(node, ast.Try)
            and any(
                handler.type is None
                or "Import" in ast.unparse(handler.type)
                or "Module" in ast.unparse(handler.type)
                or "Exception" in ast.unparse(handler.type)
                for handler in node.handlers
            )
        ) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        if guarded:
            assert isinstance(node, ast.Try | ast.If)
            for statement in node.body:
                yield from ast.walk(statement)


def _deferred(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that do not run when the module is imported."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
                yield from itertools.chain.from_iterable(map(ast.walk, body))
            case ast.Lambda(body=expression):
                yield from ast.walk(expression)
            case ast.If(test=test, body=body) if "TYPE_CHECKING" in ast.unparse(test):
                yield from itertools.chain.from_iterable(map(ast.walk, body))
            case _:
                pass


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name: `Dash` of `dash.Dash`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _page_path(where: str, pages_folder: str) -> str:
    """Return the path that Dash gives a page without `path=` (Dash: `_infer_path`)."""
    inner = where.removesuffix(".py").removesuffix("/__init__")
    marker = f"{pages_folder.strip('/')}/"
    inner = inner.rpartition(marker)[2] if marker in inner else inner
    return "/" + inner.replace("_", "-").lower()


def _walk(app: App, folder: Path) -> Iterator[Path]:
    """Yield all files below a folder that may be the app's, in a fixed order."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not _is_skipped_folder(path):
                yield from _walk(app, path)
        elif _SECRET.fullmatch(path.name) and path.suffix != ".py":
            app.left_out.append(f"{path.relative_to(app.folder).as_posix()} (may hold a secret)")
        elif not path.name.startswith(".") and path.suffix not in {".pyc", ".pyo"}:
            yield path


def _is_skipped_folder(path: Path) -> bool:
    return (
        path.name.startswith(".")
        or path.name in _SKIPPED_FOLDERS
        or path.name.endswith(".egg-info")
        or (path / "pyvenv.cfg").is_file()
        or (path / "pyrt-lock.json").is_file()  # a site built earlier
    )


def _collect_files(app: App) -> None:
    total = 0
    assets = f"{app.assets_folder.strip('/')}/"
    for path in _walk(app, app.folder):
        where = path.relative_to(app.folder).as_posix()
        if where.startswith(assets):
            app.assets[where.removeprefix(assets)] = path
        elif path.suffix == ".py" or where in _NOT_DATA:
            continue
        else:
            app.data[where] = path
        size = path.stat().st_size
        total += size
        if size > FILE_LIMIT_BYTES:
            raise BuildError(_too_large(f"{where} has {size / 2**20:.0f} MB", FILE_LIMIT_BYTES))
        if total > TOTAL_LIMIT_BYTES or len(app.data) + len(app.assets) > FILE_COUNT_LIMIT:
            raise BuildError(_too_large(f"The files beside {app.entry.name}", TOTAL_LIMIT_BYTES))


def _files_outside(app: App) -> Iterator[str]:
    """Yield files that the code names and that are not below the app's folder."""
    for text in app.strings:
        if ".." in text.split("/") and len(text) < MAX_PATH_CHARS and "\n" not in text:
            path = (app.folder / text).resolve()
            if path.is_file() and not path.is_relative_to(app.folder.resolve()):
                yield f"{text} (not in the app's folder: move it there)"


def _too_large(what: str, limit_bytes: int) -> str:
    return (
        f"{what}: more than a page should load (limit: {limit_bytes // 2**20} MB, "
        f"{FILE_COUNT_LIMIT} files). Every file beside the app becomes part of the site: move what "
        "the app does not read out of its folder."
    )
