"""Names that an app uses and that the version of a package in its site does not have any more.

Sources are read as text, the app's and those in the wheels: nothing is imported. A name is reported
only if an older version of the package has it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.version import Version

from pyrt_build.console.notes import Code, Note
from pyrt_build.packages import pip, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.wheels import Wheel


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name of a module.

    Attributes:
        written: as in the app: `go.Scattermapbox`.
        module: dotted name: `plotly.graph_objects`.
    """

    origin: str
    written: str
    module: str
    name: str


def find_uses(where: str, tree: ast.Module) -> Iterator[Use]:
    """Yield the names of imported modules that a module of the app uses."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.asname:
                        aliases[alias.asname] = alias.name
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    aliases[alias.asname or alias.name] = f"{module}.{alias.name}"
                    yield Use(f"{where}:{node.lineno}", alias.name, module, alias.name)
            case _:
                pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            if name in aliases:
                written = f"{name}.{node.attr}"
                yield Use(f"{where}:{node.lineno}", written, aliases[name], node.attr)


def removed_names(
    uses: Iterable[Use], locked: Iterable[LockedPackage], index_url: str | None
) -> Iterator[Note]:
    """Yield a warning for each name that an older version of a package had.

    Args:
        uses: what the app uses.
        locked: the packages of the site; pure ones are looked at.
        index_url: package index for pip.
    """
    pure = [wheels.read_wheel(p.path) for p in locked if p.path.name.endswith("-any.whl")]
    owners = {
        path.split("/")[0].removesuffix(".py"): wheel for wheel in pure for path in wheel.python
    }
    seen = set()
    for use in uses:
        wheel = owners.get(use.module.split(".")[0])
        if wheel is None or (use.module, use.name) in seen or _has(wheel, use) is not False:
            continue
        seen.add((use.module, use.name))
        last = _last_version_with(wheel, use, index_url)
        if last:
            text = (
                f"{use.origin} uses {use.written}, which {wheel.name} {wheel.version} does not "
                f"have; {last} was the last version that had it. Write {wheel.name}<={last} in the "
                "requirements, or use what has taken its place"
            )
            yield Note(Code.REMOVED_NAME, text)


def _top(path: str) -> str:
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def _has(wheel: Wheel, use: Use) -> bool | None:
    """Tell whether a module has a name, as far as its text says; None if it does not say."""
    base = use.module.replace(".", "/")
    source = wheel.python.get(f"{base}/__init__.py") or wheel.python.get(f"{base}.py")
    if source is None:
        return None
    inner = f"{base}/{use.name}"
    if any(path.startswith((f"{inner}/", f"{inner}.")) for path in wheel.python):
        return True
    if use.name.startswith("__") or re.search(rb"(?m)^\s*from \S+ import \*", source):
        return None
    return re.search(rb"\b" + re.escape(use.name.encode()) + rb"\b", source) is not None


def _last_version_with(wheel: Wheel, use: Use, index_url: str | None) -> str | None:
    """Return the last version whose module has a name; None if none is known."""
    taken = Version(wheel.version)
    older = sorted(
        version
        for version in map(Version, pip.versions(wheel.name, index_url))
        if version < taken and not version.is_prerelease
    )
    newest_of_major = {version.major: version for version in older}
    having = next(
        (v for v in reversed(newest_of_major.values()) if _version_has(wheel, v, use, index_url)),
        None,
    )
    if having is None:
        return None
    between = [version for version in older if version >= having]
    first, behind = 0, len(between)  # the first has the name; the one behind the last has not
    while behind - first > 1:
        middle = (first + behind) // 2
        if _version_has(wheel, between[middle], use, index_url):
            first = middle
        else:
            behind = middle
    return str(between[first])


def _version_has(wheel: Wheel, version: Version, use: Use, index_url: str | None) -> bool:
    found = pip.newest([Requirement(f"{wheel.name}=={version}")], index_url)
    if not found:
        return False
    paths = pip.fetch(list(found.values()), index_url)
    return _has(wheels.read_wheel(paths[wheel.name]), use) is True


# Properties of figures that plotly 6 does not have any more; 5.24.1 was the last with them.
_REMOVED_PROPERTIES = frozenset(
    {"bardir", "titlefont", "titleoffset", "titleposition", "titleside"}
)
_INVALID_PROPERTY = re.compile(r"object of type (plotly\.graph_objs\.\S+): '(\w+)'")


def removed_properties(text: str) -> list[str]:
    """Return a sentence for each property of a figure that an error names and plotly removed."""
    found = dict.fromkeys(_INVALID_PROPERTY.findall(text))
    return [
        f"{kind} has no {name} since plotly 6; 5.24.1 was the last version that had it. Write "
        "plotly<6 in the requirements, or what plotly's message suggests"
        for kind, name in found
        if name in _REMOVED_PROPERTIES
    ]
