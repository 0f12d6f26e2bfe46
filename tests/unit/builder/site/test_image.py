"""The image format: many files packed into one, with an index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrt_build.site.image import pack, unpack


def test_an_image_begins_with_its_index_sorted_by_path():
    image = pack({"b/c.py": b"second", "a.py": b"first"})
    assert image[:8] == b"PYRTIMG1"
    assert int.from_bytes(image[8:12], "little") == len(b'[["a.py",5],["b/c.py",6]]')
    assert image[12:] == b'[["a.py",5],["b/c.py",6]]firstsecond'


@given(st.dictionaries(st.text(), st.binary()))
def test_unpacking_gives_back_what_was_packed(files):
    assert unpack(pack(files)) == files


@given(st.dictionaries(st.text(), st.binary()))
def test_the_order_of_the_files_makes_no_difference(files):
    assert pack(dict(reversed(files.items()))) == pack(files)


def test_a_truncated_image_is_refused():
    with pytest.raises(ValueError, match="whose index says"):
        unpack(pack({"a": b"12345"})[:-1])


def test_anything_else_is_refused():
    with pytest.raises(ValueError, match="does not begin with PYRTIMG1"):
        unpack(b"<!DOCTYPE html>")
