"""Lock files: pylock.toml (PEP 751), uv.lock, poetry.lock, Pipfile.lock.

A lock that says what the project itself requires gives requirements, and pins for the rest. Another
one is a list of packages that all count.
"""

from pathlib import Path

from packaging.markers import Marker, UndefinedEnvironmentName
from packaging.requirements import Requirement

from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.formats import markers
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import line_of, read_json, read_text, read_toml, table
from pyrt_build.errors import BuildError


def read_pylock(path: Path, selection: Selection) -> DeclaredRequirements:
    """Read a pylock.toml.

    Raises:
        BuildError: it cannot be read, or is not valid.
    """
    from packaging.pylock import (  # noqa: PLC0415 -- few projects have such a file
        Pylock,
        PylockUnsupportedVersionError,
        PylockValidationError,
    )

    try:
        lock = Pylock.from_dict(read_toml(path))
    except (PylockValidationError, PylockUnsupportedVersionError) as error:
        raise BuildError(f"{path.name} is no valid pylock.toml: {error}.") from error
    text = read_text(path)
    collector = Collector(path.name)
    collector.say_python(lock.requires_python, f"{path.name}: requires-python")
    groups = {*selection.groups, *(lock.default_groups or ())}
    for package in lock.packages:
        origin = f"{path.name}:{line_of(text, package.name)}"
        marker = package.marker
        if marker is not None and not _holds(marker, selection.extras, groups):
            if not _is_of_selection(marker):
                version = f"=={package.version}" if package.version else ""
                collector.add(Requirement(f"{package.name}{version} ; {marker}"), origin)
            continue
        hashes = [
            f"{kind}:{value}"
            for file in (*(package.wheels or ()), *([package.sdist] if package.sdist else ()))
            for kind, value in file.hashes.items()
        ]
        direct = package.archive or package.vcs
        address = direct.url if direct and direct.url else ""
        if package.vcs and address:
            address = f"{package.vcs.type}+{address}@{package.vcs.commit_id}"
        if package.directory and not address:
            continue  # a folder of the project itself
        version = f" @ {address}" if address else f"=={package.version}" if package.version else ""
        collector.add(Requirement(f"{package.name}{version}"), origin, hashes)
    return collector.declared()


def _holds(marker: Marker, extras: tuple[str, ...], groups: set[str]) -> bool:
    environment: dict[str, str | set[str]] = {
        **markers.ENVIRONMENT,
        "extras": set(extras),
        "dependency_groups": groups,
    }
    try:
        return marker.evaluate(environment, context="lock_file")
    except UndefinedEnvironmentName:
        return False


def _is_of_selection(marker: Marker) -> bool:
    return any(word in str(marker) for word in ("extras", "dependency_groups"))


def read_uv(path: Path, selection: Selection) -> DeclaredRequirements:
    """Read a uv.lock: the requirements of its project, and the versions of all others as pins.

    Raises:
        BuildError: it cannot be read.
    """
    content = read_toml(path)
    text = read_text(path)
    collector = Collector(path.name)
    collector.say_python(content.get("requires-python"), f"{path.name}: requires-python")
    listed = content.get("package")
    packages = [table(entry) for entry in listed] if isinstance(listed, list) else []
    for package in packages:
        source = table(package, "source")
        if "virtual" in source or "editable" in source or "directory" in source:
            needs = [package.get("dependencies")]
            needs += [table(package, "optional-dependencies").get(e) for e in selection.extras]
            needs += [table(package, "dev-dependencies").get(g) for g in selection.groups]
            for entry in (e for n in needs for e in (n if isinstance(n, list) else [])):
                _add_uv_need(collector, table(entry), text)
            continue
        origin = f"{path.name}:{_name_line(text, str(package.get('name')))}"
        address = source.get("url") or source.get("git")
        if address:
            kind = "git+" if "git" in source else ""
            collector.add_text(f"{package.get('name')} @ {kind}{address}", origin, pin=True)
        elif package.get("version"):
            files = [package.get("sdist"), *_list(package.get("wheels"))]
            hashes = [str(table(file)["hash"]) for file in files if table(file).get("hash")]
            requirement = f"{package.get('name')}=={package['version']}"
            collector.add_text(requirement, origin, hashes, pin=True)
    return collector.declared()


def _add_uv_need(collector: Collector, entry: dict[str, object], text: str) -> None:
    name, marker = str(entry.get("name")), entry.get("marker")
    extras = ",".join(map(str, _list(entry.get("extra"))))
    listed = f"[{extras}]" if extras else ""
    condition = f" ; {marker}" if marker else ""
    origin = f"{collector.source}:{_name_line(text, name)}"
    collector.add_text(f"{name}{listed}{condition}", origin)


def _name_line(text: str, name: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.strip() == f'name = "{name}"'), 1)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def read_poetry(path: Path, selection: Selection, *, pins: bool = False) -> DeclaredRequirements:
    """Read a poetry.lock; as pins if a pyproject.toml says what is required.

    Raises:
        BuildError: it cannot be read.
    """
    content = read_toml(path)
    text = read_text(path)
    collector = Collector(path.name)
    groups = {"main", *selection.groups}
    for package in map(table, _list(content.get("package"))):
        member = package.get("groups") or [package.get("category") or "main"]
        if not pins and not groups & set(map(str, _list(member))):
            continue
        name = str(package.get("name"))
        source = table(package, "source")
        if source.get("type") == "directory":
            continue
        hashes = [str(table(f).get("hash")) for f in _list(package.get("files"))]
        version = f"=={package.get('version')}"
        if source.get("type") in {"git", "url"}:
            prefix = "git+" if source["type"] == "git" else ""
            version = f" @ {prefix}{source.get('url')}"
        origin = f"{path.name}:{_name_line(text, name)}"
        collector.add_text(f"{name}{version}", origin, hashes, pin=pins)
    return collector.declared()


def read_pipfile_lock(
    path: Path, selection: Selection, *, pins: bool = False
) -> DeclaredRequirements:
    """Read a Pipfile.lock; as pins if a Pipfile says what is required.

    Raises:
        BuildError: it cannot be read.
    """
    content = read_json(path)
    text = read_text(path)
    collector = Collector(path.name)
    for group in ("default", *("develop" if g == "dev" else g for g in selection.groups)):
        for name, value in table(content, group).items():
            entry = table(value)
            version = str(entry.get("version") or "")
            if entry.get("git"):
                version = f" @ git+{entry['git']}@{entry.get('ref')}"
            elif entry.get("file"):
                version = f" @ {entry['file']}"
            elif entry.get("path"):
                continue
            marker = f" ; {entry['markers']}" if entry.get("markers") else ""
            hashes = [str(value) for value in _list(entry.get("hashes"))]
            origin = f"{path.name}:{line_of(text, name)}"
            collector.add_text(f"{name}{version}{marker}", origin, hashes, pin=pins)
    return collector.declared()
