"""The distribution that `make release` made, installed in environments of its own."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.chromium import FLAGS_OF_TESTS, executable
from tests.support.environments import PythonEnvironment, build

expect.set_options(timeout=30_000)  # conditions, not speed, are tested; machines may be busy


@pytest.fixture(scope="session")
def distributions(tmp_path_factory):
    """The folder of wheel and sdist: `PYRT_DIST`, or a new one in which they are made."""
    given = os.environ.get("PYRT_DIST")
    if given:
        return Path(given).absolute()
    folder = tmp_path_factory.mktemp("distributions")
    build("sdist", folder)
    build("wheel", folder)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions):
    (found,) = distributions.glob("pyrt_dash-*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(distributions):
    (found,) = distributions.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def ours(tmp_path_factory, wheel):
    """An environment with the wheel, with what that requires, and nothing else."""
    environment = PythonEnvironment(tmp_path_factory.mktemp("ours"))
    environment.pip("install", wheel)
    return environment


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium where there is one, else Playwright's own."""
    system = executable()
    found = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **found, "args": FLAGS_OF_TESTS}
