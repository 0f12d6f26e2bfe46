"""Runs the app's script again while the page stays (S-172), for `pyrt dev`.

    web/src/worker/rerun.ts --begin--> before the script runs first: what it starts is noted
                            --rerun--> the script runs, its layout is made, a session is opened
                            --collect--> the page is at rest: the memory of runs before is freed

If anything of the new run fails, everything is as before, and the run before goes on.
"""

import gc
import importlib
import shutil
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from pyrt import worker
from pyrt.app.dash import APPS
from pyrt.hot_reload import started
from pyrt.hot_reload.previous_run import PreviousRun
from pyrt.model import failures
from pyrt.model.failures import StartError
from pyrt.model.serialize import encode
from pyrt.worker import Post, Receive


def begin(root: str) -> None:
    """Note from now on what the app's files start and register.

    Args:
        root: the folder of the app.
    """
    # A `.pyc` names the time of its source in whole seconds: two saves may have the same.
    sys.dont_write_bytecode = True
    for folder in [*Path(root).rglob("__pycache__")]:
        shutil.rmtree(folder, ignore_errors=True)
    started.note(f"{root}/")


def rerun(environment_json: str, post: Post) -> Receive | Coroutine[Any, Any, Receive]:
    """Run the app's script again, and open a session of the new app.

    Args:
        environment_json: as of `pyrt.worker.boot`.
        post: as of `pyrt.worker.connect`; called only if the run succeeds.

    Returns:
        What receives the messages of the page; in browsers without stack switching, what to await
        for it.

    Raises:
        StartError: something is wrong with the app; the text says what. The run before goes on.
    """
    gc.unfreeze()  # Session.loaded
    previous = PreviousRun()
    importlib.invalidate_caches()
    try:
        rest = worker.boot(environment_json)
        return _connect(post, previous) if rest is None else _finish(rest, post, previous)
    except BaseException:
        previous.restore()
        raise


async def _finish(rest: Coroutine[Any, Any, None], post: Post, previous: PreviousRun) -> Receive:
    try:
        await rest
        return _connect(post, previous)
    except BaseException:
        previous.restore()
        raise


def _connect(post: Post, previous: PreviousRun) -> Receive:
    """Open a session, once it is certain that there is a layout; end what the old run has left."""
    try:
        encode(APPS.get().get_layout(lambda _: None), where="The layout")
        receive = worker.connect(post)
    except BaseException as error:  # noqa: BLE001  # the app's layout, index and hooks
        raise StartError(failures.explain(error)) from None
    previous.end()
    return receive


def collect() -> None:
    """Free the memory of runs before."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
