"""`Scheduler`: starts runs in the right order until none is left.

Runs enter by `request`, pass through the states of `Run`, and leave by `complete`. One loop,
`pump`, moves them on:

    request -> [arrived] -- collapse --> [requested] -- promote --> [active] -- start --> call
                 S-70, S-73, S-77          S-71, S-74                S-79, S-81

A run is either in `_requested` or in `_active`, by its key: newer runs replace older ones. All
state is consistent before a callback's function is called, because that call may be suspended
(JSPI), and `request`, `complete` and `pump` may be called from another stack meanwhile.

Calling functions and sending messages is up to the `SchedulerHost`. No rule depends on time.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Protocol

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import InvocationKey
from pyrt.engine.schedule.arguments import fix_arguments
from pyrt.engine.schedule.run import Ending, Outcome, Run, State, report_layout_error
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId

MAX_RUNNING = 12  # runs at the same time, S-81


class SchedulerHost(Protocol):
    """What the scheduler calls of its session."""

    def execute(self, run: Run) -> Outcome | None:
        """Call the function; return None if `complete` will be called later."""

    def list_unloaded(self, run: Run) -> Sequence[str]:
        """Return the ids of its inputs and state that the page must load first (R-38)."""

    def started(self, run: Run) -> bool:
        """Announce a run that is to be called; return whether the page calls it (clientside)."""

    def await_loaded(self, run: Run, ids: Sequence[str]) -> None:
        """Ask the page to load components; `loaded` is called when it has."""

    def end_remote(self, run: Run) -> bool:
        """End the remote call of a run whose Outputs are removed; False if it is not remote."""

    def finish(self, run: Run, outcome: Outcome) -> list[Run]:
        """Apply an outcome, and return the runs it asks for."""

    def schedule_pump(self) -> None:
        """Have `pump` called when the event loop is next free, if the current call is suspended."""


class Scheduler:
    """The runs of one session.

    Args:
        graph: which callbacks read and write a prop; replaced when callbacks are added.
        host: executes runs and applies their outcomes.
        rendered: `update_seq` of the last `Update` that the page has drawn.
        run_ids: ids for runs.
    """

    def __init__(
        self, graph: CallbackGraph, host: SchedulerHost, rendered: int, run_ids: Iterator[int]
    ) -> None:
        self.graph = graph
        self.host = host
        self.rendered = rendered
        self._run_ids = run_ids
        self._arrived: list[Run] = []
        self._requested: dict[InvocationKey, Run] = {}
        self._active: dict[InvocationKey, Run] = {}
        self._ready: deque[Run] = deque()
        self._to_execute: deque[Run] = deque()
        self._pending_outputs: Counter[PropId] = Counter()
        self._uncounted: dict[InvocationKey, None] = {}
        self._untested: dict[InvocationKey, None] = {}
        self._blocked_by: dict[PropId, list[InvocationKey]] = {}
        self._not_rendered: dict[InvocationKey, None] = {}
        self._version = -1
        self._removals = 0
        self._settled = True
        self._persistent = 0  # pending runs of persistent callbacks
        self._running = 0  # runs that count towards MAX_RUNNING
        self._called = 0  # runs not yet completed, dropped ones included
        self._requests = 0

    @property
    def pending(self) -> int:
        """The number of runs that make the page busy: all but persistent ones (R-57, S-132)."""
        pending = len(self._arrived) + len(self._requested) + len(self._active)
        return pending - self._persistent

    @property
    def quiet(self) -> bool:
        """Whether no run is requested or running, and no dropped one will still return."""
        return not (self._arrived or self._requested or self._active or self._called)

    def list_own_local(self) -> list[int]:
        """Return the indexes of local callbacks with a run that the page does not call itself."""
        found = []
        for compiled in self.graph.local:
            key = compiled.plain.key
            run = self._requested.get(key) or self._active.get(key)
            if run is not None and not run.is_local:
                found.append(compiled.index)
        return found

    # --- requests and results

    def request(self, runs: Iterable[Run]) -> None:
        """Add runs; none starts before the next `pump`."""
        self._arrived.extend(runs)

    def adopt(self, run: Run) -> bool:
        """Add a run that the page has called already; it replaces older ones (S-77).

        Returns:
            Whether it was added; it is skipped if its components are not in the layout (S-79).

        Raises:
            LayoutError: some of its components are missing.
        """
        for runs in (self._requested, self._active):
            older = runs.get(run.key)
            if older is not None:
                run.replace(older)
                self._drop(older)
        if run.again is not None:
            self.request([run.again])
        arguments = fix_arguments(self.graph, run)
        if arguments is None:
            return False
        run.arguments = arguments
        run.state = State.RUNNING
        self._active[run.key] = run
        self._uncounted[run.key] = None
        self._persistent += run.compiled.callback.persistent
        self._called += 1
        self._running += run.is_limited
        return True

    def complete(self, run: Run, outcome: Outcome) -> None:
        """Record the end of a run. The end of a dropped one has no effect on others (S-77)."""
        self._called -= 1
        if run.state is not State.DROPPED:
            self._leave(run)
            run.state = State.DONE
        self._settled = False
        self.request(self.host.finish(run, outcome))

    def call_again(self, run: Run) -> None:
        """Call `execute` once more at the next `pump`, for a run whose remote call has ended."""
        self._to_execute.append(run)

    def loaded(self, run: Run) -> None:
        """Start a run for which the page has loaded its components (R-38)."""
        if run.state is State.WAITING:
            self._start(run)

    def page_rendered(self, update_seq: int) -> None:
        """Record that the page has drawn an `Update` and mounted its components."""
        self.rendered = max(self.rendered, update_seq)
        self._retest(self._not_rendered)
        self._not_rendered.clear()

    def use(self, graph: CallbackGraph) -> None:
        """Replace the graph, after callbacks were added (S-34)."""
        self.graph = graph
        self._version = -1
        self._settled = False

    def begin_local_round(self, key: InvocationKey) -> None:
        """Start every run that may start, unless a local callback is already expected.

        The page calls the local callbacks of one change in rounds: first those that depend on none
        of the others, then those that these request. What the others of a round read is fixed
        before the results of the round change it, as if all had started together (S-51, S-72).

        Args:
            key: of the local callback whose `LocalRun` has arrived.
        """
        expected = self._active.get(key)
        if expected is None or expected.state is not State.EXPECTED:
            self._start_all()

    # --- the loop

    def pump(self) -> None:
        """Start runs until none can start."""
        while (run := self._next()) is not None:
            if self._to_execute:
                self.host.schedule_pump()
            outcome = self.host.execute(run)
            if outcome is not None:
                self.complete(run, outcome)

    def _next(self) -> Run | None:
        """Update all states, and return the next run to call."""
        while True:
            self._start_all()
            while self._to_execute:
                run = self._to_execute.popleft()
                if run.state is State.RUNNING:
                    return run
                self._end_dropped(run)
            if not self._arrived and self._settled:
                return None

    def _start_all(self) -> None:
        """Update all states, and start the runs that may start; no function is called."""
        if self._arrived or not self._settled:
            self._update_states()
        self._start_ready()

    def _update_states(self) -> None:
        """Merge the runs that arrived, drop those without Outputs, and find the ready ones."""
        self._settled = True
        arrived, self._arrived = self._arrived, []
        for run in arrived:
            if run.compiled.index in run.predecessors:
                run.state = State.DROPPED  # S-73: a cycle runs once
            else:
                self._collapse(run)
        if self._version != self.graph.layout.index.version:
            self._follow_layout()
        while self._promote():
            pass

    # --- S-70, S-77: one run for each invocation

    def _collapse(self, run: Run) -> None:
        older = self._active.get(run.key)
        if older is not None:
            run.replace(older)
            self._drop(older)
        waiting = self._requested.get(run.key)
        if waiting is not None:
            self._requested[run.key] = _merge(waiting, run)
            return
        self._requests += 1
        run.order = self._requests
        self._requested[run.key] = run
        self._untested[run.key] = None
        self._uncounted[run.key] = None
        self._persistent += run.compiled.callback.persistent
        self._check_outputs(run)

    def _drop(self, run: Run) -> None:
        """Drop a run; if it was called, its result will be ignored (S-77)."""
        self._leave(run)
        run.state = State.DROPPED
        self._settled = False

    def _leave(self, run: Run) -> None:
        """Remove a run from the pending ones."""
        for runs in (self._requested, self._active):
            if runs.get(run.key) is run:
                del runs[run.key]
                self._persistent -= run.compiled.callback.persistent
                self._uncount(run)
        if run.state is State.RUNNING:
            self._running -= run.is_limited

    # --- the props that pending runs may still change (S-71)

    def _count(self) -> None:
        """Count the props that pending runs may still change; called only when it matters."""
        uncounted, self._uncounted = self._uncounted, {}
        for key in uncounted:
            run = self._requested.get(key) or self._active.get(key)
            if run is not None and run.downstream is None:
                run.downstream = self.graph.downstream(run.invocation)
                self._pending_outputs.update(run.downstream)

    def _uncount(self, run: Run) -> None:
        """Undo `_count`, and test again the runs that these props blocked."""
        pending = self._pending_outputs
        for prop_id in run.downstream or ():
            left = pending[prop_id] - 1
            if left:
                pending[prop_id] = left
            else:
                del pending[prop_id]
            if (
                left <= 1 and prop_id in self._blocked_by
            ):  # the one left may be the waiting run itself
                self._retest(self._blocked_by.pop(prop_id))

    def _retest(self, keys: Iterable[InvocationKey]) -> None:
        self._untested.update(dict.fromkeys(keys))
        self._settled = False

    # --- S-78: changes of the layout

    def _follow_layout(self) -> None:
        """After ids were added or removed: drop runs without Outputs, and count anew."""
        index = self.graph.layout.index
        self._version = index.version
        if self._removals != index.removals:
            self._removals = index.removals
            for run in [*self._requested.values(), *self._active.values()]:
                self._check_outputs(run)
        self._pending_outputs.clear()
        self._blocked_by.clear()
        for runs in (self._requested, self._active):
            for run in runs.values():
                run.downstream = None
            self._uncounted.update(dict.fromkeys(runs))
        self._retest(self._requested)

    def _check_outputs(self, run: Run) -> None:
        declared = run.compiled.outputs
        present = len(self.graph.outputs(run.invocation))
        if declared and not present:
            was_running = run.state is State.RUNNING
            self._drop(run)
            if was_running and self.host.end_remote(run):
                self._to_execute.append(run)
        elif present != len(declared):
            find = self.graph.layout.find
            run.changed = {p: seq for p, seq in run.changed.items() if find(p.component_id)}

    # --- S-71, S-73, S-74: what is ready

    def _promote(self) -> bool:
        """Mark runs as ready; return whether one was pruned, so that others may follow."""
        ready = self._take_untested()
        if len(self._requested) + len(self._active) > 1:
            self._count()
            ready = [run for run in ready if not self._is_blocked(run)]
        waiting = ready or self._active or not self._requested
        if not (waiting or any(key in self._requested for key in self._not_rendered)):
            ready = self._break_deadlock([*self._requested.values()])
        pruned = False
        for run in ready:
            if self._is_pruned(run):
                self._drop(run)
                pruned = True
            else:
                del self._requested[run.key]
                self._active[run.key] = run
                run.state = State.READY
                self._ready.append(run)
        return pruned

    def _take_untested(self) -> list[Run]:
        """Return the runs that may have become ready, in order of their request."""
        keys, self._untested = self._untested, {}
        found: list[Run] = []
        for key in keys:
            run = self._requested.get(key)
            if run is not None and run.after > self.rendered:
                self._not_rendered[key] = None
            elif run is not None:
                found.append(run)
        found.sort(key=attrgetter("order"))
        return found

    def _is_blocked(self, run: Run) -> bool:
        """Return whether an Input may still be changed by another pending run (S-71).

        State does not count, nor do Inputs that are Outputs of the run itself. A blocked run is
        tested again when no other run can change that prop any more.
        """
        pending, downstream, own = self._pending_outputs, run.downstream or (), None
        # Lists are mostly computed from the front, so the last item stays pending the longest.
        for prop_id in reversed(self.graph.inputs(run.invocation)):
            if pending.get(prop_id, 0) > (prop_id in downstream):
                if own is None:
                    own = set(self.graph.outputs(run.invocation))
                if prop_id not in own:
                    self._blocked_by.setdefault(prop_id, []).append(run.key)
                    return True
        return False

    def _break_deadlock(self, candidates: list[Run]) -> list[Run]:
        """Return the runs with which a cycle begins (S-73).

        The first one, and each that reads no direct Output of those chosen before it.
        """
        chosen: list[Run] = []
        outputs: set[PropId] = set()
        while candidates:
            first = candidates[0]
            chosen.append(first)
            outputs.update(self.graph.outputs(first.invocation))
            candidates = [run for run in candidates[1:] if not self._reads(run, outputs)]
        return chosen

    def _reads(self, run: Run, outputs: set[PropId]) -> bool:
        inputs = self.graph.inputs(run.invocation)
        own = self.graph.outputs(run.invocation)
        return any(prop_id in outputs and prop_id not in own for prop_id in inputs)

    def _is_pruned(self, run: Run) -> bool:
        """Return whether its group has ended without a change of its Inputs (S-74)."""
        group = run.group
        if group is None or not group.finished or run.compiled.all_inputs_multi:
            return False
        inputs = self.graph.inputs(run.invocation)
        return group.updated.isdisjoint(inputs) and group.possible.issuperset(inputs)

    # --- S-79, S-81: starting

    def _start_ready(self) -> None:
        """Start the ready runs, in order, up to the limit (S-81, S-82)."""
        while self._ready and self._running < MAX_RUNNING:
            run = self._ready.popleft()
            if run.state is not State.READY:
                continue
            if run.is_local:
                run.state = State.EXPECTED
                continue
            unloaded = self.host.list_unloaded(run)
            if unloaded:
                self._assign_id(run)
                run.state = State.WAITING
                self.host.await_loaded(run, unloaded)
            else:
                self._start(run)

    def _start(self, run: Run) -> None:
        """Fix the arguments; the run is then called, fails, or is skipped."""
        try:
            arguments = fix_arguments(self.graph, run)
        except LayoutError as error:
            self._assign_id(run)
            self._called += 1
            self.complete(
                run,
                Outcome(Ending.FAILED, report=report_layout_error(run, error, "ReferenceError")),
            )
            return
        if arguments is None:
            self._leave(run)
            run.state = State.DONE  # S-79: skipped without a message
            self._settled = False
            return
        self._assign_id(run)
        run.arguments = arguments
        run.state = State.RUNNING
        self._called += 1
        self._running += run.is_limited
        if not self.host.started(run):
            self._to_execute.append(run)

    def _assign_id(self, run: Run) -> None:
        if not run.id:
            run.id = next(self._run_ids)

    def _end_dropped(self, run: Run) -> None:
        """End a run that was dropped before it was called."""
        self.complete(run, Outcome(Ending.DROPPED))


def _merge(older: Run, newer: Run) -> Run:
    """Return one run for two requests of an invocation (S-70)."""
    kept = older if newer.initial and not older.initial else newer
    newer.replace(older)
    if not (older.initial or newer.initial):
        older.changed.update(newer.changed)
        newer.changed = older.changed
        newer.group = newer.group or older.group
    kept.after = max(older.after, newer.after)
    kept.order = older.order
    kept.downstream = older.downstream  # counted already, under the older one
    return kept
