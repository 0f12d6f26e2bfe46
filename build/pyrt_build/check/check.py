"""One check: the app is read as a build reads it, and then each kind of mistake is looked for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pyrt_build.app import project, variables
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.declared import Selection
from pyrt_build.app.discover import App, file_notes
from pyrt_build.app.leaks import keep_secrets_out
from pyrt_build.app.requirements import read_requirements
from pyrt_build.app.settings import Settings, read_settings
from pyrt_build.check import callbacks, cost, files, ids, missing, modules, names, tab
from pyrt_build.check.finding import Finding, from_lines, from_note, one_line, without_ignored
from pyrt_build.console.notes import Code
from pyrt_build.console.output import take_notes
from pyrt_build.errors import BuildError, ChoiceError
from pyrt_build.project.files import Tree, names_file, read_file
from pyrt_build.project.imports import OwnModules, parse_module
from pyrt_build.project.sources import Sources
from pyrt_build.server_code import logins
from pyrt_build.server_code.partition import Partition, partition
from pyrt_build.server_code.routes import route_notes

_RANDOM = "looks random"  # what may well be no secret
SMALL_BYTES = 100_000  # of a data file in which secrets are looked for; a build looks in all


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check says of an app.

    Attributes:
        findings: by file and line.
        ignored: how many a comment silences.
        count: the number of modules that were read.
        imports, files: the heaviest of the start, with their bytes.
    """

    findings: list[Finding]
    ignored: int = 0
    count: int = 0
    imports: cost.Sizes = field(default_factory=list)
    files: cost.Sizes = field(default_factory=list)


def check(config: SiteConfig) -> Checked:
    """Read an app, and return what would go wrong with it in a tab.

    Raises:
        ChoiceError: several apps are there, none before the others.
        BuildError: there is no app.
    """
    found = project.find(config)
    config = found.config
    assert config.layout is not None  # project.find
    config = replace(config, layout=replace(config.layout, may_make_app_when_run=True))
    default = found.entry.file.relative_to(found.place.root).as_posix()
    settings = read_settings(config)
    try:
        parts = partition(config, settings)
    except ChoiceError:
        raise
    except BuildError as error:
        unread = {(each.file, each.line): each for each in _broken(config, default)}
        first = _unread(error, default)
        return Checked(sorted({(first.file, first.line): first, **unread}.values()), count=1)
    app = parts.app
    sources = {where: app.read(where) for where in app.modules}
    findings = list(_findings(config, settings, parts, default))
    take_notes()
    kept, ignored = without_ignored(findings, sources)
    return Checked(
        kept, ignored, len(sources), cost.heaviest_imports(app), cost.heaviest_files(app)
    )


def _unread(error: BuildError, default: str) -> Finding:
    """Return the finding of an app that cannot be read, as of one with a syntax error."""
    first, _, rest = str(error).partition(":")
    line, _, text = rest.partition(":")
    if line.isdigit():
        return Finding(first, int(line), Code.NOT_READ.code, one_line(text))
    return Finding(default, 0, Code.NOT_READ.code, one_line(str(error)))


def _broken(config: SiteConfig, default: str) -> Iterator[Finding]:
    """Yield the syntax errors of all modules that the app imports."""
    assert config.layout is not None  # project.find
    sources = Sources(Tree(config.layout.root))
    for where in sources.closure(default, OwnModules(sources.tree, config.layout.path)):
        try:
            parse_module(read_file(config.layout.root / where), where)
        except BuildError as error:
            yield _unread(error, default)


def _findings(
    config: SiteConfig, settings: Settings, parts: Partition, default: str
) -> Iterator[Finding]:
    app = parts.app
    trees = {where: parse_module(app.read(where), where) for where in app.modules}
    yield from _of_builder(settings, parts, default)
    yield from _of_errors(config, settings, app)
    try:
        declared = read_requirements(config, Selection(settings.extras, settings.groups))
        yield from modules.inspect(parts, declared, {*settings.allow_build, *config.allow_build})
    except BuildError as error:
        yield _unread(error, config.requirements.name if config.requirements else default)
    yield from files.inspect(app, trees)
    imported = {where: trees[where] for where in sorted(_imported(app)) if where in trees}
    yield from names.inspect(app, imported)
    yield from missing.inspect(app, imported)
    yield from _of_callbacks(trees, imported)


def _imported(app: App) -> set[str]:
    """Return the modules that are certainly imported; of a package, a site has all files."""
    sources = Sources(Tree(app.folder))
    own = OwnModules(sources.tree, app.layout.path)
    return {where for root in app.roots for where in sources.closure(root, own)}


def _of_callbacks(
    trees: dict[str, ast.Module], imported: dict[str, ast.Module]
) -> Iterator[Finding]:
    declared = callbacks.read(imported)
    yield from callbacks.inspect(trees, declared)
    yield from callbacks.inspect_signatures(declared)
    yield from ids.inspect(trees, declared)
    yield from tab.inspect(imported, declared)


def _of_builder(settings: Settings, parts: Partition, default: str) -> Iterator[Finding]:
    """Yield the warnings that a build would give for what it reads."""
    notes = [*file_notes(parts.app), *parts.removal.warnings]
    notes += route_notes(parts.routes, has_bridge=settings.bridge is not None)
    yield from (from_note(note, default) for note in notes if note.code.is_warning)


def _of_errors(config: SiteConfig, settings: Settings, app: App) -> Iterator[Finding]:
    """Yield the errors that would end a build."""
    try:
        logins.refuse(app)
    except BuildError as error:
        advice = "A static site can keep no password: protect the host, or what the bridge answers"
        yield from from_lines(str(error), Code.LOGIN, advice)
    try:
        given = variables.given_variables(config, settings)
        variables.check_needed(app, given)
    except BuildError as error:
        advice = "The site has it only with --env, --env-file or [tool.pyrt.env]"
        yield from from_lines(str(error), Code.VARIABLE, advice)
    try:
        notes = keep_secrets_out(_with_small_files(app))
        yield from (from_note(note, app.where) for note in notes if _RANDOM not in note.text)
    except BuildError as error:
        advice = "Everyone could read it: use it in a server callback, or take it out"
        yield from from_lines(str(error), Code.SECRET, advice)


def _with_small_files(app: App) -> App:
    """Return an app without large files, which take seconds to search, and unnamed data."""
    data = {
        where: path
        for where, path in app.data.items()
        if path.stat().st_size <= SMALL_BYTES and names_file(app.strings, where)
    }
    assets = {w: path for w, path in app.assets.items() if path.stat().st_size <= SMALL_BYTES}
    return replace(app, data=data, assets=assets)
