"""`pyrt replay`: the message log of a page, played again."""

from dataclasses import replace
from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.console.output import result, say
from pyrt_build.console.values import FILE


@base.command("replay", "play the message log of a page again")
@click.argument("log", type=FILE, metavar="LOG")
@click.argument("app", metavar="APP.py|MODULE:ATTRIBUTE")
def command(log: Path, app: str) -> int:
    """Play the message log of a page again; exit code 1 if outputs differ."""
    from pyrt_build.app import project
    from pyrt_build.replay import replay

    found = project.find(base.app_config(app))
    launch = replace(found.launch, working_folder=str(found.working_folder))
    differences = replay(log, found.config.entry, launch)
    result({"same": not differences, "differences": [str(each) for each in differences]})
    for difference in differences:
        say(str(difference))
    count = len(differences)
    verdict = f"{count} prop{'s differ' if count > 1 else ' differs'}."
    say(verdict if count else "Every output is the same.")
    return 1 if differences else 0
