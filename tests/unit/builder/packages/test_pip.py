"""The calls of pip, and the reading of its output; tests/builder runs the real pip."""

import os
import re
import subprocess
import sys
import time
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import take_notes
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip
from tests.support.repository import read

NOTHING = "ERROR: No matching distribution found for {}"


class Pip:
    """A stub of pip: writes wheels and prints a given text."""

    def __init__(self):
        self.wheels = {}  # name -> file name
        self.files = {}  # of all wheels: path -> content
        self.stdout = ""
        self.failure = ""  # in place of all answers
        self.asked = []  # the requirements of each call
        self.environments = []
        self.commands = []

    def run(self, command, **options):
        requirements = command[command.index("--") + 1 :]
        self.asked.append(requirements)
        self.environments.append(options["env"])
        self.commands.append(command)
        names = [canonicalize_name(Requirement(each).name) for each in requirements]
        missing = [name for name in names if name not in self.wheels]
        if self.failure or missing:
            error = self.failure or NOTHING.format(missing[0])
            return subprocess.CompletedProcess(command, 1, self.stdout, error)
        option = next(each for each in ("--dest", "--wheel-dir") if each in command)
        for name in names:
            path = Path(command[command.index(option) + 1]) / self.wheels[name]
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(f"{name}/__init__.py", "")
                for where, text in self.files.items():
                    archive.writestr(where, text)
        return subprocess.CompletedProcess(command, 0, self.stdout, "")


@pytest.fixture
def program(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    made = Pip()
    monkeypatch.setattr(subprocess, "run", made.run)
    made.wheels["left"] = "left-1.0-py3-none-any.whl"
    made.wheels["right"] = "right-2.0-py3-none-any.whl"
    return made


def download(*requirements, **options):
    return pip.download([Requirement(each) for each in requirements], **options)


def make_older(tmp_path, seconds):
    """Let time pass for what was noted of answers."""
    for path in (tmp_path / "cache" / "asked").iterdir():
        then = time.time() - seconds
        os.utime(path, (then, then))


# --- wheels


def test_several_requirements_are_one_question(program):
    found = download("left", "Right>=1")
    assert program.asked == [["left", "Right>=1"]]
    assert {name: path.name for name, path in found.wheels.items()} == program.wheels
    assert all(path.is_file() for path in found.wheels.values())
    assert found.missing == found.newer == {}


def test_without_requirements_pip_is_not_called(program):
    assert download().wheels == {}
    assert program.asked == []


def test_wheels_are_asked_for_the_browser_without_dependencies_and_without_questions(program):
    download("left", index_url="https://index.example/simple")
    (command,) = program.commands
    assert {*pip.TARGET_TAGS, "--only-binary=:all:", "--no-deps", "--no-input"} <= set(command)
    assert command[command.index("--index-url") + 1] == "https://index.example/simple"


def test_without_an_index_it_is_that_of_pips_own_configuration(program):
    download("left")
    assert "--index-url" not in program.commands[0]


def test_an_answer_is_kept(program):
    first = download("left", "right")
    assert download("left").wheels == {"left": first.wheels["left"]}
    assert download("right", "left").wheels == first.wheels
    assert len(program.asked) == 1


def test_only_what_is_not_known_is_asked_for(program):
    download("left")
    download("left", "right")
    assert program.asked == [["left"], ["right"]]


@pytest.mark.parametrize(
    "again",
    [
        lambda: download("left==1.0"),
        lambda: download("left", index_url="https://index.example"),
    ],
    ids=["requirement", "index"],
)
def test_another_question_is_asked(program, again):
    download("left")
    again()
    assert len(program.asked) == 2


def test_settings_of_pip_make_another_question(program, monkeypatch):
    download("left")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://more.example")
    download("left")
    assert len(program.asked) == 2


def test_a_wheel_that_was_deleted_is_fetched_again(program):
    download("left").wheels["left"].unlink()
    assert download("left").wheels["left"].is_file()
    assert len(program.asked) == 2


def test_an_answer_of_yesterday_is_asked_again(program, tmp_path):
    download("left")
    make_older(tmp_path, 25 * 3600)
    program.wheels["left"] = "left-1.1-py3-none-any.whl"
    assert download("left").wheels["left"].name == "left-1.1-py3-none-any.whl"


def test_an_answer_of_yesterday_is_better_than_none(program, tmp_path):
    download("left")
    make_older(tmp_path, 25 * 3600)
    program.failure = "ERROR: Could not fetch URL https://x: connection error"
    assert download("left").wheels["left"].name == "left-1.0-py3-none-any.whl"
    text = "The index has no left; using left-1.0-py3-none-any.whl as before"
    assert take_notes() == [Note(Code.OLDER_WHEEL, text)]


# --- nothing


def test_what_is_missing_does_not_keep_the_others_away(program):
    found = download("left", "gone", "right")
    assert set(found.wheels) == {"left", "right"}
    assert set(found.missing) == {"gone"}
    assert program.asked == [["left", "gone", "right"], ["left", "right"]]


def test_a_failure_that_names_no_requirement_is_that_of_all(program):
    program.failure = "ERROR: no space left"
    found = download("left", "right")
    assert found.missing == dict.fromkeys(["left", "right"], "ERROR: no space left")
    assert len(program.asked) == 1


def test_a_name_that_the_index_does_not_know_is_told_from_one_without_wheels(program):
    assert download("gone").missing == {"gone": pip.NO_SUCH_PACKAGE}


@pytest.mark.parametrize(
    "stdout",
    [
        "Link: https://index.example/else-1.0.tar.gz",
        "  Skipping link: none of the tags: https://index.example/else_-1.0-cp312-linux.whl",
        "Could not fetch URL https://index.example/else/: timed out",
        "Could not fetch URL https://index.example/else/: 500 Server Error",
    ],
    ids=["source", "other wheels", "no answer", "an error"],
)
def test_a_name_that_may_be_there_is_not_called_unknown(program, stdout):
    program.stdout = stdout
    (reason,) = download("else").missing.values()
    assert reason == NOTHING.format("else")


def test_that_the_index_says_not_found_is_an_answer(program):
    program.stdout = "Could not fetch URL https://index.example/gone/: 404 Client Error"
    assert download("gone").missing == {"gone": pip.NO_SUCH_PACKAGE}


def test_a_missing_requirement_is_cached_for_minutes_only(program, tmp_path):
    assert download("gone").missing == download("gone").missing
    assert len(program.asked) == 1
    make_older(tmp_path, 3600)
    program.wheels["gone"] = "gone-1.0-py3-none-any.whl"
    assert set(download("gone").wheels) == {"gone"}


def test_a_network_that_fails_is_asked_again(program):
    program.failure = "ERROR: connection refused"
    download("left")
    program.failure = ""
    assert set(download("left").wheels) == {"left"}


def test_of_a_long_complaint_the_errors_are_shown_else_the_last_lines(program):
    program.failure = "WARNING: x\nERROR: first\n  detail\nERROR: second"
    assert download("left").missing == {"left": "ERROR: first\nERROR: second"}
    program.failure = "one\ntwo\nthree\nfour\n"
    assert download("right").missing == {"right": "two\nthree\nfour"}


def test_a_python_without_pip_is_reported(program, monkeypatch):
    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(BuildError, match=r"pip is missing in .*\nRun: .* -m ensurepip --upgrade\n"):
        download("left")
    assert program.asked == []


@pytest.mark.parametrize(("version", "is_enough"), [("25.0.1", False), ("25.1", True)])
def test_a_pip_that_is_too_old_is_reported(program, monkeypatch, version, is_enough):
    monkeypatch.setattr(metadata, "version", lambda _: version)
    if is_enough:
        assert [*download("left").wheels] == ["left"]
        return
    with pytest.raises(BuildError) as caught:
        download("left")
    assert str(caught.value) == (
        f"pip 25.0.1 in {sys.prefix} is too old; pyrt downloads packages with pip 25.1 or newer.\n"
        f"Run: {sys.executable} -m pip install --upgrade pip"
    )
    assert program.asked == []


def test_installing_pyrt_installs_a_pip_that_is_new_enough():
    assert f'  "pip>={pip.OLDEST_PIP}",' in read(Path("pyproject.toml"))


# --- newer releases without a wheel


def passed_over(*files):
    link = "  Link requires a different kind: No sources permitted for left: https://x/simple/{}#sha256=0"
    return "\n".join(link.format(file) for file in files)


@pytest.mark.parametrize(
    ("requirement", "files", "newer"),
    [
        ("left", ["left-1.1.tar.gz"], "1.1"),
        ("left", ["left-1.1.tar.gz", "left-1.10.tar.gz", "left-1.9.tar.gz"], "1.10"),
        ("left", ["left-1.1.zip"], "1.1"),
        ("left", ["left-0.9.tar.gz", "left-1.0.tar.gz"], None),
        ("left<1.1", ["left-1.1.tar.gz"], None),
        ("left", ["left-2.0a1.tar.gz"], None),
        ("left>=1.0a1", ["left-2.0a1.tar.gz"], "2.0a1"),
        ("left", ["right-9.tar.gz", "left-thing-9.tar.gz"], None),
        ("left", ["left.tar.gz", "left-unknown.tar.gz"], None),
    ],
)
def test_a_newer_release_that_has_no_wheel_is_told(program, requirement, files, newer):
    program.stdout = passed_over(*files)
    found = download(requirement)
    assert found.newer == ({"left": newer} if newer else {})
    assert download(requirement) == found, "from the cache as well"


# --- building


def build(requirement):
    return pip.build(Requirement(requirement))


def test_a_source_is_built_without_a_compiler_and_by_itself(program):
    built = build("left==1.0")
    assert isinstance(built, Path)
    assert built.name == "left-1.0-py3-none-any.whl"
    (command,) = program.commands
    assert {"wheel", "--no-binary=left", "--no-deps"} <= set(command)
    (environment,) = program.environments
    assert environment["CC"] == environment["CXX"] == "false"
    assert build("left==1.0") == built
    assert len(program.asked) == 1


def test_a_wheel_for_this_machine_without_compiled_code_is_one_for_any(program):
    """A package that can do without its extensions is named so all the same."""
    program.wheels["left"] = "left-1.0-cp312-cp312-linux_x86_64.whl"
    built = build("left")
    assert isinstance(built, Path)
    assert built.name == "left-1.0-py3-none-any.whl"
    assert built.is_file()


@pytest.mark.parametrize("name", ["left/a.so", "left/a.cpython-312-x86_64-linux-gnu.so", "b.pyd"])
def test_compiled_code_is_refused(program, name):
    program.files = {name: ""}
    refused = build("left")
    assert refused == f"its source distribution builds compiled code: {name}"
    assert build("left") == refused, "not built again at once"
    assert len(program.asked) == 1


def test_a_build_that_fails_says_why(program):
    program.failure = "ERROR: Failed building wheel for left"
    refused = build("left")
    assert isinstance(refused, str)
    assert re.match("its source distribution needs a compiler, or does not build: ERROR", refused)


def test_what_was_downloaded_is_not_taken_for_what_was_built(program):
    download("left")
    build("left")
    assert len(program.asked) == 2
