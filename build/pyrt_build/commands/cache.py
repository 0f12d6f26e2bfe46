"""`pyrt cache info` and `pyrt cache clean`: the folder of downloads and derived files."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pyrt_build.commands import base
from pyrt_build.console import amounts, output
from pyrt_build.console.values import Choice

if TYPE_CHECKING:
    from pyrt_build.types import Json

HEADINGS = ("kind", "files", "size", "last used", "what it is")
# Those of `cache_usage`, which is imported when the command runs.
KINDS = (
    "asked",
    "bytecode",
    "compressed",
    "examples",
    "hashes",
    "pyodide",
    "rehearsals",
    "repacked",
    "resolved",
    "snapshots",
    "unpacked",
    "unreachable",
    "wheels",
)


@base.command("cache", "show what the cache takes, or empty it")
@click.argument("action", type=Choice(["info", "clean"]), metavar="info|clean")
@click.argument("kinds", type=Choice(KINDS), nargs=-1, metavar="[KIND]...")
def command(action: str, kinds: Sequence[str]) -> int:
    """Show what the cache takes (`info`), or remove it (`clean`).

    The cache is the folder of downloads and derived files that builds share (PYRT_CACHE). `info`
    lists its kinds of files; `clean` removes these, or all. The next build downloads and makes
    again what it needs.
    """
    return _clean(kinds) if action == "clean" else _info(kinds)


def _info(kinds: Sequence[str]) -> int:
    from pyrt_build import cache, cache_usage

    found, limit = cache_usage.files(), cache_usage.limit()
    found = [file for file in found if not kinds or file.kind in kinds]
    total = sum(file.size for file in found)
    allowed = f"of {amounts.size(limit)} (PYRT_CACHE_LIMIT)" if limit else "without a limit"
    output.say(f"Cache: {cache.root()}")
    output.say(f"Size: {amounts.size(total)} {allowed}")
    rows = []
    listed: list[Json] = []
    for used in cache_usage.usage(found):
        moment = _date(used.last_used)
        about = cache_usage.KINDS.get(used.kind, cache_usage.OTHER)
        rows.append((used.kind, str(used.files), amounts.size(used.size), moment, about))
        listed.append(
            {"kind": used.kind, "files": used.files, "size": used.size, "last_used": moment}
        )
    output.table(HEADINGS, rows)
    output.result({"folder": str(cache.root()), "size": total, "limit": limit, "kinds": listed})
    return 0


def _clean(kinds: Sequence[str]) -> int:
    from pyrt_build import cache, cache_usage

    removed = cache_usage.clean(kinds)
    size = sum(file.size for file in removed)
    output.say(f"Removed {len(removed)} files, {amounts.size(size)}, from {cache.root()}")
    output.result({"folder": str(cache.root()), "files": len(removed), "size": size})
    return 0


def _date(seconds: float) -> str:
    """Return a time on this machine's clock, to the minute."""
    return dt.datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes")[:16]
