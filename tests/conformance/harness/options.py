"""How tests are run."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .static_server import Mode


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line says about runs.

    Attributes:
        label: name of the builder in results.
        work: folder for all files of the harness.
        python: interpreter of the environment with dash[testing].
        builder: the command that makes a site, with places to fill in.
        is_reference: whether an ordinary Dash server takes the place of a site.
        is_single_file: whether the builder writes one HTML file, which is opened from the disk.
        chromium, chromedriver: paths of the programs.
        locks: "remote" if locks of the test are those of the app.
        serve_mode, headers: see static_server.Site.
        build_timeout, boot_timeout, timeout: seconds for a build, a page's start, a test.
        timeout_scale: factor on the waiting times of the tests.
        keeps_folders: whether apps and sites are kept.
        takes_screenshots: whether the page of a failed test is photographed.
    """

    label: str
    work: Path
    builder: str = ""
    python: str = sys.executable
    is_reference: bool = False
    is_single_file: bool = False
    chromium: str = ""
    chromedriver: str = ""
    locks: Literal["na", "remote"] = "na"
    serve_mode: Mode = "404html"
    headers: tuple[tuple[str, str], ...] = ()
    build_timeout: float = 120
    boot_timeout: float = 60
    timeout: float = 150
    timeout_scale: float = 1
    keeps_folders: bool = False
    takes_screenshots: bool = False
