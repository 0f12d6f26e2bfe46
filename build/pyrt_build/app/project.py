"""Finds a project: what is run, where its files are, which requirements and settings count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyrt.model.environment import Launch
from pyrt_build.app.config import Layout, SiteConfig
from pyrt_build.app.requirements import read_project, read_script_block
from pyrt_build.app.root import Place, find_place, relative_folders, upward
from pyrt_build.app.settings import find_table, read_entry_setting, read_settings
from pyrt_build.errors import BuildError
from pyrt_build.project.entry import Entry, find_entry
from pyrt_build.project.files import MAX_PATH_CHARS, Tree
from pyrt_build.project.imports import OwnModules, relative
from pyrt_build.project.sources import Sources

_OF_DASH = frozenset({"assets", "pages"})  # folders that Dash finds beside the app's module
IN_SITE = "/app"  # the root in the browser


@dataclass(frozen=True, slots=True)
class Project:
    """What was found.

    Attributes:
        config: the options, with everything that was found in them.
        entry: what is run.
        place: where the project is.
        working_folder: the current folder of the app, on this machine.
    """

    config: SiteConfig
    entry: Entry
    place: Place
    working_folder: Path

    def describe(self) -> list[str]:
        """Return the first lines of a build: what was read, and why."""
        root = self.place.root
        lines = [
            f"App: {relative(self.entry.file, root)}, as {self.entry.shown} ({self.entry.why})",
            f"Root: {root} ({self.place.why})",
        ]
        if self.working_folder != root:
            lines.append(f"Working folder: {relative(self.working_folder, root)}")
        if self.config.requirements:
            file = self.config.requirements
            shown = relative(file, root) if file.is_relative_to(root) else file
            about = "" if self.place.leads_to_dash else " (does not name dash)"
            lines.append(f"Requirements: {shown}{about}")
        elif read_script_block(self.entry.file) is not None:
            lines.append(f"Requirements: the script block of {self.entry.file.name}")
        else:
            lines.append("Requirements: none found; packages are those that the app imports")
        return lines

    @property
    def launch(self) -> Launch:
        """How the app is run on this machine: in the folder where its command would be given."""
        return Launch(
            module=self.entry.module,
            attribute=self.entry.attribute,
            root=str(self.place.root),
            path=[str(folder) for folder in self._path],
            working_folder=str(self.entry.folder or ""),
        )

    @property
    def _path(self) -> list[Path]:
        return [*dict.fromkeys([*self.entry.path, *self.place.path])]


def find(config: SiteConfig, folder: Path | None = None) -> Project:
    """Find the project that the options name.

    Args:
        config: the options; `entry` counts if `target` is None.
        folder: the folder in which the command was given; None for the current one.

    Raises:
        BuildError: there is no app, or a file cannot be read.
        ChoiceError: there are several apps or files of requirements, none before the others.
    """
    given = (folder or Path.cwd()).resolve()
    target = str(config.entry) if config.target is None else config.target
    setting = None if target or config.module else read_entry_setting(given)
    entry = find_entry(target, config.module, given, setting)
    entry = replace(
        entry,
        file=entry.file.parent.resolve() / entry.file.name,
        path=tuple(path.resolve() for path in entry.path),
    )
    place = find_place(entry, config.requirements)
    has_block = config.requirements is None and read_script_block(entry.file) is not None
    requirements = None if has_block else place.requirements
    found = replace(
        config,
        entry=entry.file,
        requirements=requirements,
        settings_file=_settings_file(entry, place),
    )
    settings = read_settings(found)
    folders = [*dict.fromkeys([*entry.path, *place.path])]
    layout = Layout(
        place.root,
        tuple(relative_folders([*folders, *place.imported], place.root)),
        relative(place.core, place.root).removeprefix("."),
        settings.include,
        settings.exclude,
        tuple(_allowed(config.allowed_secrets, place.root)),
    )
    _check_two_apps(entry, layout)
    working_folder = _working_folder(entry, place, layout)
    launch = Launch(
        entry.module,
        entry.attribute,
        IN_SITE,
        [_in_site(path, place.root) for path in folders if path.is_relative_to(place.root)],
        _in_site(working_folder, place.root),
    )
    return Project(replace(found, layout=layout, launch=launch), entry, place, working_folder)


def _allowed(files: Iterable[Path], root: Path) -> Iterator[str]:
    """Yield the paths of files that may hold a secret and travel all the same.

    Raises:
        BuildError: one is not there, or not in the project.
    """
    for given in files:
        file = given.parent.resolve() / given.name
        if not file.is_file() or not file.is_relative_to(root):
            raise BuildError(f"--allow-secret {given}: there is no such file in {root}.")
        yield relative(file, root)


def _in_site(path: Path, root: Path) -> str:
    where = relative(path, root)
    return IN_SITE if where == "." else f"{IN_SITE}/{where}"


def _settings_file(entry: Entry, place: Place) -> Path | None:
    """Return the nearest pyproject.toml with `[tool.pyrt]`, from the entry up to the root."""
    for folder in upward(entry.file.parent):
        file = folder / "pyproject.toml"
        if file.is_file() and find_table(read_project(file), file.name):
            return file
        if folder == place.root:
            break
    return None


def _working_folder(entry: Entry, place: Place, layout: Layout) -> Path:
    """Return the current folder: where the command is given, if that is in the project.

    If the app's strings name files relative to its own folder, and none relative to that one, it is
    the app's own folder.
    """
    root, own = place.root, entry.file.parent
    given = entry.folder.resolve() if entry.folder else root
    given = given if given.is_relative_to(root) and given.is_dir() else root
    if given == own or entry.attribute:
        return given
    sources = Sources(Tree(root))
    files = sources.closure(relative(entry.file, root), OwnModules(sources.tree, layout.path))
    texts = {text for file in files for text in sources.source(file).strings}
    here = any(_names_in(given, text) for text in texts)
    beside = any(_names_in(own, text) for text in texts)
    return own if beside and not here else given


def _names_in(folder: Path, text: str) -> bool:
    """Tell whether a string names a file or a folder in a folder."""
    if not 1 < len(text) <= MAX_PATH_CHARS or set(text) & {"\n", "\0"} or text in _OF_DASH:
        return False
    path = folder / text.replace("\\", "/")
    return path.exists() if "/" in text or "." in text else path.is_dir()


def _check_two_apps(entry: Entry, layout: Layout) -> None:
    """Check that a file makes one app, or runs one of them.

    Raises:
        BuildError: it makes several, and nothing says which is meant.
    """
    if entry.attribute:
        return
    sources = Sources(Tree(layout.root))
    source = sources.source(relative(entry.file, layout.root))
    if len(source.apps) < 2 or len(source.runs & source.apps.keys()) == 1:  # noqa: PLR2004
        return
    own = OwnModules(sources.tree, layout.path)
    module = entry.module or own.name_of(relative(entry.file, layout.root))
    lines = "\n".join(
        f"  pyrt build {module}:{name}    (line {line})" for name, line in source.apps.items()
    )
    raise BuildError(f"{entry.file.name} makes {len(source.apps)} apps. Choose one:\n{lines}")
