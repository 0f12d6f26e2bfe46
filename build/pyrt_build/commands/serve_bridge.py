"""`pyrt serve-bridge`: an app's server callbacks, answered."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from pyrt_build.app.config import SiteConfig
from pyrt_build.commands import base
from pyrt_build.commands.values import FILE, PORT, origin, size
from pyrt_build.console.output import result, say
from pyrt_build.errors import BuildError


@base.command("serve-bridge", "answer an app's server callbacks")
@click.argument("app", type=FILE, default="app.py", metavar="[APP.py]")
@click.option("--host", default="127.0.0.1", show_default=True, help="the address to listen on")
@click.option("--port", type=PORT, default=8060, show_default=True)
@click.option(
    "--origin",
    "origins",
    type=origin,
    multiple=True,
    metavar="URL",
    help="a site whose pages may call it, as https://example.org; may be repeated",
)
@click.option("--max-body", type=size, metavar="SIZE", help="of a request: 512K, 16M")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="processes")
@click.option(
    "--secret",
    default="",
    envvar="PYRT_BRIDGE_SECRET",
    help="signs job handles; better given as PYRT_BRIDGE_SECRET",
)
@click.option("--debug", is_flag=True, help="tell pages what exceptions say")
def command(  # noqa: PLR0913  # one for each option
    *,
    app: Path,
    host: str,
    port: int,
    origins: Sequence[str],
    max_body: int | None,
    workers: int,
    secret: str,
    debug: bool,
) -> int:
    """Answer the callbacks of an app that run on a server, until interrupted."""
    from pyrt.server.serve import read_variables, serve
    from pyrt_build.app.settings import read_settings

    if not app.is_file():
        raise BuildError(f"There is no app {app}. Give the path of a Python file.")
    given = read_variables()
    config = SiteConfig(entry=app.absolute(), out=Path())
    settings = replace(
        given,
        app=config.entry,
        named=[*given.named, *read_settings(config).server],
        origins=origins or given.origins,
        max_body=max_body or given.max_body,
        secret=secret,
        debug=debug,
    )

    def announce() -> None:
        result({"app": str(config.entry), "url": f"http://{host}:{port}"})
        say(f"Answering for {app} on http://{host}:{port}")

    serve(settings, host, port, workers, announce)
    return 0
