"""`pyrt serve-bridge`: an app's server callbacks, answered."""

from collections.abc import Sequence
from dataclasses import replace

import click

from pyrt_build.commands import base
from pyrt_build.console.output import result, say
from pyrt_build.console.values import PORT, header_name, host_name, origin, size
from pyrt_build.console.values import rate as rate_of


@base.command("serve-bridge", "answer an app's server callbacks")
@base.app
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
@click.option(
    "--allowed-host",
    "hosts",
    type=host_name,
    multiple=True,
    metavar="NAME",
    help="a name of this server, as calc.example.org; *: any; may be repeated",
)
@click.option(
    "--client-header",
    type=header_name,
    metavar="NAME",
    help="where a proxy names its client, as X-Forwarded-For; only if none can go around the proxy",
)
@click.option("--rate", type=rate_of, metavar="RATE", help="requests of one client, as 600/minute")
@click.option(
    "--at-once", type=click.IntRange(0), metavar="N", help="requests of one client at a time (1000)"
)
@click.option("--metrics", is_flag=True, help="serve /metrics, for Prometheus")
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
    app: str,
    module: str,
    host: str,
    port: int,
    origins: Sequence[str],
    hosts: Sequence[str],
    client_header: str | None,
    rate: str | None,
    at_once: int | None,
    metrics: bool,
    max_body: int | None,
    workers: int,
    secret: str,
    debug: bool,
) -> int:
    """Answer the callbacks of an app that run on a server, until interrupted."""
    from pyrt.server.serve import serve
    from pyrt.server.settings import read_variables
    from pyrt_build.app import project
    from pyrt_build.app.settings import read_settings

    given = read_variables()
    found = project.find(base.app_config(app, module))
    config = found.config
    project_settings = read_settings(config)
    settings = replace(
        given,
        app=config.entry,
        launch=found.launch,
        named=[*given.named, *project_settings.server],
        mcp=given.mcp or project_settings.mcp,
        max_result=given.max_result or project_settings.max_result,
        origins=origins or given.origins,
        hosts=hosts or given.hosts,
        client_header=client_header or given.client_header,
        rate=rate or given.rate,
        at_once=given.at_once if at_once is None else at_once,
        has_metrics=metrics or given.has_metrics,
        max_body=max_body or given.max_body,
        secret=secret,
        debug=debug,
    )

    def announce() -> None:
        result({"app": str(config.entry), "url": f"http://{host}:{port}"})
        say(f"Answering for {app or module or config.entry.name} on http://{host}:{port}")

    serve(settings, host, port, workers, announce)
    return 0
