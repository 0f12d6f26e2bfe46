"""What a start of the site costs most: the heaviest packages and files."""

from collections.abc import Iterable
from importlib import metadata

from pyrt_build.app.discover import App
from pyrt_build.packages import distribution
from pyrt_build.packages.search import module_names

MOST = 5
_LEAST_BYTES = 100_000  # less is not worth a line

type Sizes = list[tuple[str, int]]


def heaviest_imports(app: App) -> Sizes:
    """Return the packages that the start imports and that are largest where they are installed."""
    known = distribution.modules_of_packages()
    sizes = {}
    for module in app.imported_packages:
        top = module.partition(".")[0]
        name = module_names.distribution(top, known) or top
        sizes[name] = _installed_bytes(name)
    return _largest(sizes.items())


def heaviest_files(app: App) -> Sizes:
    """Return the largest files of the app that become part of the site."""
    files = {**app.data, **{f"{app.assets_folder}/{w}": p for w, p in app.assets.items()}}
    return _largest((where, path.stat().st_size) for where, path in files.items())


def _largest(sizes: Iterable[tuple[str, int]]) -> Sizes:
    large = [(name, size) for name, size in sizes if size >= _LEAST_BYTES]
    return sorted(large, key=lambda each: -each[1])[:MOST]


def _installed_bytes(name: str) -> int:
    try:
        record = metadata.distribution(name).read_text("RECORD") or ""
    except metadata.PackageNotFoundError:
        return 0
    sizes = (line.rpartition(",")[2] for line in record.splitlines())
    return sum(int(size) for size in sizes if size.isdigit())
