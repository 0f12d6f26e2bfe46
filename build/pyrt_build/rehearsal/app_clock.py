"""How long an app's own code has been running in a browser, on a machine that may be busy."""

import time
from collections.abc import Callable
from contextlib import suppress

# Code that waits, as for an answer that does not come, uses next to no time of the processors.
WAITING_SHARE = 0.1


class AppClock:
    """Measures what an app's code takes: time of the processors, or of the clock while it waits.

    Code that computes takes longer by the clock where other programs run; that is not its fault.
    """

    def __init__(
        self, cpu_s: Callable[[], float], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand still until the code runs.

        Args:
            cpu_s: returns the seconds that the browser's processes have computed.
            now_s: returns the seconds of a clock.
        """
        self._cpu_s, self._now_s = cpu_s, now_s
        self._begun: tuple[float, float] | None = None

    def running_s(self, *, is_running: bool) -> float:
        """Return the seconds since the code has begun to run; 0 if it does not run."""
        if not is_running:
            self._begun = None
            return 0.0
        cpu_s, now_s = self._cpu_s(), self._now_s()
        if self._begun is None:
            self._begun = (cpu_s, now_s)
        computed_s, passed_s = cpu_s - self._begun[0], now_s - self._begun[1]
        if computed_s < WAITING_SHARE * passed_s:
            return passed_s
        return min(computed_s, passed_s)  # the page computes, too


def cpu_s(process: int) -> float:
    """Return the seconds that a process and those below it have computed; 0 if it has ended."""
    import psutil  # noqa: PLC0415 -- 20 ms of each build, needed seldom

    computed_s = 0.0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        for each in [root, *root.children(recursive=True)]:
            with suppress(psutil.Error):  # it has ended meanwhile, or is of another user
                times = each.cpu_times()
                computed_s += times.user + times.system
    return computed_s
