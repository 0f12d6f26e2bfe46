"""The assets folder: which of its files load with the page (S-162).

Everything in the folder is served; only scripts, stylesheets and the icon load by themselves. This
module reads file names, never contents, and imports nothing of pyrt.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Assets:
    """Paths below the assets folder, in the order they load."""

    scripts: list[str] = field(default_factory=list)
    stylesheets: list[str] = field(default_factory=list)
    favicon: str | None = None


def find_assets(folder: str, ignore: str = "", ignore_paths: Sequence[str] | None = None) -> Assets:
    """Walk the folder: its own files first, then each subfolder, all in alphabetical order.

    `ignore` is searched in file names, `ignore_paths` in each component of a folder's path.
    """
    scripts, stylesheets, favicon = [], [], None
    for path in _walk(folder, ignore, [each for each in ignore_paths or () if each]):
        if path.endswith("js"):
            scripts.append(path)
        elif path.endswith("css"):
            stylesheets.append(path)
        elif PurePosixPath(path).name == "favicon.ico":
            favicon = path
    return Assets(scripts, stylesheets, favicon)


def _walk(folder: str, ignore: str, ignore_paths: Sequence[str]) -> Iterator[str]:
    for current, _, names in sorted(os.walk(folder)):
        below = Path(current).relative_to(folder)
        if any(re.search(each, part) for each in ignore_paths for part in below.parts):
            continue
        for name in sorted(names):
            if not (ignore and re.search(ignore, name)):
                yield (below / name).as_posix()
