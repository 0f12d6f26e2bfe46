"""`Run`: one execution of a callback, from its request to its end; and what it may end with.

May import `compiled` and what is below it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from pyrt.engine.graph.compiled_callback import CompiledCallback, Invocation, InvocationKey
from pyrt.engine.tree.index import IndexedComponent
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId


class State(Enum):
    """Where a run is. It only ever moves down this list, and skips what it does not need."""

    REQUESTED = "requested"  # something wants it; it may still be merged, blocked or pruned
    READY = "ready"  # its inputs are settled; it waits for a free slot
    WAITING = "waiting"  # for the page: a component of its inputs is not loaded yet
    RUNNING = "running"  # its arguments are fixed, the author's function is or will be called
    DONE = "done"
    DROPPED = "dropped"  # overtaken, pruned, or without outputs; its result will be ignored


class Group:
    """Runs requested together because components appeared (an execution group, S-74).

    Remembers, for members that have finished, what they might have updated and what they did.
    """

    __slots__ = ("finished", "possible", "updated")

    def __init__(self) -> None:
        self.finished = False
        self.possible: set[PropId] = set()
        self.updated: set[PropId] = set()

    def finish(self, possible: Sequence[PropId], updated: Sequence[PropId]) -> None:
        """Note that a member has ended."""
        self.finished = True
        self.possible.update(possible)
        self.updated.update(updated)


@dataclass(slots=True, eq=False)
class Run:
    """One execution of an invocation.

    Attributes:
        invocation: the callback and its MATCH values.
        changed: the Inputs that caused it, in order of change (S-111).
        initial: whether its Outputs, or the page, just appeared.
        group: the execution group, if it was requested by a change of the layout.
        predecessors: numbers of the callbacks whose results led here, against cycles (S-73).
        after: the `Update` that must be on the screen first, because it brought the components.
        number: its name on the wire, once it has one.
        arguments: once it is RUNNING.
        order: position among the requests of its scheduler, which tells older from newer.
        downstream: the props it may change, itself or by others, once somebody had to know (S-71).
        is_local: the page has called it by itself, and shows its results already.
        taken: numbers of the callbacks that the page calls itself because of its results.
    """

    invocation: Invocation
    changed: dict[PropId, None] = field(default_factory=dict)
    initial: bool = False
    group: Group | None = None
    predecessors: frozenset[int] = frozenset()
    after: int = -1
    state: State = State.REQUESTED
    number: int = 0
    arguments: "Arguments | None" = None
    order: int = 0
    downstream: frozenset[PropId] | None = None
    is_local: bool = False
    taken: Collection[int] = ()

    @property
    def key(self) -> InvocationKey:
        """The identity: equal for runs that may replace each other."""
        return self.invocation.key

    @property
    def compiled(self) -> CompiledCallback:
        """The callback."""
        return self.invocation.compiled

    @property
    def takes_slot(self) -> bool:
        """Whether it counts among the runs that may go on at the same time (S-81).

        Persistent ones may never end; background ones wait for a worker of their own, and must not
        keep the callback that cancels them from being called.
        """
        callback = self.compiled.callback
        return not (callback.persistent or callback.background)


type Target = IndexedComponent | Sequence[IndexedComponent] | None


@dataclass(frozen=True, slots=True)
class Arguments:
    """What an invocation reads and writes, fixed at the moment it starts (S-51).

    Each list has one entry per dependency: a component, None for a missing optional one, or the
    list of components that ALL or ALLSMALLER means. The values of inputs and state have the same
    shape; they are the engine's own, not yet copied for the author.
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
    """How a run ends, as the page is told."""

    DONE = "done"
    PREVENTED = "prevented"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Report:
    """Something an author must know about.

    `kind` is one of the kinds of `Failure` on the wire.
    """

    kind: str
    title: str
    message: str
    traceback: str = ""
    callback: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run.

    Attributes:
        ending: `FAILED` leaves everything as it is, as `PREVENTED` does, and has a report.
        updates: `{id: {prop: value}}` in the order of Outputs.
        side_updates: what `set_props` collected, applied before the updates (S-89).
        cookies: texts to assign to `document.cookie`.
        report: what the author is told, unless nobody waits for this run any more.
        error: the exception behind the report.
        replaced: a newer run of the same invocation goes on with what `running` has switched on.
    """

    ending: Ending
    updates: Updates = field(default_factory=dict)
    side_updates: Updates = field(default_factory=dict)
    cookies: Sequence[str] = ()
    report: Report | None = None
    error: BaseException | None = None
    replaced: bool = False


def report_layout_error(run: Run, error: LayoutError, kind: str = "Error") -> Report:
    """Return the report of a run that does not fit the layout; its title is what is wrong.

    `kind` is the name that such an error has in the console of Dash's page.
    """
    callback = run.compiled.callback
    return Report(
        "clientside" if callback.clientside else "callback",
        str(error).partition("\n")[0],
        f"{kind}: {error}",
        callback=callback.callback_id,
        run=run.number,
    )
