"""What an app's code takes is counted in time of the processors, or of the clock while it waits."""

import subprocess
import sys

import pytest

from pyrt_build.rehearsal.app_clock import AppClock, cpu_s


class Machine:
    """Seconds that a browser has computed, and those of a clock."""

    def __init__(self):
        self.computed_s = 5.0
        self.now_s = 100.0
        self.clock = AppClock(lambda: self.computed_s, lambda: self.now_s)

    def passes(self, now_s: float, computed_s: float) -> float:
        """Let time pass while the app's code runs; what it has taken so far."""
        self.now_s += now_s
        self.computed_s += computed_s
        return self.clock.running_s(is_running=True)


@pytest.fixture
def machine():
    machine = Machine()
    assert machine.clock.running_s(is_running=True) == 0
    return machine


def test_code_that_computes_on_a_busy_machine_takes_what_it_computes(machine):
    assert machine.passes(now_s=40, computed_s=10) == 10
    assert machine.passes(now_s=40, computed_s=20) == 30


def test_what_the_page_computes_beside_it_does_not_count(machine):
    assert machine.passes(now_s=8, computed_s=13) == 8


def test_code_that_waits_takes_the_time_of_the_clock(machine):
    assert machine.passes(now_s=30, computed_s=0.5) == 30


def test_only_the_time_since_the_code_has_begun_counts(machine):
    assert machine.passes(now_s=20, computed_s=20) == 20
    assert machine.clock.running_s(is_running=False) == 0
    machine.now_s += 50
    assert machine.passes(now_s=0, computed_s=0) == 0
    assert machine.passes(now_s=3, computed_s=3) == 3


def test_a_process_has_computed_what_those_below_it_have():
    burn = "import time\nwhile time.process_time() < 0.4: pass\nprint(flush=True)\ninput()"
    outer = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"\n"
        # User and system time are each rounded down to hundredths of a second.
        assert cpu_s(process.pid) > 0.4 - 2 * 0.01
        process.communicate(b"\n")
    assert cpu_s(process.pid) == 0, "it has ended"
