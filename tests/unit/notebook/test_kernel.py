"""The loop of a kernel, and where what is printed goes."""

import asyncio
import sys
import threading
from types import SimpleNamespace

from pyrt.notebook import kernel
from pyrt.notebook.kernel import Kernel


def test_the_loop_is_that_of_the_cell():
    async def cell():
        return Kernel().loop is asyncio.get_running_loop()

    assert asyncio.run(cell())


def test_without_one_coroutines_run_in_a_thread():
    made = Kernel()
    threads = []

    async def work():
        threads.append(threading.current_thread().name)

    made.spawn(work()).result(30)
    assert threads == ["pyrt"]


class Stream:
    """A stream of ipykernel."""

    def __init__(self):
        self.parent_header = {"msg_id": "of the comm"}
        self.written = []

    def set_parent(self, parent):
        self.parent_header = parent["header"]

    def write(self, text):
        self.written.append((self.parent_header["msg_id"], text))

    def flush(self):
        pass


def test_what_is_printed_appears_below_the_cell(monkeypatch):
    cell = {"header": {"msg_id": "of the cell"}, "metadata": {"cellId": "abc"}}
    shell = SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda: cell))
    monkeypatch.setattr(kernel, "shell", lambda: shell)
    assert kernel.cell_id() == "abc"
    made, stream = Kernel(), Stream()
    monkeypatch.setattr(sys, "stdout", stream)
    with made.output_to_cell():
        sys.stdout.write("inside")
    sys.stdout.write("outside")
    assert stream.written[0] == ("of the cell", "inside")
    assert stream.written[-1][0] == "of the comm"
