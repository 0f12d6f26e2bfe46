"""`check`: checks an app of a head and what follows it."""

import pytest

from tests.support.checked_apps import check_app


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda source, **files: check_app(tmp_path, source, files)
