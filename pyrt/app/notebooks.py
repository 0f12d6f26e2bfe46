"""Whether this is a notebook, and if so what shows an app there: `pyrt.notebook`.

That package is imported by its name, and only in a notebook: a site does not have it, and it
imports what an app touches.
"""

import sys
from importlib import import_module
from typing import Any


def is_ipython() -> bool:
    """Tell whether this code runs in a kernel of IPython, which displays what a cell returns."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def is_marimo() -> bool:
    """Tell whether this code runs in a notebook of marimo."""
    running = getattr(sys.modules.get("marimo"), "running_in_notebook", lambda: False)
    return bool(running())


def is_notebook() -> bool:
    """Tell whether a cell runs this code, so that an app is shown below it."""
    return is_ipython() or is_marimo()


def watch() -> None:
    """Begin to follow the cells of a notebook, which have callbacks; called for each app."""
    if is_ipython():
        _module("notebook").this_notebook()


def show(  # noqa: PLR0913  # the options of `app.run`
    app: object,
    *,
    mode: object,
    height: object,
    width: object,
    debug: object = None,
    export: object = None,
) -> None:
    """Show an app below the cell that runs; do nothing where there is no notebook.

    Args:
        app: the app.
        mode: `jupyter_mode` of `app.run`.
        height: `jupyter_height`.
        width: `jupyter_width`.
        debug: `debug`.
        export: `export`.

    Raises:
        OptionError: an argument has a value that Dash does not have.
        OutputError: the app cannot be shown.
    """
    if not is_notebook():
        return
    options = _module("options").read_options(mode, height, width, debug=debug, export=export)
    if options is not None and is_ipython():
        _module("output").show(app, options)
    elif options is not None:
        output = import_module("marimo").output
        output.append(_module("output").make_widget(app, options))


def display(app: object) -> None:
    """Show an app that a cell returns, as high as its content."""
    if is_ipython():
        try:
            _module("output").show(app, _module("options").Options())
        except Exception:  # noqa: BLE001  # what is wrong with the app
            # IPython would show it, and then the app as text.
            sys.modules["IPython"].get_ipython().showtraceback()
    else:  # IPython in a terminal
        print(repr(app))  # noqa: T201


def make_widget(app: object) -> Any:  # noqa: ANN401  # an anywidget
    """Return an app as an anywidget, as high as its content."""
    return _module("output").make_widget(app, _module("options").Options())


def _module(name: str) -> Any:  # noqa: ANN401  # a module
    return import_module(f"pyrt.notebook.{name}")
