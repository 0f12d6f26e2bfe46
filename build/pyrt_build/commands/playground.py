"""`pyrt playground`: a static site in which people write Dash apps and run them."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.console import amounts
from pyrt_build.console.output import result, say, say_note
from pyrt_build.console.values import FILE, Choice

_STARTS = ("dash", "plotly", "data")


def _index(text: str) -> str:
    """Return the address of an index with a slash at its end, or an empty text."""
    if text and not re.fullmatch(r"https?://[^\s?#]+", text):
        raise click.BadParameter(
            f"{text!r} must be an address such as https://packages.example.org/simple/"
        )
    return f"{text.rstrip('/')}/" if text else ""


@base.command("playground", "make a site in which people write apps and run them")
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="DIR",
    default=Path("playground"),
    help="the site's folder; default: playground",
)
@click.option(
    "--start",
    "starts",
    type=Choice(_STARTS),
    multiple=True,
    help="from what apps start: dash alone, with plotly, or with pandas and plotly (data); "
    "default: all three; may be repeated",
)
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="REQUIREMENT",
    help="a further package for the apps; may be repeated",
)
@click.option(
    "--index",
    type=_index,
    default="",
    metavar="URL",
    help="a package index that the page asks for packages that the site does not have",
)
@base.fast
@base.no_rehearsal
@base.package_sources
@base.strict
def command(  # noqa: PLR0913  # one for each option
    *,
    out: Path,
    starts: Sequence[str],
    packages: Sequence[str],
    index: str,
    fast: bool,
    no_rehearsal: bool,
    pyodide: str | None,
    index_url: str | None,
    strict: bool,
) -> int:
    """Make a static site with an editor, in which people write Dash apps and run them in the tab.

    Any web server can serve it. Code that came with a link runs in a frame without an origin, and
    cannot read what the host keeps in the browser.
    """
    from pyrt_build.playground.make import Options, make

    config = base.app_config(
        "",
        out=out.absolute(),
        rehearsal="skip" if no_rehearsal else "auto",
        compression="fast" if fast else "default",
        pyodide=pyodide,
        index_url=index_url,
        strict=strict,
    )
    made = make(config, Options(starts, packages, index))
    result(
        {
            "site": str(made.out),
            "size": sum(map(len, made.files.values())),
            "starts": {**made.starts},
            "packages": [*made.packages],
            "notes": [{**note.as_json()} for note in made.notes],
        }
    )
    for name, size in made.starts.items():
        say(f"  start {name}: {amounts.size(size)}")
    if made.packages:
        say(f"  packages: {', '.join(made.packages)}")
    for note in made.notes:
        say_note(note)
    say(f"Serve: pyrt serve {made.out}")
    return 0
