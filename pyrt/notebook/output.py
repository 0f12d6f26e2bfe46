"""Shows an app below a cell: checks what is there, and displays the state and the widget.

An output has two parts. The first is HTML: empty while the app is live, it has the last state of
the page for a notebook that is saved. The second is the widget.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pyrt.app.dash import Dash
from pyrt.model import failures
from pyrt.model.errors import PyrtError
from pyrt.notebook.kernel import shell
from pyrt.notebook.last_state import make_live_state, make_state
from pyrt.notebook.live_export import ExportError, build_page
from pyrt.notebook.notebook import this_notebook
from pyrt.notebook.options import Options

if TYPE_CHECKING:
    from pyrt.notebook.page import AppPages

DEFAULT_HEIGHT = 650  # of a frame, in pixels, as in Dash

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
    if options.is_exported_live:
        display.display(display.HTML(_make_live(app, widget.state_name, options)))
    else:

        def data(page: str, height: int) -> Any:  # noqa: ANN401
            return display.HTML(make_state(widget.state_name, page, height=height))

        handle = display.display(data("", 0), display_id=widget.state_name)
        pages.save_state = lambda page, height: handle.update(data(page, height))
    display.display(widget)


def _make_live(app: Dash, name: str, options: Options) -> str:
    """Return the HTML of an output that has the app itself."""
    print("pyrt: building the app as one file, for the notebook that is saved ...")  # noqa: T201
    cells = [*this_notebook().sources, *_showing(app)]
    try:
        page = build_page(cells, Path.cwd())
    except ExportError as error:
        raise OutputError(str(error)) from None
    print(f"pyrt: {len(page.encode()) / 1e6:.1f} MB")  # noqa: T201
    return make_live_state(name, page, height=options.height or DEFAULT_HEIGHT)


def _showing(app: Dash) -> Iterator[str]:
    """Yield a cell that shows this app, and no other one of the notebook."""
    names = getattr(shell(), "user_ns", {}).items()
    found = (name for name, value in names if value is app and not name.startswith("_"))
    yield from (f"{name}.run()" for name in list(found)[:1])


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
