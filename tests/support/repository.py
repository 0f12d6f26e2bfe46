"""The files of this repository that git does not ignore."""

from functools import cache
from pathlib import Path
from subprocess import check_output

from tests.support.paths import ROOT


@cache
def tracked() -> tuple[Path, ...]:
    """The files, relative to the root; those not yet added are among them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = check_output(command, cwd=ROOT, text=True).split("\0")
    return tuple(Path(name) for name in sorted(names) if name and (ROOT / name).is_file())


def read(path: Path) -> str:
    """The text of a file, given relative to the root."""
    return (ROOT / path).read_text(encoding="utf-8")
