"""`Effects`: applies results of callbacks and edits of the page to the layout.

Only this module changes the layout after it is loaded. Each method changes it, sends the change to
the page (unless the page made it) and returns the runs that the change asks for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.requests import (
    list_consumers_of_removed,
    request_consumers,
    request_consumers_of_removed,
    request_inserted,
)
from pyrt.engine.schedule.run import Report, Run, Updates
from pyrt.engine.tree import figures
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING, ComponentRef, Layout
from pyrt.engine.tree.values import SCALAR_TYPES, copy_value, read_value
from pyrt.engine.wire.messages import Edit, UpdateOrigin
from pyrt.engine.wire.record import record
from pyrt.model import dash_messages
from pyrt.model.errors import CallbackError, LayoutError
from pyrt.model.ids import match_values, parse_id
from pyrt.model.patch import apply_patch, is_patch


@record
class Update:
    """Changes that the page must apply.

    Attributes:
        update_seq: counts updates; the `Layout` is 0.
        changes: `(id, {prop: value})`; a value has its wire form, see `Written`.
        origin: as in the message.
        run: of the clientside callback whose results the page has kept.
        confirm: whether runs wait until the page has drawn it.
    """

    update_seq: int
    changes: Sequence[tuple[str, Mapping[str, object]]]
    origin: UpdateOrigin
    run: int | None = None
    confirm: bool = False


@dataclass(slots=True)
class Effects:
    """Changes the layout of one session.

    Args:
        layout: the layout.
        graph: which callbacks read a prop; replaced when callbacks are added.
        send: called with each `Update`.
        report: called with each error that is not raised.
        suppress: `suppress_callback_exceptions`: unknown ids in `set_props` are not reported.
    """

    layout: Layout
    graph: CallbackGraph
    send: Callable[[Update], None]
    report: Callable[[Report], None]
    suppress: bool = False
    update_seq: int = 0

    # --- results

    def apply_result(self, run: Run, updates: Updates) -> list[Run]:
        """Write the Outputs of a run (S-83), and return the runs that this asks for.

        The callbacks that read a returned prop are called even if its value is the same (S-76), or
        its component has been removed.

        Raises:
            LayoutError: a patch does not fit the old value (S-104); nothing has been written.
        """
        resolved = self._resolve_patches(updates)
        predecessors = run.predecessors | {run.compiled.index}
        new_runs: list[Run] = []
        changes: list[tuple[str, Mapping[str, object]]] = []
        for component_id, written in updates.items():
            if not written:
                continue
            node = self.layout.find(component_id)
            consumed = node or self.graph.node_for(component_id)
            drawn = -1 if node is None or run.is_local else self.update_seq + 1
            new_runs += request_consumers(self.graph, consumed, written, predecessors, drawn)
            if node is not None:
                values = {
                    prop: resolved.get((component_id, prop), w.stored)
                    for prop, w in written.items()
                }
                values |= figures.follow(node.component, values)
                new_runs += self._write(node, values, predecessors)
                changes.append((component_id, {prop: w.wire for prop, w in written.items()}))
        if changes and not run.is_local:
            page_holds = run.compiled.callback.clientside is not None
            self._send(changes, "callback", new_runs, run.id if page_holds else None)
        return new_runs

    def _resolve_patches(self, updates: Updates) -> dict[tuple[str, str], object]:
        """Return the new values of patched props (S-103); nothing is written yet."""
        return {
            (component_id, prop): self._patched(node, prop, value.stored)
            for component_id, written in updates.items()
            for prop, value in written.items()
            if is_patch(value.stored) and (node := self.layout.find(component_id))
        }

    def _patched(self, node: IndexedComponent, prop: str, patch: object) -> object:
        old = read_value(node.props.get(prop, MISSING))
        if old is MISSING:
            raise LayoutError(
                f"Cannot patch undefined: {node.id}.{prop} has no value yet. Give it one in the "
                "layout, or return a whole value first."
            )
        operations = patch["operations"]  # type: ignore[index]  # is_patch has seen it
        if self.layout.holds_components(node.component, prop) and _goes_deep(operations):
            old = copy_value(old)  # components inside may have `LazyValue`s
        try:
            return apply_patch(operations, old)
        except (CallbackError, TypeError, KeyError, IndexError, ValueError) as error:
            raise LayoutError(
                f"The Patch for {node.id}.{prop} does not fit its value: {error}"
            ) from error

    def _write(
        self, node: IndexedComponent, values: Mapping[str, object], predecessors: frozenset[int]
    ) -> list[Run]:
        """Set props of one component, and return the runs that components inside them ask for."""
        new_runs: list[Run] = []
        ref = ComponentRef(node.component, node)
        for prop, value in values.items():
            if type(value) in SCALAR_TYPES and prop not in node.below:
                node.props[prop] = value  # no components before or after
                continue
            if not self.layout.holds_components(node.component, prop):
                self.layout.assign(ref, prop, value)
                continue
            requests_runs = self.layout.children_paths.is_plain(node.component, prop)
            consumers = (
                list_consumers_of_removed(self.graph, self.layout.nodes_below(ref, prop))
                if requests_runs
                else []
            )
            replacement = self.layout.assign(ref, prop, value, self.update_seq + 1)
            if requests_runs and replacement is not None:
                new_runs += request_inserted(
                    self.graph, replacement.added, predecessors, self.update_seq + 1
                )
                new_runs += request_consumers_of_removed(self.graph, consumers, predecessors)
        return new_runs

    # --- side updates

    def apply_side_updates(self, run: Run, updates: Updates) -> list[Run]:
        """Write the props of `set_props`, `running` or `progress` (S-90).

        The callbacks that read these props are called; added components get no initial calls.
        """
        new_runs: list[Run] = []
        changes: list[tuple[str, Mapping[str, object]]] = []
        for component_id, written in updates.items():
            node = self.layout.find(component_id)
            if node is None:
                self._report_unknown(run, component_id)
                continue
            ref = ComponentRef(node.component, node)
            values: dict[str, object] = {}
            for prop, value in written.items():
                stored = value.stored
                try:
                    values[prop] = self._patched(node, prop, stored) if is_patch(stored) else stored
                except LayoutError as error:
                    self.report(Report("callback", f"set_props of {component_id}", str(error)))
            new_runs += request_consumers(self.graph, node, values, drawn=self.update_seq + 1)
            followed = figures.follow(node.component, values)
            for prop, new in (*values.items(), *followed.items()):
                self.layout.assign(ref, prop, new, self.update_seq + 1)
            changes.append((component_id, {prop: written[prop].wire for prop in values}))
        if changes:
            is_loading = all(
                _is_while_running(run, component_id, prop)
                for component_id, props in changes
                for prop in props
            )
            self._send(changes, "loading" if is_loading else "sideUpdate", new_runs)
        return new_runs

    def _send(
        self,
        changes: Sequence[tuple[str, Mapping[str, object]]],
        origin: UpdateOrigin,
        new_runs: Sequence[Run],
        run: int | None = None,
    ) -> None:
        self.update_seq += 1
        confirm = any(new.after == self.update_seq for new in new_runs)
        self.send(Update(self.update_seq, changes, origin, run, confirm))

    def _report_unknown(self, run: Run, component_id: str) -> None:
        if self.suppress:
            return
        self.report(
            Report(
                "callback",
                dash_messages.UNKNOWN_RUNNING,
                "\n".join(
                    (
                        dash_messages.UNKNOWN_RUNNING_ID,
                        f'Component id: "{component_id}"',
                        dash_messages.USERS_OF_ID,
                        run.compiled.callback.callback_id,
                        f"in {run.compiled.callback}",
                        *dash_messages.SUPPRESS,
                    )
                ),
                callback=run.compiled.callback.callback_id,
            )
        )

    # --- edits in the page

    def apply_edit(self, edit: Edit, seen: int) -> list[Run]:
        """Apply a change made by a component or script in the page; return the runs it asks for.

        An edit of a component that has been removed or replaced meanwhile is ignored.
        """
        if edit.insert is not None:
            self.layout.insert_external(edit.path, dict(edit.insert))
        if edit.remove:
            self.layout.remove_external(edit.path)
            return []
        ref = self._find_edited(edit, seen)
        if ref is None:
            return []
        node = ref.node if not ref.offset else None
        values: dict[str, object] = {}
        for prop, value in edit.props.items():
            values[prop] = value
            if edit.origin == "clientsideApi" and node is not None and is_patch(value):
                values[prop] = self._patched(node, prop, value)
        new_runs = []
        if node is not None and edit.origin not in {"persistence", "inPlace"}:
            new_runs = request_consumers(self.graph, node, values)
        for prop, value in values.items():
            self.layout.assign(ref, prop, value)
        return new_runs

    def _find_edited(self, edit: Edit, seen: int) -> ComponentRef | None:
        if edit.id is not None:
            node = self.layout.find(edit.id)
            return ComponentRef(node.component, node) if node else None
        return self.layout.locate(edit.path, seen)


def _goes_deep(operations: Sequence[Mapping[str, object]]) -> bool:
    return any(len(operation["location"]) > 1 for operation in operations)  # type: ignore[arg-type]  # a list


def _is_while_running(run: Run, component_id: str, prop: str) -> bool:
    """Tell whether a prop is one that `running` or `progress` of a run's callback set."""
    ports = (*run.compiled.running, *run.compiled.progress)
    return any(port.property == prop and _is_of(port, component_id) for port in ports)


def _is_of(port: CallbackPort, component_id: str) -> bool:
    pattern, concrete = port.dependency.component_id, parse_id(component_id)
    if isinstance(pattern, dict) and isinstance(concrete, dict):
        return match_values(pattern, concrete) is not None
    return port.component_id == component_id
