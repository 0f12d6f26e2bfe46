"""No garbage collections while a large value is made."""

import gc

import pytest

from pyrt.model.memory import without_collections


def test_collections_are_off_meanwhile_and_on_again_also_after_an_error():
    assert without_collections(lambda data: (data, gc.isenabled()), 1) == (1, False)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        without_collections(lambda data: 1 / data, 0)
    assert gc.isenabled()


def test_where_they_are_off_they_stay_off():
    gc.disable()
    try:
        assert without_collections(int, "3") == 3
        assert not gc.isenabled()
    finally:
        gc.enable()
