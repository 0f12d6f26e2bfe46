"""Builds the site of `pyrt dev`: all of it at first, and then only what a change needs.

A change of the app's own files takes some milliseconds: packages are looked for again only if the
app imports others.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyrt_build import build, cache, hashes
from pyrt_build.app import variables
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.features import implicit_imports
from pyrt_build.build import Prepared
from pyrt_build.console.notes import Note
from pyrt_build.packages.needs import IMPORT_HOOKS
from pyrt_build.server_code import logins
from pyrt_build.server_code.partition import Partition, partition
from pyrt_build.server_code.routes import addresses
from pyrt_build.site import plan
from pyrt_build.site.manifest import Files

# Files that say which packages there are, how the app is run, or what travels.
_SETTINGS = (
    "pyproject.toml",
    "requirements*.txt",
    "requirements*.in",
    "Pipfile*",
    "environment*.yml",
    "*.lock",
    "pylock*.toml",
    "setup.*",
    ".env*",
    ".gitignore",
    "Procfile",
    "Dockerfile*",
)


@dataclass(slots=True)
class AppBuild:
    """One app that is built again and again.

    Attributes:
        config: the options.
        prepared: what the last build found; None before the first.
        files: the site.
    """

    config: SiteConfig
    prepared: Prepared | None = None
    files: Files = field(default_factory=dict)

    def read(self) -> None:
        """Find out what a build reads, without building.

        Raises:
            BuildError: what is wrong; what was found before stays.
        """
        self.prepared = build.prepare(self.config)

    def build(self) -> list[Note]:
        """Build all of it; return notes about it.

        Raises:
            BuildError: what is wrong; the last build stays.
        """
        with hashes.remembered(cache.folder("hashes") / "files.json"):
            prepared = build.prepare(self.config)
            notes = [*prepared.notes]
            self.files = plan.plan(prepared.config, prepared.inputs, notes.append)
        self.prepared = prepared
        return notes

    def follow(self, changed: "set[Path]") -> None:
        """Build what changed files need.

        Args:
            changed: paths of files that have been changed, added or removed.

        Raises:
            BuildError: what is wrong; the last build stays.
        """
        prepared = self.prepared
        if (
            prepared is None
            or any(map(is_of_settings, changed))
            or self._are_variables(changed)
            or prepared.inputs.own_compiled
        ):
            self.build()
            return
        config = prepared.config
        parts = partition(config, prepared.settings)
        logins.refuse(parts.app)
        variables.check_needed(parts.app, config.variables)
        if _packages_key(parts) != _packages_key(prepared.parts):
            self.build()
            return
        inputs = replace(
            prepared.inputs,
            app=parts.app,
            server=sorted({*prepared.settings.server, *parts.removal.callbacks}),
            stubs=sorted({*prepared.inputs.stubs, *parts.stubs}),
            routes=addresses(parts.routes),
        )
        self.files = plan.with_app(config, inputs, self.files)
        self.prepared = replace(prepared, parts=parts, inputs=inputs)

    def _are_variables(self, changed: set[Path]) -> bool:
        """Tell whether a file of `--env-file`, which may have any name, has changed."""
        files = {path.resolve() for path in self.config.env_files}
        return not files.isdisjoint(path.resolve() for path in changed)

    @property
    def app(self) -> App:
        """The app as it was read last."""
        assert self.prepared is not None
        return self.prepared.inputs.app

    def watched(self) -> set[Path]:
        """Return the folders of all files that the build has read."""
        assert self.prepared is not None
        return {path.parent for path in self.read_files()} | {self.app.folder}

    def read_files(self) -> Iterator[Path]:
        """Yield the files that the build has read, or would read if they were there."""
        assert self.prepared is not None
        config = self.prepared.config
        app = self.app
        yield from app.modules.values()
        yield from app.data.values()
        yield from app.assets.values()
        yield from config.env_files
        for file in (config.entry, config.requirements, config.settings_file):
            if file is not None:
                yield file
        assets = app.folder / app.assets_folder
        if assets.is_dir():
            yield assets / "favicon.ico"
        for where in app.decisions:
            # What was removed for the server counts, too: a change may bring it back.
            if where.endswith(".py") and app.decisions[where].reason.startswith("only the server"):
                yield app.folder / where


def is_of_settings(path: Path) -> bool:
    """Tell whether a file may change which packages an app has, or how it is run."""
    return any(path.match(pattern) for pattern in _SETTINGS)


def _packages_key(parts: Partition) -> Hashable:
    """Return all of an app that may decide which packages it needs."""
    app = parts.app
    return (
        frozenset((each.module, each.optional, each.deferred) for each in app.imports),
        frozenset(each.module for each in implicit_imports(app)),
        "Graph" in app.names,
        frozenset(app.strings) if app.names & IMPORT_HOOKS else None,
        frozenset(app.database_urls),
        parts.server_modules,
        parts.server_only,
        frozenset(parts.stubs),
    )
