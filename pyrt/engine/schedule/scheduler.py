"""`Scheduler`: runs callbacks until all is quiet.

Runs enter by `request`, move through the states of `Run`, and leave by `complete`. One loop,
`pump`, moves them:

    request -> [arrived] -- collapse --> [requested] -- promote --> [active] -- start --> call
                 S-70, S-73, S-77          S-71, S-74                S-79, S-81

A run is in `_requested` or in `_active`, by its key, never in both: newer ones replace older ones.
Nothing reacts to changes of state, and all of it is consistent before an author's function is
called: the call may be suspended (JSPI), and `request`, `complete` and `pump` come in meanwhile on
another stack, as threads would.

The scheduler knows neither Python functions nor messages: see `SchedulerHost`. It has no clock.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.graph.compiled_callback import InvocationKey
from pyrt.engine.schedule.arguments import fix_arguments
from pyrt.engine.schedule.run import Ending, Outcome, Run, State, report_layout_error
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId

MAX_RUNNING = 12  # S-81


class SchedulerHost(Protocol):
    """What the scheduler needs from its session."""

    def execute(self, run: Run) -> Outcome | None:
        """Call the function; None when `complete` will be called later."""

    def lacking(self, run: Run) -> Sequence[str]:
        """Return the ids among its inputs and state that the page must load first (R-38)."""

    def started(self, run: Run) -> bool:
        """A run is about to be called; return whether it runs by itself from here on."""

    def waiting(self, run: Run, lacking: Sequence[str]) -> None:
        """A run waits for components of the page; `loaded` will be called."""

    def give_up(self, run: Run) -> bool:
        """End a run that goes on elsewhere, because its outputs are gone; False for others."""

    def finish(self, run: Run, outcome: Outcome) -> list[Run]:
        """Apply an outcome, and return the runs it asks for."""

    def wake(self) -> None:
        """See to it that `pump` is called again when the present call is suspended."""


class Scheduler:
    """The runs of one session.

    Args:
        graph: who reads what; may be replaced when callbacks are added.
        host: executes runs and applies what they return.
        rendered: the last `Update` that the page is known to show.
        numbers: names for runs.
    """

    def __init__(
        self, graph: CallbackGraph, host: SchedulerHost, rendered: int, numbers: Iterator[int]
    ) -> None:
        self.graph = graph
        self.host = host
        self.rendered = rendered
        self._numbers = numbers
        self._arrived: list[Run] = []
        self._requested: dict[InvocationKey, Run] = {}
        self._active: dict[InvocationKey, Run] = {}
        self._ready: deque[Run] = deque()
        self._to_call: deque[Run] = deque()
        self._pending_outputs: Counter[PropId] = Counter()
        self._uncounted: dict[InvocationKey, None] = {}
        self._untested: dict[InvocationKey, None] = {}
        self._parked: dict[PropId, list[InvocationKey]] = {}
        self._unseen: dict[InvocationKey, None] = {}
        self._version = -1
        self._removals = 0
        self._settled = True
        self._persistent = 0  # pending runs of persistent callbacks
        self._running = 0  # slots in use
        self._called = 0  # runs that will still be completed, dropped ones included
        self._requests = 0

    @property
    def pending(self) -> int:
        """How many runs make the page busy: all but persistent ones (R-57, S-132)."""
        pending = len(self._arrived) + len(self._requested) + len(self._active)
        return pending - self._persistent

    @property
    def quiet(self) -> bool:
        """Whether nothing is asked for, runs, or will still return."""
        return not (self._arrived or self._requested or self._active or self._called)

    # --- what comes in

    def request(self, runs: Iterable[Run]) -> None:
        """Ask for runs; nothing starts before the next `pump`."""
        self._arrived.extend(runs)

    def adopt(self, run: Run) -> bool:
        """Take over a run that the page has called by itself; older ones give way (S-77).

        Returns False where it means nothing in the present layout, and is forgotten.

        Raises:
            LayoutError: some of what it needs is missing.
        """
        arguments = fix_arguments(self.graph, run)
        for runs in (self._requested, self._active):
            older = runs.get(run.key)
            if older is not None:
                self._drop(older)
        if arguments is None:
            return False
        run.arguments = arguments
        run.state = State.RUNNING
        self._active[run.key] = run
        self._uncounted[run.key] = None
        self._persistent += run.compiled.callback.persistent
        self._called += 1
        self._running += run.takes_slot
        return True

    def complete(self, run: Run, outcome: Outcome) -> None:
        """Take the end of a run. That of a dropped one changes nothing any more (S-77)."""
        self._called -= 1
        if run.state is not State.DROPPED:
            self._leave(run)
            run.state = State.DONE
        self._settled = False
        self.request(self.host.finish(run, outcome))

    def call_again(self, run: Run) -> None:
        """Have `execute` called once more with the next `pump`, for a run that has come back."""
        self._to_call.append(run)

    def loaded(self, run: Run) -> None:
        """Go on with a run that waited for the page (R-38)."""
        if run.state is State.WAITING:
            self._start(run)

    def page_rendered(self, number: int) -> None:
        """Note that an `Update`, and what it mounted, is on the screen."""
        self.rendered = max(self.rendered, number)
        self._test_again(self._unseen)
        self._unseen.clear()

    def use(self, graph: CallbackGraph) -> None:
        """Go on with another graph, after callbacks were added (S-34)."""
        self.graph = graph
        self._version = -1
        self._settled = False

    # --- the loop

    def pump(self) -> None:
        """Start whatever can start, until nothing can."""
        while (run := self._next()) is not None:
            if self._to_call:
                self.host.wake()
            outcome = self.host.execute(run)
            if outcome is not None:
                self.complete(run, outcome)

    def _next(self) -> Run | None:
        """Return the next run to call, settling everything that must be settled before."""
        while True:
            if self._arrived or not self._settled:
                self._settle()
            self._start_ready()
            while self._to_call:
                run = self._to_call.popleft()
                if run.state is State.RUNNING:
                    return run
                self._abandon(run)
            if not self._arrived and self._settled:
                return None

    def _settle(self) -> None:
        """Merge what arrived, discard what lost its outputs, and find what is ready."""
        self._settled = True
        arrived, self._arrived = self._arrived, []
        for run in arrived:
            if run.compiled.index in run.predecessors:
                run.state = State.DROPPED  # S-73: once around a cycle is enough
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
        """Forget a run; if it was called, its result will be ignored (S-77)."""
        self._leave(run)
        run.state = State.DROPPED
        self._settled = False

    def _leave(self, run: Run) -> None:
        """Take a run out of the pending ones."""
        for runs in (self._requested, self._active):
            if runs.get(run.key) is run:
                del runs[run.key]
                self._persistent -= run.compiled.callback.persistent
                self._discount(run)
        if run.state is State.RUNNING:
            self._running -= run.takes_slot

    # --- the props that pending runs may still change (S-71)

    def _count(self) -> None:
        """Count what all pending runs may still change: not before somebody has to ask."""
        uncounted, self._uncounted = self._uncounted, {}
        for key in uncounted:
            run = self._requested.get(key) or self._active.get(key)
            if run is not None and run.downstream is None:
                run.downstream = self.graph.downstream(run.invocation)
                self._pending_outputs.update(run.downstream)

    def _discount(self, run: Run) -> None:
        """Undo `_count`, and test again who waited for these props."""
        pending = self._pending_outputs
        for prop_id in run.downstream or ():
            left = pending[prop_id] - 1
            if left:
                pending[prop_id] = left
            else:
                del pending[prop_id]
            if left <= 1 and prop_id in self._parked:  # the one left may be the waiting run itself
                self._test_again(self._parked.pop(prop_id))

    def _test_again(self, keys: Iterable[InvocationKey]) -> None:
        self._untested.update(dict.fromkeys(keys))
        self._settled = False

    # --- S-78: following the layout

    def _follow_layout(self) -> None:
        """After ids came or went: drop runs without outputs, and count all outputs anew."""
        index = self.graph.layout.index
        self._version = index.version
        if self._removals != index.removals:
            self._removals = index.removals
            for run in [*self._requested.values(), *self._active.values()]:
                self._check_outputs(run)
        self._pending_outputs.clear()
        self._parked.clear()
        for runs in (self._requested, self._active):
            for run in runs.values():
                run.downstream = None
            self._uncounted.update(dict.fromkeys(runs))
        self._test_again(self._requested)

    def _check_outputs(self, run: Run) -> None:
        declared = run.compiled.outputs
        present = len(self.graph.outputs(run.invocation))
        if declared and not present:
            was_running = run.state is State.RUNNING
            self._drop(run)
            if was_running and self.host.give_up(run):
                self._to_call.append(run)
        elif present != len(declared):
            find = self.graph.layout.find
            run.changed = {p: None for p in run.changed if find(p.component_id)}

    # --- S-71, S-73, S-74: what is ready

    def _promote(self) -> bool:
        """Make ready what can start, and return whether a run was pruned, so that more may be."""
        ready = self._take_untested()
        if len(self._requested) + len(self._active) > 1:
            self._count()
            ready = [run for run in ready if not self._is_blocked(run)]
        if not (ready or self._active or any(key in self._requested for key in self._unseen)):
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
        """Return the requested runs that may have become ready, in order of their request."""
        keys, self._untested = self._untested, {}
        runs = [self._requested[key] for key in keys if key in self._requested]
        self._unseen.update((run.key, None) for run in runs if run.after > self.rendered)
        return sorted((r for r in runs if r.after <= self.rendered), key=lambda run: run.order)

    def _is_blocked(self, run: Run) -> bool:
        """Return whether an Input may still be changed by another pending run (S-71).

        States do not count, nor do Inputs that are Outputs of the run itself. A blocked run is
        parked until this very prop is settled.
        """
        pending, downstream, own = self._pending_outputs, run.downstream or (), None
        # Lists are mostly computed from the front, so the last item tells for longest.
        for prop_id in reversed(self.graph.inputs(run.invocation)):
            if pending.get(prop_id, 0) > (prop_id in downstream):
                if own is None:
                    own = set(self.graph.outputs(run.invocation))
                if prop_id not in own:
                    self._parked.setdefault(prop_id, []).append(run.key)
                    return True
        return False

    def _break_deadlock(self, candidates: list[Run]) -> list[Run]:
        """Return the runs of a cycle to begin with (S-73).

        The first, and each that reads none of the direct outputs of those chosen before it.
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
        """Return whether the rest of its group has made a run pointless (S-74)."""
        group = run.group
        if group is None or not group.finished or run.compiled.all_inputs_multi:
            return False
        inputs = self.graph.inputs(run.invocation)
        return group.updated.isdisjoint(inputs) and group.possible.issuperset(inputs)

    # --- S-79, S-81: starting

    def _start_ready(self) -> None:
        """Start what is ready, in order, as long as there is room (S-81, S-82)."""
        while self._ready and self._running < MAX_RUNNING:
            run = self._ready.popleft()
            if run.state is not State.READY:
                continue
            lacking = self.host.lacking(run)
            if lacking:
                self._name(run)
                run.state = State.WAITING
                self.host.waiting(run, lacking)
            else:
                self._start(run)

    def _start(self, run: Run) -> None:
        """Fix the arguments; from here on the run will be called, or has failed."""
        try:
            arguments = fix_arguments(self.graph, run)
        except LayoutError as error:
            self._name(run)
            self._called += 1
            self.complete(
                run,
                Outcome(Ending.FAILED, report=report_layout_error(run, error, "ReferenceError")),
            )
            return
        if arguments is None:
            self._leave(run)
            run.state = State.DONE  # S-79: skipped, and nobody hears of it
            self._settled = False
            return
        self._name(run)
        run.arguments = arguments
        run.state = State.RUNNING
        self._called += 1
        self._running += run.takes_slot
        if not self.host.started(run):
            self._to_call.append(run)

    def _name(self, run: Run) -> None:
        if not run.number:
            run.number = next(self._numbers)

    def _abandon(self, run: Run) -> None:
        """End a run that was overtaken before it was called."""
        self.complete(run, Outcome(Ending.DROPPED))


def _merge(older: Run, newer: Run) -> Run:
    """Return one run for two requests of an invocation (S-70)."""
    kept = older if newer.initial and not older.initial else newer
    if not (older.initial or newer.initial):
        older.changed.update(newer.changed)
        newer.changed = older.changed
        newer.group = newer.group or older.group
    kept.after = max(older.after, newer.after)
    kept.order = older.order
    kept.downstream = older.downstream  # where it was counted, it is counted
    return kept
