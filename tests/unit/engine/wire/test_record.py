"""Records are dataclasses with slots."""

from dataclasses import field, fields, replace

import pytest

from pyrt.engine.wire.record import record


@record
class Point:
    x: int
    names: list[str] = field(default_factory=list)


def test_a_record_has_fields_defaults_and_equality():
    assert [item.name for item in fields(Point)] == ["x", "names"]
    assert Point(1) == Point(1, [])
    assert Point(1) != Point(2)
    assert replace(Point(1), x=2) == Point(2)
    assert Point(1).names is not Point(1).names


def test_a_record_has_no_other_attributes():
    with pytest.raises(AttributeError, match="other"):
        Point(1).other = 2  # type: ignore[attr-defined]  # that is the point
