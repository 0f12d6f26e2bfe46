"""The manager of background callbacks in the apps beside this file, chosen by `where.txt`.

`tab` is none: jobs run in the page's own workers. A test that wants them on a server copies this
folder and writes `diskcache` or `celery` into the file.
"""

import os
from pathlib import Path

WHERE = (Path(__file__).parent / "where.txt").read_text().strip()


def make_manager(**options):
    """Return the manager; options, such as `cache_by`, make one in the tab as well."""
    if WHERE == "celery":
        from celery import Celery  # noqa: PLC0415  # only one of them is there
        from dash import CeleryManager  # noqa: PLC0415

        broker = os.environ.get("BROKER", "redis://127.0.0.1:6379/0")
        return CeleryManager(Celery("jobs", broker=broker, backend=broker), **options)
    if WHERE == "tab" and not options:
        return None
    from dash import DiskcacheManager  # noqa: PLC0415
    from diskcache import Cache  # noqa: PLC0415

    return DiskcacheManager(Cache(os.environ.get("CACHE_FOLDER")), **options)
