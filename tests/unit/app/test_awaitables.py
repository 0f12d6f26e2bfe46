"""Results of awaitables in synchronous code, in browsers that can wait there and in others."""

import pytest

from pyrt.app.awaitables import finish
from pyrt.model import environment
from pyrt.model.environment import Environment


@pytest.fixture
def without_switching():
    environment.use(Environment(switching=False))
    yield
    environment.use(Environment())


class Pause:
    """As `asyncio.sleep(0)`, which needs no running loop for its first step."""

    def __await__(self):
        yield


async def later(wait):
    if wait:
        await Pause()
    return "made"


@pytest.mark.parametrize("wait", [False, True])
def test_an_awaitable_is_run_to_its_end(wait):
    assert finish(later(wait)) == "made"
    assert finish("plain") == "plain"


@pytest.mark.usefixtures("without_switching")
def test_without_switching_only_what_does_not_wait_has_a_result():
    assert finish(later(wait=False)) == "made"
    assert finish("plain") == "plain"
    with pytest.raises(RuntimeError, match=r"cannot wait here.*`async def`"):
        finish(later(wait=True))
