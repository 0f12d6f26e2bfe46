"""`pyrt replay`: the message log of a page, played again."""

from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.commands.values import FILE
from pyrt_build.console.output import result, say


@base.command("replay", "play the message log of a page again")
@click.argument("log", type=FILE, metavar="LOG")
@click.argument("app", type=FILE, metavar="APP.py")
def command(log: Path, app: Path) -> int:
    """Play the message log of a page again; exit code 1 if outputs differ."""
    from pyrt_build.replay import replay

    differences = replay(log, app)
    result({"same": not differences, "differences": [str(each) for each in differences]})
    for difference in differences:
        say(str(difference))
    count = len(differences)
    verdict = f"{count} prop{'s differ' if count > 1 else ' differs'}."
    say(verdict if count else "Every output is the same.")
    return 1 if differences else 0
