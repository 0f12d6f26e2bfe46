"""The resolved requirements, which are cached for a day."""

import os
import time

import pytest
from packaging.requirements import Requirement

from pyrt_build import cache
from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.console.notes import Code
from pyrt_build.packages.lock import LockedPackage, LockEntry, Resolution, cache_get, cache_put
from pyrt_build.packages.relaxed import Relaxed


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    return tmp_path


def ask(*requirements, origin="app.py:1"):
    return [SourcedRequirement(Requirement(each), origin) for each in requirements]


def locked(folder, name="left", **fields):
    path = folder / f"{name}-1.0-py3-none-any.whl"
    path.write_bytes(b"a wheel")
    return LockedPackage(name, "1.0", path, "abc", **fields)


def resolution(folder):
    return Resolution([locked(folder)])


def test_what_was_never_resolved_is_none(folder):
    assert cache_get(ask("left")) is None
    cache_put(ask("left"), resolution(folder))
    assert cache_get(ask("right")) is None
    assert cache_get(ask("left", "right")) is None


def test_an_answer_comes_back_as_it_was(folder):
    entry = LockEntry("site", "package", ("numpy", "numpy.linalg"))
    packages = [locked(folder), locked(folder, "numpy", depends=("left", "right"), entry=entry)]
    row = Relaxed("numpy", "==1.26 (r.txt:1)", "1.0", "it has compiled code", Code.OLD_RELEASE)
    cache_put(ask("left", "numpy"), Resolution(packages, [row]))
    assert cache_get(ask("left", "numpy")) == Resolution(packages, [row])


def test_that_nothing_is_needed_is_an_answer():
    cache_put([], Resolution([]))
    assert cache_get([]) == Resolution([])


def test_who_requires_is_part_of_the_question_as_messages_name_it(folder):
    cache_put(ask("left>=1"), resolution(folder))
    assert cache_get(ask("left>=1"))
    assert cache_get(ask("left>=1", origin="requirements.txt:7")) is None


@pytest.mark.parametrize(
    "again",
    [("left>=2",), ("left[extra]",), ('left; sys_platform == "linux"',)],
    ids=["version", "extra", "marker"],
)
def test_another_requirement_is_another_question(folder, again):
    cache_put(ask("left"), resolution(folder))
    assert cache_get(ask(*again)) is None


def test_each_option_makes_another_question(folder):
    cache_put(ask("left"), resolution(folder), None, "https://index.example", None)
    assert cache_get(ask("left"), None, "https://index.example", None)
    assert cache_get(ask("left"), None, None, None) is None
    assert cache_get(ask("left"), "https://index.example", None, None) is None


def test_settings_of_pip_make_another_question(folder, monkeypatch):
    cache_put(ask("left"), resolution(folder))
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example")
    assert cache_get(ask("left")) is None
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PATH_TO_PIP", "x")
    assert cache_get(ask("left")), "other variables do not"


def test_another_release_of_pyrt_may_ask_again(folder, monkeypatch):
    cache_put(ask("left"), resolution(folder))
    monkeypatch.setattr(cache, "RULES", cache.RULES + 1)
    assert cache_get(ask("left")) is None


def test_an_answer_with_a_wheel_that_was_deleted_is_none(folder):
    packages = [locked(folder), locked(folder, "right")]
    cache_put(ask("left"), Resolution(packages))
    packages[1].path.unlink()
    assert cache_get(ask("left")) is None


def test_an_answer_of_yesterday_is_none(folder):
    cache_put(ask("left"), resolution(folder))
    (kept,) = (folder / "cache" / "resolved").iterdir()
    then = time.time() - 23 * 3600
    os.utime(kept, (then, then))
    assert cache_get(ask("left"))
    then -= 2 * 3600
    os.utime(kept, (then, then))
    assert cache_get(ask("left")) is None
