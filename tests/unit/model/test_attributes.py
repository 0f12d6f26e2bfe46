"""AttributeDict: a dict whose keys are attributes, with read-only keys and a final state."""

import pytest

from pyrt.model.attributes import AttributeDict


def test_keys_are_attributes_and_attributes_are_keys():
    value = AttributeDict(a=1)
    value.b = 2
    assert (value.a, value["b"], value) == (1, 2, {"a": 1, "b": 2})
    with pytest.raises(AttributeError, match="c"):
        _ = value.c


def test_read_only_keys_refuse_every_way_of_writing():
    """S-170."""
    value = AttributeDict(a=1, b=2)
    value.set_read_only(["a"], "fixed")
    for write in (
        lambda: setattr(value, "a", 3),
        lambda: value.__setitem__("a", 3),
        lambda: value.update({"a": 3}),
        lambda: value.update(a=3),
    ):
        with pytest.raises(AttributeError) as error:
            write()
        assert error.value.args == ("fixed", "a")
    value.b = 3
    value.unset_read_only(["a"])
    value.a = 4
    assert value == {"a": 4, "b": 3}


def test_a_final_dict_takes_no_new_keys():
    """S-170."""
    value = AttributeDict(a=1)
    value.finalize("no more")
    value.a = 2
    with pytest.raises(AttributeError) as error:
        value.b = 1
    assert error.value.args == ("no more", "b")
    assert value == {"a": 2}


def test_first_gives_the_first_truthy_value():
    value = AttributeDict(a=0, b="x", c="y")
    assert value.first("a", "missing", "b", "c") == "x"
    assert value.first("a") is None
    assert value.first() == "a"
