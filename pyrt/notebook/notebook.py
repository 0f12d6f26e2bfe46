"""`Notebook`: the apps that the outputs of this kernel show, and what the end of a cell changes."""

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from pyrt.app.dash import APPS, Dash
from pyrt.model import failures
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.serialize import encode
from pyrt.notebook.cell_sources import CellSources
from pyrt.notebook.cells import Cells
from pyrt.notebook.kept_state import KeptState, read_props
from pyrt.notebook.kernel import Kernel, cell_id, shell
from pyrt.notebook.lost_callbacks import explain, find_lost_callbacks, has_real_callbacks
from pyrt.notebook.page import AppPages

MOST_OUTPUTS = 50  # of one app, the newest


@dataclass(eq=False)
class ShownApp:
    """An app that outputs show, and those that have taken its place.

    Attributes:
        app: the newest.
        cell: the cell that has made it; None if that is not known.
        outputs: with the cells that show them.
        kept: what pages of outputs that are gone have kept.
    """

    app: Dash
    cell: str | None
    outputs: list[tuple[str | None, AppPages]] = field(default_factory=list)
    kept: KeptState | None = None

    @property
    def ids(self) -> frozenset[str]:
        """The ids in its layout; in those of its pages where there are some."""
        views = [view for _, pages in self.outputs for view in pages.views.values()]
        if views:
            return frozenset().union(*(view.ids for view in views))
        with APPS.serving(self.app):
            return frozenset(read_props(encode(self.app.get_layout()).decode()))

    def keep_state(self) -> KeptState | None:
        """Return what a page of the app has kept, the newest that knows."""
        found = (pages.keep_state() for _, pages in reversed(self.outputs))
        return next(filter(None, found), self.kept)

    def end_outputs(self, ended: Collection[AppPages]) -> None:
        """Forget outputs that a cell has no longer, because it runs again."""
        if not ended:
            return
        self.kept = self.keep_state()
        self.outputs = [(cell, pages) for cell, pages in self.outputs if pages not in ended]


class Notebook:
    """The apps of this kernel.

    Attributes:
        sources: the code of the cells.
    """

    def __init__(self) -> None:
        self.sources = CellSources()
        self._cells = Cells()
        self._shown: list[ShownApp] = []
        self._cell: str | None = None
        self._cell_of: WeakKeyDictionary[Dash, str | None] = WeakKeyDictionary()
        self._made: list[Dash] = []  # by the cell that runs, in order
        self._last_run: list[ShownApp] = []  # what the last run of the cell has made
        self._old: list[AppPages] = []  # outputs of the last run of the cell
        self._told: set[str] = set()  # outputs of callbacks that are lost

    def begin_cell(self, cell: str | None, source: str | None = None) -> None:
        """Note that a cell begins to run; None if the host does not tell its id, or its code."""
        self._note_apps()
        self.sources.begin(cell, source)
        self._cell = cell
        self._made = []
        self._last_run = [each for each in self._shown if cell and each.cell == cell]
        all_outputs = [each for shown in self._shown for each in shown.outputs]
        self._old = [pages for of_cell, pages in all_outputs if cell and of_cell == cell]
        self._cells.begin(cell)

    def _note_apps(self) -> None:
        """Note which apps the running cell has made."""
        new = [app for app in APPS.all if app not in self._cell_of]
        self._made += new
        self._cell_of.update(dict.fromkeys(new, self._cell))

    def add(self, app: Dash, *, debug: bool | None) -> AppPages:
        """Complete an app, and return the pages of a new output.

        Args:
            app: the app.
            debug: whether pages have the developer tools, as `app.run` has said; None: they have.

        Raises:
            Exception: the app cannot be shown: what is wrong with it.
        """
        self._note_apps()
        self._complete(app)
        shown = self._find(app)
        if debug is None:
            app.enable_dev_tools(debug=True)
        # Bundles for debugging are in no wheel of a kernel.
        app.set_dev_tools(serve_dev_bundles=False, props_check=False)
        pages = AppPages(
            app,
            Kernel(),
            debug=debug is not False,
            place=shown.cell or app.config.name,
            kept=shown.keep_state(),
        )
        shown.outputs = [*shown.outputs[1 - MOST_OUTPUTS :], (self._cell, pages)]
        self._tell_lost_callbacks()
        return pages

    def _tell_lost_callbacks(self) -> None:
        """Name the callbacks of shown apps that a real Dash has got, once each."""
        if not has_real_callbacks():
            return
        ids = frozenset().union(*(shown.ids for shown in self._shown))
        for output in find_lost_callbacks(ids):
            if output not in self._told:
                self._told.add(output)
                sys.stderr.write(f"pyrt: {explain(output)}\n")

    def _complete(self, app: Dash) -> None:
        """Complete an app.

        Raises:
            Exception: what is wrong with it; a layout that cannot be sent to a page, too.
        """
        self._cells.settle(app)
        app.prepare()
        encode(app.validation_layout if callable(app.layout) else app.layout, where="The layout")
        GLOBAL_CALLBACKS.forward_to(None)
        app.callbacks.absorb(GLOBAL_CALLBACKS)

    def _find(self, app: Dash) -> ShownApp:
        """Return where an app is shown; it takes the place of one from the last run of its cell."""
        found = next((each for each in self._shown if each.app is app), None)
        if found is not None:
            return found
        place = self._made.index(app) if app in self._made else len(self._last_run)
        if place >= len(self._last_run):
            shown = ShownApp(app, self._cell_of.get(app))
            self._shown.append(shown)
            return shown
        shown = self._last_run[place]
        self._cells.take_over(app, shown.app)
        if shown.app in APPS.all:
            APPS.all.remove(shown.app)
        shown.app = app
        return shown

    def end_cell(self, *, succeeded: bool) -> None:
        """Let what a cell has changed appear in the pages of apps that are shown.

        Args:
            succeeded: whether the cell has raised nothing.
        """
        self._note_apps()
        if succeeded:
            self._succeed()
        whole = [each.app for each in self._last_run]
        self._cells.end(self._shown[::-1], succeeded=succeeded, whole=whole)
        for shown in self._shown:
            shown.end_outputs(self._old)
            for _, pages in shown.outputs:
                if pages.app is not shown.app:
                    pages.use(shown.app)
                else:
                    pages.renew()
        for pages in self._old:
            pages.end()
        self._old = []
        self._tell_lost_callbacks()

    def _succeed(self) -> None:
        """Let apps that the cell has made, and not shown, take the place of shown ones."""
        for app in self._made[: len(self._last_run)]:
            if app.layout is None or any(each.app is app for each in self._shown):
                continue
            try:
                self._complete(app)
            except Exception as error:  # noqa: BLE001  # whatever the app's code raises
                sys.stderr.write(f"pyrt: the app stays as it was. {failures.explain(error)}\n")
            else:
                self._find(app)


_notebook: list[Notebook] = []


def this_notebook() -> Notebook:
    """Return the notebook of this kernel; the first call begins to follow its cells."""
    if not _notebook:
        made = Notebook()
        _notebook.append(made)
        made.begin_cell(cell_id())
        events = getattr(shell(), "events", None)
        if events is not None:
            events.register("pre_run_cell", lambda *of: made.begin_cell(cell_id(), _source(*of)))
            events.register("post_run_cell", lambda *of: made.end_cell(succeeded=_is_success(*of)))
    return _notebook[0]


def _source(execution: object = None) -> str | None:
    return getattr(execution, "raw_cell", None)


def _is_success(result: object = None) -> bool:
    return getattr(result, "success", True) is not False
