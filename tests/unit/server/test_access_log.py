"""One line of JSON for each call."""

import io
import json
import logging
from datetime import UTC, datetime

import pytest

from pyrt.server import access_log


@pytest.fixture(autouse=True)
def logger(monkeypatch):
    """The logger, as in a program that has not set up any."""
    logger = logging.Manager(logging.RootLogger(logging.WARNING)).getLogger("pyrt.bridge")
    monkeypatch.setattr(access_log, "logger", logger)
    return logger


@pytest.fixture
def lines(logger):
    """A handler of the host program."""
    text = io.StringIO()
    logger.addHandler(logging.StreamHandler(text))
    logger.setLevel(logging.INFO)
    return lambda: text.getvalue().splitlines()


def test_a_line_has_the_time_the_event_and_the_facts(lines):
    access_log.write("call", status=200, ms=1.5)
    (line,) = map(json.loads, lines())
    assert list(line) == ["time", "event", "status", "ms"]
    assert (line["event"], line["status"], line["ms"]) == ("call", 200, 1.5)


def test_the_time_is_in_utc_and_has_milliseconds(lines):
    access_log.write("call")
    (line,) = map(json.loads, lines())
    assert len(line["time"]) == len("2026-11-20T09:31:02.114Z")
    written = datetime.fromisoformat(line["time"])
    assert abs((datetime.now(UTC) - written).total_seconds()) < 60


def test_facts_that_are_not_known_are_left_out_and_those_that_are_nothing_stay(lines):
    access_log.write("call", callback=None, out=0, origin="")
    (line,) = map(json.loads, lines())
    assert "callback" not in line
    assert (line["out"], line["origin"]) == (0, "")


def test_whatever_is_in_a_fact_it_is_one_line(lines):
    access_log.write("call", origin='a"b\nc', callback="Größe")
    (line,) = lines()
    assert json.loads(line)["origin"] == 'a"b\nc'
    assert "Größe" in line


def test_without_a_handler_of_the_host_program_lines_go_to_standard_error(logger, capsys):
    access_log.write("call", status=200)
    access_log.write("call", status=403)
    captured = capsys.readouterr()
    assert [json.loads(line)["status"] for line in captured.err.splitlines()] == [200, 403]
    assert captured.out == ""
    assert len(logger.handlers) == 1, "set up once"


def test_a_handler_of_the_host_program_gets_them_alone(lines, logger, capsys):
    access_log.write("call")
    assert len(lines()) == 1
    assert capsys.readouterr().err == ""
    assert len(logger.handlers) == 1
