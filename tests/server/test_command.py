"""The messages of `pyrt serve-bridge` and `pyrt celery`: they listen, or why they cannot start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT, SERVER_APPS
from tests.support.programs import wait_for

# An interpreter in which these cannot be imported, as if they were not installed.
WITHOUT = """
import importlib.util, sys
names = sys.argv.pop(1).split(",")
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in names else find(name, *rest)
sys.modules.update(dict.fromkeys(names))
from pyrt_build.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(without, *arguments, folder=SERVER_APPS):
    paths = f"{ROOT}{os.pathsep}{ROOT / 'build'}"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, without, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert f'"{ROOT / "pyrt"}' not in done.stderr  # no traceback of pyrt
    return done.returncode, (done.stdout + done.stderr).strip()


def test_without_starlette_the_extra_is_named():
    code, text = run("starlette,uvicorn", "serve-bridge", "plain.py")
    assert code == 1
    assert text == (
        "pyrt: pyrt serve-bridge needs starlette, uvicorn, which is not installed here. "
        'Install it with: pip install "pyrt-dash[bridge]"'
    )


def test_without_celery_the_extra_is_named():
    code, text = run("celery", "celery", "plain.py")
    assert code == 1
    assert text.endswith('Install it with: pip install "pyrt-dash[celery]"')


def test_without_prometheus_client_the_extra_is_named():
    code, text = run("prometheus_client", "serve-bridge", "plain.py", "--metrics")
    assert code == 1
    assert text.endswith('Install it with: pip install "pyrt-dash[metrics]"')


def test_variables_that_make_no_sense_are_named_all_at_once(monkeypatch):
    monkeypatch.setenv("PYRT_BRIDGE_AT_ONCE", "many")
    monkeypatch.setenv("PYRT_BRIDGE_HEADER_TIMEOUT", "-1")
    code, text = run("x", "serve-bridge", "plain.py")
    assert code == 1
    assert "PYRT_BRIDGE_AT_ONCE=many: must be a whole number" in text
    assert "PYRT_BRIDGE_HEADER_TIMEOUT=-1: must be a number of seconds" in text


def test_an_app_without_celery_manager_has_no_worker():
    assert run("x", "celery", "plain.py") == (
        1,
        "pyrt: plain.py has no CeleryManager, so a Celery worker has no work there.",
    )


@pytest.mark.parametrize("command", ["serve-bridge", "celery"])
def test_a_file_that_is_not_there_is_named(command, tmp_path):
    code, text = run("x", command, tmp_path / "nothing.py")
    assert code == 1
    assert "There is no file" in text
    assert "nothing.py" in text


@pytest.mark.parametrize("workers", [1, 2])
def test_an_app_that_does_not_start_says_why(tmp_path, workers):
    Path(tmp_path, "app.py").write_text("import dash\n1 / 0\n")
    code, text = run("x", "serve-bridge", "--workers", workers, folder=tmp_path)
    assert code == 1
    assert text.count("ZeroDivisionError") == 1
    assert "Answering" not in text


def test_a_server_that_gives_no_answer_does_not_say_it_does(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, text = run("x", "serve-bridge", "plain.py", "--port", port)
    assert code == 1
    assert text.startswith(f"pyrt: 127.0.0.1:{port} cannot be served on: Address already in use")
    assert text.endswith("Choose another with --port.")  # and not that it answers


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_says_it_answers_does(start_server, workers):
    server = start_server("plain.py", "--workers", workers)
    said = f"Answering for {SERVER_APPS / 'plain.py'} on {server.url}\n"
    wait_for(lambda: said in server.log, "its announcement")
    assert server.client.get("/_pyrt-health").status_code == 200
    server.stop()  # with all its workers


def test_an_app_file_without_an_app_is_reported(tmp_path):
    Path(tmp_path, "app.py").write_text("import dash\n")
    code, text = run("x", "serve-bridge", folder=tmp_path)
    assert (code, "created no Dash app" in text) == (1, True)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--origin", "example.org"),
        ("--origin", "https://x/path"),
        ("--max-body", "much"),
        ("--allowed-host", "https://calc.example.org"),
        ("--allowed-host", "calc.example.org:80"),
        ("--client-header", "X Forwarded"),
        ("--rate", "often"),
        ("--rate", "0/minute"),
    ],
)
def test_options_that_make_no_sense_are_refused(option, value):
    code, text = run("x", "serve-bridge", "plain.py", option, value)
    assert code == 2
    assert value in text
