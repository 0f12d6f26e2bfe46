"""The image format: many files packed into one, with an index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrt_build.site import image
from pyrt_build.site.image import pack, unpack


def test_an_image_begins_with_its_index_sorted_by_path():
    packed = pack({"b/c.py": b"second", "a.py": b"first"})
    assert packed[:8] == b"PYRTIMG1"
    assert int.from_bytes(packed[8:12], "little") == len(b'[["a.py",5],["b/c.py",6]]')
    assert packed[12:] == b'[["a.py",5],["b/c.py",6]]firstsecond'


@given(st.dictionaries(st.text(), st.binary()))
def test_unpacking_gives_back_what_was_packed(files):
    assert unpack(pack(files)) == files


@given(st.dictionaries(st.text(), st.binary()))
def test_the_order_of_the_files_makes_no_difference(files):
    assert pack(dict(reversed(files.items()))) == pack(files)


SEGMENTS = st.sampled_from(["a", "b.py", "c.pyi", "__pycache__", "d e", "ü", "f.py"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
TREES = st.dictionaries(PATHS, st.binary(max_size=9), max_size=12)


@st.composite
def images(draw):
    """Images with files in them, in packs and elsewhere, sources with and without bytecode."""
    tree = draw(TREES)
    files: dict[str, bytes] = {}
    own: dict[str, int] = {}
    packs: list[dict[str, bytes]] = [{}, {}]
    for path, data in tree.items():
        place = draw(st.integers(0, 3))
        if place == 0:
            files[path] = data
        elif place == 1:
            own[path] = len(data)
        else:
            packs[place - 2][path] = data
        if path.endswith(".py") and draw(st.booleans()):
            files[image.cached_path(path)] = b"code of " + data
    return files, own, packs


@given(images())
def test_an_image_shows_what_is_in_it_and_what_is_elsewhere(made):
    files, own, contents = made
    packs = [
        image.Pack(f"{n}.zst", 1, 2, {p: len(d) for p, d in content.items()})
        for n, content in enumerate(contents)
    ]
    shown = image.read(image.pack_whole(image.Image(files, own, packs)))
    assert shown == image.Image(files, own, packs)
    for content, found in zip(contents, shown.packs, strict=True):
        assert image.unpack_pack(found, image.pack_content(content)) == content


def test_bytecode_is_one_entry_with_its_source():
    files = {"a/__pycache__/x.cpython-314.pyc": b"code", "b.txt": b"b"}
    packs = [image.Pack("s.zst", 9, 20, {"a/x.py": 6})]
    packed = image.pack_whole(image.Image(files, {"a/d.csv": 4}, packs))
    rows = b'[["a/d.csv",4,2],["a/x.py",4,0,6,3],["b.txt",1]]'
    assert packed.endswith(
        b'{"files":' + rows + b',"packs":[["s.zst",9,20]],"cacheTag":"cpython-314"}codeb'
    )


def test_a_truncated_image_is_refused():
    with pytest.raises(ValueError, match="whose index says"):
        unpack(pack({"a": b"12345"})[:-1])


def test_anything_else_is_refused():
    with pytest.raises(ValueError, match="does not begin with PYRTIMG1"):
        unpack(b"<!DOCTYPE html>")
