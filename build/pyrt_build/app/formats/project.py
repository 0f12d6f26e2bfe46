"""pyproject.toml: PEP 621, extras, dependency groups (PEP 735), Poetry; and the older setup.cfg.

Nothing of a project runs: of a setup.py only literal lists are read.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.formats import pip_file, poetry
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import line_of, parse_toml, read_text, table
from pyrt_build.errors import BuildError

NAME = "pyproject.toml"


def read_folder(folder: Path, selection: Selection) -> DeclaredRequirements | None:
    """Read what the project in a folder requires; None if it does not say.

    Raises:
        BuildError: a file cannot be read, or an extra or a group does not exist.
    """
    if (folder / NAME).is_file():
        declared = read(folder / NAME, selection)
        if declared is not None:
            return declared
    if (folder / "setup.cfg").is_file() or (folder / "setup.py").is_file():
        return _read_setup(folder, selection)
    return None


def read(path: Path, selection: Selection) -> DeclaredRequirements | None:
    """Read a pyproject.toml; None if it has no requirements.

    Raises:
        BuildError: it cannot be read, or an extra or a group does not exist.
    """
    text = read_text(path)
    content = parse_toml(text, path.name)
    collector = Collector(path.name)
    project = table(content, "project")
    has_poetry = bool(table(content, "tool", "poetry", "dependencies"))
    groups = table(content, "dependency-groups")
    if has_poetry:
        poetry.add(collector, content, text, selection)
    if not has_poetry and not {"dependencies", "dynamic"} & project.keys() and not groups:
        return None
    collector.say_python(project.get("requires-python"), f"{path.name}: requires-python")
    _add_lines(collector, project.get("dependencies", []), text, "dependencies")
    if "dependencies" in _strings(project.get("dynamic")):
        _add_dynamic(collector, content, path.parent)
    optional = table(project, "optional-dependencies")
    for extra in selection.extras:
        lines = _named(optional, extra)
        if lines is not None:
            _add_lines(collector, lines, text, f"the extra {extra}")
        elif not has_poetry:
            collector.problems.append(_no_such(path.name, "extra", extra, optional))
    for group in selection.groups:
        if _named(groups, group) is not None:
            _add_lines(collector, list(_group(groups, group, ())), text, f"the group {group}")
        elif not has_poetry:
            collector.problems.append(_no_such(path.name, "group", group, groups))
    return collector.declared()


def _add_lines(collector: Collector, lines: object, text: str, what: str) -> None:
    if not isinstance(lines, list):
        collector.problems.append(f"{collector.source}: {what} must be a list of strings.")
        return
    for line in lines:
        collector.add_text(str(line), f"{collector.source}:{_line(text, str(line))}")


def _line(text: str, requirement: str) -> int:
    """Return the number of the line that has a requirement as it is quoted, or else its name."""
    for number, line in enumerate(text.splitlines(), 1):
        if f'"{requirement}"' in line or f"'{requirement}'" in line:
            return number
    return line_of(text, requirement)


def _add_dynamic(collector: Collector, content: dict[str, object], folder: Path) -> None:
    """Add the files from which setuptools reads the requirements of a project."""
    files = table(content, "tool", "setuptools", "dynamic", "dependencies").get("file", [])
    for name in [files] if isinstance(files, str) else _strings(files):
        collector.include(pip_file.read(folder / name))


def _group(groups: dict[str, object], name: str, seen: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a dependency group, and of those that it includes (PEP 735)."""
    entries = _named(groups, name)
    for entry in entries if isinstance(entries, list) else []:
        included = entry.get("include-group") if isinstance(entry, dict) else None
        if isinstance(included, str) and included not in seen:
            yield from _group(groups, included, (*seen, name))
        elif isinstance(entry, str):
            yield entry


def _named(entries: dict[str, object], name: str) -> object:
    """Return an entry by its name, however it is spelt; None if there is none."""
    for key, value in entries.items():
        if canonicalize_name(key) == canonicalize_name(name):
            return value
    return None


def _no_such(source: str, kind: str, name: str, known: Iterable[str]) -> str:
    listed = ", ".join(known) or "none"
    return f"{source}: there is no {kind} {name!r}. There are: {listed}."


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _read_setup(folder: Path, selection: Selection) -> DeclaredRequirements | None:
    """Read setup.cfg, and the literal lists of a setup.py."""
    collector = Collector("setup.cfg" if (folder / "setup.cfg").is_file() else "setup.py")
    found = False
    if (folder / "setup.cfg").is_file():
        import configparser  # noqa: PLC0415 -- needed seldom

        config = configparser.ConfigParser(interpolation=None)
        try:
            config.read_string(read_text(folder / "setup.cfg"))
        except configparser.Error as error:
            reason = str(error).splitlines()[0]
            raise BuildError(f"setup.cfg cannot be read: {reason}.") from error
        sections = [("options", "install_requires")]
        sections += [("options.extras_require", extra) for extra in selection.extras]
        for section, option in sections:
            found |= config.has_option(section, option)
            lines = config.get(section, option, fallback="").splitlines()
            for line in filter(None, map(str.strip, lines)):
                collector.add_text(line, "setup.cfg")
    if not found and (folder / "setup.py").is_file():
        lists = list(_literal_requires(read_text(folder / "setup.py")))
        found = bool(lists)
        for line in (line for lines in lists for line in lines):
            collector.add_text(line, "setup.py")
    return collector.declared() if found else None


def _literal_requires(source: str) -> Iterator[list[str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "install_requires":
            value = node.value
            if isinstance(value, ast.Name):
                value = named.get(value.id, value)
            try:
                yield _strings(ast.literal_eval(value))
            except ValueError:
                continue
