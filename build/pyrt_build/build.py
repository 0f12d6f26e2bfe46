"""One build: from the app's file to the site in its folder, and a summary of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyrt_build import cache, cache_usage, target
from pyrt_build.app import project, variables
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.declared import DeclaredRequirements
from pyrt_build.app.discover import file_notes
from pyrt_build.app.idioms import old_idioms
from pyrt_build.app.leaks import keep_secrets_out
from pyrt_build.app.requirements import read_requirements
from pyrt_build.app.settings import Settings, read_settings
from pyrt_build.console.notes import Code, Note, refuse_warnings
from pyrt_build.console.output import progress, step, take_notes
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, needs, resolve, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.problems import Problems
from pyrt_build.rehearsal import browser, rehearse, run_here
from pyrt_build.server_code.partition import Partition, partition
from pyrt_build.site import compression, plan, precompressed, split, write
from pyrt_build.summary import Stopwatch, Summary, list_files


def build(config: SiteConfig) -> Summary:
    """Build a site, and write it to its folder.

    Raises:
        BuildError: nothing was written; an older site in the folder is unchanged.
        StrictError: there are warnings, and `strict` is set; likewise.
    """
    watch = Stopwatch()

    # app/ and server_code/: what is run, and what of the app is for the browser.
    found = project.find(config)
    for line in found.describe():
        progress(line)
    config = found.config
    _check_out(config.out, found.place.root)
    settings = read_settings(config)
    given = variables.given_variables(config, settings)
    config = replace(config, pyodide=settings.pyodide, variables=given)
    config = _let_run(config)
    declared = read_requirements(config)
    parts = partition(config, settings, declared)
    if config.run and not (parts.app.makes_app or _has_browser(config)):
        launch = replace(found.launch, variables=given)
        facts = run_here.run_here(config.entry, launch)
        parts = replace(parts, app=run_here.with_facts(parts.app, facts))
    problems = Problems()
    with problems.collected():
        variables.check_needed(parts.app, given)
    notes = [*declared.notes, *_dash_notes(declared), *old_idioms(parts.app)]
    notes += [*keep_secrets_out(parts.app), *file_notes(parts.app), *parts.removal.warnings]
    if config.list_files:
        list_files(parts.app)

    watch.lap("app")

    # packages/: which wheels it needs.
    locked: list[LockedPackage] = []
    with problems.collected(), step("Resolving packages"):
        locked, more = _lock_packages(config, parts, declared)
        notes += more
    problems.refuse()
    watch.lap("packages")

    # site/: all files.
    files = plan.plan(config, _inputs(config, settings, parts, declared, locked), notes.append)
    notes += _same_names(files)
    watch.lap("files")
    needed = None

    # rehearsal/: the site is started once in a browser.
    if config.rehearsal != "skip":
        rehearsed = rehearse.rehearse(
            files,
            required=config.rehearsal == "require",
            from_cdn=config.cdn,
            first_paint=settings.first_paint,
            named=parts.app.imported_packages,
            exact=config.compression == "release",
        )
        files, needed = rehearsed.files, rehearsed.needed
        notes += [*rehearsed.notes, *_unused_package_notes(locked, rehearsed.imported)]
        watch.lap("rehearsal")

    notes = [*dict.fromkeys([*notes, *take_notes()])]
    if config.strict:
        refuse_warnings(notes)

    # site/ again: compressed, and written.
    files = split.compress_site(files, compression.level(config), needed)
    if config.precompress:
        files = precompressed.with_precompressed_copies(files)
    watch.lap("compression")
    write.write(files, config.out)
    watch.lap("writing")
    if cache.written:
        cache_usage.keep_below_limit()
    return Summary(config, settings, parts, locked, notes, files, watch)


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
    return config.rehearsal != "skip" and browser.find() is not None


def _check_out(out: Path, root: Path) -> None:
    """Check that the site does not become part of the project that it is made of.

    Raises:
        BuildError: its folder is that of the project, or contains it.
    """
    if root.resolve().is_relative_to(out.resolve()):
        raise BuildError(
            f"{out} contains the project itself; its files and those of the site would be mixed. "
            "Give a folder of its own with --out, as dist."
        )


def _lock_packages(
    config: SiteConfig, parts: Partition, declared: DeclaredRequirements
) -> tuple[list[LockedPackage], list[Note]]:
    """Choose a wheel for each package; return them, and notes for the summary."""
    search = partial(
        resolve.resolve,
        pyodide_source=config.pyodide,
        index_url=config.index_url,
        cdn=config.cdn,
    )
    return needs.resolve_needs(
        parts.app,
        declared,
        distribution.open_distribution("cdn").lock,
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
            wheels.read_checked(package.path, package.sha256)
            pure.append(wheels.read_wheel(package.path))
    plotly = next((wheel for wheel in pure if wheel.name == "plotly"), None)
    has_plotly_python = plotly is not None
    if plotly is None and needs.uses_graphs(parts.app, pure):
        requirement = needs.plotly_requirement(declared)
        plotly = wheels.read_wheel(resolve.page_wheel(requirement, config.index_url))
    return plan.Inputs(
        app=parts.app,
        dash=wheels.read_wheel(resolve.dash_wheel(config.index_url)),
        plotly=plotly,
        has_plotly_python=has_plotly_python,
        pure=[wheel for wheel in pure if wheel.name != "plotly"],
        compiled=[p for p in locked if not p.path.name.endswith("-any.whl")],
        settings=settings,
        server=sorted({*settings.server, *parts.removal.callbacks}),
        stubs=sorted({*parts.stubs, *resolve.omitted_server_packages(locked)}),
    )


def _dash_notes(declared: DeclaredRequirements) -> Iterator[Note]:
    """Yield a note for each requirement that excludes the Dash of the site."""
    for sourced in declared.requirements:
        requirement = sourced.requirement
        if requirement.name == "dash" and not requirement.specifier.contains(target.DASH_VERSION):
            text = (
                f"{sourced.origin} asks for {requirement}; the site has the components of Dash "
                f"{target.DASH_VERSION}"
            )
            yield Note(Code.OTHER_DASH, text)


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
