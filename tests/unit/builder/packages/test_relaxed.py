"""A row of the table."""

from pyrt_build.console.notes import Code
from pyrt_build.packages.relaxed import Relaxed

ROW = Relaxed("numpy", "==1.26.2 (requirements.txt:2)", "2.4.3", "it has compiled code")


def test_a_row_is_a_warning_with_all_of_it():
    assert str(ROW.note()) == (
        "Warning PB110: numpy: wanted ==1.26.2 (requirements.txt:2), taken 2.4.3: it has compiled "
        "code"
    )


def test_a_package_that_is_left_out():
    row = Relaxed("torch", "any (app.py:3)", "", "no build", Code.LEFT_OUT)
    assert str(row.note()) == "Note PB112: torch: wanted any (app.py:3), taken none: no build"
    assert Relaxed.from_json(row.to_json()) == row
