"""`pyrt serve`: a site on this machine."""

from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.console.values import FILE, PORT


@base.command("serve", "serve such a folder on this machine")
@click.argument("folder", type=FILE, default="dist", metavar="[DIR]")
@click.option("--port", type=PORT, default=8050, show_default=True, help="0: any free one")
@click.option("--host", default="127.0.0.1", show_default=True, help="the address to listen on")
def command(folder: Path, port: int, host: str) -> int:
    """Serve a folder that `pyrt build` has written, until interrupted."""
    from pyrt_build.serve import serve

    serve(folder, host, port)
    return 0
