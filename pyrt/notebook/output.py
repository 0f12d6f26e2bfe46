"""Shows an app below a cell: checks what is there, and displays the state and the widget.

An output has two parts. The first is HTML: empty while the app is live, it has the last state of
the page for a notebook that is saved. The second is the widget.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pyrt.app.dash import Dash
from pyrt.model import failures
from pyrt.model.errors import PyrtError
from pyrt.notebook.last_state import make_state
from pyrt.notebook.notebook import this_notebook
from pyrt.notebook.options import Options

if TYPE_CHECKING:
    from pyrt.notebook.page import AppPages

_NEEDS_ANYWIDGET = (
    "pyrt shows an app in a notebook with the package anywidget, which this kernel does not have. "
    "Run `%pip install anywidget`, then this cell again."
)


class OutputError(PyrtError):
    """An app cannot be shown; the text is for the author of the notebook."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the text alone."""
        return [str(self)]


def show(app: Dash, options: Options) -> None:
    """Show an app below the cell that runs.

    Raises:
        OutputError: it cannot be shown.
    """
    display = import_module("IPython.display")
    widget, pages = _make(app, options)
    if options.note:
        print(f"pyrt: {options.note}")  # noqa: T201  # below the cell

    def data(page: str, height: int) -> Any:  # noqa: ANN401
        return display.HTML(make_state(widget.state_name, page, height=height))

    handle = display.display(data("", 0), display_id=widget.state_name)
    pages.save_state = lambda page, height: handle.update(data(page, height))
    display.display(widget)


def make_widget(app: Dash, options: Options) -> Any:  # noqa: ANN401  # of a package without types
    """Return an app as an anywidget, for hosts that display these themselves (marimo).

    Raises:
        OutputError: it cannot be shown.
    """
    return _make(app, options)[0]


def _make(app: Dash, options: Options) -> "tuple[Any, AppPages]":
    widgets = _import_widget()
    try:
        pages = this_notebook().add(app, debug=options.debug)
        return widgets.AppWidget(pages, options), pages
    except Exception as error:  # noqa: BLE001  # whatever the app's code raises
        raise OutputError(failures.explain(error)) from None


def _import_widget() -> ModuleType:
    try:
        import_module("anywidget")
    except ImportError:
        raise OutputError(_NEEDS_ANYWIDGET) from None
    return import_module("pyrt.notebook.widget")
