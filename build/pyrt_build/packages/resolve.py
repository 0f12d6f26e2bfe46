"""Lets the search choose a wheel for each requirement, and for what those wheels require.

The search is resolvelib's. A version that a browser cannot have is not asked for any more, the
nearest one is wished for in its place, and the table of the build says so.
"""

from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pyrt_build import target
from pyrt_build.app.formats import markers
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, lock, pip, wheels
from pyrt_build.packages.lock import LockedPackage, Resolution
from pyrt_build.packages.search.nearest import nearest_first
from pyrt_build.packages.search.rules import SERVER_PACKAGES, Question, Rules

DASH = Requirement(f"dash=={target.DASH_VERSION}")


def dash_wheel(index_url: str | None = None) -> Path:
    """Return the dash wheel whose component bundles and metadata become part of each site."""
    return page_wheel(DASH, index_url)


def page_wheel(requirement: Requirement, index_url: str | None = None) -> Path:
    """Return a wheel of which the site gets only what the page loads: of dash, of plotly.

    Raises:
        BuildError: it cannot be had.
    """
    name = str(canonicalize_name(requirement.name))
    found = pip.newest([requirement], index_url)
    if not found and name != "dash":
        listed = [Version(text) for text in pip.versions(name, index_url)]
        nearest = nearest_first(listed, requirement.specifier)
        found = pip.newest([Requirement(f"{name}=={v}") for v in nearest[:1]], index_url)
    older = pip.older_answer(requirement, index_url)
    if not found and older and pip.is_downloaded(older):
        found = {name: older}
    if not found:
        from pyrt_build.packages.search import explain  # noqa: PLC0415 -- for an error only

        raise BuildError(
            f"{requirement}, part of every site, cannot be had.\n  {explain.index_state(index_url)}"
        )
    return pip.fetch(list(found.values()), index_url)[name]


def resolve(
    question: Question,
    rules: Rules,
    pyodide_source: str | None = None,
    *,
    cdn: bool = False,
) -> Resolution:
    """Find a wheel for every requirement, and for everything that those wheels require.

    Args:
        question: what is needed.
        rules: what the app's developer has decided about packages.
        pyodide_source: value of `--pyodide`.
        cdn: whether packages stay on Pyodide's CDN.

    Raises:
        BuildError: packages have no wheel that runs in a browser, or requirements contradict
            each other. The message names all of them.
    """
    key = (*rules.key(), pyodide_source, "cdn" if cdn else None)
    everything = [*question.requirements, *question.optional, *question.pins]
    kinds = [len(question.requirements), len(question.optional)]
    cached = lock.cache_get(everything, *key, str(kinds))
    if cached is not None:
        return cached
    # Of a build whose packages are known this would be a tenth of the time.
    from pyrt_build.packages.download import Unreachable  # noqa: PLC0415
    from pyrt_build.packages.search.search import Search  # noqa: PLC0415

    reasons: list[str] = []
    for source in distribution.distributions(pyodide_source, cdn=cdn):
        try:
            opened = distribution.LazyDistribution(source, reasons[-1] if reasons else "")
            found = Search(question, rules, opened).run()
        except Unreachable as error:
            progress(str(error))
            reasons.append(str(error))
        else:
            lock.cache_put(everything, found, *key, str(kinds))
            return found
    raise BuildError(
        "A package of Pyodide's distribution is needed, and no source has it:\n  "
        + "\n  ".join(reasons)
        + "\nGive an unpacked distribution with --pyodide DIR, or build once where the network is."
    )


def omitted_server_packages(packages: Sequence[LockedPackage]) -> set[str]:
    """Return the modules of server packages that are required and not part of the site.

    Packages for dash import flask without requiring it, since dash requires it.
    """
    shipped = {package.name for package in packages}
    required = {
        str(canonicalize_name(requirement.name))
        for package in packages
        if package.name not in SERVER_PACKAGES
        for requirement in wheels.dependencies(package.path)
        if markers.applies(requirement)
    }
    if required & ({"dash"} | SERVER_PACKAGES):
        required |= {"flask", "werkzeug"}
    return {name.replace("-", "_") for name in required & SERVER_PACKAGES - shipped}
