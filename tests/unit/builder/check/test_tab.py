"""What a tab cannot run: programs, sockets, what never ends, what waits."""

import pytest

from tests.support.checked_apps import CALLBACK, assert_finding

WRONG = {
    "another program": ("import subprocess as s\ns.run(['ls'])", 2, "PY201", "subprocess.run"),
    "a program by a name": ("from os import system\nsystem('ls')", 2, "PY201", "os.system"),
    "a loop of the start": ("while True:\n    print(1)", 1, "PY202", "never starts"),
    "a thread": (
        (
            "import threading\n"
            "def work():\n    while True:\n        print(1)\n"
            "threading.Thread(target=work, daemon=True).start()"
        ),
        5,
        "PY202",
        "work never ends",
    ),
    "a terminal": ("name = input('Name? ')", 1, "PY203", "dcc.Input"),
    "a long sleep": (
        (
            "import time\n@callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
            "def show(n):\n    time.sleep(5)"
        ),
        4,
        "PY203",
        "show sleeps for 5 seconds",
    ),
    "a program in place of Python": ("import os\nos.execv('/bin/ls', [])", 2, "PY201", "os.execv"),
    "a program that is awaited": (
        "import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('ls')",
        3,
        "PY201",
        "create_subprocess_exec",
    ),
    "a loop of a function that the start calls": (
        (
            "def work():\n    while not False:\n        print(1)\n"
            "if __name__ == '__main__':\n    work()"
        ),
        5,
        "PY202",
        "work never ends",
    ),
    "a loop over all numbers": (
        "import itertools\nfor n in itertools.count():\n    print(n)",
        2,
        "PY202",
        "never starts",
    ),
    "a loop of a callback": (
        CALLBACK + "def f(n):\n    while True:\n        print(n)",
        3,
        "PY202",
        "f never ends",
    ),
    "a class of threads": (
        (
            "import threading\nclass Work(threading.Thread):\n    def run(self):\n"
            "        while True:\n            print(1)\nWork().start()"
        ),
        6,
        "PY202",
        "Work never ends",
    ),
    "a pool": (
        (
            "from concurrent.futures import ThreadPoolExecutor\ndef work():\n    while True:\n"
            "        print(1)\nThreadPoolExecutor().submit(work)"
        ),
        5,
        "PY202",
        "work never ends",
    ),
    "a lambda": (
        (
            "import threading\ndef work(n):\n    while True:\n        print(n)\n"
            "threading.Timer(1, lambda: work(2)).start()"
        ),
        5,
        "PY202",
        "work never ends",
    ),
    "a debugger": (CALLBACK + "def f(n):\n    breakpoint()", 3, "PY203", "remove it"),
    "a password at a terminal": ("from getpass import getpass\ngetpass()", 2, "PY203", "terminal"),
    "a sleep of the start": ("import time\ntime.sleep(9)", 2, "PY203", "start sleeps for 9"),
    "short sleeps again and again": (
        "from time import sleep as nap\n"
        + CALLBACK
        + "def f(n):\n    for _ in range(9):\n        nap(.5)",
        5,
        "PY203",
        "f sleeps for 4.5 seconds",
    ),
    "a sleep of a function that a callback calls": (
        "import time\nWAIT = 5\ndef slow():\n    time.sleep(WAIT)\n"
        + CALLBACK
        + "def f(n):\n    slow()",
        4,
        "PY203",
        "f sleeps for 5 seconds",
    ),
    "a socket": (
        "import smtplib\n" + CALLBACK + "def f(n):\n    smtplib.SMTP('example.com')",
        4,
        "PY205",
        "smtplib.SMTP opens a socket",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_found_with_its_line(name, check):
    source, line, code, text = WRONG[name]
    assert_finding(check(source), line, code, text)


RIGHT = {
    "a loop that ends": "while True:\n    break",
    "a loop that waits": "async def f():\n    while True:\n        await g()",
    "a loop in a function that nothing starts": "def f():\n    while True:\n        pass",
    "its own input": "def input(x): return x\ninput(1)",
    "a short sleep": (
        "import time\n@callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
        "def show(n): time.sleep(.1)"
    ),
    "a sleep in the background": (
        "import time\n@callback(Output('a', 'children'), Input('go', 'title'), background=True)\n"
        "def show(n): time.sleep(9)"
    ),
    "programs of server callbacks": (
        "import subprocess\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'), server=True)\n"
        "def show(n): return subprocess.run(['ls'])"
    ),
    "programs of one system": ("import os, sys\nif sys.platform == 'win32':\n    os.system('cls')"),
    "another loop": "def f():\n    for _ in range(3):\n        pass\nf()",
    "a thread that ends": (
        "import threading\ndef work():\n    while True:\n        if work: return\n"
        "threading.Thread(target=work).start()"
    ),
    "a socket that nothing opens": "import socket\nsocket.gethostname()",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_found(name, check):
    assert check(RIGHT[name]).findings == []
