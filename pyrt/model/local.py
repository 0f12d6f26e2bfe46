"""Local callbacks: clientside ones that the page calls without asking the engine.

A clientside callback whose Inputs are changed by the page only need not wait until Python is idle.
The declarations tell which ones these are:

    slider.value --(JS)--> wave.figure --(JS)--> title.children    both are local
    table.data (written by Python) --(JS)--> count.children    not local: may have to wait (S-71)

The page gets them in an order in which each comes after those whose results it reads.
"""

from collections.abc import Iterable, Iterator, Sequence

from pyrt.model.callback import Callback, name_output
from pyrt.model.dependencies import Dependency

type Prop = tuple[str, str]

FIRST_LOCAL_RUN = 2**40  # the page counts its own runs from here, the engine from 1


def callback_table(callbacks: Iterable[Callback], *, hide: bool = False) -> list[dict[str, object]]:
    """Return the page's callback table: S-22, names for messages, and what local callbacks need.

        {..., "name": "show (app.py:9)",
         "local": {"index": 3, "order": 0, "outputs": {id, property} | [...]}}

    Args:
        callbacks: in order of registration.
        hide: `hidden` of callbacks that do not set it.
    """
    registered = list(callbacks)
    order = {callback.index: at for at, callback in enumerate(find_local(registered))}
    table = []
    for callback in registered:
        entry = {**callback.spec(hide=hide), "name": str(callback)}
        if callback.index in order:
            outputs = [
                {"id": output.component_id, "property": name_output(output, callback.inputs)}
                for output in callback.outputs
            ]
            entry["local"] = {
                "index": callback.index,
                "order": order[callback.index],
                "outputs": outputs if callback.multi else outputs[0],
            }
        table.append(entry)
    return table


def find_local(callbacks: Sequence[Callback]) -> list[Callback]:
    """Return the local callbacks, each after those whose results it reads."""
    local = [callback for callback in callbacks if _is_plain(callback)]
    plain = {callback.index for callback in local}
    not_local = {p for c in callbacks if c.index not in plain for p in _props(c.outputs)}
    while removed := [c for c in local if not not_local.isdisjoint(_props(c.inputs))]:
        not_local.update(prop for callback in removed for prop in _props(callback.outputs))
        local = [callback for callback in local if callback not in removed]
    return _sort(local)


def _is_plain(callback: Callback) -> bool:
    """Return whether it is clientside, and all of its ids are strings."""
    dependencies = [*callback.inputs, *callback.outputs, *callback.state]
    return (
        callback.clientside is not None
        and bool(callback.inputs)
        and bool(callback.outputs)
        and all(isinstance(d.component_id, str) and not d.allow_optional for d in dependencies)
    )


def _sort(callbacks: Sequence[Callback]) -> list[Callback]:
    """Return them in dependency order, without those in or after a cycle (S-73)."""
    ordered: list[Callback] = []
    rest = list(callbacks)
    while rest:
        pending = {prop for callback in rest for prop in _props(callback.outputs)}
        free = [c for c in rest if pending.isdisjoint(_props(c.inputs))]
        if not free:
            break
        ordered += free
        rest = [c for c in rest if not pending.isdisjoint(_props(c.inputs))]
    return ordered


def _props(dependencies: Iterable[Dependency]) -> Iterator[Prop]:
    for dependency in dependencies:
        yield str(dependency.component_id), dependency.component_property
