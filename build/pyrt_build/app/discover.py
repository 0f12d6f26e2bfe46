"""The files of an app: its modules, with what they import, its assets and its data files.

Source is read with `ast` and never run.
"""

import ast
import posixpath
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pyrt_build.app.config import Layout
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.project.addresses import with_clean_block
from pyrt_build.project.files import (
    MAX_PATH_CHARS,
    Choice,
    Tree,
    Verdict,
    Wishes,
    read_file,
    size_notes,
)
from pyrt_build.project.ignore_files import IgnoreFiles
from pyrt_build.project.imports import (
    OwnModules,
    deferred_nodes,
    imported_names,
    last_name,
    named_objects,
    nodes_of,
    optional_imports,
    parse_module,
    relative,
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


# Modules that hold JavaScript objects, which a snapshot cannot contain.
_OF_PYODIDE = frozenset({"js", "pyodide", "pyodide_js", "_pyodide"})
# Old names of modules of packages.
_RENAMED = {"plotly_express": "plotly.express"}
# Arguments of Dash for the prefix of its paths, those that count more first (S-167).
_PREFIXES = ("requests_pathname_prefix", "url_base_pathname", "routes_pathname_prefix")
_OWN_FOLDER = Layout(Path())


@dataclass(slots=True)
class App:
    """The files and imports of one app; paths are relative to its root, with `/`.

    Attributes:
        entry: the file that is run.
        layout: where its files are; by default in the entry's own folder.
        sources: content of modules of which the site gets only a part.
        excluded: modules that only the server uses.
        roots: modules that are needed without being imported: the entry, pages.
        title: of the page, before Python has started.
        pages: URL paths of pages that are known without running the app.
        prefix: the app's prefix of paths, as `dashboard/`, where it is a literal; else empty.
        left_out: files that are not part of the site, with the reason, for the summary.
        decisions: what was decided about each file, and why.
        empty: folders without files.
        makes_app: whether a module calls `Dash(...)`.
        other_case: files that the code names in another case, with the name in the code.
        names: every name and attribute that occurs in the code.
        strings: every string literal that occurs in the code.
        database_urls: literal addresses that the code gives to `create_engine` of SQLAlchemy.
    """

    entry: Path
    layout: Layout = _OWN_FOLDER
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
    prefix: str = ""
    left_out: list[str] = field(default_factory=list)
    decisions: dict[str, Verdict] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    makes_app: bool = False
    other_case: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    database_urls: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.layout is _OWN_FOLDER:
            self.layout = Layout(self.entry.parent)

    @property
    def folder(self) -> Path:
        """The folder that contains all files of the app."""
        return self.layout.root

    @property
    def where(self) -> str:
        """The path of the entry."""
        return relative(self.entry, self.folder)

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

    def mentions(self, word: str) -> bool:
        """Return whether the source of a module has a word."""
        return any(word.encode() in self.read(where) for where in self.modules)

    def read(self, where: str) -> bytes:
        """Return the source of one of the modules as the site gets it: without credentials.

        Raises:
            BuildError: the file cannot be read.
        """
        known = self.sources.get(where)
        return with_clean_block(read_file(self.modules[where]) if known is None else known)


def discover(
    entry: Path,
    sources: Mapping[str, bytes] | None = None,
    excluded: AbstractSet[str] = frozenset(),
    layout: Layout | None = None,
) -> App:
    """Collect the files and imports of an app, beginning at its entry file.

    Args:
        entry: the app's file.
        sources: path -> content to use in place of the file.
        excluded: paths of modules to leave out.
        layout: where its files are; None for the entry's own folder.

    Raises:
        BuildError: a file is missing or does not parse, or nothing creates a `Dash`.
    """
    if not entry.is_file():
        raise BuildError(
            f"There is no file {entry}. Give the app's file: pyrt build path/to/app.py"
        )
    layout = layout or Layout(entry.parent)
    app = App(entry, layout, sources or {}, excluded)
    reader = _ModuleReader(app)
    app.roots += reader.read_packages(app.where)
    app.roots.append(reader.read(app.where))
    if reader.uses_pages:
        app.roots += [reader.read(page) for page in reader.find_pages()]
    app.makes_app = reader.creates_dash
    if not (reader.creates_dash or layout.may_make_app_when_run):
        raise BuildError(
            f"{entry.name} creates no Dash app: neither it nor a module of yours that it imports "
            "calls Dash(...). Give the file that holds `app = Dash(__name__)`. If a package makes "
            "it, let the build run the app: in a browser, or with --run on this machine."
        )
    app.assets_folder = reader.assets_folder
    app.prefix = reader.prefix
    below = {f"/{app.prefix}{path.lstrip('/')}" for path in {"", *reader.page_paths}}
    app.pages = sorted(reader.page_paths | (below if app.prefix else set()))
    _collect_files(app, reader.tree)
    return app


class _ModuleReader:
    """Reads modules, follows their imports, and records what the build needs to know."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.tree = Tree(app.folder, _entered(app.layout.include))
        self.own = OwnModules(self.tree, app.layout.path)
        self.creates_dash = False
        self.uses_pages = False
        self.assets_folder = "assets"
        self.pages_folder = "pages"
        self.made_in = app.where
        self.page_paths: set[str] = set()
        self.prefix = ""
        self._followed: set[Sequence[str]] = set()

    def read(self, where: str) -> str:
        """Read a file and what it imports; return its path."""
        if where in self.app.modules or where in self.app.excluded:
            return where
        self.app.modules[where] = self.app.folder / where
        tree = parse_module(self.app.read(where), where)
        optional, deferred = optional_imports(tree), deferred_nodes(tree)
        for node in nodes_of(tree):
            self._record(node, where)
            for name in imported_names(node):
                found = self.own.find(name, where)
                self._read_all(found)
                if self.app.excluded >= set(found) and not name.level:
                    self.app.imports.append(
                        Import(
                            _RENAMED.get(name.module, name.module),
                            f"{where}:{name.line}",
                            node in optional,
                            node in deferred,
                        )
                    )
            for name in named_objects(node):
                self._read_all(self.own.find(name, where))
        return where

    def _read_all(self, files: Sequence[str]) -> None:
        """Read the files of a package or module, once."""
        if files and files not in self._followed:
            self._followed.add(files)
            for file in files:
                self.read(file)

    def read_packages(self, where: str) -> list[str]:
        """Read the `__init__.py` of the packages that a file is in; return their paths."""
        folders = PurePosixPath(where).parents
        found = [f"{folder.as_posix()}/__init__.py" for folder in folders if folder.name]
        return [self.read(file) for file in reversed(found) if self.tree.has(file)]

    def find_pages(self) -> list[str]:
        """Return the modules of the pages folder, which is beside the module of the app."""
        beside = (PurePosixPath(self.made_in).parent / self.pages_folder).as_posix()
        for folder in (beside, self.pages_folder):
            found = self.tree.python_below(folder)
            if found:
                return found
        return []

    def _record(self, node: ast.AST, where: str) -> None:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                self.app.names.add(name)
            case ast.Constant(value=str(text)):
                self.app.strings.add(text)
            case ast.ClassDef(bases=bases) if any("Dash" in last_name(base) for base in bases):
                self.creates_dash = True
            case ast.ImportFrom(module="dash" | "pyrt", names=names):
                self.app.names.update(alias.name for alias in names)
                self.creates_dash |= any(a.name == "Dash" and a.asname for a in names)
            case ast.Call(func=function):
                self._record_call(last_name(function), node, where)
            case _:
                pass

    def _record_call(self, function: str, call: ast.Call, where: str) -> None:
        literals = {
            keyword.arg: keyword.value.value
            for keyword in call.keywords
            if keyword.arg and isinstance(keyword.value, ast.Constant)
        }
        if "Dash" in function or function == "init_app":
            self.prefix = _prefix(literals) or self.prefix
        if "Dash" in function:
            self.creates_dash = True
            self.made_in = where
            given = next((k.value for k in call.keywords if k.arg == "assets_folder"), None)
            self.assets_folder = self._find_assets(where, given)
            self.uses_pages |= bool(literals.get("use_pages")) or "pages_folder" in literals
            self.app.title = str(literals.get("title") or self.app.title)
            if literals.get("pages_folder"):
                self.pages_folder = str(literals["pages_folder"])
        elif function in {"create_engine", "create_async_engine"}:
            self.app.database_urls |= {
                argument.value
                for argument in call.args[:1]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            }
        elif function == "register_page":
            self.page_paths.update(_redirects(call))
            if "path_template" not in literals:
                path = literals.get("path")
                if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                    path = call.args[1].value
                self.page_paths.add(str(path) if path else _page_path(where, self.pages_folder))

    def _find_assets(self, where: str, given: ast.expr | None) -> str:
        """Return the assets folder of a `Dash(__name__)`: beside the module that creates it.

        Of an expression such as `os.path.join(HERE, "web", "assets")` the words are known.
        """
        folder = PurePosixPath(where).parent
        if given is None or isinstance(given, ast.Constant):
            name = str(given.value) if isinstance(given, ast.Constant) else "assets"
            beside = PurePosixPath(posixpath.normpath(folder / name))
            found = beside if (self.app.folder / beside).is_dir() else PurePosixPath(name)
            return found.as_posix().removeprefix("./")
        constants = [n for n in ast.walk(given) if isinstance(n, ast.Constant)]
        words = [n.value for n in sorted(constants, key=lambda n: (n.lineno, n.col_offset))]
        parts = [word for word in words if isinstance(word, str) and word.strip("./")]
        for count in range(len(parts)):
            for base in (folder, *folder.parents):
                found = base.joinpath(*parts[count:])
                if (self.app.folder / found).is_dir():
                    return found.as_posix().removeprefix("./")
        return "assets"


def _redirects(call: ast.Call) -> Iterator[str]:
    """Yield the old addresses of a page, which need a file of their own, too (S-151)."""
    for keyword in call.keywords:
        if keyword.arg == "redirect_from" and isinstance(keyword.value, ast.List | ast.Tuple):
            for item in keyword.value.elts:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value


def _prefix(arguments: Mapping[str, object]) -> str:
    """Return the prefix that arguments name, as `dashboard/`; empty if they name none."""
    named = next((str(arguments[name]) for name in _PREFIXES if arguments.get(name)), "")
    parts = [part for part in named.split("/") if part]
    return "" if ".." in parts else "".join(f"{part}/" for part in parts)


def _page_path(where: str, pages_folder: str) -> str:
    """Return the path that Dash gives a page without `path=` (Dash: `_infer_path`)."""
    inner = where.removesuffix(".py").removesuffix("/__init__")
    marker = f"{pages_folder.strip('/')}/"
    inner = inner.rpartition(marker)[2] if marker in inner else inner
    return "/" + inner.replace("_", "-").lower()


def _entered(include: Iterable[str]) -> list[str]:
    """Return the folders that patterns begin with, which are entered whatever their names."""
    found = []
    for pattern in include:
        folders = pattern.lstrip("/").split("/")[:-1]
        found += ["/".join(folders[:count]) for count in range(1, len(folders) + 1)]
    return [folder for folder in found if "*" not in folder]


def _collect_files(app: App, tree: Tree) -> None:
    """Sort the files that travel into assets, data and modules; say what is left out and why."""
    layout = app.layout
    assets = f"{app.assets_folder.strip('/')}/"
    ignored = IgnoreFiles(app.folder, app.where)
    choice = Choice(
        tree,
        app.strings,
        core=layout.core,
        assets=assets,
        wishes=Wishes(layout.include, layout.exclude, layout.allowed),
        ignored=ignored,
    )
    for where in tree.sizes:
        if where in app.modules:
            app.decisions[where] = _of_module(where, ignored)
            continue
        if where in app.excluded:
            app.decisions[where] = Verdict(travels=False, reason="only the server uses it")
            continue
        app.decisions[where] = verdict = choice.judge(where)
        if not verdict.travels:
            continue
        if where.startswith(assets):
            app.assets[where.removeprefix(assets)] = app.folder / where
        else:
            app.data[where] = app.folder / where
    for where, reason in tree.unusable.items():
        app.decisions[where] = Verdict(travels=False, reason=reason, is_said=True)
    app.empty = [folder for folder in tree.empty if choice.judge(f"{folder}/.keep").travels]
    app.other_case = dict(_other_case(app, tree))
    left_out = (
        f"{where} ({verdict.reason})"
        for where, verdict in app.decisions.items()
        if verdict.is_said and not verdict.travels
    )
    app.left_out = sorted({*app.left_out, *left_out, *_files_outside(app)})


def _of_module(where: str, ignored: IgnoreFiles) -> Verdict:
    rule = ignored.reason(where)
    about = f", although {rule} leaves it out" if rule else ""
    return Verdict(travels=True, reason=f"a module of the app{about}", is_said=bool(rule))


def _other_case(app: App, tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield files that the code names with other capitals: only some systems find them."""
    folders = [PurePosixPath(app.where).parent.as_posix(), ""]
    for text in app.strings:
        plain = text.replace("\\", "/").removeprefix("./")
        if len(plain) > MAX_PATH_CHARS or "." not in plain:
            continue
        for folder in folders:
            where = plain if folder in {"", "."} else f"{folder}/{plain}"
            found = tree.lower_case.get(where.lower())
            if found and found != where and not tree.has(where):
                yield found, text


def _files_outside(app: App) -> Iterator[str]:
    """Yield files that the code names and that are not below the app's root."""
    for text in app.strings:
        if ".." in text.split("/") and len(text) < MAX_PATH_CHARS and "\n" not in text:
            path = (app.entry.parent / text).resolve()
            if path.is_file() and not path.is_relative_to(app.folder.resolve()):
                yield f"{text} (not in the project's folder: move it there)"


def file_notes(app: App) -> list[Note]:
    """Return warnings about the files of an app: large ones, and names in another case."""
    files = {**app.data, **{f"{app.assets_folder}/{w}": p for w, p in app.assets.items()}}
    sizes = {where: path.stat().st_size for where, path in files.items()}
    found = [Note(Code.LARGE_FILES, text) for text in size_notes(sizes)]
    found += [
        Note(Code.IGNORED_TRAVELS, f"{where} is part of the site: {verdict.reason}")
        for where, verdict in sorted(app.decisions.items())
        if verdict.travels and verdict.is_said
    ]
    found += [
        Note(
            Code.OTHER_CASE,
            f"the code names {text!r}, and the file is {where}: in a browser, as on most servers, "
            "capitals count. Write the name as it is",
        )
        for where, text in sorted(app.other_case.items())
    ]
    return found
