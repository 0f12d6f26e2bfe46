"""Why a package, or a version of it, cannot be had in a browser."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pyodide_lock import PackageSpec

from pyrt_build import target
from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, pip
from pyrt_build.packages.distribution import LazyDistribution
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.search.need import Need
from pyrt_build.packages.search.rules import Rules

NO_SUCH_PACKAGE = (
    "the package index has no package of this name. Correct the name there; if the module is your "
    "own, put its file beside the app's."
)
NO_ANSWER = (
    "the package index does not answer. Build again where it can be reached, or name another one "
    "with --index-url."
)
_NO_MACHINE_CODE = (
    "it compiles machine code while it runs, which WebAssembly does not allow; use numpy or scipy "
    "in its place, or let a server answer the callback (server=True)"
)
# Why a package that many apps have cannot run in a tab, and what does its work there.
IN_PLACE_OF = {
    "kaleido": "it starts a browser of its own; the page's mode bar saves pictures of figures",
    "llvmlite": _NO_MACHINE_CODE,
    "numba": _NO_MACHINE_CODE,
    "playwright": "it starts other programs",
    "psutil": "a tab cannot see other processes",
    "psycopg2": "a tab has no sockets; let a server answer the callback (server=True)",
    "pyspark": "it starts Java; let a server answer the callback (server=True)",
    "pywin32": "it is a part of Windows",
    "selenium": "it starts other programs",
    "shap": "it needs numba; scikit-learn's own inspection module runs",
    "tensorflow": "there is no build for WebAssembly; let a server answer the callback",
    "torch": "there is no build for WebAssembly; let a server answer the callback (server=True)",
}


def no_such_version(name: str, requirement: Requirement, source: LazyDistribution) -> str:
    """Say why no version that a requirement allows runs in a browser."""
    entry = source.opened.find(name)
    if entry and not entry.file_name.endswith("-any.whl"):
        return f"it has compiled code, and Pyodide's build is {entry.version}"
    exact = any(clause.operator == "==" for clause in requirement.specifier)
    return f"no wheel of {'this' if exact else 'such a'} version runs in a browser"


def nothing_for_a_browser(name: str, rules: Rules, source: LazyDistribution) -> str:
    """Say why no version of a package runs in a browser, and what to do."""
    entry = _out_of_reach(name, source)
    if entry:
        return (
            f"for a browser only Pyodide's distribution has it ({entry.version}), which is out of "
            "reach."
        )
    has_source = bool(pip.versions(name, rules.index_url, "source"))
    if not has_source and not pip.versions(name, rules.index_url, "other"):
        return index_state(rules.index_url)
    reason = IN_PLACE_OF.get(name.removesuffix("-binary"))
    text = (
        "no version of it runs in a browser: there is no pure Python wheel, none for "
        f"{target.PLATFORM}, none in Pyodide."
    )
    if reason:
        text += f" ({reason[0].upper()}{reason[1:]}.)"
    if has_source and not reason:
        text += (
            f" There is source: with --allow-build {name} it is built here, which runs its code "
            "on this machine."
        )
    return text


def _out_of_reach(name: str, source: LazyDistribution) -> PackageSpec | None:
    """Return the entry of a package that Pyodide has, and the source in use has not."""
    if source.source == "cdn":
        return None
    return distribution.open_distribution("cdn").lock.packages.get(name)


def missing(
    needs: Sequence[Need], way: Sequence[str], rules: Rules, source: LazyDistribution
) -> Iterator[str]:
    """Yield lines about a package that cannot be had: who needs it, why, what to do.

    The last of them may be the same for several packages.

    Args:
        needs: the requirements that ask for it.
        way: who needs the first of these, up to the app.
        rules: of the search.
        source: of Pyodide's packages.
    """
    name = needs[0].name
    askers = list(dict.fromkeys(need.origin for need in needs))
    verb = "needs" if len(askers) == 1 else "need"
    reason = nothing_for_a_browser(name, rules, source)
    hint = "" if any(need.declared for need in needs) else exclude_hint(name)
    shown = f"{', '.join(askers[:-1])} and {askers[-1]}" if askers[1:] else askers[0]
    chain = f" ({askers[0]} is needed by {', that by '.join(way)}.)" if way else ""
    yield f"{shown} {verb} {needs[0].requirement}, and {reason}{hint}{chain}"
    if _out_of_reach(name, source):
        yield _where_pyodides_packages_are(source)


def _where_pyodides_packages_are(source: LazyDistribution) -> str:
    if not source.unreachable:
        return (
            f"{source.source} has a part of Pyodide's distribution. Add the files that are missing "
            "to it, or give another one with --pyodide."
        )
    return (
        f"Pyodide's CDN is out of reach: {source.unreachable}. In its place {source.source} was "
        "taken, a wheel on the package index with a part of the distribution. Build once where the "
        "CDN can be reached, as the cache keeps what it brings; or give a folder of an unpacked "
        "distribution, or its address on another host, with --pyodide."
    )


def index_state(index_url: str | None) -> str:
    """Say whether the index has no package of a name, or does not answer at all."""
    return NO_SUCH_PACKAGE if pip.is_index_alive(index_url) else NO_ANSWER


def exclude_hint(name: str) -> str:
    """Return what to do about a package that another package requires."""
    return f' If it works without, write exclude-dependencies = ["{name}"] under [tool.pyrt].'


def first_sentence(text: str) -> str:
    """Return the first sentence of a reason, for a table."""
    line = text.splitlines()[0].rpartition(", and ")[2]
    return line.partition(": there is no")[0].partition(". ")[0].removesuffix(".")


def check_hashes(locked: Iterable[LockedPackage], declared: Iterable[SourcedRequirement]) -> None:
    """Compare the files of packages with the hashes that the requirements allow.

    Pyodide's own builds have the hashes of its lock, and are checked against that.

    Raises:
        BuildError: the hash of a file is none of them.
    """
    packages = {package.name: package for package in locked}
    problems = []
    for sourced in declared:
        package = packages.get(str(canonicalize_name(sourced.requirement.name)))
        if not sourced.hashes or package is None or package.entry:
            continue
        if not sourced.requirement.specifier.contains(package.version, prereleases=True):
            continue
        data = package.path.read_bytes()
        kinds = {allowed.partition(":")[0] for allowed in sourced.hashes}
        found = {
            f"{kind}:{hashlib.new(kind, data).hexdigest()}"
            for kind in kinds & hashlib.algorithms_available
        }
        if found.isdisjoint(sourced.hashes):
            problems.append(
                f"{sourced.origin}: the hash of {package.path.name} is {', '.join(sorted(found))}, "
                "which the line does not allow. Correct it if you trust this file."
            )
    if problems:
        raise BuildError("\n".join(problems))
