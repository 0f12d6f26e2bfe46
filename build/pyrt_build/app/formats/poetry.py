"""Requirements in the notations of Poetry and Pipenv.

A version is a text, or a table with `version`, `extras`, `markers`, `git`, `path` and so on.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import line_of, parse_toml, read_text, table
from pyrt_build.errors import BuildError


def add(collector: Collector, content: dict[str, object], text: str, selection: Selection) -> None:
    """Add the requirements of `[tool.poetry]`.

    Groups that Poetry installs by default count as pins: if the app imports their packages.
    """
    poetry = table(content, "tool", "poetry")
    wanted = {canonicalize_name(name) for name in _extras(poetry, selection)}
    for name, value in table(poetry, "dependencies").items():
        if canonicalize_name(name) == "python":
            _say_python(collector, value, line_of(text, "python"))
            continue
        for entry in _entries(value):
            optional = isinstance(entry, dict) and entry.get("optional")
            if not optional or canonicalize_name(name) in wanted:
                _add_entry(collector, name, entry, text)
    groups = {name: table(group) for name, group in table(poetry, "group").items()}
    groups |= (
        {"dev": {"dependencies": table(poetry, "dev-dependencies")}}
        if ("dev-dependencies" in poetry)
        else {}
    )
    chosen = {canonicalize_name(group) for group in selection.groups}
    for group, entries in groups.items():
        is_chosen = canonicalize_name(group) in chosen
        for name, value in table(entries, "dependencies").items():
            if is_chosen or not entries.get("optional"):
                for entry in _entries(value):
                    _add_entry(collector, name, entry, text, pin=not is_chosen)
    known = {*map(canonicalize_name, groups), *map(canonicalize_name, _keys(content))}
    for group in sorted(chosen - known):
        listed = ", ".join(groups) or "none"
        collector.problems.append(
            f"{collector.source}: there is no group {group!r}. There are: {listed}."
        )


def read_pipfile(path: Path, selection: Selection) -> DeclaredRequirements:
    """Read a Pipfile; its `dev-packages` are the group `dev`.

    Raises:
        BuildError: it cannot be read, or entries are not valid.
    """
    text = read_text(path)
    content = parse_toml(text, path.name)
    collector = Collector(path.name)
    categories = ["packages"]
    for group in selection.groups:
        category = "dev-packages" if group == "dev" else group
        if not isinstance(content.get(category), dict):
            raise BuildError(f"{path.name}: there is no group {group!r} (no table [{category}]).")
        categories.append(category)
    for category in categories:
        for name, value in table(content, category).items():
            _add_entry(collector, name, value, text)
    python = table(content, "requires")
    wanted = python.get("python_full_version") or python.get("python_version")
    if wanted:
        _say_python(collector, f"=={wanted}.*", line_of(text, str(wanted)))
    return collector.declared()


def specifier(version: str) -> str:
    """Write a version in the notation of Poetry as in PEP 440: `^2.18` is `>=2.18,<3`."""
    # Alternatives cannot be written: the last is the one for the newest versions.
    text = version.rpartition("||")[2].strip()
    parts = [_clause(part.strip()) for part in re.split(r",|\s+(?=[<>=!~^])", text)]
    return ",".join(part for part in parts if part)


def _clause(text: str) -> str:
    if text in {"", "*"}:
        return ""
    operator, number = text[0], text[1:].strip()
    if operator in "^~" and not number.startswith("="):
        return _range(operator, number, text)
    return text.replace(" ", "") if text[0] in "<>=!~" else f"=={text}"


def _range(operator: str, number: str, text: str) -> str:
    try:
        release = list(Version(number).release)
    except InvalidVersion:
        return text
    if operator == "~":
        kept = 2 if len(release) > 1 else 1
    else:  # the first number that is not 0 stays
        kept = next((i for i, part in enumerate(release, 1) if part), len(release))
    upper = [*release[: kept - 1], release[kept - 1] + 1]
    return f">={number},<{'.'.join(map(str, upper))}"


def _keys(content: dict[str, object]) -> list[str]:
    return list(table(content, "dependency-groups"))


def _extras(poetry: dict[str, object], selection: Selection) -> Iterator[str]:
    for extra in selection.extras:
        names = table(poetry, "extras").get(extra)
        yield from map(str, names if isinstance(names, list) else [])


def _entries(value: object) -> list[object]:
    """Return the alternatives of an entry, each with markers of its own."""
    return value if isinstance(value, list) else [value]


def _say_python(collector: Collector, value: object, line: int) -> None:
    version = table(value).get("version") if isinstance(value, dict) else value
    collector.say_python(specifier(str(version or "")), f"{collector.source}:{line}")


def _add_entry(
    collector: Collector, name: str, entry: object, text: str, *, pin: bool = False
) -> None:
    origin = f"{collector.source}:{line_of(text, name)}"
    if isinstance(entry, str):
        collector.add_text(f"{name}{specifier(entry)}", origin, pin=pin)
        return
    options = table(entry)
    address = _address(options)
    if address == ".":  # the project itself
        return
    extras = options.get("extras")
    listed = f"[{','.join(map(str, extras))}]" if isinstance(extras, list) and extras else ""
    version = f" @ {address}" if address else specifier(str(options.get("version") or ""))
    marker = " and ".join(f"({part})" for part in _markers(options))
    collector.add_text(
        f"{name}{listed}{version}{f' ; {marker}' if marker else ''}", origin, pin=pin
    )


def _address(options: dict[str, object]) -> str:
    if "git" in options:
        ref = next((options[key] for key in ("rev", "ref", "tag", "branch") if key in options), "")
        return f"git+{options['git']}{f'@{ref}' if ref else ''}"
    if "path" in options:
        path = str(options["path"])
        return "." if path in {".", "./"} else Path(path).resolve().as_uri()
    return str(options.get("url") or options.get("file") or "")


def _markers(options: dict[str, object]) -> Iterator[str]:
    """Yield the conditions of an entry, as markers of PEP 508."""
    if options.get("markers"):
        yield str(options["markers"])
    if options.get("platform"):
        yield f'sys_platform == "{options["platform"]}"'
    for key in ("sys_platform", "platform_system", "os_name", "python_version"):
        if options.get(key):  # Pipenv: `sys_platform = "== 'win32'"`
            yield f"{key} {options[key]}"
    if options.get("python"):
        for clause in specifier(str(options["python"])).split(","):
            operator, number = re.match(r"([<>=!~]+)(.*)", clause).groups()  # type: ignore[union-attr]
            name = "python_version" if number.count(".") < 2 else "python_full_version"  # noqa: PLR2004
            yield f'{name} {operator} "{number.removesuffix(".*")}"'
