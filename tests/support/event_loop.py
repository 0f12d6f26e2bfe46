"""Functions that start something for later turns of the event loop."""

import asyncio


def run_with_turns(coroutine_function):
    """Run a function in an event loop, and then the turns that it has asked for."""

    async def both():
        result = coroutine_function()
        for _ in range(5):
            await asyncio.sleep(0)
        return result

    return asyncio.run(both())
