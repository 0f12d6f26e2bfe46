"""Warnings and notes: their codes, and what --strict makes of them."""

import re

import pytest

from pyrt_build.console.notes import Code, Note, StrictError, refuse_warnings

WARNING = Note(Code.OTHER_DASH, "r.txt:1 asks for dash==2")
ANOTHER = Note(Code.NO_BROWSER, "No browser was found")
ADVICE = Note(Code.UNUSED_PACKAGE, "nothing of x is imported")


def test_codes_are_of_one_form_and_each_is_of_one_kind():
    codes = [code.code for code in Code]
    assert all(re.fullmatch(r"PB[1-9]\d\d|PY\d\d\d", code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_the_line_of_a_note_has_its_code():
    assert str(WARNING) == "Warning PB101: r.txt:1 asks for dash==2"
    assert str(ADVICE) == "Note PB105: nothing of x is imported"


@pytest.mark.parametrize("note", [WARNING, ADVICE])
def test_a_note_is_the_same_after_a_journey_as_json(note):
    assert Note.from_json(note.as_json()) == note
    assert note.as_json()["level"] == ("warning" if note is WARNING else "note")


def test_strict_names_all_warnings_at_once_and_no_notes():
    with pytest.raises(StrictError) as refused:
        refuse_warnings([WARNING, ADVICE, ANOTHER])
    assert str(refused.value) == (
        "There are 2 warnings, which --strict makes errors. Nothing was written.\n"
        "  PB101: r.txt:1 asks for dash==2\n"
        "  PB302: No browser was found"
    )
    refuse_warnings([ADVICE])
    refuse_warnings([])
