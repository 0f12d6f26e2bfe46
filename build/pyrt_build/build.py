"""One build, from the app's file to the site in its place, and what the author is told."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pyrt_build import target
from pyrt_build.app.requirements import Declared, SiteConfig, read_requirements
from pyrt_build.app.settings import Settings, read_settings
from pyrt_build.packages import distribution, needs, resolve, wheels
from pyrt_build.packages.lock import Locked
from pyrt_build.rehearsal import rehearse
from pyrt_build.server_code import partition
from pyrt_build.server_code.partition import Parted
from pyrt_build.site import plan, precompressed, split


def build(config: SiteConfig) -> str:
    """Build a site; returns the summary for the author.

    Raises:
        BuildError: nothing was written; an older site is as it was.
    """
    settings = read_settings(config)
    declared = read_requirements(config)
    parted = partition.part(config, settings, declared)
    lock = distribution.open_distribution("cdn").lock
    search = partial(
        resolve.resolve,
        pyodide_source=config.pyodide,
        index_url=config.index_url,
        cdn=config.cdn,
    )
    locked, remarks = needs.settle(
        parted.app,
        declared,
        lock,
        search,
        absent_modules=parted.absent,
        only_there=parted.only_there,
    )
    remarks = [*_about_dash(declared), *parted.removal.remarks, *remarks]
    files = plan.plan(config, _inputs(config, settings, parted, declared, locked))
    if config.rehearsal != "skip":
        rehearsed = rehearse.rehearse(
            files,
            required=config.rehearsal == "require",
            from_cdn=config.cdn,
            first_paint=settings.first_paint,
        )
        files = rehearsed.files
        remarks = [*remarks, *rehearsed.remarks, *_about_idle(locked, rehearsed.imported)]
    files = split.pack(files)
    if config.precompress:
        files = precompressed.with_variants(files)
    plan.write(files, config.out)
    return _summary(config, settings, parted, locked, remarks, files)


def _about_idle(locked: Sequence[Locked], imported: Sequence[str] | None) -> Iterator[str]:
    """A word about packages that the start has no use for."""
    if imported is None:
        return
    used = {name.split(".")[0] for name in imported}
    idle = [p.name for p in locked if used.isdisjoint(wheels.top_level_modules(p.path))]
    if idle:
        yield (
            f"Rehearsal: the start imports nothing of {', '.join(idle)}; what is never imported "
            "can be left out of the requirements"
        )


def _about_dash(declared: Declared) -> Iterator[str]:
    """A word about requirements on a Dash that is not the one in the site."""
    for wanted in declared.wanted:
        requirement = wanted.requirement
        if requirement.name == "dash" and not requirement.specifier.contains(target.DASH_VERSION):
            yield (
                f"{wanted.origin} asks for {requirement}; the site has the components of Dash "
                f"{target.DASH_VERSION}"
            )


def _inputs(
    config: SiteConfig,
    settings: Settings,
    parted: Parted,
    declared: Declared,
    locked: Sequence[Locked],
) -> plan.Inputs:
    app = parted.app
    pure = []
    for package in locked:
        if package.path.name.endswith("-any.whl"):
            wheels.check(package.path, package.sha256)
            pure.append(wheels.read(package.path))
    plotly = next((wheel for wheel in pure if wheel.name == "plotly"), None)
    python = plotly is not None
    if plotly is None and needs.uses_graphs(app, pure):
        requirement = needs.plotly_requirement(declared)
        plotly = wheels.read(resolve.page_wheel(requirement, config.index_url))
    return plan.Inputs(
        app=app,
        dash=wheels.read(resolve.dash_wheel(config.index_url)),
        plotly=plotly,
        plotly_python=python,
        pure=[wheel for wheel in pure if wheel.name != "plotly"],
        compiled=[p for p in locked if not p.path.name.endswith("-any.whl")],
        settings=settings,
        server=sorted({*settings.server, *parted.removal.callbacks}),
        absent=sorted({*parted.stand_ins, *resolve.left_at_home(locked)}),
    )


def _summary(  # noqa: PLR0913, PLR0917  # a summary is about everything
    config: SiteConfig,
    settings: Settings,
    parted: Parted,
    locked: Sequence[Locked],
    remarks: Sequence[str],
    files: Mapping[str, bytes],
) -> str:
    app = parted.app
    parts = {
        "runtime": ("pyrt/runtime-", "pyrt/interpreter-", "pyrt/stdlib-"),
        "engine": ("pyrt/engine-",),
        "packages": ("pyrt/packages-",),
        "unpacked": ("pyrt/compiled-",),
        "snapshot": ("pyrt/snapshot-",),
        "app": ("pyrt/app-",),
        "components": ("pkg/",),
        "assets": ("assets/",),
    }
    sizes = {
        name: sum(len(data) for path, data in files.items() if path.startswith(start))
        for name, start in parts.items()
    }
    sizes["page"] = sum(map(len, files.values())) - sum(sizes.values())
    packed = sorted([*app.modules, *app.data, *(f"{app.assets_folder}/{a}" for a in app.assets)])
    removed = sorted(parted.removal.removed.items())
    lines = [
        f"Site: {config.out}",
        f"Size: {_mb(sum(sizes.values()))}  ("
        + ", ".join(f"{name} {_mb(size)}" for name, size in sizes.items() if size)
        + ")",
        f"Packages: {', '.join(f'{p.name} {p.version}' for p in locked) or 'none'}",
        f"Files: {', '.join(packed)}",
        *(f"Left out: {name}" for name in app.left_out),
        *(f"Only on the server: {where}: {', '.join(names)}" for where, names in removed),
        *(f"Note: {remark}" for remark in remarks),
        f"Content-Security-Policy the site can live with: {_policy(config, settings)}",
        f"Serve: pyrt serve {config.out}",
    ]
    return "\n".join(lines)


def _policy(config: SiteConfig, settings: Settings) -> str:
    """The strictest policy of an app without inline clientside functions and foreign addresses."""
    cdn = f" {distribution.CDN}" if config.cdn else ""
    origin = settings.bridge_origin
    bridge = f" {origin} {origin.replace('http', 'ws', 1)}" if origin else ""
    return (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{cdn}; "
        f"connect-src 'self'{cdn}{bridge}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:"
    )


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MB"
