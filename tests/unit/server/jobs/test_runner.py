"""What managers run their jobs with on a server."""

from pyrt.managers import runner as installed
from pyrt.server.jobs import runner


def test_a_job_is_run_here_or_in_a_process_that_the_fork_server_starts(monkeypatch):
    ran, forked = [], []

    class ForkServer:
        def __init__(self, entry):
            forked.append(entry)

        def start(self, job):
            forked.append(job)
            return "1-2.00"

    monkeypatch.setattr(installed._Installed, "runner", None)
    monkeypatch.setattr(runner, "run_job", lambda *arguments: ran.append(arguments))
    monkeypatch.setattr(runner, "ForkServer", ForkServer)
    runner.install()
    found = installed.current()
    found.run("key", None, {}, 5)  # type: ignore[arg-type]  # the channel is only passed on
    assert ran == [("key", None, {}, 5)]
    assert found.fork({"key": 1}) == found.fork({"key": 2}) == "1-2.00"
    assert forked[1:] == [{"key": 1}, {"key": 2}], "one fork server for all jobs"
