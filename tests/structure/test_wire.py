"""The files that `make wire` generates are up to date in the repository."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from pyrt.engine.wire import messages
from pyrt.engine.wire.record import record
from tests.support.repository import read
from tools import wire


def test_types_of_the_page_and_the_table_are_those_of_the_messages():
    assert wire.find_stale(read) == [], "run `make wire`"


@pytest.mark.parametrize("path", [wire.TYPESCRIPT, wire.TABLE])
def test_a_file_that_was_edited_is_stale(path):
    def edited(file):
        return read(file).replace("`updateSeq`", "`number`") if file == path else read(file)

    assert wire.find_stale(edited) == [path]


def test_both_files_are_stale_after_a_message_was_changed(monkeypatch):
    @record
    class Edit(messages.Edit):
        more: int = 0

    monkeypatch.setattr(messages, "Edit", Edit)
    assert wire.find_stale(read) == [wire.TYPESCRIPT, wire.TABLE]


def test_a_text_about_a_field_that_is_not_there_is_refused():
    @dataclass
    class Ready:
        """Ready.

        Attributes:
            run: the run.
            ran: a typo.
        """

        run: int

    with pytest.raises(ValueError, match="Ready has no field ran"):
        wire.describe(Ready)


def test_fields_are_optional_when_they_may_be_none():
    layout = wire.describe(messages.RunStarted)
    assert [(item.key, item.is_optional) for item in layout.fields] == [
        ("run", False),
        ("callback", False),
        ("outputs", False),
        ("persistent", False),
    ]
    assert [item.is_optional for item in wire.describe(messages.EvalResult).fields] == [
        False,
        True,
        True,
    ]


def test_markers_must_be_there():
    with pytest.raises(ValueError, match="lacks the markers"):
        wire.generate(lambda path: "" if path == wire.TABLE else read(Path(path)))
