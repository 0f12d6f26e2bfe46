"""Tests of an author: a folder elsewhere, the installed wheel, pytest, and nothing else."""

import subprocess

import pytest

from pyrt_build.starters.write import STARTERS, new_app
from tests.support.environments import NEUTRAL

TEN = """
import pytest

@pytest.mark.parametrize("number", range(10))
def test_clicks(pyrt_app, number):
    page = pyrt_app("app.py")
    for _ in range(number):
        page.click("button")
    assert page["text"].children == f"Clicked {number} times"
    assert page.calls == ["show"] * (number + 1)
"""


@pytest.fixture(scope="module")
def run_tests(ours):
    ours.pip("install", "pytest")

    def run(folder):
        command = [ours.python, "-m", "pytest", "-q"]
        options = {"cwd": folder, "env": NEUTRAL, "capture_output": True, "text": True}
        return subprocess.run(command, check=False, **options)

    return run


def test_ten_tests_without_any_configuration(run_tests, tmp_path):
    new_app("minimal", tmp_path / "app")
    (tmp_path / "app" / "test_app.py").write_text(TEN)
    done = run_tests(tmp_path / "app")
    assert "10 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("starter", [name for name in STARTERS if name != "dashboard"])
def test_the_test_of_a_new_app(starter, run_tests, tmp_path):
    new_app(starter, tmp_path / "app")
    done = run_tests(tmp_path / "app")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
