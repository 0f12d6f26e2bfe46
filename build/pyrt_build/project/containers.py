"""What a Dockerfile and the services of a compose file start, in terms of the project's folders.

A command of a container names paths inside of it. `COPY` and volumes say which folder of the
project stands there.
"""

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyrt_build.project.start_commands import StartCommand, read_command, read_words

DOCKERFILES = ("Dockerfile", "dockerfile", "Containerfile")
COMPOSE_FILES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)


@dataclass(frozen=True, slots=True)
class ContainerStart:
    """What a container starts.

    Attributes:
        command: its paths are relative to the project.
        origin: file, and line or service, for messages.
        text: the command as written.
    """

    command: StartCommand
    origin: str
    text: str


@dataclass(slots=True)
class _Stage:
    """One stage of a Dockerfile.

    Attributes:
        copies: folder in the container -> folder of the project, relative to the context.
        command: of CMD, as text of a shell or as words, with its line; None without one.
        entrypoint: the same of ENTRYPOINT.
        path: of PYTHONPATH.
    """

    workdir: str = "/"
    copies: dict[str, str] = field(default_factory=dict)
    command: "tuple[str | list[str], int] | None" = None
    entrypoint: "tuple[str | list[str], int] | None" = None
    path: tuple[str, ...] = ()


def read_dockerfile(project: Path, name: str, context: str = "") -> ContainerStart | None:
    """Return what the last stage of a Dockerfile starts; None if that is no Python app.

    Args:
        project: the folder of the project.
        name: path of the file, relative to it.
        context: folder of the build's context, relative to it.
    """
    stage = _read_stage(project / name, project / context)
    if stage is None:
        return None
    return _start(project, context, stage, name)


def read_compose(project: Path, name: str) -> list[ContainerStart]:
    """Return what the services of a compose file start, those that are Python apps."""
    import yaml  # noqa: PLC0415  # only for projects that have such a file

    try:
        content = yaml.safe_load(_text(project / name) or "")
    except yaml.YAMLError:
        return []
    services = content.get("services") if isinstance(content, Mapping) else None
    found = []
    for service, given in (services or {}).items() if isinstance(services, Mapping) else ():
        start = _read_service(project, given) if isinstance(given, Mapping) else None
        if start:
            found.append(replace(start, origin=f"{name}, service {service}"))
    return found


def _read_service(project: Path, given: Mapping[str, object]) -> ContainerStart | None:
    build = given.get("build")
    context, dockerfile = "", "Dockerfile"
    if isinstance(build, str):
        context = build
    elif isinstance(build, Mapping):
        context = str(build.get("context") or "")
        dockerfile = str(build.get("dockerfile") or dockerfile)
    context = _relative(context)
    stage = _Stage()
    if build is not None:
        stage = _read_stage(project / context / dockerfile, project / context) or stage
    if given.get("working_dir"):
        stage.workdir = str(given["working_dir"])
    for volume in _list(given.get("volumes")):
        source, target = _volume(volume)
        if source.startswith(".") and target:
            stage.copies[target] = _relative(posixpath.relpath(source, context or "."))
    if given.get("entrypoint"):
        stage.entrypoint = (_as_command(given["entrypoint"]), 0)
        stage.command = None
    if given.get("command"):
        stage.command = (_as_command(given["command"]), 0)
    return _start(project, context, stage, "")


def _as_command(value: object) -> str | list[str]:
    return [str(word) for word in value] if isinstance(value, list) else str(value)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _volume(value: object) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return str(value.get("source") or ""), str(value.get("target") or "")
    source, _, rest = str(value).partition(":")
    return source, rest.partition(":")[0]


def _start(project: Path, context: str, stage: _Stage, name: str) -> ContainerStart | None:
    """Return what a stage starts: its entry point with its command, or the command alone."""

    def read_script(path: str) -> str | None:
        for folder in _project_folders(stage, posixpath.dirname(posixpath.join("/", path))):
            text = _text(project / context / folder / posixpath.basename(path))
            if text is not None:
                return text
        return None

    parts = [part for part in (stage.entrypoint, stage.command) if part]
    if not parts:
        return None
    words = [word for content, _ in parts for word in _words(content)]
    texts = [content for content, _ in parts if isinstance(content, str)]
    found = read_words(words, read_script)
    if found is None and texts:
        found = read_command(texts[-1], read_script)
    if found is None and stage.entrypoint and stage.command:  # a script that ends in exec "$@"
        found = read_words(_words(stage.command[0]), read_script)
    if found is None:
        return None
    line = parts[-1][1]
    return ContainerStart(
        _in_project(project, context, stage, found), f"{name}:{line}", " ".join(words)
    )


def _words(content: str | list[str]) -> list[str]:
    if isinstance(content, list):
        return content
    return ["sh", "-c", content] if re.search(r"[&|;]", content) else _split(content)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _in_project(project: Path, context: str, stage: _Stage, command: StartCommand) -> StartCommand:
    """Return a command with the folders of the project in place of the container's."""
    inside = posixpath.join(stage.workdir, command.folder)
    target = command.file or command.module.replace(".", "/")
    if posixpath.isabs(command.file):
        inside, target = posixpath.dirname(command.file), posixpath.basename(command.file)
    found = ""
    for folder in _project_folders(stage, inside):
        there = project / context / folder / target
        found = folder
        if there.exists() or there.with_suffix(".py").is_file():
            break
    paths = [
        posixpath.join(context, folder)
        for entry in (*command.path, *stage.path)
        for folder in _project_folders(stage, posixpath.join(stage.workdir, entry))[:1]
    ]
    return replace(
        command,
        file=target if command.file else "",
        folder=_relative(posixpath.join(context, found)),
        path=tuple(map(_relative, paths)),
    )


def _project_folders(stage: _Stage, inside: str) -> list[str]:
    """Return the folders of the project that may stand at a path of the container."""
    inside = posixpath.normpath(inside)
    found = []
    for target in sorted(stage.copies, key=len, reverse=True):
        if inside == target or inside.startswith(f"{target.rstrip('/')}/"):
            below = posixpath.relpath(inside, target)
            found.append(_relative(posixpath.join(stage.copies[target], below)))
    # An image whose Dockerfile is not here is taken to have the project in its working folder.
    below = posixpath.relpath(inside, stage.workdir or ".")
    found += [] if stage.copies or below.startswith("..") else [_relative(below)]
    return [*dict.fromkeys([*found, ""])]


def _relative(path: str) -> str:
    path = posixpath.normpath(path) if path else ""
    return "" if path == "." or path.startswith("..") else path


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


# --- Dockerfile


def _read_stage(file: Path, context: Path) -> _Stage | None:
    text = _text(file)
    if text is None:
        return None
    stages: dict[str, _Stage] = {}
    stage = _Stage()
    for line, instruction, rest in _instructions(text):
        if instruction == "FROM":
            image, _, name = rest.partition(" ")
            base = stages.get(image.lower(), _Stage())
            stage = replace(base, copies=dict(base.copies))
            stages[name.lower().removeprefix("as ").strip()] = stage
        else:
            _apply(stage, instruction, rest, line, context)
    return stage


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the instructions of a Dockerfile with their lines; comments are dropped."""
    pending, first = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#") or (not line and pending):
            continue
        first = first if pending else number
        pending += line.removesuffix("\\") + (" " if line.endswith("\\") else "")
        if not line.endswith("\\") and pending:
            instruction, _, rest = pending.partition(" ")
            yield first, instruction.upper(), rest.strip()
            pending = ""


def _apply(stage: _Stage, instruction: str, rest: str, line: int, context: Path) -> None:
    match instruction:
        case "WORKDIR":
            stage.workdir = posixpath.normpath(posixpath.join(stage.workdir, rest.strip("\"'")))
        case "COPY" | "ADD":
            _apply_copy(stage, rest, context)
        case "CMD":
            stage.command = (_command_form(rest), line)
        case "ENTRYPOINT":
            stage.entrypoint, stage.command = (_command_form(rest), line), None
        case "ENV":
            found = re.search(r"\bPYTHONPATH[= ]\"?([^\s\"]+)", rest)
            if found:
                stage.path = tuple(p for p in found[1].split(":") if p and "$" not in p)
        case _:
            pass


def _command_form(rest: str) -> str | list[str]:
    """Return the words of the JSON form, or the text of the shell form."""
    if rest.startswith("["):
        try:
            return [str(word) for word in json.loads(rest)]
        except ValueError:
            pass
    return rest


def _apply_copy(stage: _Stage, rest: str, context: Path) -> None:
    words = _command_form(rest)
    words = words if isinstance(words, list) else _split(words)
    if any(word.startswith("--from") for word in words):
        return
    words = [word for word in words if not word.startswith("--")]
    if len(words) < 2:  # noqa: PLR2004  # source and target
        return
    *sources, last = words
    target = posixpath.normpath(posixpath.join(stage.workdir, last))
    for source in sources:
        path = _relative(source.lstrip("/"))
        if (context / path).is_dir():
            stage.copies.setdefault(target, path)
        elif source.endswith(".py"):
            name = target if target.endswith(".py") else f"{target}/"
            stage.copies.setdefault(posixpath.dirname(name) or "/", posixpath.dirname(path))
