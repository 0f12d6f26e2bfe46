"""`pyrt dev`: an app, served while it is written."""

from collections.abc import Sequence
from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.console.values import FILE, PORT


@base.command("dev", "serve an app while it is written: a save is seen at once")
@base.app
@click.option("--port", type=PORT, default=8050, show_default=True, help="the first one to try")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="the address to listen on; 0.0.0.0 for a telephone, with a token in the address",
)
@click.option("--open", "opens", is_flag=True, help="open it in a browser")
@base.environment
@click.option("--requirements", type=FILE, metavar="FILE", help="in place of those beside the app")
@base.index_url
def command(  # noqa: PLR0913  # one for each option
    *,
    app: str,
    module: str,
    port: int,
    host: str,
    opens: bool,
    env: Sequence[str],
    env_files: Sequence[Path],
    requirements: Path | None,
    index_url: str | None,
) -> int:
    """Serve an app while it is written, until interrupted.

    When a file is saved, the app runs again in the page that is open: Python stays up, and what was
    typed and chosen stays. An error is shown in the page, and the version before goes on.
    """
    from pyrt_build.dev.develop import Options, develop

    config = base.app_config(
        app,
        module,
        out=Path("dist").absolute(),
        env=tuple(env),
        env_files=tuple(env_files),
        requirements=requirements,
        index_url=index_url,
    )
    named = ["-m", module] if module else [app] if app else []
    develop(config, Options(host, port, opens, named))
    return 0
