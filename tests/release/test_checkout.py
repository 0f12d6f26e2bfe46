"""`pip install .` builds what git does not have, or says in one message why it cannot."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.support.environments import NEUTRAL
from tests.support.paths import ROOT
from tests.support.repository import tracked


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the files that git has."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in tracked():
        (folder / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    return folder


@pytest.fixture
def programs(tmp_path):
    """A folder that is the whole PATH; adds programs to it."""

    def add(**scripts):
        for name, text in scripts.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)
        return tmp_path

    return add


def build(checkout, path, **variables):
    """Build a wheel as pip does it; the exit code and what is printed."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=checkout,
        env={**NEUTRAL, "PATH": str(path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr or done.stdout


def made(checkout):
    names = ("build/pyrt_build/static", "build/site_packages/dash-stubs", "pyrt/registry.json")
    return [name for name in names if (checkout / name).exists()] + [*checkout.glob("dist/*.whl")]


def test_without_node_it_says_so(checkout, programs):
    code, text = build(checkout, programs())
    assert code == 1
    assert text == (
        "Node and npm cannot be found on the PATH.\n"
        "npm builds the part of pyrt that runs in the page, and needs Node >=20.19. Install\n"
        "it (https://nodejs.org) and try again, or install pyrt from a wheel or from a source\n"
        "distribution: these have that part in them.\n"
    )
    assert made(checkout) == []


def test_without_npm_it_says_so(checkout, programs):
    code, text = build(checkout, programs(node="echo v22.1.0"))
    assert (code, text.splitlines()[0]) == (1, "npm cannot be found on the PATH.")


def test_a_node_that_is_too_old_is_named(checkout, programs):
    folder = programs(node="echo v18.20.4", npm="exit 0")
    code, text = build(checkout, folder)
    assert (code, text.splitlines()[0]) == (1, f"{folder / 'node'} is Node v18.20.4.")
    assert made(checkout) == []


def test_an_error_of_npm_is_shown(checkout, programs):
    folder = programs(node="echo v22.1.0", npm="echo 'npm error network: no route' >&2; exit 1")
    code, text = build(checkout, folder)
    assert code == 1
    assert text.startswith("`npm install ")
    assert text.endswith("failed, so that pyrt cannot be built:\nnpm error network: no route\n")
    assert made(checkout) == []


def test_a_bundle_that_is_newer_than_its_sources_is_not_built_again(checkout, programs):
    """The other files are made: here, the first of them finds no index."""
    built = checkout / "build" / "pyrt_build" / "static" / ".built"
    built.parent.mkdir(parents=True)
    built.touch()
    variables = {"PIP_NO_INDEX": "1", "PYRT_CACHE": str(checkout / "cache")}
    code, text = build(checkout, programs(), **variables)
    assert code == 1
    assert "`-m" not in text
    assert "pyrt_build.site.components` in" in text
    assert "dash==" in text
    assert "Traceback" not in text
    os.utime(built, (0, 0))
    code, text = build(checkout, programs(), **variables)
    assert text.startswith("Node and npm cannot be found")
