"""What tests of the builder need."""

import pytest


@pytest.fixture(autouse=True)
def _cache_of_this_run(tmp_path_factory, monkeypatch):
    """No test reads or fills the cache of the user; a test may name one of its own."""
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
