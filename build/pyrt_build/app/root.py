"""Finds the folder of a project, and the file of its requirements that counts.

The search goes upward from the entry, at most to the folder with `.git`, and never into a home
folder. A folder above the entry is the project's only if its requirements lead to Dash, or if the
app imports from it or reads in it.
"""

import contextlib
import itertools
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from packaging.utils import canonicalize_name

from pyrt_build.app import requirements
from pyrt_build.errors import BuildError, ChoiceError
from pyrt_build.project.entry import Entry
from pyrt_build.project.files import MAX_PATH_CHARS, Tree, is_skipped_folder
from pyrt_build.project.imports import NEVER_LOCAL, Name, OwnModules, top_level
from pyrt_build.project.sources import Sources

# Files with requirements, in the order in which they count within one folder.
FILES = (
    "requirements.txt",
    "pyproject.toml",
    "Pipfile",
    "environment.yml",
    "environment.yaml",
    "conda.yml",
    "conda.yaml",
    "pylock.toml",
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "setup.cfg",
    "setup.py",
)
# Of these, what is not written as a literal is not known; they are not broken for that.
_SETUP = frozenset({"setup.cfg", "setup.py"})
# Of several files, the one for the place where the app is used; words in their names.
_OBVIOUS = (
    ("requirements",),
    ("prod", "production", "deploy", "app", "web", "main"),
    ("base", "common", "core"),
)
_LISTED = re.compile(r"(.*[-_.])?(requirements?|reqs?)([-_.].*)?\.(txt|in)", re.IGNORECASE)
# Packages that need dash, besides those whose names begin with `dash-`.
_DASH_PACKAGES = frozenset(
    {"dash", "jupyter-dash", "explainerdashboard", "vizro", "dtale", "plotly-resampler"}
)
# Folders of a home folder that hold unrelated files of the user.
_PERSONAL = frozenset({"desktop", "documents", "downloads", "dokumente", "schreibtisch"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project is.

    Attributes:
        root: the folder that contains all files of the app.
        why: what makes it the root.
        core: the folder of which everything may travel; of the rest of the root, only what the app
            imports or names.
        requirements: the file that counts; None if none does.
        leads_to_dash: whether that file does.
        path: folders for `sys.path` that the entry has not named, where the app's modules are.
        imported: folders in which the app finds modules because it changes `sys.path` itself.
    """

    root: Path
    why: str
    core: Path
    requirements: Path | None
    leads_to_dash: bool
    path: tuple[Path, ...] = ()
    imported: tuple[Path, ...] = ()


def upward(folder: Path, home: Path | None = None) -> Iterator[Path]:
    """Yield a folder and those above it, up to the one with `.git`.

    Without one, up to the folder below one that holds several projects. Never a home folder, one
    above it, or one that holds what belongs to no project.
    """
    home = home or _home()
    found = [folder]
    while not (found[-1] / ".git").exists():
        higher = found[-1].parent
        if is_shared(higher, home, Path(tempfile.gettempdir())):
            yield from itertools.takewhile(
                lambda each: each == folder or not _holds_projects(each), found
            )
            return
        found.append(higher)
    yield from found


def _holds_projects(folder: Path) -> bool:
    """Tell whether folders in a folder are projects of their own: a repository, or two others."""
    found = 0
    with contextlib.suppress(OSError):
        for below in folder.iterdir():
            if (below / ".git").exists():
                return True
            found += any((below / name).is_file() for name in FILES)
    return found > 1


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # the user has none
        return Path("/nonexistent")


def is_shared[P: PurePath](folder: P, home: P, temporary: P) -> bool:
    """Tell whether a folder holds what belongs to no single project.

    That is a home folder, what is above it, the system's folders, and the folder of temporary
    files.
    """
    personal = folder.parent == home and folder.name.lower() in _PERSONAL
    return (
        folder == folder.parent
        or len(folder.parts) <= 2  # noqa: PLR2004  # /home, C:\Users
        or home.is_relative_to(folder)
        or temporary.is_relative_to(folder)
        or folder.parent == home.parent
        or personal
    )


def find_place(entry: Entry, explicit: Path | None) -> Place:
    """Find root and requirements of an entry.

    Args:
        entry: what is run.
        explicit: the value of `--requirements`.

    Raises:
        BuildError: the file of requirements cannot be read.
        ChoiceError: there are several files with requirements, none before the others.
    """
    own = _own_folder(entry)
    start = entry.file.parent
    above = [folder for folder in upward(start) if own.is_relative_to(folder)]
    found = _nearest_requirements(start)
    root, why = own, "the entry's own folder"
    core = own
    if found is not None and own.is_relative_to(found.folder):
        root = core = found.folder
        why = f"{found.file.relative_to(root).as_posix()} in it names dash"
    files = explicit or (found.file if found else None)
    leads = files is not None
    if files is None:
        files = _beside(own)
    place = Place(root, why, core, files, leads_to_dash=leads)
    return _widened(entry, place, [f for f in above if f != own])


def _own_folder(entry: Entry) -> Path:
    """Return the highest folder of the entry that contains its file."""
    containing = [p for p in entry.path if entry.file.is_relative_to(p)]
    return min(containing, key=lambda p: len(p.parts), default=entry.file.parent)


# --- requirements


@dataclass(frozen=True, slots=True)
class _Required:
    """A file of requirements, and the folder of the project that it is for."""

    file: Path
    folder: Path


def _nearest_requirements(start: Path) -> _Required | None:
    """Return the nearest file with requirements that leads to Dash, upward from a folder.

    Folders beside that of the entry may be other projects: their requirements count in the folder
    of a repository only.
    """
    for folder in upward(start):
        is_project = folder == start or (folder / ".git").exists()
        found = _in_folder(folder) or (_set_apart(folder) if is_project else None)
        if found:
            return _Required(found, folder)
    return None


def _set_apart(folder: Path) -> Path | None:
    """Return the requirements in a folder below that has them and no Python, as `environment/`.

    None if several folders have some: each may belong to another app.
    """
    found = []
    for below in sorted(folder.iterdir()) if folder.is_dir() else ():
        if below.is_dir() and not is_skipped_folder(below.name, below):
            named = [below / name for name in FILES if (below / name).is_file()]
            leading = next(filter(leads_to_dash, named), None)
            if leading and not any(below.glob("*.py")):
                found.append(leading)
    return found[0] if len(found) == 1 else None


def _in_folder(folder: Path) -> Path | None:
    for name in FILES:
        file = folder / name
        if file.is_file() and leads_to_dash(file):
            return file
    for below, start in ((folder / "requirements", folder), (folder, folder)):
        named = [
            path
            for path in (sorted(below.iterdir()) if below.is_dir() else ())
            if path.is_file()
            and path.suffix in {".txt", ".in"}
            and (below != start or _LISTED.fullmatch(path.name))
            and leads_to_dash(path)
        ]
        if named:
            return _obvious(named, start)
    return None


def _obvious(files: Sequence[Path], folder: Path) -> Path:
    """Return the one of several files that is for the place where the app is used.

    Raises:
        ChoiceError: no name says so.
    """
    compiled = [f for f in files if f.suffix == ".txt"] or files
    if len(compiled) == 1:
        return compiled[0]
    for words in _OBVIOUS:
        for word in words:
            for file in compiled:
                parts = set(re.split(r"[-_.]", file.stem.lower())) - {"requirements"}
                if word in (parts or {"requirements"}):
                    return file
    shown = "\n".join(
        f"  pyrt build --requirements {f.relative_to(folder).as_posix()}" for f in compiled
    )
    raise ChoiceError(f"Several files in {folder} name dash. Choose one:\n{shown}")


def _beside(folder: Path) -> Path | None:
    """Return a file of the entry's own folder with requirements, although none leads to Dash."""
    for name in FILES:
        if (folder / name).is_file() and _names(folder / name):
            return folder / name
    return None


def leads_to_dash(file: Path) -> bool:
    """Tell whether a file of requirements names dash, or a package for it."""
    return any(name in _DASH_PACKAGES or name.startswith("dash-") for name in _names(file))


def _names(file: Path) -> list[str]:
    try:
        found = requirements.read_file(file)
    except (BuildError, OSError, UnicodeError):
        return [] if file.name in _SETUP else _names_in_text(file)
    return [canonicalize_name(s.requirement.name) for s in found.requirements]


def _names_in_text(file: Path) -> list[str]:
    """Return `dash` if the text of a broken file names it, so that its error is reported."""
    try:
        content = file.read_bytes().replace(b"\0", b"")
    except OSError:
        return []
    return ["dash"] if re.search(rb"(?mi)^\W*dash\b", content) else []


# --- imports and reads above the entry


def _widened(entry: Entry, place: Place, above: Sequence[Path]) -> Place:
    """Return the place with the folders above it from which the app imports, or where it reads."""
    root, why = place.root, place.why
    path: dict[Path, None] = {}
    imported: dict[Path, None] = {}
    for _ in range(len(above) + 1):
        sources = Sources(Tree(root))
        folders = [*entry.path, *path, *imported]
        own = OwnModules(sources.tree, relative_folders(folders, root))
        where = entry.file.relative_to(root).as_posix()
        files = sources.closure(where, own)
        changes_path = any(sources.source(file).paths for file in files)
        found = _import_folder(files, sources, own, root, above, changes_path=changes_path)
        higher: Path | None
        if found:
            name, higher = found
            (imported if changes_path else path)[higher] = None
            reason = f"the app imports {name} from it"
        else:
            higher, reason = _read_folder(files, sources, entry, root, above)
        if higher is None:
            break
        if root.is_relative_to(higher) and higher != root:
            root, why = higher, reason
        elif not found:
            break
    return Place(
        root,
        why,
        place.core,
        place.requirements,
        place.leads_to_dash,
        tuple(path),
        tuple(imported),
    )


def relative_folders(folders: Sequence[Path], root: Path) -> list[str]:
    """Return folders relative to a root, those in it, with `/`; "" is the root."""
    inside = [f.relative_to(root).as_posix() for f in folders if f.is_relative_to(root)]
    return list(dict.fromkeys("" if folder == "." else folder for folder in inside))


def _import_folder(  # noqa: PLR0913
    files: Sequence[str],
    sources: Sources,
    own: OwnModules,
    root: Path,
    above: Sequence[Path],
    *,
    changes_path: bool,
) -> tuple[str, Path] | None:
    """Return a module that the app imports and its folder, if `sys.path` does not lead there."""
    is_project = any((folder / ".git").exists() for folder in (root, *above))
    higher = [f for f in above if root.is_relative_to(f) and f != root]
    folders = [root, *(higher if changes_path or is_project else ())]
    for file in files:
        for name in sources.source(file).imports:
            first = top_level(name.module)
            if (
                name.level
                or first in NEVER_LOCAL
                or first in sys.stdlib_module_names
                or own.resolve(Name(first, name.line), file)
                or own.find(name, file)
            ):
                continue
            for folder in folders:
                for place in (folder, folder / "src"):
                    if _has_module(place, first) or _has_part(place, name.module):
                        return first, place
    return None


def _has_module(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


def _has_part(folder: Path, module: str) -> bool:
    """Tell whether a folder has a file or a folder for a module `a.b`, `a` without init."""
    path = folder.joinpath(*module.split("."))
    return "." in module and (path.with_name(f"{path.name}.py").is_file() or path.is_dir())


def _read_folder(
    files: Sequence[str], sources: Sources, entry: Entry, root: Path, above: Sequence[Path]
) -> tuple[Path | None, str]:
    """Return the folder above the root in which the app reads, and the reason."""
    for file in files:
        source = sources.source(file)
        texts = [t for t in source.strings if 0 < len(t) <= MAX_PATH_CHARS and "\n" not in t]
        here = (root / file).parent
        for base, text in _places(here, source.climbs, texts, entry, root):
            path = _existing(base, text)
            if path is None or path.is_relative_to(root):
                continue
            for folder in above:
                if path.is_relative_to(folder) and path != folder:
                    return folder, f"{file} reads {text} in it"
    return None, ""


def _places(
    here: Path, climbs: int, texts: Sequence[str], entry: Entry, root: Path
) -> Iterator[tuple[Path, str]]:
    """Yield each text with the folder that it may be relative to."""
    bases = [entry.file.parent, here]
    given = [entry.folder] if entry.folder and not entry.folder.is_relative_to(root) else []
    climbed = [here.parents[n] for n in range(min(climbs, len(here.parents)))]
    for text in texts:
        parts = text.replace("\\", "/").split("/")
        if ".." in parts:
            yield from ((base, text) for base in bases)
        elif text.strip("./\\"):
            yield from ((base, text) for base in climbed)
            if "/" in text or "." in text:
                yield from ((base, text) for base in given)


def _existing(base: Path, text: str) -> Path | None:
    try:
        path = (base / text.replace("\\", "/")).resolve()
        return path if path.exists() and not Path(text).is_absolute() else None
    except (OSError, ValueError):
        return None
