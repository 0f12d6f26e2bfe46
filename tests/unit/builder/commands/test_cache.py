"""`pyrt cache info` and `pyrt cache clean`."""

import json

import pytest

from pyrt_build import cache, cache_usage
from pyrt_build.cli import main
from pyrt_build.commands import cache as command


@pytest.fixture(autouse=True)
def filled(tmp_path, monkeypatch):
    """A cache with two wheels and a snapshot."""
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    for kind, name in (("wheels", "a"), ("wheels", "b"), ("snapshots", "c")):
        cache.store(cache.folder(kind) / name, b"x" * 2000)
    return tmp_path / "cache"


def test_the_kinds_are_those_of_the_cache():
    assert tuple(cache_usage.KINDS) == command.KINDS


def test_info_shows_folder_limit_and_a_line_for_each_kind(filled, capsys, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "1M")
    assert main(["cache", "info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"Cache: {filled}", "Size: 6 kB of 1.0 MB (PYRT_CACHE_LIMIT)"]
    rows = {line.split()[0]: line.split()[1:4] for line in lines[3:]}
    assert rows == {"snapshots": ["1", "2", "kB"], "wheels": ["2", "4", "kB"]}


def test_info_is_a_document_for_programs(filled, capsys):
    assert main(["cache", "info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["folder"], found["size"]) == (str(filled), 6000)
    assert [(kind["kind"], kind["files"]) for kind in found["kinds"]] == [
        ("snapshots", 1),
        ("wheels", 2),
    ]


def test_clean_removes_a_kind_or_everything(filled, capsys):
    assert main(["cache", "clean", "wheels"]) == 0
    assert capsys.readouterr().out == f"Removed 2 files, 4 kB, from {filled}\n"
    assert main(["cache", "clean"]) == 0
    assert list(filled.rglob("?")) == []


def test_a_kind_that_is_none_names_the_one_that_is_meant(filled, capsys):
    assert main(["cache", "clean", "snapshot"]) == 2
    assert "Did you mean 'snapshots'?" in capsys.readouterr().err
    assert len(list(filled.rglob("?"))) == 3
