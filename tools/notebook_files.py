"""Copies what pages in notebooks load of Dash from its wheel into `pyrt/notebook/static/`."""

import argparse
import shutil
import sys
from pathlib import Path

from pyrt_build.errors import BuildError
from pyrt_build.packages import resolve, wheels

FOLDER = Path("pyrt/notebook/static/pkg")


def main(arguments: list[str] | None = None) -> int:
    """Write the files, in place of older ones."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebook_files", description=main.__doc__
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--wheel", type=Path, help="a dash wheel (default: the one pip finds)")
    options = parser.parse_args(arguments)
    try:
        page = wheels.read_wheel(options.wheel or resolve.dash_wheel()).page
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    shutil.rmtree(options.folder, ignore_errors=True)
    for where, content in page.items():
        path = options.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.stdout.write(f"wrote {options.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
