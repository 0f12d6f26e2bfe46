"""The runner of jobs on a server."""

from pyrt.managers import job_runner
from pyrt.server.jobs import server_runner


def test_a_job_runs_in_this_process_or_in_one_of_the_fork_server(monkeypatch):
    ran: list[object] = []
    forked: list[object] = []

    class ForkServer:
        def __init__(self, entry, launch):
            forked.append((entry, launch))

        def start(self, job):
            forked.append(job)
            return "1-2.00"

    monkeypatch.setattr(job_runner._Installed, "runner", None)
    monkeypatch.setattr(server_runner, "run_job", lambda *arguments: ran.append(arguments))
    monkeypatch.setattr(server_runner, "ForkServer", ForkServer)
    server_runner.install()
    found = job_runner.current()
    found.run("key", None, {}, 5)  # type: ignore[arg-type]  # the channel is only passed on
    assert ran == [("key", None, {}, 5)]
    assert found.fork({"key": 1}) == found.fork({"key": 2}) == "1-2.00"
    assert forked[1:] == [{"key": 1}, {"key": 2}], "one fork server for all jobs"
