"""Errors of files that could not be fetched have their path and the reason."""

import errno
import json
import linecache
import sys
import traceback
from typing import Any

import pytest

from pyrt import browser_files

FAILURE = {"path": "/pyrt/packages/own/a.csv", "reason": "https://site/a.csv: not there"}


@pytest.fixture
def failures():
    """Failures that the worker would know, the next one last."""
    waiting: list[dict[str, str]] = []
    browser_files.explain_failures(lambda: json.dumps(waiting.pop() if waiting else None))
    yield waiting
    sys.monitoring.set_events(browser_files.TOOL, 0)
    sys.monitoring.free_tool_id(browser_files.TOOL)


def fail(number):
    raise OSError(number, "I/O error")


def test_an_io_error_gets_path_and_reason_before_the_app_sees_it(failures):
    failures.append(FAILURE)
    with pytest.raises(OSError, match="not there") as caught:
        fail(errno.EIO)
    assert caught.value.filename == FAILURE["path"]
    assert str(caught.value) == f"[Errno {errno.EIO}] {FAILURE['reason']}: '{FAILURE['path']}'"


def test_other_errors_stay_as_they_are(failures):
    failures.append(FAILURE)
    with pytest.raises(PermissionError, match="I/O error"):
        fail(errno.EACCES)
    assert failures == [FAILURE]
    failures.clear()
    with pytest.raises(OSError, match="I/O error"):
        fail(errno.EIO)


def test_installing_twice_changes_nothing(failures):
    browser_files.explain_failures(lambda: pytest.fail("the second one is asked"))
    failures.append(FAILURE)
    with pytest.raises(OSError, match="not there"):
        fail(errno.EIO)


def test_tracebacks_have_lines_of_the_app_but_none_of_packages(monkeypatch, tmp_path):
    monkeypatch.setattr(linecache, "getline", linecache.getline)
    monkeypatch.setattr(browser_files, "PACKAGES", (f"{tmp_path}/packages/",))
    browser_files.leave_out_package_lines()
    browser_files.leave_out_package_lines()
    texts = {}
    for name in ("packages", "app"):
        path = tmp_path / name / "module.py"
        path.parent.mkdir()
        path.write_text("def divide():\n    return 1 / 0\n", encoding="utf-8")
        namespace: dict[str, Any] = {}
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), namespace)
        try:
            namespace["divide"]()
        except ZeroDivisionError:
            texts[name] = traceback.format_exc()
    assert "return 1 / 0" in texts["app"]
    assert "return 1 / 0" not in texts["packages"]
    path = str(tmp_path / "packages" / "module.py")
    assert linecache.getlines(path)[1] == "    return 1 / 0\n"
    assert linecache.getline(path, 2) == "    return 1 / 0\n"
