"""The channel of a running job to its page: in order, each entry once (S-91, S-122)."""

import json

import pytest

from pyrt.managers.channel import Channel
from pyrt.model.patch import Patch
from tests.support.stores import Texts


@pytest.fixture
def store():
    return Texts()


@pytest.fixture
def job(store):
    return Channel(store, "key")


@pytest.fixture
def server(store):
    return Channel(store, "key")


def append(item):
    patch = Patch()
    patch.append(item)
    return patch.to_plotly_json()


def test_only_the_newest_progress_is_seen_and_once(job, server):
    job.write_progress("[1]")
    job.write_progress("[2]")
    assert server.take_progress() == [2]
    assert server.take_progress() is None


def test_props_are_taken_once_the_newest_value_of_each(job, server):
    job.write_props({"a": {"x": 1, "y": 1}})
    job.write_props({"a": {"x": 2}, "b": {"z": 3}})
    assert server.take_props() == {"a": {"x": 2, "y": 1}, "b": {"z": 3}}
    assert server.take_props() == {}
    job.write_props({"a": {"x": 4}})
    assert server.take_props() == {"a": {"x": 4}}


def test_patches_of_the_same_prop_are_all_applied(job, server):
    """S-100: the second must not take the place of the first."""
    job.write_props({"a": {"x": append(1)}})
    job.write_props({"a": {"x": append(2)}})
    (first, second) = server.take_props()["a"]["x"]["operations"]
    assert (first["params"]["value"], second["params"]["value"]) == (1, 2)
    job.write_props({"a": {"x": [0]}})
    job.write_props({"a": {"x": append(1)}})
    assert server.take_props() == {"a": {"x": [0, 1]}}


def test_the_last_props_stay_for_an_answer_that_gets_lost(job, server):
    job.write_props({"a": {"x": 1}})
    job.write_result("2")
    assert server.take_props() == {"a": {"x": 1}}
    assert server.take_props() == {"a": {"x": 1}}
    assert server.read_result() == "2"


def test_a_job_that_is_not_polled_does_not_fill_the_store(store, job, server):
    for number in range(1000):
        job.write_props({"a": {"x": append(number), "y": number}})
    assert len(json.loads(store.texts["key-set_props"])) <= 200
    props = server.take_props()["a"]
    assert [step["params"]["value"] for step in props["x"]["operations"]] == list(range(1000))
    assert props["y"] == 999


def test_a_second_attempt_is_read_after_the_first_was_read(store, job, server):
    for number in range(3):
        job.write_props({"a": {"x": number}})
    server.take_props()
    again = Channel(store, "key")
    again.resume()
    again.write_props({"a": {"x": "again"}})
    assert server.take_props() == {"a": {"x": "again"}}


def test_what_the_store_has_lost_is_written_again(store, job, server):
    job.write_props({"a": {"x": 1}})
    store.texts.clear()
    job.flush()
    assert server.take_props() == {"a": {"x": 1}}


def test_an_earlier_job_with_the_same_key_is_forgotten(store, job, server):
    job.write_progress("[1]")
    job.write_props({"a": {"x": 1}})
    job.write_heartbeat()
    assert server.read_heartbeat()
    server.clear()
    assert store.texts == {}
    assert (server.take_progress(), server.take_props(), server.read_heartbeat()) == (
        None,
        {},
        None,
    )


def test_what_is_shown_while_the_store_is_away_arrives_later(store, job, server):
    class AwayError(Exception):
        pass

    def refuse(*_):
        raise AwayError

    store.get = store.set = refuse
    with pytest.raises(AwayError):
        job.write_props({"a": {"x": 1}})
    del store.get, store.set
    job.write_props({"a": {"y": 2}})
    assert server.take_props() == {"a": {"x": 1, "y": 2}}
