"""`SessionConfig`: what a session must know of its app. May import what `invocation` may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from pyrt.engine.call.invocation import Hooks
from pyrt.engine.call.remote import Executor, choose_executor
from pyrt.engine.tree.children_props import ChildrenProps
from pyrt.model.callback import Callback
from pyrt.model.component import ComponentRegistry
from pyrt.model.environment import Environment


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What a session must know of its app.

    Attributes:
        children_props: which props hold components (R-51).
        validate_callbacks: report mistakes in declarations, and disable all callbacks then (S-31).
        validation_layout: returns what ids are checked against in place of the layout (S-43).
        prune_errors: leave frames that are not the author's out of tracebacks.
        log: takes what is worth knowing without being an error.
        late_resources: scripts and stylesheets of packages imported by a callback (R-18).
        suppress_callback_exceptions: do not report unknown ids.
        on_error: the app's error handler (S-119).
        hooks: around every callback.
        choose_executor: decides what calls the function of a callback.
        manager: the app's own for background callbacks.
        evaluate: returns an expression's value as JSON text; None refuses `Eval`.
        loaded: called once the first layout is there. A worker, which has one page for all of its
            life, freezes the garbage collector's view of it here (`gc.freeze`): else each
            collection walks the whole layout, and a click costs more on a large page.
    """

    children_props: ChildrenProps = field(
        default_factory=lambda: ComponentRegistry.children_props  # type: ignore[arg-type, return-value]  # None or lists of str
    )
    validate_callbacks: bool = False
    validation_layout: Callable[[], object] | None = None
    prune_errors: bool = True
    log: Callable[[str], None] | None = None
    late_resources: Callable[[Sequence[str]], tuple[Sequence[object], Sequence[object]]] | None = (
        None
    )
    suppress_callback_exceptions: bool = False
    on_error: Callable[[Exception], object] | None = None
    hooks: Hooks | None = None
    choose_executor: Callable[[Callback], Executor] = partial(choose_executor, page=Environment())  # noqa: RUF009  # a value
    manager: object = None
    evaluate: Callable[[str], str] | None = None
    loaded: Callable[[], None] | None = None
