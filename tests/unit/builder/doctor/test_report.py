"""The report: lines and JSON, both without secrets."""

from pyrt_build.doctor import report
from pyrt_build.doctor.checks import Section

SECRET = "https://me:word@host/simple"
GOOD = Section("Index", {"index-url": SECRET, "reached": "yes"}, limits=["slow"])
BAD = Section("Cache", missing=[f"no folder for {SECRET}"])


def test_a_machine_that_has_all():
    made = report.make([lambda: GOOD])
    assert made.is_complete
    assert list(made.lines()) == [
        "Index",
        "  index-url  https://***@host/simple",
        "  reached    yes",
        "Result",
        "  Limited: slow",
        "  All that a build needs is there.",
    ]


def test_a_machine_that_lacks_something():
    made = report.make([lambda: GOOD, lambda: BAD])
    assert not made.is_complete
    assert list(made.lines())[-3:] == [
        "Result",
        "  Limited: slow",
        "  Missing: no folder for https://***@host/simple",
    ]


def test_json_has_the_same():
    assert report.make([lambda: GOOD, lambda: BAD]).as_json() == {
        "complete": False,
        "missing": ["no folder for https://***@host/simple"],
        "limits": ["slow"],
        "sections": {
            "Index": {"index-url": "https://***@host/simple", "reached": "yes"},
            "Cache": {},
        },
    }
