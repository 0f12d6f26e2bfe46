"""The sites from which apps of a playground start: Python with some packages, as a ready snapshot.

A start is a single file, with an empty app that is replaced by what the person has written. The
page shows it in a frame without an origin, which could not fetch the files of a site.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyrt_build.app.config import SiteConfig
from pyrt_build.build import build
from pyrt_build.console.notes import Note
from pyrt_build.packages.lock import LockedPackage

# Of Dash's components, the parts that are loaded when they are used: the words in the app's code
# for which a single file has them (single_file/selection.py).
_PARTS = "DatePicker Dropdown Markdown mathjax Slider Upload DataTable export_format"
_APP = '''"""An empty app. Parts of components that other apps may use: {parts}."""

{imports}from dash import Dash, html

app = Dash(__name__)
app.layout = html.Div()
'''
_SETTINGS = "[tool.pyrt]\nfirst-paint = false\n"
APP = "app.py"


@dataclass(frozen=True, slots=True)
class Start:
    """One of them.

    Attributes:
        name: in options and messages.
        requirements: what it has beside Dash.
        imports: the modules that are imported already when an app starts.
        has_graphs: whether it has plotly.js.
    """

    name: str
    requirements: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    has_graphs: bool = False

    @property
    def source(self) -> str:
        """The empty app."""
        return _APP.format(
            parts=f"{_PARTS} Graph" if self.has_graphs else _PARTS,
            imports="".join(f"import {name}\n" for name in self.imports),
        )


# The smallest first: an app gets the first one that has what it imports.
STARTS = (
    Start("dash"),
    Start("plotly", ("plotly",), ("plotly.graph_objects",), has_graphs=True),
    Start(
        "data",
        ("numpy", "pandas", "plotly"),
        ("numpy", "pandas", "plotly.express"),
        has_graphs=True,
    ),
)


@dataclass(frozen=True, slots=True)
class BuiltStart:
    """A start, and what the builder says of it.

    Attributes:
        content: the single file.
        locked: its packages.
    """

    start: Start
    content: bytes
    locked: Sequence[LockedPackage]
    notes: Sequence[Note]


def build_start(start: Start, config: SiteConfig) -> BuiltStart:
    """Build a start.

    Args:
        start: which one.
        config: the options: of the packages, the compression and the rehearsal.

    Raises:
        BuildError: a package cannot be had, or the rehearsal fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        entry = write_project(Path(folder), start.source, start.requirements)
        out = Path(folder, "out", f"{start.name}.html")
        summary = build(
            replace(
                config,
                entry=entry,
                target=str(entry),
                out=out,
                single_file=True,
                dev=True,
                editor=True,
            )
        )
        return BuiltStart(start, summary.files[out.name], summary.locked, summary.notes)


def write_project(folder: Path, source: str, requirements: Sequence[str]) -> Path:
    """Write an app and its requirements into a folder; return the app's file."""
    entry = folder / APP
    entry.write_text(source, encoding="utf-8")
    lines = "".join(f"{each}\n" for each in ("dash", *requirements))
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")
    (folder / "pyproject.toml").write_text(_SETTINGS, encoding="utf-8")
    return entry
