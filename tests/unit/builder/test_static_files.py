"""The compiled parts in the wheel of pyrt."""

from pathlib import Path

import brotli
import pytest

from pyrt_build import static_files
from pyrt_build.errors import BuildError


@pytest.fixture
def static(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_STATIC", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("value", [None, ""])
def test_they_lie_in_the_package(value, monkeypatch):
    if value is None:
        monkeypatch.delenv("PYRT_STATIC", raising=False)
    else:
        monkeypatch.setenv("PYRT_STATIC", value)
    assert static_files.folder() == Path(str(static_files.__file__)).parent / "static"


def test_another_folder_may_take_their_place(static):
    (static / "pyodide").mkdir()
    (static / "pyodide" / "a.mjs").write_bytes(b"\0code")
    assert static_files.folder() == static
    assert static_files.read("pyodide/a.mjs") == b"\0code"


def test_a_part_that_is_missing_is_named_with_what_to_do(static):
    with pytest.raises(BuildError, match=r"page\.js is missing. Run `make web`"):
        static_files.read("page.js")


def test_a_folder_that_is_missing_is_as_good_as_empty(static, monkeypatch):
    monkeypatch.setenv("PYRT_STATIC", str(static / "none"))
    with pytest.raises(BuildError, match="was not built completely"):
        static_files.read("page.js")


# In kB, as hosts send them with brotli. The pages of all sites begin with these files: with them, a
# small app is 0.27 MB larger than the interpreter, and may be 0.3 (docs/decisions.md, Budgets).
LARGEST_KB = {"early.js": 8.4, "page.js": 56.6, "worker.js": 42.5, "single.js": 10.3}


@pytest.mark.parametrize("name", LARGEST_KB)
def test_what_each_page_begins_with_stays_small(name):
    if not (static_files.folder() / name).is_file():
        pytest.skip("`make web` has not built the page")
    size_kb = len(brotli.compress(static_files.read(name), quality=9)) / 1000
    assert size_kb <= LARGEST_KB[name], (
        f"{name} has {size_kb:.1f} kB with brotli, and may have {LARGEST_KB[name]}: each visitor "
        "of each site downloads it before anything runs. Load what is seldom needed later, or say "
        "in the commit why the limit has to be another one."
    )
