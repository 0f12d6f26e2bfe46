"""What a test's page keeps for its next load: `dcc.Store` (R-71), `persistence` (R-58 to R-62)."""

import json
from collections.abc import Callable, Mapping

from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.values import copy_value

# Of the components whose persisted props are not `value`, as their JavaScript has them.
_PERSISTED = {
    "DatePickerSingle": ["date"],
    "DatePickerRange": ["start_date", "end_date"],
    "DateRangeSlider": ["value"],
    "DataTable": [
        "filter_query",
        "hidden_columns",
        "page_current",
        "selected_columns",
        "selected_rows",
        "sort_by",
    ],
    "Accordion": ["active_item"],
    "Pagination": ["active_page"],
}
_OF_BOOTSTRAP = {"Tabs": ["active_tab"]}

type Props = dict[str, object]


class Storages:
    """The storage of the browser.

    Attributes:
        local: what stays for ever, by key.
        session: what stays as long as the tab.
    """

    def __init__(self) -> None:
        self.local: dict[str, object] = {}
        self.session: dict[str, object] = {}

    def of_type(self, kind: object) -> dict[str, object] | None:
        """Return the storage of a type; None for `memory`."""
        return {"local": self.local, "session": self.session}.get(str(kind))


class Stores:
    """The `dcc.Store`s of a page.

    Args:
        storages: of the browser.
        now_ms: returns the time, in milliseconds since the epoch.
    """

    def __init__(self, storages: Storages, now_ms: Callable[[], int]) -> None:
        self._storages = storages
        self._now_ms = now_ms
        self._memory: dict[str, object] = {}
        self._changed: dict[str, int] = {}

    def mount(self, node: IndexedComponent) -> Props:
        """Return what a store sends when it appears."""
        if self._storages.of_type(node.props.get("storage_type")) is None:
            self._memory.pop(node.id, None)  # each instance begins anew
        kept, data = self._kept(node), copy_value(node.props.get("data"))
        if kept is None and data is not None:
            return self._keep(node, data)
        if kept is not None and kept != data:
            return {"data": kept, "modified_timestamp": self._changed.get(node.id, -1)}
        return {}

    def update(self, node: IndexedComponent) -> Props:
        """Return what a store sends after its props were changed."""
        if node.props.get("clear_data"):
            self._storage(node).pop(node.id, None)
            self._changed[node.id] = self._now_ms()
            cleared: Props = {"clear_data": False, "data": None}
            return {**cleared, "modified_timestamp": self._changed[node.id]}
        data = copy_value(node.props.get("data"))
        return self._keep(node, data) if data != self._kept(node) else {}

    def _keep(self, node: IndexedComponent, data: object) -> Props:
        self._storage(node)[node.id] = data
        self._changed[node.id] = self._now_ms()
        return {"modified_timestamp": self._changed[node.id]}

    def _kept(self, node: IndexedComponent) -> object:
        return self._storage(node).get(node.id)

    def _storage(self, node: IndexedComponent) -> dict[str, object]:
        found = self._storages.of_type(node.props.get("storage_type"))
        return self._memory if found is None else found


class Persistence:
    """The edits of users that components with `persistence` keep.

    Args:
        storages: of the browser.
    """

    def __init__(self, storages: Storages) -> None:
        self._storages = storages
        self._memory: dict[str, object] = {}
        self._shown: dict[tuple[str, str], object] = {}

    def restore(self, node: IndexedComponent) -> Props:
        """Return the kept edits of a component that appears."""
        restored: Props = {}
        for prop, key, storage in self._slots(node):
            now = copy_value(node.props.get(prop))
            if key in storage:
                value, original = json.loads(str(storage[key]))
                if original == now:
                    restored[prop] = value
                else:
                    del storage[key]  # the app gives another default now
            self._shown[node.id, prop] = restored.get(prop, now)
        return restored

    def record(self, node: IndexedComponent, changed: Mapping[str, object]) -> None:
        """Keep the new values of a component's props."""
        for prop, key, storage in self._slots(node):
            if prop not in changed:
                continue
            before = self._shown.get((node.id, prop))
            now = self._shown[node.id, prop] = copy_value(node.props.get(prop))
            if now != before and "persistence" not in changed:
                original = json.loads(str(storage[key]))[1] if key in storage else before
                storage[key] = json.dumps([now, original])

    def _slots(self, node: IndexedComponent) -> list[tuple[str, str, dict[str, object]]]:
        """Return each persisted prop with its key and its storage."""
        persistence = node.props.get("persistence")
        if not persistence:
            return []
        kind = str(node.component["type"])
        is_bootstrap = node.component["namespace"] == "dash_bootstrap_components"
        default = (_OF_BOOTSTRAP if is_bootstrap else {}).get(kind) or _PERSISTED.get(
            kind, ["value"]
        )
        given = copy_value(node.props.get("persisted_props"))
        props = given if isinstance(given, list) else default
        found = self._storages.of_type(node.props.get("persistence_type") or "local")
        storage = self._memory if found is None else found
        mark = json.dumps(copy_value(persistence))
        return [(p, f"_dash_persistence.{node.id}.{p}.{mark}", storage) for p in props]
