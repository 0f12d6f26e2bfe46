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
@click.option("--translation", metavar="LANG", help="write pyrt's texts instead, to be translated")
def command(starter: str, folder: Path | None, translation: str | None) -> int:
    """Write a new app into a folder, with a test; the folder has the starter's name otherwise.

    With --translation it writes a file with all texts of pyrt that visitors see, to be translated
    to a language such as de or pt-BR, into this folder.
    """
    if translation is not None:
        from pyrt_build.translation import file

        path = file.write_template(translation, Path())
        result({"file": str(path), "texts": len(file.texts())})
        say(f"  {path}")
        say(f'Written. Next: fill it in; [tool.pyrt] translation = "{path.name}" in pyproject.toml')
        return 0
    target = folder or Path(starter)
    files = new_app(starter, target)
    result({"folder": str(target), "starter": starter, "files": [str(path) for path in files]})
    for path in files:
        say(f"  {path}")
    say(f"Written. Next: cd {target}; pyrt check; pyrt build; pyrt serve dist")
    return 0


command.epilog = _LISTED
