"""action.yml and the files in deploy/ name inputs and options that there are."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from pyrt_build.cli import pyrt
from pyrt_build.site.write import LIST_FILE
from tests.support.paths import ROOT
from tests.support.repository import read

ACTION = yaml.safe_load(read(Path("action.yml")))
STEPS = ACTION["runs"]["steps"]
DEPLOY = ROOT / "deploy"
WORKFLOWS = ["github-pages.yml", "cloudflare-pages.yml"]
# `pyrt COMMAND ...`, which may go on in the next line.
COMMAND = re.compile(
    r"^\W*(?:run: )?pyrt ((?:check|build|serve-bridge)\b(?:.|\\\n)*)", re.MULTILINE
)
WITH_COMMANDS = ["action.yml", "deploy/gitlab-pages.yml", "deploy/netlify.toml"]


def test_the_action_reads_each_of_its_inputs_and_no_other():
    text = read(Path("action.yml"))
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])


def test_steps_of_the_action_name_their_shell_and_put_no_input_into_it():
    run = [step for step in STEPS if "run" in step]
    assert len(run) >= 3
    assert [step["name"] for step in run if step.get("shell") != "bash"] == []
    assert [step["name"] for step in run if "${{" in step["run"]] == []
    names = {step.get("id") for step in STEPS}
    assert set(re.findall(r"steps\.(\w+)\.", read(Path("action.yml")))) <= names


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_give_the_action_inputs_that_it_has(name):
    workflow = yaml.safe_load((DEPLOY / name).read_text())
    steps = workflow["jobs"]["site"]["steps"]
    (ours,) = (step for step in steps if "/pyrt@" in step.get("uses", ""))
    assert set(ours["with"]) <= set(ACTION["inputs"])


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_commands_have_the_options_that_are_named(name):
    found = COMMAND.findall(read(Path(name)))
    assert {command.split()[0] for command in found} >= {"check", "build"}
    for command in found:
        options = {
            name for option in pyrt.commands[command.split()[0]].params for name in option.opts
        }
        assert set(re.findall(r"(?<!\S)--?[a-z][\w-]*", command)) <= options


def test_the_container_starts_the_bridge_with_options_that_it_has():
    text = read(Path("deploy/bridge/Dockerfile"))
    (start,) = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    command, _, *options = yaml.safe_load(start)
    known = {name for option in pyrt.commands[command].params for name in option.opts}
    assert {option for option in options if option.startswith("-")} <= known
    extras = re.findall(r"whl\)\[([\w,]+)\]", text)[0].split(",")
    project = tomllib.loads(read(Path("pyproject.toml")))["project"]
    assert set(extras) <= set(project["optional-dependencies"])
    compose = yaml.safe_load(read(Path("deploy/bridge/compose.yaml")))
    assert set(compose["services"]) == {"bridge", "jobs", "redis"}
    settings = read(Path("docs/settings.md"))
    assert [
        n for n in re.findall(r"PYRT_BRIDGE_\w+", text + str(compose)) if n not in settings
    ] == []


def test_a_bucket_gets_pages_last(tmp_path):
    site = tmp_path / "my site"
    site.mkdir()
    script = [*("bash", str(DEPLOY / "s3.sh")), str(site), "bucket/path"]
    environment = {**os.environ, "DRY_RUN": "1"}
    refused = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is not a site of pyrt" in refused.stderr
    (site / LIST_FILE).touch()
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=True)
    hashed, shared, pages, old = (shlex.split(line) for line in done.stdout.splitlines())
    assert hashed[3:6] == [f"{site}/pyrt", "s3://bucket/path/pyrt", "--no-progress"]
    assert hashed[-1] == "public, max-age=31536000, immutable"
    assert {"pyrt/*", "*.html"} <= {*shared}
    assert pages[-2:] == ["--include", "*.html"]
    assert ["--delete" in step for step in (hashed, shared, pages, old)] == [False] * 3 + [True]
