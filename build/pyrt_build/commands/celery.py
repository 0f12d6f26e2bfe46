"""`pyrt celery`: a Celery worker for an app's background callbacks."""

from collections.abc import Sequence
from pathlib import Path

import click

from pyrt_build.commands import base
from pyrt_build.commands.values import FILE


@base.command("celery", "start a Celery worker for an app's jobs")
@click.argument("app", type=FILE, metavar="APP.py")
@click.argument("options", nargs=-1, metavar="[-- OPTION...]")
def command(app: Path, options: Sequence[str]) -> int:
    """Start a Celery worker for an app's jobs; options of `celery worker` follow `--`."""
    from pyrt.server.serve import run_celery_worker

    run_celery_worker(app.absolute(), options)
    return 0
