"""The values that props have while a callback runs, and when it is over (S-99, S-122).

    running=[(Output("button", "disabled"), True, False)]    before the call True, after it False
    progress_default="..."                                   after a job, whatever came of it

Writes through `Effects`; when that happens, the session knows. May import `invocation` and what is
below it.
"""

from collections.abc import Iterator

from pyrt.engine.call.invocation import failure_title, write
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.effects import Effects
from pyrt.engine.schedule.run import Report, Run, State
from pyrt.model.errors import InvalidCallbackReturnValue


def switch(effects: Effects, run: Run, *, on: bool) -> list[Run]:
    """Write the values around a run; return the runs that this asks for."""
    asked: list[Run] = []
    for port, value in _values_around(run, on=on):
        try:
            written = write(run, port.dependency.prop_id, value)
        except InvalidCallbackReturnValue as error:
            effects.report(Report("callback", failure_title(run), str(error)))
            continue
        nodes = effects.graph.resolve(port, run.invocation)
        ids = [node.id for node in nodes]
        if not ids and run.state is not State.DROPPED:  # else it has left with the outputs
            ids = [port.component_id or port.text]
        for component_id in ids:
            asked += effects.apply_side_updates(run, {component_id: {port.property: written}})
    return asked


def _values_around(run: Run, *, on: bool) -> Iterator[tuple[CallbackPort, object]]:
    """Yield what is written before a run, or after it."""
    callback, compiled = run.compiled.callback, run.compiled
    for port, entry in zip(compiled.running, callback.running, strict=True):
        yield port, entry.on if on else entry.off
    if callback.background is not None and callback.background.progress_default and not on:
        defaults = callback.background.progress_default
        yield from zip(compiled.progress, defaults, strict=True)
