"""S-121, S-125: jobs as processes of this machine."""

import os

import diskcache
import psutil
import pytest
from dash import DiskcacheManager

from pyrt.managers.diskcache_manager import _describe, open_cache
from pyrt.managers.store_manager import StoreManager


@pytest.fixture(autouse=True)
def own_managers(monkeypatch):
    monkeypatch.setattr(StoreManager, "managers", [])


def test_diskcache_needs_a_cache():
    with pytest.raises(ValueError, match=r"takes a diskcache\.Cache or"):
        DiskcacheManager("cache")


@pytest.mark.parametrize("make", [diskcache.Cache, diskcache.FanoutCache])
def test_results_are_kept_as_text_for_a_while(tmp_path, make):
    """S-125; no pickles, and an answer that got lost can be given once more."""
    cache = make(str(tmp_path))
    manager = DiskcacheManager(cache)
    store = manager.open_store()
    assert manager.get_result("key", "") is manager.UNDEFINED
    store.set("key", '{"a": 1}')
    assert manager.get_result("key", "") == {"a": 1}
    assert cache.get("key", expire_time=True)[1] is not None
    cache.set("pickled", object)
    assert manager.get_result("pickled", "") is manager.UNDEFINED
    secret = manager.get_or_create_signing_secret(lambda: b"first")
    assert secret == manager.get_or_create_signing_secret(lambda: b"second") == b"first"
    again = open_cache(_describe(cache))  # as the process of a job does
    assert (type(again), again.get("key")) == (type(cache), '{"a": 1}')
    again.close()
    cache.close()


def test_a_cancelled_job_is_neither_running_nor_lost(tmp_path):
    manager = DiskcacheManager(diskcache.Cache(str(tmp_path)))
    assert "ended without a result" in (manager.failure_reason("key", "1-0.00") or "")
    manager.terminate_job("1-0.00")  # no such process, though there is one with this number
    assert manager.failure_reason("key", "1-0.00") is None
    assert not manager.job_running("1-0.00")
    manager.open_store().set("key", '{"background_callback_error": {}}')
    assert manager.get_result("key", "1-0.00") is manager.UNDEFINED
    manager.handle.close()


def test_a_process_is_known_by_its_id_and_its_start(tmp_path):
    """Another process may get the id of one that has ended."""
    manager = DiskcacheManager(diskcache.Cache(str(tmp_path)))
    started = psutil.Process().create_time()
    assert manager.job_running(f"{os.getpid()}-{started:.2f}")
    assert not manager.job_running(f"{os.getpid()}-{started - 60:.2f}")
    for job in ("", "none", "-", "0-", f"{2**22 + 1}-1.00"):
        assert not manager.job_running(job)
        assert not manager.terminate_unhealthy_job(job)
    manager.terminate_job("")  # of a cached result: there is no process
    manager.handle.close()
