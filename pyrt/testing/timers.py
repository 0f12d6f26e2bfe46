"""The `dcc.Interval`s of a test's page, on the clock of the test (R-72)."""

from dataclasses import dataclass

from pyrt.engine.tree.index import IndexedComponent

DEFAULT_MS = 1000


@dataclass(slots=True)
class _Timer:
    """One `setInterval`.

    Attributes:
        component: that it belongs to.
        interval: seconds.
        due: seconds of the loop.
    """

    component: object
    interval: float
    due: float


class Timers:
    """The timers that run, by the id of their component."""

    def __init__(self) -> None:
        self._timers: dict[str, _Timer] = {}

    def follow(self, node: IndexedComponent, now: float) -> None:
        """Start, stop or restart the timer of an Interval, as its props say."""
        props = node.props
        interval = float(props.get("interval") or DEFAULT_MS) / 1000  # type: ignore[arg-type]  # a number
        known = self._timers.get(node.id)
        if props.get("disabled") or _is_over(node):
            self._timers.pop(node.id, None)
        elif known is None or known.component is not node.component or known.interval != interval:
            self._timers[node.id] = _Timer(node.component, interval, now + interval)

    def forget(self, node_id: str) -> None:
        """End the timer of a component that is gone."""
        self._timers.pop(node_id, None)

    def next(self) -> tuple[float, str] | None:
        """Return when the next timer is due, and the id of its component; None without one."""
        return min(((each.due, key) for key, each in self._timers.items()), default=None)

    def fire(self, node_id: str) -> None:
        """Set the next time of a timer that is due."""
        timer = self._timers[node_id]
        timer.due += timer.interval

    @property
    def ids(self) -> list[str]:
        """The components with a timer."""
        return list(self._timers)


def _is_over(node: IndexedComponent) -> bool:
    most = node.props.get("max_intervals")
    done = node.props.get("n_intervals") or 0
    return isinstance(most, int) and most != -1 and done >= most  # type: ignore[operator]  # a number
