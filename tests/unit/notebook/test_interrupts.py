"""An interrupt of the kernel: it ends callbacks in whichever thread they run, and nothing else."""

import signal
import threading
from types import SimpleNamespace

import pytest

from pyrt.notebook.interrupts import Interrupts


def wait_until_interrupted(begun):
    """Run Python until an interrupt ends it."""
    begun.set()
    try:
        while True:
            threading.Event().wait(0.001)
    except KeyboardInterrupt:
        return True


def test_a_thread_that_runs_a_callback_is_interrupted():
    interrupts, begun, found = Interrupts(), threading.Event(), []

    def run():
        with interrupts.reached():
            found.append(wait_until_interrupted(begun))

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(30)
    interrupts.handle(signal.SIGINT, None)
    thread.join(30)
    assert found == [True]


def test_the_main_thread_is_interrupted_at_once():
    interrupts = Interrupts()
    with pytest.raises(KeyboardInterrupt), interrupts.reached():
        interrupts.handle(signal.SIGINT, None)
    interrupts.handle(signal.SIGINT, None)  # nothing runs


def test_an_interrupt_that_comes_too_late_is_withdrawn():
    interrupts, found = Interrupts(), []

    def run():
        with interrupts.reached(), interrupts.reached():
            interrupts._interrupted.add(threading.get_ident())
        found.append((interrupts._threads, interrupts._interrupted))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert found == [([], set())]


@pytest.mark.parametrize(
    ("before", "is_ours"), [(signal.SIG_IGN, True), (signal.default_int_handler, False)]
)
def test_interrupts_that_a_kernel_would_ignore_are_handled(before, is_ours):
    interrupts, kernel = Interrupts(), SimpleNamespace(saved_sigint_handler=before)
    interrupts.install(kernel)
    assert (kernel.saved_sigint_handler == interrupts.handle) is is_ours


def test_other_kernels_are_left_alone():
    kernel = SimpleNamespace()
    Interrupts().install(kernel)
    Interrupts().install(None)
    assert vars(kernel) == {}
