"""What multiprocessing shares, in the one process of a tab."""

import importlib
import sys

import pytest

from pyrt import browser_stdlib
from tests.support.event_loop import run_with_turns


def test_a_process_runs_in_this_one(tab):
    multiprocessing = tab("multiprocessing")

    def start():
        queue = multiprocessing.Queue()
        process = multiprocessing.Process(target=queue.put, args=("made",))
        assert process.exitcode is None
        process.start()
        made = queue.get()
        process.join()
        queue.close()
        return made, process.exitcode

    assert run_with_turns(start) == ("made", 0)


def test_what_processes_share_is_of_this_one(tab):
    multiprocessing = tab("multiprocessing")
    value, array = multiprocessing.Value("i", 3), multiprocessing.Array("d", [1, 2.5])
    with value.get_lock():
        value.value += 1
    with array:
        array[0] = 7
    assert (value.value, list(array), len(array), array[:]) == (4, [7, 2.5], 2, [7, 2.5])
    assert multiprocessing.Array("i", 3)[:] == [0, 0, 0]
    assert multiprocessing.Value("d", 1.5, lock=False).value == 1.5
    with multiprocessing.Lock(), multiprocessing.RLock():
        pass
    with multiprocessing.Manager() as manager:
        shared, items = manager.dict(a=1), manager.list([1])
        shared["b"] = 2
        items.append(2)
        assert (dict(shared), list(items)) == ({"a": 1, "b": 2}, [1, 2])
        assert manager.Value("i", 5).value == 5
        assert manager.Namespace(x=1).x == 1
    assert multiprocessing.Pool(2).map(abs, [2]) == [2]
    assert multiprocessing.get_context("spawn").Pool().map(abs, [3]) == [3]
    assert multiprocessing.cpu_count() >= 1


def test_joblib_finds_no_semaphores_and_works_in_order(tab):
    with pytest.raises(OSError, match="no processes"):
        tab("_multiprocessing").SemLock(0, 0, 1, "name", True)  # noqa: FBT003


def test_a_package_that_was_imported_before_is_patched_too(modules_of_a_tab):
    """As in a snapshot whose packages have imported it."""
    multiprocessing = importlib.import_module("multiprocessing")
    browser_stdlib.install()
    process = multiprocessing.Process(target=len, args=([],))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert multiprocessing.Process is multiprocessing.get_context().Process


def test_a_pipe_has_two_ends(tab):
    multiprocessing = tab("multiprocessing")
    here, there = multiprocessing.Pipe()
    sent = [1]
    here.send(sent)
    sent.append(2)
    assert there.poll()
    assert there.recv() == [1], "a copy, as of another process"
    process = multiprocessing.Process(target=there.send, args=("answer",))
    process.start()
    assert here.poll(1)
    assert (here.recv(), here.poll()) == ("answer", False)
    there.close()
    with pytest.raises(EOFError):
        here.recv()
    with pytest.raises(BrokenPipeError):
        here.send(1)
    with pytest.raises(OSError, match="closed"):
        there.send(1)


def test_the_exit_code_of_a_process_is_that_of_sys_exit(tab):
    multiprocessing = tab("multiprocessing")
    codes = []
    for code in (None, 3, "no"):
        process = multiprocessing.Process(target=sys.exit, args=(code,))
        process.start()
        process.join()
        codes.append(process.exitcode)
    assert codes == [0, 3, 1]
