"""The assets folder: which of its files load with the page (S-162).

Everything in the folder is served; only scripts, stylesheets and the icon load by themselves. A
file that the app writes there while it starts is not part of the site: the page gets its content
as a data URL (R-46). The `assign` of dash_extensions writes its functions this way.
"""

import base64
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
    """Return the files that load with the page, in alphabetical order, subfolders last.

    Args:
        folder: the assets folder.
        ignore: regular expression; files are left out in whose name it is found.
        ignore_paths: regular expressions; the same for each component of a folder's path.
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


def data_url(file: Path, since: float) -> str | None:
    """Return a file as a data URL if it was written after `since`, in seconds since the epoch."""
    if not file.is_file() or file.stat().st_mtime < since:
        return None
    import mimetypes  # noqa: PLC0415  # needed for files written at run time only

    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _walk(folder: str, ignore: str, ignore_paths: Sequence[str]) -> Iterator[str]:
    for current, _, names in sorted(os.walk(folder)):
        below = Path(current).relative_to(folder)
        if any(re.search(each, part) for each in ignore_paths for part in below.parts):
            continue
        for name in sorted(names):
            if not (ignore and re.search(ignore, name)):
                yield (below / name).as_posix()
