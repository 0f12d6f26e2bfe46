"""`pyrt celery`: a Celery worker for an app's background callbacks."""

from collections.abc import Sequence

import click

from pyrt_build.commands import base


@base.command("celery", "start a Celery worker for an app's jobs")
@click.argument("app", metavar="APP.py|MODULE:ATTRIBUTE")
@click.argument("options", nargs=-1, metavar="[-- OPTION...]")
def command(app: str, options: Sequence[str]) -> int:
    """Start a Celery worker for an app's jobs; options of `celery worker` follow `--`."""
    from pyrt.server.serve import run_celery_worker
    from pyrt_build.app import project
    from pyrt_build.app.settings import read_settings

    found = project.find(base.app_config(app))
    limit = read_settings(found.config).max_result
    run_celery_worker(found.config.entry, options, found.launch, limit)
    return 0
