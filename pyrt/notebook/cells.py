"""Which cell has registered which callback, and what a cell that is run again replaces.

a cell runs again      its callbacks replace those of its last run; those that it does not have
any more are removed when it has ended without an error
`@callback` alone      belongs to the shown app whose layout has its ids; else to the next app
"""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from pyrt.app.dash import APPS, Dash
from pyrt.engine.call.remote import add_cancellers
from pyrt.model.callback import GLOBAL_CALLBACKS, Callback, CallbackRegistry


class Shown(Protocol):
    """An app that an output shows."""

    app: Dash

    @property
    def ids(self) -> AbstractSet[str]:
        """The ids in its layout, as text."""


class Cells:
    """The cells of a notebook, as far as they register callbacks."""

    def __init__(self) -> None:
        self._cell: str | None = None
        self._cell_of: dict[int, str | None] = {}
        self._last = -1  # index of the last callback of earlier cells
        self._of_no_app: set[int] = set()  # registered by `dash.callback`

    def begin(self, cell: str | None) -> None:
        """Note that a cell begins to run; `cell` is its id, None if the host does not tell."""
        self._note_new()
        self._cell = cell
        self._last = max((each.index for each in _all()), default=self._last)

    def settle(self, app: Dash) -> None:
        """Remove from an app, before it is shown, what the running cell has registered again."""
        self._note_new()
        self._remove_replaced(app.callbacks, app.callbacks)
        self._remove_replaced(app.callbacks, GLOBAL_CALLBACKS)
        self._remove_replaced(GLOBAL_CALLBACKS, GLOBAL_CALLBACKS)

    def end(self, shown: Sequence[Shown], *, succeeded: bool, whole: Collection[Dash] = ()) -> None:
        """Remove what the cell does not register any more, and give new callbacks to their apps.

        Args:
            shown: the apps in outputs, the newest first.
            whole: apps that an earlier run of the cell has made, and that stay as they are.
            succeeded: whether it has raised nothing.
        """
        self._note_new()
        self._remove_replaced(GLOBAL_CALLBACKS, GLOBAL_CALLBACKS)
        for each in shown:
            self._replace(each.app)
        if succeeded and self._cell is not None:
            old = {
                index
                for index, cell in self._cell_of.items()
                if cell == self._cell and index <= self._last
            }
            for registry in _registries(without=whole):
                registry.remove(old)
        for callback in list(GLOBAL_CALLBACKS):
            self._assign(callback, shown)
        for each in shown:
            add_cancellers(each.app.callbacks)

    def take_over(self, app: Dash, predecessor: Dash) -> None:
        """Give an app what other cells have registered for the one whose place it takes."""
        known = {each.callback_id for each in (*app.callbacks, *GLOBAL_CALLBACKS)}
        for callback in list(predecessor.callbacks):
            is_of_another = self._cell_of.get(callback.index) != self._cell
            is_free = callback.callback_id not in known and callback.index in self._of_no_app
            if is_of_another and is_free:
                app.callbacks.add(callback)

    def _note_new(self) -> None:
        self._of_no_app |= {each.index for each in GLOBAL_CALLBACKS}
        for callback in _all():
            self._cell_of.setdefault(callback.index, self._cell)

    def _remove_replaced(self, registry: CallbackRegistry, new: CallbackRegistry) -> None:
        """Remove the callbacks whose place new ones take."""
        registry.remove(
            {old.index for old in registry for each in new if self._is_replaced(old, each)}
        )

    def _replace(self, app: Dash) -> None:
        """Let new callbacks take the place of those of an app."""
        self._remove_replaced(app.callbacks, app.callbacks)
        for new in list(GLOBAL_CALLBACKS):
            old = {each.index for each in app.callbacks if self._is_replaced(each, new)}
            if old:
                app.callbacks.remove(old)
                GLOBAL_CALLBACKS.remove([new.index])
                app.callbacks.add(new)

    def _is_replaced(self, old: Callback, new: Callback) -> bool:
        is_older = old.index <= self._last < new.index
        if not is_older or old.callback_id != new.callback_id:
            return False
        cells = self._cell_of.get(old.index), self._cell
        return cells[0] == cells[1] if all(cells) else old.origin.name == new.origin.name

    @staticmethod
    def _assign(callback: Callback, shown: Sequence[Shown]) -> None:
        """Give a callback of no app to the shown app that has its ids."""
        ids = {str(each.component_id) for each in (*callback.outputs, *callback.inputs)}
        for each in shown:
            callbacks = each.app.callbacks
            if not callbacks.find(callback.callback_id) and not ids.isdisjoint(each.ids):
                GLOBAL_CALLBACKS.remove([callback.index])
                callbacks.add(callback)
                return


def _registries(without: Collection[Dash] = ()) -> list[CallbackRegistry]:
    apps = (app for app in APPS.all if app not in without)
    return [GLOBAL_CALLBACKS, *(app.callbacks for app in apps)]


def _all() -> Iterator[Callback]:
    for registry in _registries():
        yield from registry
