"""Two bridges and two workers under load, one of each killed; and two hundred slow clients.

`make load` runs 2,000 jobs, and prints the figures of docs/reliability.md; other runs a few.
"""

import signal
import statistics

import pytest

from tests.support.bridge import Server, ask
from tests.support.crowd import Balancer, Crowd, slow_clients, times_ms
from tests.support.paths import SERVER_APPS
from tests.support.programs import wait_for

PAGES = 40  # at the same time
SLOW = 200
MOST_MS = 50.0  # by which slow clients may delay a quick one, in the median
CALLS = 200


@pytest.fixture
def job_count(request):
    """The number of jobs: `--jobs`."""
    return request.config.getoption("--jobs")


def show(capsys, text):
    """Print a figure, whatever pytest captures."""
    with capsys.disabled():
        print(f"\n{text}")  # noqa: T201  # the figures of docs/reliability.md


@pytest.mark.quiet
def test_no_job_is_lost_when_a_bridge_and_a_worker_are_killed(
    make_system, tmp_path, job_count, capsys
):
    """Each is killed while the others are at work; a balancer goes past the bridge."""
    system = make_system("celery", ACKS_LATE="1", VISIBILITY_S="5")
    assert system.worker is not None
    other_worker = system.make_worker("other").start()
    other_bridge = Server(SERVER_APPS / "jobs.py", tmp_path, "--debug", **system.variables).start()
    balancer = Balancer([system.server.url, other_bridge.url])
    crowd = Crowd(balancer, [ask("brief", n) for n in range(job_count)], PAGES)
    try:
        with crowd.working():
            wait_for(lambda: crowd.done >= job_count // 3, "a third of the jobs", 300)
            system.worker.stop(signal.SIGKILL)
            wait_for(lambda: crowd.done >= job_count // 2, "half of the jobs", 300)
            other_bridge.stop(signal.SIGKILL)
    finally:
        balancer.close()
        other_bridge.end()
        other_worker.stop(signal.SIGKILL)
    waits_s = sorted(crowd.waits_s)
    show(
        capsys,
        f"{job_count} jobs, a worker and a bridge killed: {len(crowd.lost)} lost; a job took "
        f"{statistics.median(waits_s):.2f} s in the median, {waits_s[-1]:.1f} s at most",
    )
    assert crowd.lost == []
    assert crowd.done == job_count


@pytest.mark.quiet
def test_slow_clients_do_not_delay_a_quick_one(start_server, capsys):
    server = start_server("plain.py")
    request = ask("out", 1)
    times_ms(server.url, request, CALLS // 4)
    alone = statistics.median(times_ms(server.url, request, CALLS))
    with slow_clients(server.port, SLOW):
        beside = statistics.median(times_ms(server.url, request, CALLS))
    show(
        capsys,
        f"a call took {alone:.1f} ms in the median alone, {beside:.1f} ms beside {SLOW} slow ones",
    )
    assert beside - alone <= MOST_MS
