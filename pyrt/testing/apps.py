"""The app of a test: an object, or a file that is run as `python FILE` runs it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from pyrt.app import launch, pages
from pyrt.app.dash import APPS, Dash
from pyrt.model import environment
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.environment import Environment, Launch, Location
from pyrt.model.errors import PyrtError
from pyrt.worker import forget_previous_run

type Undo = Callable[[], None]


def load(app: object, location: Location) -> tuple[Dash, Undo]:
    """Return an app that is complete, and what puts the interpreter back as it was.

    Args:
        app: a `Dash`, its `server`, or the path of a file that makes one.
        location: where the page is opened.

    Raises:
        PyrtError: it is none of them.
        StartError: the file makes no app.
        Exception: whatever the app's code raises.
    """
    if isinstance(app, str | os.PathLike):
        return _run_file(Path(app), location)
    found = _find(app)
    module = sys.modules.get(str(found.config.name))
    entry = str(getattr(module, "__file__", None) or Environment().entry)
    limit = environment.current().max_result
    environment.use(Environment(entry, location=location, jobs=True, max_result=limit))
    APPS.mount(found)
    found.prepare()
    return found, _stop_forwarding


def _find(app: object) -> Dash:
    if isinstance(app, Dash):
        return app
    for made in APPS.all:
        if made.server is app:
            return made
    kind = type(app)
    if any(base.__module__.partition(".")[0] == "dash" for base in kind.__mro__):
        raise PyrtError(
            f"pyrt_app was given an app of the real Dash ({kind.__module__}.{kind.__name__}), "
            "which is installed beside pyrt. Write pyrt_dash = true below "
            "[tool.pytest.ini_options] in pyproject.toml (below [pytest] in pytest.ini): then "
            "`import dash` gives pyrt's names in tests. Or give the path of the app's file: "
            'pyrt_app("app.py").'
        )
    raise PyrtError(
        f"pyrt_app takes a Dash app, its server, or the path of a file that makes one, not {app!r}."
    )


def _run_file(file: Path, location: Location) -> tuple[Dash, Undo]:
    file = file.absolute()
    if not file.is_file():
        raise PyrtError(f"There is no file {file}. Give pyrt_app the path of the app's file.")
    folder = str(file.parent)
    undo = _keep_interpreter(folder)
    start = Launch(root=folder, path=[folder])
    environment.use(Environment(str(file), location=location, jobs=True, launch=start))
    try:
        forget_previous_run(folder)
        launch.prepare(start)
        value = launch.run(str(file), start)
        app = APPS.choose(value, str(file))
        app.prepare()
    except BaseException:
        undo()
        raise
    return app, undo


def _keep_interpreter(folder: str) -> Undo:
    """Return what puts back all that a run of a file changes, for apps that tests have imported."""
    main, arguments, path = sys.modules["__main__"], sys.argv, list(sys.path)
    modules, made = dict(sys.modules), list(APPS.all)
    callbacks, registered = list(GLOBAL_CALLBACKS), dict(pages.page_registry)

    def undo() -> None:
        for name in sys.modules.keys() - modules.keys():
            if _is_below(sys.modules[name], folder):
                del sys.modules[name]
        sys.modules.update(modules)
        sys.modules["__main__"], sys.argv = main, arguments
        sys.path[:] = path
        APPS.forget()
        APPS.all.extend(made)
        pages.forget_pages()
        pages.page_registry.update(registered)
        _stop_forwarding()
        for callback in callbacks:
            GLOBAL_CALLBACKS.add(callback)

    return undo


def _is_below(module: object, folder: str) -> bool:
    """Tell whether the file of a module is in a folder."""
    return str(getattr(module, "__file__", None) or "").startswith(folder + os.sep)


def _stop_forwarding() -> None:
    """Let the next app have the callbacks of `dash.callback` that are registered from now on."""
    GLOBAL_CALLBACKS.restart()
