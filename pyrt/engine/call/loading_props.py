"""The values of props while a callback runs, and after it has ended (S-99, S-122).

    running=[(Output("button", "disabled"), True, False)]    before the call True, after it False
    progress_default="..."                                   after a job, even if it failed

The session calls `apply` before and after each run.
"""

from collections.abc import Iterator

from pyrt.engine.call.invocation import failure_title, write
from pyrt.engine.graph.compiled_callback import CallbackPort
from pyrt.engine.schedule.effects import Effects
from pyrt.engine.schedule.run import Report, Run, State
from pyrt.model.errors import InvalidCallbackReturnValue


def apply(effects: Effects, run: Run, *, is_running: bool) -> list[Run]:
    """Write the values for the time before or after a run; return the runs that they ask for.

    Args:
        effects: writes them.
        run: has its arguments.
        is_running: whether it is about to be called; false after its end.
    """
    new_runs: list[Run] = []
    for port, value in _choose_values(run, is_running=is_running):
        try:
            written = write(run, port.dependency.prop_id, value)
        except InvalidCallbackReturnValue as error:
            effects.report(Report("callback", failure_title(run), str(error)))
            continue
        nodes = effects.graph.resolve(port, run.invocation)
        ids = [node.id for node in nodes]
        if not ids and run.state is not State.DROPPED:  # else it may be removed, too
            ids = [port.component_id or port.text]
        for component_id in ids:
            new_runs += effects.apply_side_updates(run, {component_id: {port.property: written}})
    return new_runs


def _choose_values(run: Run, *, is_running: bool) -> Iterator[tuple[CallbackPort, object]]:
    """Yield the ports and their values before a run, or after it."""
    callback, compiled = run.compiled.callback, run.compiled
    for port, entry in zip(compiled.running, callback.running, strict=True):
        yield port, entry.on if is_running else entry.off
    if callback.background is not None and callback.background.progress_default and not is_running:
        defaults = callback.background.progress_default
        yield from zip(compiled.progress, defaults, strict=True)
