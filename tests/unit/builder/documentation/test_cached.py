"""A documentation whose examples have not changed does not build them."""

import os

import pytest

from pyrt_build.documentation.build_together import Options
from pyrt_build.documentation.cached import write_examples
from pyrt_build.documentation.example import DocumentationError, Example

FAST = Options(compression="fast")


def example(source="a = 1\n", line=10, **more):
    return Example("one", "a.md", line, source, **more)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_equal_examples_are_built_once(builds, tmp_path):
    write_examples([example()], FAST, tmp_path / "out")
    write_examples([example(line=50)], FAST, tmp_path / "other")
    assert builds.made == ["a = 1\n"]
    assert contents(tmp_path / "out") == contents(tmp_path / "other")
    write_examples([example("b = 1\n")], FAST, tmp_path / "out")
    assert builds.made == ["a = 1\n", "b = 1\n"]
    write_examples([example()], Options(compression="default"), tmp_path / "out")
    assert len(builds.made) == 3


def test_warnings_are_told_again_with_the_right_lines(builds, tmp_path):
    def warn(line):
        return write_examples([example("a # slow\n", line)], FAST, tmp_path / "out")

    assert warn(10) == warn(10) == ["a.md:10 (one): PB302: a.md:10 is slow"]
    assert len(builds.made) == 1
    assert warn(20) == ["a.md:20 (one): PB302: a.md:20 is slow"]


def test_files_beside_an_app_count(builds, tmp_path):
    folder = tmp_path / "apps"
    folder.mkdir()
    (folder / "own.py").write_text("a = 1\n")

    def write():
        write_examples([example("", file=folder / "own.py")], FAST, tmp_path / "out")
        return len(builds.made)

    assert write() == write() == 1
    (folder / "data.csv").write_text("1")
    assert write() == 2
    (folder / "own.py").write_text("b = 1\n")
    assert write() == 3
    # Changed, with the size and the time of before.
    about = (folder / "own.py").stat()
    (folder / "own.py").write_text("c = 1\n")
    os.utime(folder / "own.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    assert write() == 4


def test_with_an_error_the_folder_stays_as_it_was(builds, tmp_path):
    out = tmp_path / "out"
    write_examples([example()], FAST, out)
    before = contents(out)
    with pytest.raises(DocumentationError, match="no Python"):
        write_examples([example("= 1\n")], FAST, out)
    with pytest.raises(DocumentationError, match="no option"):
        write_examples([example()], FAST, out, ["a.md:1: no option"])
    assert contents(out) == before


def test_examples_that_are_gone_are_removed(builds, tmp_path):
    out = tmp_path / "out"
    assert write_examples([], FAST, out) == []
    assert not out.exists()
    write_examples([example()], FAST, out)
    (out / "of-others.txt").write_text("stays")
    write_examples([], FAST, out)
    assert sorted(contents(out)) == ["of-others.txt", "pyrt-files.txt"]


def test_a_damaged_cache_is_built_again(builds, tmp_path):
    write_examples([example()], FAST, tmp_path / "out")
    for path in (tmp_path / "cache" / "examples").glob("*.img"):
        path.write_bytes(b"damaged")
    write_examples([example()], FAST, tmp_path / "out")
    assert len(builds.made) == 2
