"""What the run before a hot reload has in this interpreter, until the new run has succeeded."""

# Private names of the app's modules: nothing else takes a run back.
# ruff: noqa: SLF001

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from pyrt.app import pages
from pyrt.app.dash import APPS
from pyrt.app.hooks import hooks
from pyrt.hot_reload import started
from pyrt.model import environment
from pyrt.model.callback import BACKGROUND_CALLBACKS, GLOBAL_CALLBACKS


class PreviousRun:
    """The run that goes on until a new one has succeeded.

    `restore` puts back what it has registered, and ends what the new run has started; `end` ends
    what it has started itself.
    """

    def __init__(self) -> None:
        self._tasks, self._timers = started.tasks(), started.timers()
        self._threads = started.threads()
        self._modules = dict(sys.modules)
        self._variables = dict(os.environ)
        self._folder = os.getcwd()  # noqa: PTH109  # as a text
        page = environment.current()
        lists: list[Any] = [
            sys.path,
            sys.argv,
            pages.page_registry,
            pages._Redirects.targets,
            pages._Awaited.layouts,
        ]
        self._put_back: list[Callable[[], object]] = [
            *map(_keep_items, lists),
            *map(_keep_attributes, (GLOBAL_CALLBACKS, BACKGROUND_CALLBACKS, hooks)),
            APPS.keep(),
            lambda: environment.use(page),
        ]
        started.forget_hooks()
        started.reset_variables()

    def restore(self) -> None:
        """Go back to this run: the new one has failed."""
        _end(started.tasks() - self._tasks, started.timers() - self._timers)
        started.forget_threads(each for each in started.threads() if each not in self._threads)
        os.environ.clear()
        os.environ.update(self._variables)
        os.chdir(self._folder)
        for put_back in self._put_back:
            put_back()
        self._restore_modules()

    def _restore_modules(self) -> None:
        """Put the app's modules back; packages that the new run has imported stay."""
        for name, module in [*sys.modules.items()]:
            if name not in self._modules and started.is_of_app(getattr(module, "__file__", None)):
                del sys.modules[name]
        sys.modules.update(self._modules)

    def end(self) -> None:
        """End the tasks, timers and threads of this run: the new one has succeeded."""
        _end(self._tasks, self._timers)
        started.forget_threads(self._threads)


def _end(tasks: Iterable[Any], timers: Iterable[Any]) -> None:
    for each in (*tasks, *timers):
        each.cancel()


def _keep_items(collection: Any) -> Callable[[], None]:  # noqa: ANN401  # a list or a dictionary
    """Return what gives a list or dictionary the items back that it has now."""
    kept = collection.copy()

    def put_back() -> None:
        collection.clear()
        (collection.update if isinstance(collection, dict) else collection.extend)(kept)

    return put_back


def _keep_attributes(value: object) -> Callable[[], None]:
    """Return what gives an object the attributes back that it has now, containers with content."""
    kept = {
        name: each.copy() if isinstance(each, list | dict | set) else each
        for name, each in vars(value).items()
    }
    return lambda: vars(value).update(kept)
