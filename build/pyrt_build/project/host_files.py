"""Start commands in the files by which hosts deploy a project.

    render.yaml                    services: startCommand, rootDir
    app.yaml                       entrypoint (App Engine)
    heroku.yml                     run: web
    fly.toml                       [processes]
    railway.toml, railway.json     deploy: startCommand
    nixpacks.toml                  [start] cmd

What a file does not say as text is passed over; a file that does not parse says nothing.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HostStart:
    """One start command.

    Attributes:
        text: the command, as for a shell.
        folder: of the project, where it is given; "" is the project's own.
        origin: file and service, for messages.
    """

    text: str
    folder: str
    origin: str


def read_host_files(project: Path) -> Iterator[HostStart]:
    """Yield the start commands of the files of one project, for the web first."""
    for name, (load, find) in _FILES.items():
        file = project / name
        if file.is_file():
            content = _loaded(file, load)
            for start in find(content) if isinstance(content, Mapping) else ():
                yield HostStart(start.text, start.folder, f"{name}{start.origin}")


def _loaded(file: Path, load: Callable[[str], object]) -> object:
    try:
        return load(file.read_text(encoding="utf-8-sig", errors="replace"))
    except (OSError, ValueError):
        return None


def _yaml(text: str) -> object:
    """Return the data of a YAML text.

    Raises:
        ValueError: it is none.
    """
    import yaml  # noqa: PLC0415  # only for projects that have such a file

    try:
        loaded: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    return loaded


type _Content = Mapping[str, object]


def _part(content: object, *keys: str) -> object:
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def _render(content: _Content) -> Iterator[HostStart]:
    services = content.get("services")
    for service in services if isinstance(services, list) else ():
        text = _part(service, "startCommand") or _part(service, "dockerCommand")
        if isinstance(text, str) and _part(service, "type") in {None, "web"}:
            folder = str(_part(service, "rootDir") or "").strip("./")
            yield HostStart(text, folder, f", service {_part(service, 'name') or 'web'}")


def _app_engine(content: _Content) -> Iterator[HostStart]:
    yield from _one(content.get("entrypoint"), ": entrypoint")


def _heroku(content: _Content) -> Iterator[HostStart]:
    web = _part(content, "run", "web")
    command = _part(web, "command")
    yield from _one(" && ".join(command) if isinstance(command, list) else web, ": run.web")


def _fly(content: _Content) -> Iterator[HostStart]:
    processes = content.get("processes")
    for name, text in processes.items() if isinstance(processes, Mapping) else ():
        yield from _one(text, f": processes.{name}")


def _railway(content: _Content) -> Iterator[HostStart]:
    yield from _one(_part(content, "deploy", "startCommand"), ": deploy.startCommand")


def _nixpacks(content: _Content) -> Iterator[HostStart]:
    yield from _one(_part(content, "start", "cmd"), ": start.cmd")


def _one(text: object, origin: str) -> Iterator[HostStart]:
    if isinstance(text, str):
        yield HostStart(text, "", origin)


type _Reader = tuple[Callable[[str], object], Callable[[_Content], Iterator[HostStart]]]
_FILES: Mapping[str, _Reader] = {
    "render.yaml": (_yaml, _render),
    "app.yaml": (_yaml, _app_engine),
    "heroku.yml": (_yaml, _heroku),
    "fly.toml": (tomllib.loads, _fly),
    "railway.toml": (tomllib.loads, _railway),
    "railway.json": (json.loads, _railway),
    "nixpacks.toml": (tomllib.loads, _nixpacks),
}
