"""One build: from the app's file to the site in its folder, and a summary of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from pyrt.model.environment import Launch
from pyrt_build import cache, cache_usage, hashes, target
from pyrt_build.app import extensions, project, variables
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.discover import App, file_notes
from pyrt_build.app.idioms import old_idioms
from pyrt_build.app.leaks import keep_secrets_out
from pyrt_build.app.missing import admit_ignored, explain_missing
from pyrt_build.app.requirements import read_requirements
from pyrt_build.app.settings import Settings, read_settings
from pyrt_build.console.notes import Code, Note, refuse_warnings
from pyrt_build.console.output import progress, step, take_notes
from pyrt_build.errors import BuildError
from pyrt_build.hosts import host_files
from pyrt_build.hosts.policy import policy_of
from pyrt_build.offline import add as offline
from pyrt_build.packages import distribution, needs, resolve, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.relaxed import Relaxed
from pyrt_build.packages.search.removed_names import (
    Use,
    find_uses,
    removed_names,
    removed_properties,
)
from pyrt_build.packages.search.rules import Rules
from pyrt_build.problems import Problems
from pyrt_build.project.imports import parse_module
from pyrt_build.server_code import logins
from pyrt_build.server_code.partition import Partition, partition
from pyrt_build.server_code.routes import addresses, route_notes
from pyrt_build.single_file import notes as single_notes
from pyrt_build.single_file import pack
from pyrt_build.single_file import write as single_write
from pyrt_build.site import compression, plan, precompressed, split, write
from pyrt_build.site.manifest import Files, read_manifest
from pyrt_build.summary import Stopwatch, Summary, list_files
from pyrt_build.translation import file as translation

if TYPE_CHECKING:
    from pyrt_build.rehearsal.rehearse import Rehearsed


def build(config: SiteConfig) -> Summary:
    """Build a site, and write it to its folder.

    Raises:
        BuildError: nothing was written; an older site in the folder is unchanged.
        StrictError: there are warnings, and `strict` is set; likewise.
    """
    with hashes.remembered(cache.folder("hashes") / "files.json"):
        return _build(config)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known before the site is made: of the app, and of its packages.

    Attributes:
        found: the project.
        config: the options, with everything that was found.
        launch: how the app is run on this machine.
        locked: the packages, and those of which another release was taken.
        notes: for the summary.
        reasons: notes that may explain why the app does not start.
        inputs: everything that the site is made of.
        declared: the requirements that are written down.
    """

    found: project.Project
    config: SiteConfig
    settings: Settings
    launch: Launch
    parts: Partition
    locked: Sequence[LockedPackage]
    relaxed: Sequence[Relaxed]
    notes: list[Note]
    reasons: Sequence[Note]
    inputs: plan.Inputs
    declared: DeclaredRequirements


@dataclass(frozen=True, slots=True)
class Made:
    """A site before it is compressed.

    Attributes:
        files: the site.
        notes: for the summary.
        needed: the files that a start from the snapshot reads; None if the site has no snapshot.
    """

    files: Files
    notes: Sequence[Note]
    needed: frozenset[str] | None = None


def prepare(config: SiteConfig, lap: Callable[[str], None] = lambda _: None) -> Prepared:
    """Read an app, and choose its packages.

    Args:
        config: the options.
        lap: called with the name of each part that is done.

    Raises:
        BuildError: what is wrong with the app, its settings or its packages, all of it.
    """
    # app/ and server_code/: what is run, and what of the app is for the browser.
    found = project.find(config)
    for line in found.describe():
        progress(line)
    config = found.config
    _check_out(config, found.place.root)
    settings = read_settings(config)
    offline.check(config, settings)
    given = variables.given_variables(config, settings)
    config = replace(config, pyodide=settings.pyodide, variables=given)
    config = _let_run(config)
    launch = replace(found.launch, variables=given)
    declared = _read_declared(config, settings)
    problems = Problems()
    parts = _read_app(problems, config, settings, launch)
    compiled, of_secrets = _check_app(problems, config, settings, parts.app)
    notes = [*declared.notes, *old_idioms(parts.app), *of_secrets]
    notes += [*file_notes(parts.app), *parts.removal.warnings]
    notes += _untranslated(settings)
    notes += route_notes(parts.routes, has_bridge=settings.bridge is not None)
    if config.list_files:
        list_files(parts.app)
    lap("app")

    # packages/: which wheels it needs.
    resolved = needs.Needs()
    with problems.collected(), step("Resolving packages"):
        resolved = _find_needs(config, settings, parts, declared)
    problems.refuse()
    locked, relaxed = resolved.locked, [*_dash_row(declared), *resolved.relaxed]
    removed = [*removed_names(_uses(parts.app), locked, config.index_url)]
    notes += [*resolved.notes, *(row.note() for row in relaxed), *removed]
    older = [row.note() for row in relaxed if row.code in {Code.OLD_RELEASE, Code.OLDER_RELEASE}]
    lap("packages")
    inputs = _inputs(config, settings, parts, declared, locked)
    inputs = replace(inputs, own_compiled=compiled, routes=addresses(parts.routes))
    return Prepared(
        found,
        config,
        settings,
        launch,
        parts,
        locked,
        relaxed,
        notes,
        [*removed, *older],
        inputs,
        declared,
    )


def with_packages(prepared: Prepared, locked: Sequence[LockedPackage]) -> Prepared:
    """Return what is known, with other packages: those of several apps together."""
    settings, parts, old = prepared.settings, prepared.parts, prepared.inputs
    inputs = _inputs(prepared.config, settings, parts, prepared.declared, locked)
    inputs = replace(inputs, own_compiled=old.own_compiled, routes=old.routes)
    return replace(prepared, locked=locked, inputs=inputs)


def make(
    prepared: Prepared,
    named: Sequence[str] | None = None,
    lap: Callable[[str], None] = lambda _: None,
) -> Made:
    """Plan the files of a site, and start it once in a browser, if that is wanted.

    Args:
        prepared: what the site is made of.
        named: the modules of packages that the snapshot is to have; None for those that the app
            imports when it starts.
        lap: called with the name of each part that is done.

    Raises:
        BuildError: the app does not start.
    """
    config, parts, inputs = prepared.config, prepared.parts, prepared.inputs
    notes = [*prepared.notes]

    # site/: all files.
    files = plan.plan(config, inputs, notes.append)
    notes += _same_names(files)
    lap("files")
    if config.rehearsal == "skip":
        return Made(files, notes)

    # rehearsal/: the site is started once in a browser.
    names = parts.app.imported_packages if named is None else named
    rehearsed = _with_what_it_opens(
        parts.app,
        files,
        partial(_rehearse, prepared, names),
        partial(plan.plan, config, inputs, notes.append),
        notes,
    )
    notes += [*rehearsed.notes, *_unused_package_notes(prepared.locked, rehearsed.imported)]
    lap("rehearsal")
    return Made(rehearsed.files, notes, rehearsed.needed)


def _build(config: SiteConfig) -> Summary:
    watch = Stopwatch()
    prepared = prepare(config, watch.lap)
    config, settings, parts = prepared.config, prepared.settings, prepared.parts
    described = _describe(config, prepared.launch)
    made = make(prepared, lap=watch.lap)
    files, needed = made.files, made.needed
    notes = [*dict.fromkeys([*made.notes, *take_notes()])]
    if config.strict:
        refuse_warnings(notes)

    # site/ again: compressed, and written.
    if config.static:
        from pyrt_build.rehearsal import static_site  # noqa: PLC0415 -- with --static

        files = static_site.without_python(files, parts.app, debug=config.debug)
    else:
        files = split.compress_site(files, compression.level(config), needed)
    files |= described
    files, of_form = _in_its_form(config, settings, parts.app, files)
    notes += of_form
    watch.lap("compression")
    _write(config, files)
    watch.lap("writing")
    if cache.written:
        cache_usage.tidy()
    return Summary(config, settings, parts, prepared.locked, notes, files, prepared.relaxed, watch)


def _in_its_form(
    config: SiteConfig, settings: Settings, app: App, files: Files
) -> tuple[Files, list[Note]]:
    """Return what is written of a compressed site: files, or one under its name; and notes."""
    notes: list[Note] = []
    if config.single_file or offline.is_wanted(config, settings):
        notes += single_notes.network_notes(app, files, read_manifest(files))
    if offline.is_wanted(config, settings):
        files = offline.add(files, app, settings, debug=config.debug)
    policy = policy_of(config, settings, files)
    if config.precompress:
        files = precompressed.with_precompressed_copies(files)
    if not config.single_file:
        files, of_host = host_files.with_host_files(config, files, policy)
        return files, notes + of_host
    content = pack.pack(
        files, app, compression.level(config), small=config.small, debug=config.debug
    )
    notes += single_notes.size_notes(len(content), files)
    if config.strict:
        refuse_warnings(notes)
    return {config.out.name: content}, notes


def _write(config: SiteConfig, files: Files) -> None:
    if config.single_file:
        single_write.write(files[config.out.name], config.out)
    else:
        write.write(files, config.out)


def _untranslated(settings: Settings) -> list[Note]:
    """Read the translation of pyrt's own words, and say how many are missing in it."""
    if settings.translation is None:
        return []
    missing = translation.untranslated(settings.translation)
    if not missing:
        return []
    text = f"{Path(settings.translation).name} has no translation of {len(missing)} of pyrt's texts"
    return [Note(Code.UNTRANSLATED, f"{text}, which stay English, such as {missing[0]!r}")]


def _read_declared(config: SiteConfig, settings: Settings) -> DeclaredRequirements:
    """Read the requirements, with the extras and groups of the settings and the command line."""
    selection = Selection((*settings.extras, *config.extra), (*settings.groups, *config.group))
    return read_requirements(config, selection)


def _read_app(
    problems: Problems, config: SiteConfig, settings: Settings, launch: Launch
) -> Partition:
    """Read the app, and run it if only that shows that it is one and `--run` allows it."""
    parts = partition(config, settings)
    with problems.collected():
        logins.refuse(parts.app)
    if config.run and not (parts.app.makes_app or _has_browser(config)):
        problems.refuse()
        from pyrt_build.rehearsal import run_here  # noqa: PLC0415 -- with --run

        facts = run_here.run_here(config.entry, launch)
        parts = replace(parts, app=run_here.with_facts(parts.app, facts))
    return parts


def _describe(config: SiteConfig, launch: Launch) -> Files:
    """Return `llms.txt`, if it is wanted."""
    if not config.describe:
        return {}
    from pyrt_build.rehearsal import run_here  # noqa: PLC0415 -- with --describe

    return {"llms.txt": run_here.describe_here(config.entry, launch)}


def _check_app(
    problems: Problems, config: SiteConfig, settings: Settings, app: App
) -> tuple[list[LockedPackage], list[Note]]:
    """Look for what the app needs beside packages, and for secrets.

    Returns:
        What `_compile_own` does, and the notes of `keep_secrets_out`.
    """
    compiled: list[LockedPackage] = []
    notes: list[Note] = []
    with problems.collected():
        variables.check_needed(app, config.variables)
    with problems.collected():
        compiled += _compile_own(config, settings, app)
    with problems.collected():
        notes += keep_secrets_out(app)
    return compiled, notes


def _compile_own(config: SiteConfig, settings: Settings, app: App) -> list[LockedPackage]:
    """Compile the modules of the project that are not Python, and add them to the app's files.

    Returns:
        The project's wheel, if there are such modules.

    Raises:
        BuildError: that is not allowed, or fails.
    """
    needed = extensions.needed_extensions(app)
    if not needed:
        return []
    modules = {extension.module for extension in needed}
    app.imports = [found for found in app.imports if found.module not in modules]
    name = extensions.project_name(app.folder)
    allowed = map(canonicalize_name, (*settings.allow_build, *config.allow_build))
    is_allowed = name in set(allowed)
    extensions.refuse([e for e in needed if e.is_compiled_only or not is_allowed], name)
    from pyrt_build.packages import audit, source_builds  # noqa: PLC0415  # seldom needed

    path = source_builds.build_project(name, app.folder, app.decisions)
    version = wheels.version_of(path.name)
    wheel = LockedPackage(name, version, path, hashes.file_sha256(path))
    audit.examine([wheel])
    for inner, library in source_builds.libraries(path).items():
        app.data[extensions.place_in_project(app, inner)] = library
    return [wheel]


def _same_names(files: Iterable[str]) -> Iterator[Note]:
    """Yield a warning for files of which a system that ignores case keeps one."""
    for group in write.same_but_case(files):
        text = (
            f"{' and '.join(group)} are one file on Windows, macOS and some hosts: one takes the "
            "place of the other there. Give them different names"
        )
        yield Note(Code.SAME_NAME, text)


def _let_run(config: SiteConfig) -> SiteConfig:
    """Let an app pass that only running it finds, if it is run before the site is written."""
    assert config.layout is not None  # project.find
    may = config.run or _has_browser(config)
    return replace(config, layout=replace(config.layout, may_make_app_when_run=may))


def _has_browser(config: SiteConfig) -> bool:
    if config.rehearsal == "skip":
        return False
    from pyrt_build.rehearsal import browser  # noqa: PLC0415 -- with a rehearsal

    return browser.find() is not None


def _with_what_it_opens(
    app: App,
    files: Files,
    rehearse_once: "Callable[[Files], Rehearsed]",
    plan_again: Callable[[], Files],
    notes: list[Note],
) -> "Rehearsed":
    """Rehearse; what .gitignore leaves out and the start opens becomes part of the site."""
    while True:
        try:
            return rehearse_once(files)
        except BuildError as error:
            opened = admit_ignored(app, str(error))
            if not opened:
                raise
            notes += opened
            files = plan_again()


def _rehearse(prepared: Prepared, named: Sequence[str], files: Files) -> "Rehearsed":
    """Start the site in a browser; an error of the app also says what packages may lack."""
    from pyrt_build.rehearsal import answers, rehearse  # noqa: PLC0415 -- 20 ms of a build without

    config, settings, parts = prepared.config, prepared.settings, prepared.parts
    try:
        return rehearse.rehearse(
            files,
            required=config.static or config.rehearsal == "require",
            from_cdn=config.cdn,
            first_paint=settings.first_paint,
            named=named,
            exact=config.compression == "release",
            originals={each.path.name: each.path for each in prepared.inputs.compiled},
            wanted=answers.wanted(parts.app, settings, is_static=config.static),
        )
    except BuildError as error:
        more = [
            *(note.text for note in prepared.reasons),
            *removed_properties(str(error)),
            *explain_missing(parts.app, str(error)),
        ]
        raise BuildError("\n".join([str(error), *more])) from error


def _uses(app: App) -> Iterator[Use]:
    """Yield what the app's modules use of the modules that they import."""
    for where in app.modules:
        yield from find_uses(where, parse_module(app.read(where), where))


def _check_out(config: SiteConfig, root: Path) -> None:
    """Check that the site does not become part of the project that it is made of.

    Raises:
        BuildError: its folder is that of the project, or contains it; or what the functions
            `check_place` say.
    """
    out = config.out
    host_files.check_place(config)
    if config.single_file:
        single_write.check_place(out)
    elif root.resolve().is_relative_to(out.resolve()):
        raise BuildError(
            f"{out} contains the project itself; its files and those of the site would be mixed. "
            "Give a folder of its own with --out, as dist."
        )


def _find_needs(
    config: SiteConfig, settings: Settings, parts: Partition, declared: DeclaredRequirements
) -> needs.Needs:
    """Choose a wheel for each package."""
    allowed = (*settings.allow_build, *config.allow_build)
    rules = Rules(
        config.index_url,
        settings.override_dependencies,
        frozenset(map(canonicalize_name, settings.exclude_dependencies)),
        frozenset(map(canonicalize_name, allowed)),
        frozenset(map(canonicalize_name, settings.prefer_index)),
    )
    search = partial(resolve.resolve, rules=rules, pyodide_source=config.pyodide, cdn=config.cdn)
    return needs.resolve_needs(
        parts.app,
        declared,
        distribution.modules_of_packages(),
        search,
        server_modules=parts.server_modules,
        server_only=parts.server_only,
    )


def _inputs(
    config: SiteConfig,
    settings: Settings,
    parts: Partition,
    declared: DeclaredRequirements,
    locked: Sequence[LockedPackage],
) -> plan.Inputs:
    """Read the wheels, and add those of which the site gets only files for the page."""
    pure = []
    for package in locked:
        if package.path.name.endswith("-any.whl"):
            wheels.check(package.path, package.sha256)
            pure.append(wheels.read_wheel(package.path))
    plotly = next((wheel for wheel in pure if wheel.name == "plotly"), None)
    has_plotly_python = plotly is not None
    if plotly is None and needs.uses_graphs(parts.app, pure):
        requirement = needs.plotly_requirement(declared)
        plotly = wheels.read_wheel(resolve.page_wheel(requirement, config.index_url))
    if plotly and Version(plotly.version) < needs.FIRST_PLOTLY_JS:
        # Its plotly.js is too old for the page: as with Dash, that does not come with the Python.
        pure = [replace(w, page={}) if w is plotly else w for w in pure]
        newer = wheels.read_wheel(resolve.page_wheel(needs.PLOTLY_JS, config.index_url))
        plotly = replace(newer, python={}, data={})
    return plan.Inputs(
        app=parts.app,
        dash=wheels.read_wheel(resolve.dash_wheel(config.index_url)),
        plotly=plotly,
        has_plotly_python=has_plotly_python,
        pure=[wheel for wheel in pure if wheel is not plotly],
        compiled=[p for p in locked if not p.path.name.endswith("-any.whl")],
        settings=settings,
        server=sorted({*settings.server, *parts.removal.callbacks}),
        stubs=sorted({*parts.stubs, *resolve.omitted_server_packages(locked)}),
    )


def _dash_row(declared: DeclaredRequirements) -> Iterator[Relaxed]:
    """Yield a row of the table if a requirement excludes the Dash of the site."""
    version = target.DASH_VERSION
    for sourced in declared.requirements:
        specifier = sourced.requirement.specifier
        if sourced.name == "dash" and (sourced.written or not specifier.contains(version)):
            wanted = f"{sourced.written or specifier} ({sourced.origin})"
            series = version.rpartition(".")[0]
            why = f"a site has the API and the components of Dash {series}"
            yield Relaxed("dash", wanted, version, why, Code.OTHER_DASH)
            return


def _unused_package_notes(
    locked: Sequence[LockedPackage], imported: Sequence[str] | None
) -> Iterator[Note]:
    """Yield a note if there are packages of which the rehearsed start imported nothing."""
    if imported is None:
        return
    used = {name.split(".")[0] for name in imported}
    unused = [p.name for p in locked if used.isdisjoint(wheels.top_level_modules(p.path))]
    if unused:
        text = (
            f"Rehearsal: the start imports nothing of {', '.join(unused)}; what is never imported "
            "can be left out of the requirements"
        )
        yield Note(Code.UNUSED_PACKAGE, text)
