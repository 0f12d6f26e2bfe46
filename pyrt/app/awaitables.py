"""The results of awaitables, where synchronous code needs them: layouts, the rest of a script."""

from typing import Any

from pyrt.model import environment


def finish(value: Any) -> Any:  # noqa: ANN401  # layouts are of any type
    """Return a value, or the result of an awaitable; not where an event loop runs.

    Raises:
        RuntimeError: the awaitable has to wait, and this browser has no stack switching.
    """
    if not hasattr(value, "__await__"):
        return value
    if not environment.current().switching:
        return _step(value)
    import asyncio  # noqa: PLC0415  # the engine imports it anyway, but replay may not need it

    async def wait() -> Any:  # noqa: ANN401
        return await value

    return asyncio.run(wait())


def _step(awaitable: Any) -> Any:  # noqa: ANN401
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    steps.close()
    raise RuntimeError(
        "This browser cannot wait here (it has no WebAssembly stack switching). Let the function "
        "that gives the layout be `async def`: then its result is awaited."
    )
