"""Finds what is run: from what stands on the command line, or from the files of a folder.

    a file                        python FILE
    module:attribute, module:f()  as gunicorn
    -m package                    python -m package
    a folder, or nothing          the first of: [tool.pyrt] entry, Procfile, Dockerfile, compose
                                  file, files of hosts (render.yaml), app.py, main.py, index.py,
                                  wsgi.py, run.py, the same one folder down, the packages below
                                  src/

A file of a package that imports the package by name, or relatively, is run as `python -m`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pyrt_build.errors import BuildError, ChoiceError
from pyrt_build.project import containers
from pyrt_build.project.files import Tree
from pyrt_build.project.host_files import read_host_files
from pyrt_build.project.imports import NEVER_LOCAL, OwnModules
from pyrt_build.project.sources import Sources
from pyrt_build.project.start_commands import StartCommand, read_command

NAMES = ("app.py", "main.py", "index.py", "wsgi.py", "run.py")
_CALLABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:.+", re.DOTALL)
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_NEAR = 5  # folders below the project's own, for a hint
_SHOWN = 5
FORMS = (
    "Give a file (pyrt build path/to/app.py), a folder, module:attribute as for gunicorn, or "
    "-m package."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is run, and how.

    Attributes:
        file: the file with its code.
        module: dotted name, if it is run or imported as a module; empty to run the file.
        attribute: of the module, as `server` or `create_app()`; empty to run it.
        path: the folders of the project that are on `sys.path`; the first is the script's, or where
            the command is given.
        folder: the folder where the command would be given; None if nothing says so.
        why: what it was found by, for the first lines of a build.
    """

    file: Path
    module: str = ""
    attribute: str = ""
    path: tuple[Path, ...] = ()
    folder: Path | None = None
    why: str = ""

    @property
    def shown(self) -> str:
        """How the app is run, as a command."""
        if self.attribute:
            return f"{self.module}:{self.attribute}"
        if self.module:
            return f"python -m {self.module.removesuffix('.__main__')}"
        return f"python {self.file.name}"


def find_entry(target: str, module: str, folder: Path, setting: str | None = None) -> Entry:
    """Find the entry.

    Args:
        target: what stands on the command line, empty for nothing.
        module: the value of `-m`, else empty.
        folder: the folder in which the command was given.
        setting: `entry` of `[tool.pyrt]`, which counts if nothing is on the command line.

    Raises:
        BuildError: there is no such file or module, or the folder has no app.
        ChoiceError: there are several, none before the others.
    """
    if module:
        return _module_entry(module, folder, f"-m {module}")
    if not target:
        return _of_setting(setting, folder) if setting else _search(folder)
    path = Path(folder, target)
    if path.is_dir():
        return _search(path)
    if path.is_file():
        return _file_entry(path, folder, "given")
    if _CALLABLE.fullmatch(target) and not target.endswith(".py"):
        return _callable_entry(target, folder, "given")
    raise BuildError(f"There is no file {path}. {_near(target, folder)}{FORMS}")


def _near(target: str, folder: Path) -> str:
    if _MODULE.fullmatch(target):
        for file in (folder / f"{target}.py", folder / "src" / f"{target}.py"):
            if file.is_file():
                return f"Did you mean {file.relative_to(folder)}? "
    return ""


def _of_setting(setting: str, folder: Path) -> Entry:
    why = f"[tool.pyrt] entry = {setting!r}"
    path = folder / setting
    if path.is_dir():
        return replace(_search(path), why=why)
    if path.is_file():
        return _file_entry(path, folder, why)
    if setting.startswith("-m "):
        return _module_entry(setting.removeprefix("-m ").strip(), folder, why)
    if _CALLABLE.fullmatch(setting):
        return _callable_entry(setting, folder, why)
    raise BuildError(f"{why}: there is no file {path}. {FORMS}")


# --- a file


def _file_entry(file: Path, folder: Path, why: str) -> Entry:
    """Return a file as an entry: as a script, or as a module if only that can work."""
    if file.suffix == ".ipynb":
        raise BuildError(f"{file} is a notebook. Give a Python file that creates the app.")
    if file.suffix not in {".py", ".pyw"}:
        raise BuildError(f"{file} is no Python file. {FORMS}")
    here = folder if file.is_relative_to(folder) else None
    script = Entry(file, path=(file.parent,), folder=here, why=why)
    base = _package_base(file)
    if base is None or not _needs_package(file, base):
        return script
    parts = file.relative_to(base).with_suffix("").parts
    name = ".".join(parts if parts[-1] != "__init__" else parts[:-1])
    if not _MODULE.fullmatch(name):
        return script
    shown = f"{why}; it imports its own package, so it runs as python -m {name}"
    return replace(script, module=name, path=(base,), why=shown)


def _package_base(file: Path) -> Path | None:
    """Return the folder that the outermost package of a file is in; None if it is in none.

    Folders without `__init__.py` are packages only for a file that imports relatively: then the
    file's own folder is the package.
    """
    folder = file.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder.parent if folder == file.parent else folder


def _needs_package(file: Path, base: Path) -> bool:
    """Tell whether a file imports relatively, or its own package by name."""
    tree = Tree(file.parent)
    source = Sources(tree).source(file.name)
    package = file.relative_to(base).parts[0]
    beside = OwnModules(tree, [""])
    return any(
        name.level
        or (
            name.module.split(".")[0] == package
            and package not in NEVER_LOCAL  # a folder with the name of an installed package
            and beside.resolve(name, file.name) is None
            and not tree.has_folder(package)
        )
        for name in source.imports
    )


# --- modules


def _module_entry(name: str, folder: Path, why: str) -> Entry:
    """Return a module as `python -m` runs it; a package runs its `__main__`."""
    if not _MODULE.fullmatch(name):
        raise BuildError(f"{why}: {name!r} is no name of a module. Write it as in: -m package.app")
    found = _locate(name, folder)
    if found is None:
        raise BuildError(_no_module(name, folder, why))
    file, base = found
    path = _with_folder(base, folder)
    if file.name != "__init__.py":
        return Entry(file, name, path=path, folder=folder, why=why)
    main = file.with_name("__main__.py")
    if not main.is_file():
        raise BuildError(
            f"{why}: the package {file.parent} has no __main__.py, so that Python cannot run it. "
            f"Name a module of it (-m {name}.app), or module:attribute."
        )
    return Entry(main, f"{name}.__main__", path=path, folder=folder, why=why)


def _callable_entry(target: str, folder: Path, why: str, more: Sequence[Path] = ()) -> Entry:
    """Return `module:attribute` as gunicorn imports it."""
    name, _, attribute = target.partition(":")
    found = _locate(name, folder, more)
    if found is None:
        raise BuildError(_no_module(name, folder, why if why != "given" else target))
    file, base = found
    entry = Entry(
        file, name, attribute, path=(*_with_folder(base, folder), *more), folder=folder, why=why
    )
    _check_attribute(entry)
    return entry


def _with_folder(base: Path, folder: Path) -> tuple[Path, ...]:
    """Return `sys.path`: the folder of the command, then the one in which the module is."""
    return (folder, base) if base != folder else (folder,)


def _locate(name: str, folder: Path, more: Sequence[Path] = ()) -> tuple[Path, Path] | None:
    """Return the file of a module, and the folder of `sys.path` that it is found in."""
    for base in (folder, *more, folder / "src"):
        path = base.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                return file, base
    return None


def _no_module(name: str, folder: Path, why: str) -> str:
    there = [*_modules_in(folder), *(f"{n} (in src)" for n in _modules_in(folder / "src"))]
    return (
        f"{why}: there is no module {name} in {folder}. "
        f"There are: {', '.join(there) or 'none'}. {FORMS}"
    )


def _modules_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(
        path.stem
        for path in folder.iterdir()
        if (path.suffix == ".py" and path.stem.isidentifier()) or (path / "__init__.py").is_file()
    )


def _check_attribute(entry: Entry) -> None:
    name = re.split(r"[.(]", entry.attribute, maxsplit=1)[0].strip()
    source = Sources(Tree(entry.file.parent)).source(entry.file.name)
    if source.names is None or name in source.names or source.is_broken:
        return
    if not name.isidentifier():
        raise BuildError(
            f"{entry.shown}: {entry.attribute!r} is neither a name nor a call of a function. Write "
            "it as in app:server or app:create_app()."
        )
    there = ", ".join(sorted(n for n in source.names if not n.startswith("_")))
    raise BuildError(
        f"{entry.shown}: {entry.file.name} has no {name!r} at its top level. It has: "
        f"{there or 'no names'}."
    )


# --- a folder


def _search(folder: Path) -> Entry:
    """Find the entry of a folder; see the head of this module for the order."""
    tree = Tree(folder)
    sources = Sources(tree)
    for find in (_from_procfile, _from_dockerfiles, _from_compose, _from_host_files):
        entry = _only(list(find(folder, sources)), folder)
        if entry:
            return entry
    names = _named_files(tree, sources)
    for rank in _ranks(tree):
        found = [where for where in rank if where in names]
        if found:
            entries = [
                _file_entry(folder / where, folder, f"first of {', '.join(NAMES)}")
                for where in found
            ]
            entry = _only(entries, folder)
            if entry:
                return entry
    entry = _only(list(_packages(folder, sources)), folder)
    if entry:
        return entry
    raise BuildError(_no_app(folder, tree, sources))


def _only(found: Sequence[Entry], folder: Path) -> Entry | None:
    """Return the one entry of a rank.

    Raises:
        ChoiceError: there are several.
    """
    distinct = list({(e.file, e.module, e.attribute): e for e in found}.values())
    if len(distinct) > 1:
        lines = [f"  {_command(entry, folder)}    ({entry.why})" for entry in distinct]
        raise ChoiceError("There are several apps here. Choose one:\n" + "\n".join(lines))
    return distinct[0] if distinct else None


def _command(entry: Entry, folder: Path) -> str:
    if entry.module and not entry.why.startswith("first of"):
        name = entry.module.removesuffix(".__main__")
        return (
            f"pyrt build {name}:{entry.attribute}" if entry.attribute else f"pyrt build -m {name}"
        )
    where = entry.file.relative_to(folder) if entry.file.is_relative_to(folder) else entry.file
    shown = where.as_posix()
    return f'pyrt build "{shown}"' if " " in shown else f"pyrt build {shown}"


def _from_procfile(folder: Path, sources: Sources) -> Iterator[Entry]:
    file = folder / "Procfile"
    if not file.is_file():
        return
    lines = enumerate(file.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1)
    kinds = [(number, *line.partition(":")[::2]) for number, line in lines if ":" in line]
    web = [each for each in kinds if each[1].strip() == "web"]
    for number, name, text in web or kinds:
        command = read_command(text, _script_reader(folder))
        origin = f"Procfile:{number}: {name.strip()}: {text.strip()}"
        entry = command and _from_command(command, folder, sources, origin)
        if entry:
            yield entry


def _from_dockerfiles(folder: Path, sources: Sources) -> Iterator[Entry]:
    for name in containers.DOCKERFILES:
        if (folder / name).is_file():
            start = containers.read_dockerfile(folder, name)
            entry = start and _from_command(
                start.command, folder, sources, f"{start.origin}: {start.text}"
            )
            if entry:
                yield entry
            return


def _from_compose(folder: Path, sources: Sources) -> Iterator[Entry]:
    for name in containers.COMPOSE_FILES:
        if (folder / name).is_file():
            for start in containers.read_compose(folder, name):
                origin = f"{start.origin}: {start.text}"
                entry = _from_command(start.command, folder, sources, origin)
                if entry:
                    yield entry
            return


def _from_host_files(folder: Path, sources: Sources) -> Iterator[Entry]:
    for start in read_host_files(folder):
        command = read_command(start.text, _script_reader(folder / start.folder))
        origin = f"{start.origin}: {start.text}"
        inside = command and replace(
            command,
            folder="/".join(part for part in (start.folder, command.folder) if part),
            path=tuple(f"{start.folder}/{path}".strip("/") for path in command.path),
        )
        entry = inside and _from_command(inside, folder, sources, origin)
        if entry:
            yield entry


def _script_reader(folder: Path) -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        file = folder / path
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None

    return read


def _from_command(
    command: StartCommand, project: Path, sources: Sources, origin: str
) -> Entry | None:
    """Return the entry that a start command of a project names; None if it is no Dash app of it."""
    folder = (project / command.folder).resolve() if command.folder else project
    more = [project / path for path in command.path]
    try:
        if command.file:
            if not (folder / command.file).is_file():
                return None
            entry = replace(_file_entry(folder / command.file, folder, origin), folder=folder)
        elif command.attribute:
            target = f"{command.module}:{command.attribute}"
            entry = _callable_entry(target, folder, origin, more)
        else:
            entry = _module_entry(command.module, folder, origin)
    except BuildError:
        return None
    if not entry.file.is_relative_to(project):
        return None
    return entry if _is_dash(entry, project, sources) else None


def _is_dash(entry: Entry, project: Path, sources: Sources) -> bool:
    folders = [p.relative_to(project).as_posix() for p in entry.path if p.is_relative_to(project)]
    own = OwnModules(sources.tree, ["" if f == "." else f for f in folders])
    return sources.leads_to_dash(entry.file.relative_to(project).as_posix(), own)


def _ranks(tree: Tree) -> Iterator[list[str]]:
    """Yield the paths that may be the entry, those before others first."""
    for name in NAMES:
        yield [name]
    folders = sorted({w.split("/")[0] for w in tree.sizes if w.count("/") == 1})
    for name in NAMES:
        yield [f"{folder}/{name}" for folder in folders]


def _named_files(tree: Tree, sources: Sources) -> set[str]:
    """Return the files with one of the names that lead to Dash and that no other of them imports.

    If they all import each other, none is left out.
    """
    there = [where for rank in _ranks(tree) for where in rank if tree.has(where)]
    owns = {where: OwnModules(tree, _script_folders(where)) for where in there}
    found = [where for where in there if sources.leads_to_dash(where, owns[where])]
    imported = {
        other
        for where in found
        for other in sources.closure(where, owns[where])[1:]
        if other in found and where not in sources.closure(other, owns[other])
    }
    return set(found) - imported


def _script_folders(where: str) -> list[str]:
    folder = PurePosixPath(where).parent.as_posix()
    return [""] if folder == "." else [folder, ""]


def _packages(folder: Path, sources: Sources) -> Iterator[Entry]:
    """Yield the entries of packages below src/: `__main__.py`, or one of the names."""
    base = folder / "src"
    if not base.is_dir():
        return
    for package in sorted(base.iterdir()):
        if not package.is_dir() or not package.name.isidentifier():
            continue
        why = f"the package src/{package.name}"
        for name in ("__main__.py", *NAMES):
            file = package / name
            if not file.is_file():
                continue
            if name == "__main__.py" and (package / "__init__.py").is_file():
                entry = _module_entry(package.name, folder, why)
            else:
                entry = _file_entry(file, folder, why)
            if _is_dash(entry, folder, sources):
                yield entry
                break


def _no_app(folder: Path, tree: Tree, sources: Sources) -> str:
    near = [w for w in tree.python_below("") if w.count("/") <= _NEAR]
    makers = [where for where in near if sources.source(where).makes_app][:_SHOWN]
    hint = f"These files call Dash(...): {', '.join(makers)}. " if makers else ""
    return (
        f"There is no Dash app in {folder}: no [tool.pyrt] entry, no command in a Procfile, "
        "Dockerfile, compose file or file of a host (render.yaml), and none of "
        f"{', '.join(NAMES)} here, one folder down or in a package below src/ that imports dash. "
        f"{hint}{FORMS}"
    )
