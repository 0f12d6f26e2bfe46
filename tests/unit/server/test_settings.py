"""Settings of a server, from environment variables and back."""

from dataclasses import replace
from pathlib import Path

import pytest

from pyrt.model.environment import Launch
from pyrt.model.failures import StartError
from pyrt.server.settings import BridgeSettings, read_variables, write_variables

FULL = BridgeSettings(
    app=Path("/srv/app.py"),
    origins=["https://a.example", "https://b.example"],
    named=["app:total"],
    max_body=4096,
    secret="hush",
    debug=True,
    launch=Launch(module="app", path=["/srv"], folders=[]),
    hosts=["calc.example.org", "*.example.net"],
    client_header="X-Real-IP",
    rate="5/second",
    rate_store="redis://127.0.0.1/0",
    at_once=7,
    header_timeout_s=0.5,
    body_timeout_s=0,
    has_metrics=True,
    max_result=5_000_000,
)


def test_every_setting_survives_the_way_to_another_process():
    assert read_variables(write_variables(FULL)) == FULL


def test_without_variables_there_are_defaults():
    settings = read_variables({})
    launch = Launch(path=[], folders=[])
    assert read_variables(write_variables(settings)) == replace(settings, launch=launch)
    settings = replace(settings, launch=launch)
    assert settings == BridgeSettings(
        app=Path("app.py"), origins=[], named=[], hosts=[], launch=launch
    )
    assert (settings.header_timeout_s, settings.body_timeout_s) == (10, 60)


def test_an_empty_variable_is_none():
    assert read_variables({"PYRT_BRIDGE_AT_ONCE": " "}).at_once == 1000


def test_all_that_makes_no_sense_is_named_at_once():
    wrong = {
        "PYRT_BRIDGE_MAX_BODY": "much",
        "PYRT_BRIDGE_AT_ONCE": "-3",
        "PYRT_BRIDGE_HEADER_TIMEOUT": "nan",
        "PYRT_BRIDGE_BODY_TIMEOUT": "inf",
    }
    with pytest.raises(StartError) as caught:
        read_variables(wrong)
    assert str(caught.value).splitlines() == [
        "PYRT_BRIDGE_MAX_BODY=much: must be a whole number of at least 0.",
        "PYRT_BRIDGE_AT_ONCE=-3: must be a whole number of at least 0.",
        "PYRT_BRIDGE_HEADER_TIMEOUT=nan: must be a number of seconds of at least 0.",
        "PYRT_BRIDGE_BODY_TIMEOUT=inf: must be a number of seconds of at least 0.",
    ]
