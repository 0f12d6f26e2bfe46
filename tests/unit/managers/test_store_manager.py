"""S-122, S-125, S-126: managers with a store: the state of their jobs."""

import pytest

from pyrt.managers.channel import RESULT_KEPT_S
from pyrt.managers.store_manager import StoreManager
from tests.support.stores import Texts

ERROR = '{"background_callback_error": {"msg": "m", "tb": ""}}'


class Manager(StoreManager):
    """One whose store is in memory."""

    def __init__(self, cache_by=None, expire=None):
        super().__init__(cache_by)
        self.store = Texts()
        self.expire = expire

    def open_store(self):
        return self.store


@pytest.fixture(autouse=True)
def no_more_managers(monkeypatch):
    """The managers of one test do not see the callbacks of another."""
    monkeypatch.setattr(StoreManager, "managers", [])
    monkeypatch.setattr("pyrt.managers.managers.IN_BROWSER", True)


def test_a_job_that_has_said_nothing_has_no_progress_no_props_and_no_result():
    manager = Manager()
    assert manager.get_progress("key") is None
    assert manager.get_updated_props("key") == {}
    assert not manager.result_ready("key")
    assert manager.get_result("key", "job") is manager.UNDEFINED


def test_what_a_job_writes_is_found_by_its_key_only():
    manager = Manager()
    job = manager.channel("key")
    job.write_progress("[1]")
    job.write_props({"a": {"x": 2}})
    job.write_result('"done"')
    assert manager.get_progress("other") is None
    assert manager.get_updated_props("other") == {}
    assert not manager.result_ready("other")
    assert manager.get_progress("key") == [1]
    assert manager.get_updated_props("key") == {"a": {"x": 2}}
    assert manager.result_ready("key")
    assert manager.get_result("key", "job") == "done"


@pytest.mark.parametrize("text", ["null", "0", '""', "[]", "{}"])
def test_a_result_that_is_nothing_is_a_result(text):
    """S-126."""
    manager = Manager()
    manager.store.set("key", text)
    assert manager.result_ready("key")
    assert manager.get_result("key", "job") is not manager.UNDEFINED


def test_a_result_that_was_read_stays_for_an_answer_that_gets_lost():
    """S-125."""
    manager = Manager(expire=5)
    manager.store.set("key", "1")
    assert [manager.get_result("key", "job") for _ in range(2)] == [1, 1]
    assert manager.store.kept["key"] == RESULT_KEPT_S, "without cache_by, expire means nothing"


@pytest.mark.parametrize(("expire", "kept"), [(5, 5), (None, None)])
def test_a_cached_result_is_kept_as_long_as_it_is_asked_for(expire, kept):
    """S-125: for ever where no time is given."""
    manager = Manager(cache_by=[], expire=expire)
    manager.store.set("key", "1")
    assert manager.get_result("key", "job") == 1
    assert manager.store.kept["key"] == kept


def test_a_forgotten_result_is_none():
    manager = Manager()
    manager.store.set("key", "1")
    manager.clear_cache_entry("key")
    manager.clear_cache_entry("never there")
    assert manager.get_result("key", "job") is manager.UNDEFINED


def test_the_error_of_a_cancelled_job_is_no_result_and_that_of_another_is():
    """S-123: it failed because it was to end."""
    manager = Manager()
    manager.store.set("key", ERROR)
    manager.mark_cancelled("job")
    assert manager.get_result("key", "job") is manager.UNDEFINED
    assert manager.get_result("key", "another") == {
        "background_callback_error": {"msg": "m", "tb": ""}
    }


def test_a_cancelled_job_that_was_done_before_has_its_result():
    manager = Manager()
    manager.store.set("key", '{"a": 1}')
    manager.mark_cancelled("job")
    assert manager.get_result("key", "job") == {"a": 1}


def test_that_a_job_was_cancelled_is_known_for_a_while():
    manager = Manager()
    assert not manager.is_cancelled("job")
    manager.mark_cancelled("job")
    assert manager.is_cancelled("job")
    (kept,) = manager.store.kept.values()
    assert kept is not None
    assert kept > 3600, "a poll may come much later"


def test_all_processes_sign_with_the_same_secret():
    """Two that start at once may both make one: the first counts, for it may be in use."""
    first, second = Manager(), Manager()
    second.store = first.store

    def make_while_another_does():
        assert first.get_or_create_signing_secret(lambda: b"first") == b"first"
        return b"second"

    assert second.get_or_create_signing_secret(make_while_another_does) == b"first"
    assert first.get_or_create_signing_secret(lambda: b"third") == b"first"


def test_a_secret_may_have_any_bytes():
    secret = bytes(range(256))
    assert Manager().get_or_create_signing_secret(lambda: secret) == secret
