"""The options of `pyrt build`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

type Rehearsal = Literal["auto", "require", "skip"]
type Compression = Literal["fast", "default", "release"]


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The options, with defaults applied and paths made absolute.

    Attributes:
        entry: the app's file.
        out: the folder of the site.
        base_url: URL path of the site, for 404.html; empty, or with a slash at its end.
        debug: dev tools, message log, source maps.
        cdn: leave Pyodide's files on its CDN.
        rehearsal: start the site once in a browser: if there is one, always, or never.
        compression: how small the files become, and how long that takes.
        precompress: write compressed copies of files, too.
        pyodide: folder, address or wheel of another Pyodide distribution.
        index_url: package index for pip.
        requirements: a file to read in place of those beside the app.
        bridge: address of the server that answers callbacks.
        strict: warnings are errors.
    """

    entry: Path
    out: Path
    base_url: str = ""
    debug: bool = False
    cdn: bool = False
    rehearsal: Rehearsal = "auto"
    compression: Compression = "default"
    precompress: bool = False
    pyodide: str | None = None
    index_url: str | None = None
    requirements: Path | None = None
    bridge: str | None = None
    strict: bool = False
