"""The requirements of several files, together."""

from packaging.requirements import Requirement

from pyrt_build.app.declared import DeclaredRequirements, SourcedRequirement
from pyrt_build.console.notes import Code, Note


def sourced(text):
    return SourcedRequirement(Requirement(text), "x:1")


def note(text):
    return Note(Code.NO_VERSION, text)


def test_a_name_is_canonical():
    assert sourced("Flask_Caching").name == "flask-caching"


def test_what_two_files_say_counts_together():
    first = DeclaredRequirements("a.txt", (sourced("one"),), (), (note("first"),))
    second = DeclaredRequirements(
        "b.lock", (sourced("two"),), (sourced("three==1"),), (note("second"),)
    )
    both = first + second
    assert both.source == "a.txt"
    assert [s.name for s in both.requirements] == ["one", "two"]
    assert [s.name for s in both.pins] == ["three"]
    assert both.notes == (note("first"), note("second"))
