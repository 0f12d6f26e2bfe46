"""Builds of examples whose apps are read, and not started: packages need pip, starts a browser."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pyrt_build import build, static_files
from pyrt_build.build import Made
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from tests.support.example_sites import planned


@dataclass(frozen=True)
class App:
    modules: dict[str, Path]
    imported_packages: list[str]
    data: dict[str, Path]
    assets: dict[str, Path]


@dataclass(frozen=True)
class Parts:
    app: App


@dataclass(frozen=True)
class Package:
    name: str
    version: str


@dataclass(frozen=True)
class Prepared:
    config: object
    parts: Parts
    locked: list[Package]


@dataclass
class Builds:
    """What was built, in order; each text is the source of an app, or names a package."""

    prepared: list[str]
    made: list[str]
    named: list[list[str]]
    packages: list[list[str]]


@pytest.fixture
def builds(monkeypatch, tmp_path):
    """Replaces the steps of a build. An app's code says what happens, by its comments."""
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    found = Builds([], [], [], [])

    def prepare(config):
        text = config.entry.read_text(encoding="utf-8")
        found.prepared.append(text)
        if "# no wheel" in text:
            raise BuildError(f"{config.entry}: app.py:2 needs nothere (requirements.txt)")
        imports = [line.split()[1] for line in text.splitlines() if line.startswith("import ")]
        requirements = config.entry.with_name("requirements.txt")
        lines = requirements.read_text(encoding="utf-8").split() if requirements.exists() else []
        locked = [Package(*line.split("==")) for line in lines]
        data = {path.name: path for path in config.entry.parent.glob("*.csv")}
        return Prepared(config, Parts(App({"app.py": config.entry}, imports, data, {})), locked)

    def make(prepared, named):
        text = prepared.config.entry.read_text(encoding="utf-8")
        found.made.append(text)
        found.named.append(list(named))
        found.packages.append([f"{each.name}=={each.version}" for each in prepared.locked])
        if "# fails" in text:
            raise BuildError(
                'The app does not start: File "/app/app.py", line 2, in <module>\n'
                "--no-rehearsal builds the site all the same."
            )
        notes = [Note(Code.NO_BROWSER, "app.py:1 is slow")] if "# slow" in text else []
        notes.append(Note(Code.UNUSED_PACKAGE, "nothing"))
        snapshot = "late" if "# late" in text or "late" in found.made else "first"
        if "# late" in text:
            found.made.append("late")
        return Made(planned(text, snapshot), notes, frozenset({f"/pyrt/packages/{text[0]}.py"}))

    monkeypatch.setattr(build, "prepare", prepare)
    monkeypatch.setattr(build, "make", make)
    monkeypatch.setattr(build, "with_packages", lambda p, locked: replace(p, locked=locked))
    monkeypatch.setattr(static_files, "read", lambda name: name.encode())
    return found
