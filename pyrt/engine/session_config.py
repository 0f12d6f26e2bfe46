"""`SessionConfig`: what an app tells its session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Protocol

from pyrt.engine.call.invocation import CallbackInvoker, Hooks, OpenRequest
from pyrt.engine.call.remote import Executor, choose_executor
from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.tree.children_props import ChildrenProps
from pyrt.engine.wire.messages import Precompute, Precomputed, Resource
from pyrt.model.callback import Callback
from pyrt.model.component import ComponentRegistry
from pyrt.model.environment import Environment


class Precomputing(Protocol):
    """The parts of a session that results computed in advance are made with."""

    graph: CallbackGraph
    invoker: CallbackInvoker


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """The settings of one session.

    Attributes:
        children_props: which props hold components (R-51).
        validate_callbacks: report mistakes in declarations, and then disable all callbacks (S-31).
        validation_layout: returns the layout that ids are checked against; None for the layout of
            the page (S-43).
        prune_errors: whether tracebacks show frames of the app only.
        log: called with warnings that are not errors.
        late_resources: `packages -> (scripts, stylesheets)` of packages that a callback has
            imported (R-18).
        suppress_callback_exceptions: do not report unknown ids.
        on_error: the app's error handler (S-119).
        hooks: called for each callback.
        open_request: returns the request in which a callback runs (S-114).
        choose_executor: decides what calls the function of a callback.
        manager: the app's manager of background callbacks.
        evaluate: returns the value of a Python expression as JSON text; None refuses `Eval`.
        precompute: computes results in advance; None refuses `Precompute`.
        loaded: called when a layout has been loaded. A worker, which has one page only, calls
            `gc.freeze` here: otherwise each garbage collection traverses the whole layout, and a
            click takes longer on a large page.
        max_result: the largest result of a callback, in bytes.
        defer: calls a function when the event loop is free; None for the running loop.
    """

    children_props: ChildrenProps = field(
        default_factory=lambda: ComponentRegistry.children_props  # type: ignore[arg-type, return-value]  # None or lists of str
    )
    validate_callbacks: bool = False
    validation_layout: Callable[[], object] | None = None
    prune_errors: bool = True
    log: Callable[[str], None] | None = None
    late_resources: (
        Callable[[Sequence[str]], tuple[Sequence[Resource], Sequence[Resource]]] | None
    ) = None
    suppress_callback_exceptions: bool = False
    on_error: Callable[[Exception], object] | None = None
    hooks: Hooks | None = None
    open_request: OpenRequest | None = None
    choose_executor: Callable[[Callback], Executor] = partial(choose_executor, page=Environment())  # noqa: RUF009  # a value
    manager: object = None
    evaluate: Callable[[str], str] | None = None
    precompute: Callable[["Precomputing", Precompute], Precomputed] | None = None
    loaded: Callable[[], None] | None = None
    max_result: float = inf
    defer: Callable[[Callable[[], None]], None] | None = None
