"""The calls of pip, and its answers; tests/builder runs the real pip."""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyrt_build.errors import BuildError
from pyrt_build.packages import pip, pip_program
from pyrt_build.target import PYTHON_SERIES
from tests.support.repository import read

NOTHING = "ERROR: No matching distribution found"


def wheel_bytes(name):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}/__init__.py"), "")
    return content.getvalue()


class Pip:
    """A stub of pip: an index of wheels in memory."""

    def __init__(self):
        self.index = {"left": ["1.1", "1.0"], "right": ["2.0"]}
        self.failure = ""  # in place of all answers
        self.asked = []  # command and subjects of each call
        self.commands = []
        self.environments = []
        self.changed = set()  # names whose files are not those that were reported

    def run(self, command, environment=None):
        subjects = command[command.index("--") + 1 :]
        self.asked.append((command[0], subjects))
        self.commands.append(command)
        self.environments.append(environment or {})
        if self.failure:
            return subprocess.CompletedProcess(command, 1, "", self.failure)
        try:
            output = getattr(self, f"_{command[0]}")(command, subjects)
        except LookupError:
            return subprocess.CompletedProcess(command, 1, "", NOTHING)
        return subprocess.CompletedProcess(command, 0, output, "")

    def _index(self, _command, subjects):
        return json.dumps({"versions": self.index[subjects[0]]})

    def _install(self, _command, subjects):
        return json.dumps({"install": [self._report(Requirement(text)) for text in subjects]})

    def _report(self, requirement):
        name = canonicalize_name(requirement.name)
        version = next(requirement.specifier.filter(self.index[name]), None)
        if version is None:
            raise LookupError(name)
        sha256 = hashlib.sha256(wheel_bytes(name)).hexdigest()
        return {
            "download_info": {
                "url": f"https://index.example/{name}-{version}-py3-none-any.whl",
                "archive_info": {"hashes": {"sha256": sha256}},
            },
            "metadata": {"name": name, "version": version, "requires_dist": [f"{name}-need>=1"]},
        }

    def _download(self, command, subjects):
        option = "--dest" if "--dest" in command else "--wheel-dir"
        for text in subjects:
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            version = next(requirement.specifier.filter(self.index[name]))
            path = Path(command[command.index(option) + 1], f"{name}-{version}-py3-none-any.whl")
            path.write_bytes(b"other" if name in self.changed else wheel_bytes(name))
        return ""

    _wheel = _download


@pytest.fixture
def program(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    made = Pip()
    monkeypatch.setattr(pip_program, "run", made.run)
    return made


def newest(*requirements, index_url=None):
    return pip.newest([Requirement(each) for each in requirements], index_url)


def make_older(tmp_path, seconds):
    """Let time pass for the answers that are kept."""
    for path in (tmp_path / "cache" / "asked").iterdir():
        then = time.time() - seconds
        os.utime(path, (then, then))


# --- the newest wheels


def test_several_requirements_are_one_question(program):
    found = newest("left", "Right>=1")
    assert program.asked == [("install", ["left", "Right>=1"])]
    assert {name: wheel.version for name, wheel in found.items()} == {"left": "1.1", "right": "2.0"}
    assert found["left"].requires == ("left-need>=1",)
    assert found["left"].file_name == "left-1.1-py3-none-any.whl"


def test_wheels_are_asked_for_the_browser_without_dependencies_and_without_questions(program):
    newest("left", index_url="https://index.example/simple")
    (command,) = program.commands
    assert {*pip.TARGET_TAGS, "--only-binary=:all:", "--no-deps", "--no-input"} <= set(command)
    assert {"--dry-run", "--ignore-installed"} <= set(command)
    assert command[command.index("--index-url") + 1] == "https://index.example/simple"


def test_without_an_index_it_is_that_of_pips_own_configuration(program):
    newest("left")
    assert "--index-url" not in program.commands[0]


def test_one_that_cannot_be_had_leaves_all_without_an_answer(program):
    assert newest("left", "gone") is newest("left", "gone") is None
    assert len(program.asked) == 1
    assert newest("left") is not None


def test_an_answer_is_kept(program):
    first = newest("left", "right")
    assert newest("left") == {"left": first["left"]}
    assert newest("right", "left") == first
    assert len(program.asked) == 1


def test_only_what_is_not_known_is_asked_for(program):
    newest("left")
    newest("left", "right")
    assert [subjects for _, subjects in program.asked] == [["left"], ["right"]]


@pytest.mark.parametrize(
    "again",
    [lambda: newest("left==1.0"), lambda: newest("left", index_url="https://index.example")],
    ids=["requirement", "index"],
)
def test_another_question_is_asked(program, again):
    newest("left")
    again()
    assert len(program.asked) == 2


def test_settings_of_pip_make_another_question(program, monkeypatch):
    newest("left")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://more.example")
    newest("left")
    assert len(program.asked) == 2


def test_an_answer_of_yesterday_is_asked_again_and_known_all_the_same(program, tmp_path):
    newest("left")
    make_older(tmp_path, 25 * 3600)
    older = pip.older_answer(Requirement("left"), None)
    assert older is not None
    assert older.version == "1.1"
    program.index["left"].insert(0, "1.2")
    assert newest("left")["left"].version == "1.2"
    assert pip.older_answer(Requirement("right"), None) is None


# --- versions


def test_versions(program):
    assert pip.versions("left", None) == pip.versions("left", None) == ["1.1", "1.0"]
    assert len(program.asked) == 1
    (command,) = program.commands
    assert command[:2] == ["index", "versions"]
    assert {*pip.TARGET_TAGS, "--only-binary=:all:", "--json", "--pre"} <= set(command)


def test_other_kinds_and_dates_are_other_questions(program):
    pip.versions("left", None)
    pip.versions("left", None, "source")
    pip.versions("left", None, "other")
    pip.versions("left", None, before="P365D")
    assert "--no-binary=:all:" in program.commands[1]
    assert {"--platform=win_amd64", f"--python-version={PYTHON_SERIES}"} < set(program.commands[2])
    assert "--uploaded-prior-to=P365D" in program.commands[3]


def test_that_there_is_nothing_is_kept_for_minutes_only(program, tmp_path):
    assert pip.versions("gone", None) == pip.versions("gone", None) == []
    assert len(program.asked) == 1
    make_older(tmp_path, 3600)
    program.index["gone"] = ["1.0"]
    assert pip.versions("gone", None) == ["1.0"]


def test_wheels_for_other_machines_are_looked_for_with_several_pythons(program):
    assert pip.versions("gone", None, "other") == []
    assert [c[-4] for c in program.commands] == [f"--python-version={v}" for v in pip.OTHER_PYTHONS]


def test_whether_the_index_answers(program, monkeypatch):
    assert not pip.is_index_alive(None)
    program.index["dash"] = ["4.4.1"]
    assert pip.is_index_alive(None)
    assert program.environments[-1]["PIP_FIND_LINKS"] == ""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert pip.is_index_alive(None)
    assert "PIP_FIND_LINKS" not in program.environments[-1]


# --- files


def test_wheels_are_downloaded_once_and_all_together(program):
    found = list(newest("left", "right").values())
    paths = pip.fetch(found, None)
    assert pip.fetch(found, None) == paths
    assert program.asked[1:] == [("download", ["left==1.1", "right==2.0"])]
    assert paths["left"].read_bytes() == wheel_bytes("left")
    assert pip.is_downloaded(found[0])


def test_a_wheel_that_was_deleted_or_changed_is_fetched_again(program):
    found = list(newest("left").values())
    path = pip.fetch(found, None)["left"]
    for change in (path.unlink, lambda: path.write_bytes(b"other")):
        change()
        assert not pip.is_downloaded(found[0])
        assert pip.fetch(found, None)["left"].read_bytes() == wheel_bytes("left")


def test_another_file_than_the_index_named_is_refused(program):
    found = list(newest("left").values())
    program.changed = {"left"}
    with pytest.raises(BuildError, match=r"sent another left-1\.1-py3-none-any\.whl"):
        pip.fetch(found, None)


def test_a_wheel_in_a_folder_needs_no_download(program, tmp_path):
    file = tmp_path / "left-1.1-py3-none-any.whl"
    file.write_bytes(wheel_bytes("left"))
    sha256 = hashlib.sha256(wheel_bytes("left")).hexdigest()
    wheel = pip.Wheel("left", "1.1", file.name, sha256, (), str(file))
    assert pip.fetch([wheel], None)["left"].read_bytes() == wheel_bytes("left")
    assert program.asked == []


def test_a_wheel_by_its_address_or_for_another_machine(program):
    path = pip.download(Requirement("left==1.0"), tags=["--python-version=3.12"])
    assert path.name == "left-1.0-py3-none-any.whl"
    assert pip.download(Requirement("left==1.0"), tags=["--python-version=3.12"]) == path
    assert len(program.asked) == 1
    assert "--python-version=3.12" in program.commands[0]


def test_a_source_is_built_without_a_compiler_and_by_itself(program):
    built = pip.build(Requirement("left==1.0"))
    assert built.name == "left-1.0-py3-none-any.whl"
    (command,) = program.commands
    assert {"wheel", "--no-binary=left", "--no-deps"} <= set(command)
    (environment,) = program.environments
    assert environment["CC"] == environment["CXX"] == "false"


# --- failures


def test_of_a_long_complaint_the_errors_are_shown_else_the_last_lines(program):
    program.failure = "WARNING: x\nERROR: first\n  detail\nERROR: second"
    with pytest.raises(pip.PipFailed, match=r"^ERROR: first\nERROR: second$"):
        pip.build(Requirement("left"))
    program.failure = "one\ntwo\nthree\nfour\n"
    with pytest.raises(pip.PipFailed, match=r"^two\nthree\nfour$"):
        pip.build(Requirement("left"))


def test_a_python_without_pip_is_reported(program, monkeypatch):
    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(BuildError, match=r"pip is missing in .*\nRun: .* -m ensurepip --upgrade\n"):
        newest("left")
    assert program.asked == []


@pytest.mark.parametrize(("version", "is_enough"), [("25.0.1", False), ("25.1", True)])
def test_a_pip_that_is_too_old_is_reported(program, monkeypatch, version, is_enough):
    monkeypatch.setattr(metadata, "version", lambda _: version)
    if is_enough:
        assert [*newest("left")] == ["left"]
        return
    with pytest.raises(BuildError) as caught:
        newest("left")
    assert str(caught.value) == (
        f"pip 25.0.1 in {sys.prefix} is too old; pyrt downloads packages with pip 25.1 or newer.\n"
        f"Run: {sys.executable} -m pip install --upgrade pip"
    )
    assert program.asked == []


def test_installing_pyrt_installs_a_pip_that_is_new_enough():
    assert f'  "pip>={pip.OLDEST_PIP}",' in read(Path("pyproject.toml"))


def test_a_pip_without_dates_of_uploads_gives_none(program):
    program.failure = "ERROR: no such option: --uploaded-prior-to"
    assert pip.versions("left", None, before="P1D") == []
