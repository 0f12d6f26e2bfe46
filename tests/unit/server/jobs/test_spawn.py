"""Where processes cannot fork, each job is a Python of its own."""

import io
import json
import os
import sys
from contextlib import suppress

import pytest

from pyrt.model.environment import Launch
from pyrt.server import serve
from pyrt.server.jobs import fork_server, spawn


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # jobs outlive it
def test_each_line_starts_a_process_that_reads_it(tmp_path, monkeypatch, capfd):
    write = "import sys, pathlib; pathlib.Path(sys.argv[1], str(hash(x := input()))).write_text(x)"
    jobs = [json.dumps({"key": key}) for key in ("ä", "b")]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(jobs) + "\n"))
    spawn.spawn_jobs([sys.executable, "-c", write, str(tmp_path)])
    replies = [json.loads(line)["job"] for line in capfd.readouterr().out.splitlines()]
    assert len(set(replies)) == 2
    for reply in replies:
        with suppress(ChildProcessError):  # subprocess has waited for one that had ended
            os.waitpid(int(reply.partition("-")[0]), 0)
    assert sorted(file.read_text() for file in tmp_path.iterdir()) == sorted(jobs)


def test_the_system_decides(monkeypatch, tmp_path):
    started: list[object] = []
    monkeypatch.setattr(spawn, "spawn_jobs", started.append)
    monkeypatch.setattr(fork_server, "fork_jobs", lambda load, run: started.append("fork"))
    how = Launch()
    monkeypatch.setattr(spawn, "can_fork", lambda: False)
    serve.run_job_server(tmp_path / "app.py", how)
    monkeypatch.setattr(spawn, "can_fork", lambda: True)
    serve.run_job_server(tmp_path / "app.py", how)
    command, other = started
    assert isinstance(command, list)
    assert command[1:5] == ["-m", "pyrt.server", "--job", str(tmp_path / "app.py")]
    assert other == "fork"
