"""`Run`: one execution of a callback, from its request to its `Outcome`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from sys import maxsize
from typing import NamedTuple

from pyrt.engine.graph.compiled_callback import CompiledCallback, Invocation, InvocationKey
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.wire.messages import FailureKind
from pyrt.engine.wire.record import record
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId


class State(Enum):
    """The state of a run. States change from top to bottom only; a run may skip some."""

    REQUESTED = "requested"  # it may still be merged, blocked or pruned
    READY = "ready"  # no pending run may change its inputs; it waits for S-81
    WAITING = "waiting"  # the page still loads a component of its inputs
    EXPECTED = "expected"  # a local callback: the page calls it, and its `LocalRun` will follow
    RUNNING = "running"  # its arguments are fixed, the function is or will be called
    DONE = "done"
    DROPPED = "dropped"  # replaced, pruned, or its Outputs are removed; its result is ignored


class Group:
    """Runs requested together because components were added (an execution group, S-74).

    Attributes:
        finished: whether a member has ended.
        possible: the props that the members that have ended might have updated.
        updated: the props that they did update.
    """

    __slots__ = ("finished", "possible", "updated")

    def __init__(self) -> None:
        self.finished = False
        self.possible: set[PropId] = set()
        self.updated: set[PropId] = set()

    def finish(self, possible: Sequence[PropId], updated: Sequence[PropId]) -> None:
        """Record the end of a member."""
        self.finished = True
        self.possible.update(possible)
        self.updated.update(updated)


@dataclass(slots=True, eq=False)
class Run:
    """One execution of an invocation.

    Attributes:
        invocation: the callback and its MATCH values.
        changed: the Inputs that caused it, in order of change (S-111), each with the `update_seq`
            of the `Update` that changed it; -1 if the page has changed it.
        initial: whether it is an initial call: its Outputs, or the page, were just added.
        group: the execution group, if it was requested by a change of the layout.
        predecessors: indexes of the callbacks whose results led to it, against cycles (S-73).
        after: `update_seq` of the `Update` that the page must have drawn first.
        id: its id in messages; 0 until it has one.
        arguments: set when it becomes RUNNING.
        order: position among the requests of its scheduler, which tells older from newer.
        downstream: the props it may change, directly or by other runs; set when needed (S-71).
        is_local: the page calls it on its own decision, and shows its results at once.
        taken: indexes of the callbacks that the page itself calls because of its results.
        seen: of a local run: `update_seq` of the last `Update` that its arguments include.
        again: of a local run: the run to request when the page has called it; what it replaces was
            requested by an `Update` that the page had not seen.
        key: of the invocation; equal for runs that replace each other.
        compiled: the callback of the invocation.
    """

    invocation: Invocation
    changed: dict[PropId, int] = field(default_factory=dict)
    initial: bool = False
    group: Group | None = None
    predecessors: frozenset[int] = frozenset()
    after: int = -1
    state: State = State.REQUESTED
    id: int = 0
    arguments: "Arguments | None" = None
    order: int = 0
    downstream: frozenset[PropId] | None = None
    is_local: bool = False
    taken: Collection[int] = ()
    seen: int = maxsize
    again: "Run | None" = None
    key: InvocationKey = field(init=False)
    compiled: CompiledCallback = field(init=False)

    def __post_init__(self) -> None:
        self.replace_invocation(self.invocation)

    def replace_invocation(self, invocation: Invocation) -> None:
        """Call this one in place of that which was requested."""
        self.invocation = invocation
        self.key = invocation.key
        self.compiled = invocation.compiled

    @property
    def is_limited(self) -> bool:
        """Whether it counts towards the limit of runs at the same time (S-81).

        Persistent runs may never end. Background ones wait for a worker, and must not block the
        callback that cancels them.
        """
        callback = self.compiled.callback
        return not (callback.persistent or callback.background)

    def replace(self, older: "Run") -> None:
        """Keep, for a call in the page, what an older run was requested for and it has not seen.

        The page calls its callbacks without asking. A run that the engine requested meanwhile is
        newer than that call, although its message comes later.
        """
        if self.is_local:
            replaced = older.again if older.is_local else older
            self.again = replaced and replaced.rest_after(self.seen)

    def rest_after(self, seen: int) -> "Run | None":
        """Return a run for what later `Update`s than `seen` have requested; None if nothing."""
        changed = {prop_id: seq for prop_id, seq in self.changed.items() if seq > seen}
        if not changed and not (self.initial and self.after > seen):
            return None
        group, before = self.group, self.predecessors
        return Run(self.invocation, changed, not changed, group, before, self.after)


# The components of one port: one, None for a missing optional one, or those of ALL or ALLSMALLER.
type Target = IndexedComponent | Sequence[IndexedComponent] | None


@record
class Arguments:
    """What a run reads and writes, fixed when it starts (S-51).

    Attributes:
        inputs, state, outputs: one target per port, in order of declaration.
        input_values, state_values: values in the same shape, MISSING for a prop that is not set.
            They are the engine's own; `copy_for_callback` copies them for the function.
    """

    inputs: Sequence[Target]
    state: Sequence[Target]
    outputs: Sequence[Target]
    input_values: Sequence[object]
    state_values: Sequence[object]


class Written(NamedTuple):
    """A new value of a prop, in two forms.

    `stored` is what the layout keeps: plain JSON, a `LazyValue`, or a patch as JSON. `wire` is what
    the page gets: JSON, an `Encoded`, or `ON_PAGE` when the page has the value already.
    """

    stored: object
    wire: object


type Updates = Mapping[str, Mapping[str, Written]]


class Ending(Enum):
    """How a run ends; the value is the `outcome` of `RunEnded`."""

    DONE = "done"
    PREVENTED = "prevented"
    FAILED = "failed"
    DROPPED = "dropped"


@record
class Report:
    """An error to show to the app developer.

    Attributes:
        kind: `kind` of the message `Failure`.
        title: one line.
        message: the whole text, without traceback.
        traceback: text; empty if there is none.
        callback: `callback_id` of the callback; empty if there is none.
        run: id of the run; 0 if there is none.
    """

    kind: FailureKind
    title: str
    message: str
    traceback: str = ""
    callback: str = ""
    run: int = 0


@record
class Outcome:
    """The end of a run.

    Attributes:
        ending: with `FAILED` and `PREVENTED`, no Output changes; `FAILED` has a report.
        updates: `{id: {prop: value}}` in the order of Outputs.
        side_updates: what `set_props` collected, applied before the updates (S-89).
        cookies: texts to assign to `document.cookie`.
        report: the error to show, unless the run is dropped.
        error: the exception that the report describes.
        replaced: whether a newer run of the invocation took over its `running` values (S-124).
    """

    ending: Ending
    updates: Updates = field(default_factory=dict)
    side_updates: Updates = field(default_factory=dict)
    cookies: Sequence[str] = ()
    report: Report | None = None
    error: BaseException | None = None
    replaced: bool = False


def mark_local(runs: list[Run], indexes: Collection[int] | None, seen: int) -> list[Run]:
    """Return the runs, with those of callbacks that the page itself calls marked.

    Args:
        runs: new ones.
        indexes: of the callbacks that the page calls.
        seen: see `Run`.
    """
    for run in runs if indexes else ():
        if run.compiled.index in indexes:  # type: ignore[operator]  # not None here
            run.is_local, run.seen = True, seen
    return runs


def report_layout_error(run: Run, error: LayoutError, kind: str = "Error") -> Report:
    """Return the report of a run that does not fit the layout.

    `kind` is the name of such an error in the console of Dash's page.
    """
    callback = run.compiled.callback
    return Report(
        "clientside" if callback.clientside else "callback",
        str(error).partition("\n")[0],
        f"{kind}: {error}",
        callback=callback.callback_id,
        run=run.id,
    )
