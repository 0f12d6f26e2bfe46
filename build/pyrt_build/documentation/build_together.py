"""Builds the examples of a documentation together: the same packages, one snapshot, one folder."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyrt.model.errors import PyrtError
from pyrt_build import build, cache, cache_usage, hashes, static_files
from pyrt_build.app.config import Compression, Rehearsal, SiteConfig
from pyrt_build.build import Made, Prepared
from pyrt_build.console import output
from pyrt_build.console.notes import Code, Note
from pyrt_build.documentation import share
from pyrt_build.documentation.example import (
    APP_FILE,
    DocumentationError,
    Example,
    find_problems,
)
from pyrt_build.errors import BuildError
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.site import compression, split
from pyrt_build.site.manifest import Files, read_manifest
from pyrt_build.site.plan import ELEMENT

REQUIREMENTS = "requirements.txt"
BY_OPTION = "--no-rehearsal builds the site"  # of the messages of a rehearsal


@dataclass(frozen=True, slots=True)
class Options:
    """How all examples of a documentation are built, as the options of `pyrt build`."""

    rehearsal: Rehearsal = "auto"
    compression: Compression = "default"
    pyodide: str | None = None
    index_url: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """The folder of the examples.

    Attributes:
        files: its files.
        warnings: about the examples, with their places.
        read: the files outside of the documentation's pages that were read.
    """

    files: Files
    warnings: Sequence[str] = ()
    read: Sequence[Path] = ()


def build_together(
    examples: Sequence[Example], options: Options, problems: Iterable[str] = ()
) -> Built:
    """Build all examples of a documentation. Nothing is written.

    Args:
        examples: of the whole documentation.
        options: for all of them.
        problems: what is known to be wrong already.

    Raises:
        DocumentationError: what is wrong, in all examples, with the place of each.
    """
    with (
        output.quietly(),
        hashes.remembered(cache.folder("hashes") / "files.json"),
        tempfile.TemporaryDirectory(prefix="pyrt-examples-") as folder,
    ):
        built = _Together(Path(folder), options, [*problems]).build(examples)
    if cache.written:
        cache_usage.tidy()
    return built


class _Together:
    """One build of all examples.

    Args:
        folder: for the files that code blocks are built as.
        options: of the documentation.
        problems: what is known to be wrong.
    """

    def __init__(self, folder: Path, options: Options, problems: list[str]) -> None:
        self._folder = folder.resolve()
        self._options = options
        self._problems = problems
        self._warnings: dict[str, None] = {}

    def build(self, examples: Sequence[Example]) -> Built:
        good = self._without_faults(examples)
        prepared = [*self._each(good, lambda example: build.prepare(self._config(example)))]
        locked = self._locked(prepared)
        named = sorted({name for _, p in prepared for name in p.parts.app.imported_packages})
        made = self._make_all([(e, build.with_packages(p, locked)) for e, p in prepared], named)
        if self._problems:
            raise DocumentationError("\n\n".join(dict.fromkeys(self._problems)))
        files = self._joined(made)
        files[ELEMENT] = static_files.read("app-element.js")
        read = {path.resolve() for _, each in prepared for path in _read_by(each)}
        own = sorted(path for path in read if not path.is_relative_to(self._folder))
        return Built(dict(sorted(files.items())), [*self._warnings], own)

    def _without_faults(self, examples: Sequence[Example]) -> list[Example]:
        wrong = [*find_problems(examples)]
        self._problems += [text for _, text in wrong]
        return [each for each in examples if not any(each is other for other, _ in wrong)]

    def _each[R](
        self, examples: Sequence[Example], do: Callable[[Example], R]
    ) -> Iterator[tuple[Example, R]]:
        """Yield what is done for each example; errors and warnings are kept, with its place."""
        for example in examples:
            try:
                result = do(example)
            except (BuildError, PyrtError) as error:
                self._problems.append(self._say(example, error))
            else:
                yield example, result
            for note in output.take_notes():
                self._note(example, note)

    def _note(self, example: Example, note: Note) -> None:
        # What a code block imports, its option `packages` need not name.
        expected = example.file is None and note.code is Code.NOT_REQUIRED
        if note.code.is_warning and not expected:
            self._warnings[self._say(example, f"{note.code.code}: {note.text}")] = None

    def _say(self, example: Example, text: object) -> str:
        """Return a message of the builder as one about an example; options have other names."""
        text = str(text).replace(BY_OPTION, "With the option `rehearsal: skip` it is built")
        if example.file is None:
            own = f"{self._folder_of(example)}{os.sep}"
            text = text.replace(own, "").replace(REQUIREMENTS, "the option `packages`")
        return example.say(text)

    def _folder_of(self, example: Example) -> Path:
        return self._folder / example.name

    def _config(self, example: Example) -> SiteConfig:
        """Return the options of an example's build; a code block is written to a file for it."""
        entry = example.file
        if entry is None:
            folder = self._folder_of(example)
            folder.mkdir()
            entry = folder / APP_FILE
            entry.write_text(example.source, encoding="utf-8")
            if example.packages:
                lines = "".join(f"{line}\n" for line in example.packages)
                (folder / REQUIREMENTS).write_text(lines, encoding="utf-8")
        return SiteConfig(
            entry=entry,
            out=self._folder / "-sites" / example.name,
            target=str(entry),
            rehearsal=self._options.rehearsal,
            compression=self._options.compression,
            pyodide=self._options.pyodide,
            index_url=self._options.index_url,
            shared=share.UP,
        )

    def _locked(self, prepared: Sequence[tuple[Example, Prepared]]) -> list[LockedPackage]:
        """Return the packages of all examples; two versions of one are a problem."""
        found: dict[str, tuple[Example, LockedPackage]] = {}
        for example, each in prepared:
            for package in each.locked:
                first, known = found.setdefault(package.name, (example, package))
                if known.version != package.version:
                    self._problems.append(
                        example.say(
                            f"This needs {package.name} {package.version}, and the example at "
                            f"{first.place} {known.version}. The examples of a documentation have "
                            "the same packages: require one version in both."
                        )
                    )
        return [package for _, (_, package) in sorted(found.items())]

    def _make_all(
        self, prepared: Sequence[tuple[Example, Prepared]], named: Sequence[str]
    ) -> list[tuple[Example, Made]]:
        """Return the sites, all with the same snapshot if one can be taken for all."""
        made = self._make(prepared, named)
        if len({_snapshot_of(each) for _, each in made}) > 1:
            # One of them has shown what more a snapshot is to hold; for the others it is known now.
            made = self._make(prepared, named)
        return made

    def _make(
        self, prepared: Sequence[tuple[Example, Prepared]], named: Sequence[str]
    ) -> list[tuple[Example, Made]]:
        known = {example.name: each for example, each in prepared}
        contents: dict[str, bytes] = {}
        result = []
        examples = [example for example, _ in prepared]
        for example, made in self._each(examples, lambda e: build.make(known[e.name], named)):
            for note in made.notes:
                self._note(example, note)
            # Ten sites in memory have the large files once.
            files = {p: contents.setdefault(hashes.sha256(d), d) for p, d in made.files.items()}
            result.append((example, replace(made, files=files)))
        return result

    def _joined(self, made: Sequence[tuple[Example, Made]]) -> Files:
        """Compress the sites, and put them into one folder.

        Images are cut by what any of the examples needs at its start: so they are the same.
        """
        level = compression.LEVELS[self._options.compression]
        needed = frozenset(path for _, each in made for path in each.needed or ())

        def compressed(site: Made) -> Files:
            wanted = None if site.needed is None else needed
            return split.compress_site(site.files, level, wanted, share.UP)

        return share.join((example.name, compressed(each)) for example, each in made)


def _snapshot_of(made: Made) -> str:
    manifest: Any = read_manifest(made.files)
    return str((manifest.get("snapshot") or {}).get("sha256", ""))


def _read_by(prepared: Prepared) -> Iterator[Path]:
    """Yield the files of an app that its build has read."""
    app, config = prepared.parts.app, prepared.config
    yield from (*app.modules.values(), *app.data.values(), *app.assets.values())
    yield from filter(None, (config.entry, config.requirements, config.settings_file))
