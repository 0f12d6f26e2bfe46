"""The examples of a documentation, from the cache if nothing has changed that they are made of."""

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from pyrt_build import cache, hashes, target
from pyrt_build.documentation.build_together import Built, Options, build_together
from pyrt_build.documentation.example import Example
from pyrt_build.errors import BuildError
from pyrt_build.rehearsal import browser
from pyrt_build.site import image, write

_FORMAT = "1"
# Folders beside an app whose content does not decide what is built of it.
_IGNORED = frozenset({"__pycache__", ".git", "node_modules", ".venv"})


def write_examples(
    examples: Sequence[Example], options: Options, out: Path, problems: Iterable[str] = ()
) -> Sequence[str]:
    """Build the examples of a documentation, and write them to a folder.

    Args:
        examples: of the whole documentation; without any, what an earlier build wrote is removed.
        options: for all of them.
        out: the folder; with an error it stays as it was.
        problems: what is known to be wrong already.

    Returns:
        Warnings, with the places of the examples.

    Raises:
        DocumentationError: what is wrong, in all examples, with the place of each.
    """
    known = [*problems]
    if not examples and not known:
        if (out / write.LIST_FILE).exists():
            write.write({}, out)
        return []
    built = None if known else _read(examples, options)
    if built is None:
        built = build_together(examples, options, known)
        _store(examples, options, built)
    write.write(built.files, out)
    return built.warnings


def _read(examples: Sequence[Example], options: Options) -> Built | None:
    """Return what was built of these examples; None if something has changed."""
    record = cache.read(_record(examples, options))
    if record is None:
        return None
    known = json.loads(record)
    if known["read"] != _state(Path(path) for path in known["read"]):
        return None
    if known["warnings"] and known["lines"] != [example.line for example in examples]:
        return None  # They name lines.
    content = cache.read(_folder() / known["content"])
    try:
        files = None if content is None else image.unpack(content)
    except ValueError:
        return None
    return None if files is None else Built(files, known["warnings"])


def _store(examples: Sequence[Example], options: Options, built: Built) -> None:
    content = image.pack(built.files)
    name = f"{hashes.sha256(content)[:32]}.img"
    cache.store(_folder() / name, content)
    record = {
        "content": name,
        "warnings": [*built.warnings],
        "lines": [example.line for example in examples],
        "read": _state(built.read),
    }
    cache.store(_record(examples, options), json.dumps(record).encode())


def _folder() -> Path:
    return cache.folder("examples")


def _record(examples: Sequence[Example], options: Options) -> Path:
    """Return the file of the cache about these examples; its name has all that is known of them."""
    parts = [_FORMAT, target.PYRT_VERSION, repr(options), str(browser.find()), *_engine()]
    for example in examples:
        parts.append(repr(dataclasses.replace(example, line=0)))
        if example.file is not None:
            parts += [f"{path} {size} {at}" for path, size, at in _beside(example.file)]
    return _folder() / f"{hashes.sha256(chr(0).join(parts).encode())[:32]}.json"


def _engine() -> Iterator[str]:
    """Yield what tells one state of pyrt's own files from another, while it is developed."""
    for package in ("pyrt", "pyrt_build"):
        for folder, below, names in os.walk(str(resources.files(package))):
            is_static = Path(folder).name == "static"
            below[:] = [] if is_static else sorted(below)
            for name in sorted(names):
                if name.endswith((".js", ".html") if is_static else (".py", ".js", ".html")):
                    yield f"{name} {Path(folder, name).stat().st_mtime_ns}"


def _beside(file: Path) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of the files in the folder of an app."""
    for path in sorted(file.parent.rglob("*")):
        if path.is_file() and _IGNORED.isdisjoint(path.relative_to(file.parent).parts):
            about = path.stat()
            yield str(path), about.st_size, about.st_mtime_ns


def _state(paths: Iterable[Path]) -> dict[str, str]:
    """Return a hash of each file's content; an empty one of a file that is not there."""
    return {str(path): _hash_of(path) for path in paths}


def _hash_of(path: Path) -> str:
    try:
        return hashes.file_sha256(path)
    except (OSError, BuildError):
        return ""
