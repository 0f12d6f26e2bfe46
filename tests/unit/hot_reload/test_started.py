"""Timers, tasks, threads and hooks of an older run end; those of packages stay."""

import asyncio

import pytest

from pyrt.app import hooks
from pyrt.app.dash import get_app
from pyrt.hot_reload import started
from pyrt.model.failures import StartError

PLAIN = """
from dash import Dash, hooks, html

app = Dash(__name__)
app.layout = html.P(id="text")
"""
HOOKS = f"""{PLAIN}
hooks.script([{{"external_url": "https://example.org/x.js", "external_only": True}}])
hooks.clientside_callback("x => x", "a", "b")
hooks.devtool("dash_html_components", "Div")
"""
TASKS = f"""
import asyncio

async def tick():
    while True:
        await asyncio.sleep(0)
        ticks.append(1)

{PLAIN}
ticks = app.server.ticks = []
loop = asyncio.get_running_loop()
loop.create_task(tick())
loop.call_later(0, ticks.append, 2)
"""


def test_hooks_of_the_app_are_registered_once_however_often_it_runs(running):
    running.start(HOOKS)
    for _ in range(3):
        running.save(HOOKS)
    assert [len(getattr(hooks.hooks, name)) for name in started._LISTS] == [1, 0, 1, 1]
    running.save(PLAIN)
    assert [len(getattr(hooks.hooks, name)) for name in started._LISTS] == [0, 0, 0, 0]


def test_hooks_of_packages_stay(running):
    running.start(PLAIN)
    hooks.hooks.script([{"external_url": "https://example.org/y.js", "external_only": True}])
    running.save(HOOKS)
    running.save(PLAIN)
    assert len(hooks.hooks.scripts) == 1


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("fails", [True, False])
def test_tasks_end_when_a_new_run_has_succeeded(running, fails):
    async def run():
        running.start(TASKS)
        old = get_app().server.ticks
        await settle()
        assert 2 in old
        if fails:
            with pytest.raises(StartError):
                running.save(f"{TASKS}\n1 / 0")
        else:
            running.save(TASKS)
        await asyncio.sleep(0)
        count = len(old)
        await settle()
        assert (len(old) > count) is fails
        running.save(PLAIN)
        await settle()
        assert started.tasks() == set()

    asyncio.run(run())


def test_a_timer_that_has_not_run_is_cancelled(running):
    async def run():
        running.start(TASKS.replace("call_later(0,", "call_later(3600,"))
        (timer,) = started.timers()
        running.save(PLAIN)
        assert timer.cancelled()

    asyncio.run(run())
