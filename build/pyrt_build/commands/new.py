"""`pyrt new`: a new app, from a starter."""

from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.console.output import result, say
from pyrt_build.console.values import FILE
from pyrt_build.starters.write import STARTERS, new_app

_LISTED = "; ".join(f"{name}: {what}" for name, what in STARTERS.items())


@base.command("new", "write a new app")
@click.argument("starter", default="minimal", type=click.Choice(list(STARTERS)))
@click.argument("folder", default=None, required=False, type=FILE)
def command(starter: str, folder: Path | None) -> int:
    """Write a new app into a folder, with a test; the folder has the starter's name otherwise."""
    target = folder or Path(starter)
    files = new_app(starter, target)
    result({"folder": str(target), "starter": starter, "files": [str(path) for path in files]})
    for path in files:
        say(f"  {path}")
    say(f"Written. Next: cd {target}; pyrt check; pyrt build; pyrt serve dist")
    return 0


command.epilog = _LISTED
