"""Several errors of one build, named at once."""

import pytest

from pyrt_build.errors import BuildError, ChoiceError
from pyrt_build.problems import Problems


def collect(*errors):
    problems = Problems()
    for error in errors:
        with problems.collected():
            raise error
    problems.refuse()


def test_one_error_is_raised_as_it_is():
    with pytest.raises(ChoiceError, match="one"):
        collect(ChoiceError("one"))


def test_several_are_one():
    with pytest.raises(BuildError) as raised:
        collect(BuildError("one"), BuildError("two"))
    assert str(raised.value) == "one\n\ntwo"


def test_other_errors_and_none_pass():
    collect()
    with pytest.raises(ZeroDivisionError):
        collect(ZeroDivisionError())
