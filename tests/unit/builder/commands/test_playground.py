"""`pyrt playground`: what it refuses before anything is built."""

import pytest

from pyrt_build.cli import main
from pyrt_build.playground import make
from pyrt_build.playground.starts import STARTS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch):
    """The options with which a playground would be made."""
    found = []

    def note(config, options):
        found.append((config, options))
        return make.Made(config.out, {"index.html": b"12"}, {"dash": 2}, ["a 1"], [])

    monkeypatch.setattr(make, "make", note)
    return found


def test_without_options_it_has_all_starts(asked, folder, capsys):
    assert main(["playground"]) == 0
    ((config, options),) = asked
    assert config.out == folder / "playground"
    assert options.chosen == [*STARTS]
    assert (options.packages, options.index) == ((), "")
    assert "packages: a 1" in capsys.readouterr().out


def test_starts_packages_and_options_of_builds_are_passed_on(asked):
    words = ["--start", "data", "--start", "dash", "--package", "a", "--package", "b>1", "--fast"]
    words += ["--index", "https://x.org/simple"]
    assert main(["playground", "-o", "p", *words, "--no-rehearsal"]) == 0
    ((config, options),) = asked
    assert [start.name for start in options.chosen] == ["dash", "data"]
    assert options.packages == ("a", "b>1")
    assert options.index == "https://x.org/simple/"
    assert (config.compression, config.rehearsal) == ("fast", "skip")


def test_an_unknown_start_names_those_there_are(asked, capsys):
    assert main(["playground", "--start", "plotty"]) == 2
    assert "'dash', 'plotly', 'data'" in capsys.readouterr().err
    assert asked == []


@pytest.mark.parametrize("index", ["x.org/simple", "ftp://x.org", "https://x.org/?q"])
def test_an_index_has_an_address(index, asked, capsys):
    assert main(["playground", "--index", index]) == 2
    assert "https://packages.example.org/simple/" in capsys.readouterr().err
    assert asked == []


def test_requirements_that_are_none_are_all_named(folder, capsys):
    words = ["--package", "a b", "--package", "fine", "--package", "x @ https://x.org/x.whl"]
    assert main(["playground", *words]) == 1
    error = capsys.readouterr().err
    assert "'a b', 'x @ https://x.org/x.whl'" in error
    assert "fine" not in error
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["index.html", "pyrt-files.txt"])
def test_a_folder_with_files_of_others_stays_as_it_is(name, folder, capsys):
    (folder / "out").mkdir()
    (folder / "out" / name).write_text("mine")
    code = main(["playground", "-o", "out"])
    assert code == 1
    assert name in capsys.readouterr().err
    assert [path.name for path in (folder / "out").iterdir()] == [name]
    assert (folder / "out" / name).read_text() == "mine"


def test_a_file_is_no_folder(folder, capsys):
    (folder / "out").write_text("mine")
    assert main(["playground", "-o", "out"]) == 1
    assert "is a file" in capsys.readouterr().err
    assert (folder / "out").read_text() == "mine"
