"""`pyrt build`: what its options mean for the build."""

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.cli import main
from pyrt_build.console import output


@pytest.fixture
def configs(monkeypatch, tmp_path):
    """The configurations of builds; nothing is built."""
    made = []

    class Summary:
        def write(self):
            output.say("Site")

    def build(config):
        made.append(config)
        return Summary()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pyrt_build.build.build", build)
    return made


def test_without_options_app_py_is_built_into_dist(configs, tmp_path, capsys):
    assert main(["build"]) == 0
    assert configs == [SiteConfig(entry=tmp_path / "app.py", out=tmp_path / "dist")]
    assert capsys.readouterr().out == "Site\n"


def test_each_option_sets_its_field(configs, tmp_path):
    options = [
        *("-o", "site", "--base-url", "/reports", "--debug", "--cdn", "--precompress"),
        *("--pyodide", "here", "--index-url", "https://index.example.org"),
        *("--requirements", "r.txt", "--bridge", "/calc"),
    ]
    assert main(["build", "a.py", *options]) == 0
    (config,) = configs
    assert config.out == tmp_path / "site"
    assert (config.base_url, config.pyodide, config.bridge) == ("/reports/", "here", "/calc")
    assert (config.debug, config.cdn, config.precompress) == (True, True, True)
    assert config.index_url == "https://index.example.org"
    assert config.requirements.name == "r.txt"


@pytest.mark.parametrize(
    ("options", "rehearsal"),
    [
        ([], "auto"),
        (["--rehearsal", "auto"], "auto"),
        (["--rehearsal=require"], "require"),
        (["--no-rehearsal"], "skip"),
    ],
)
def test_the_rehearsal_is_chosen(configs, options, rehearsal):
    assert main(["build", *options]) == 0
    assert configs[0].rehearsal == rehearsal


def test_a_rehearsal_cannot_be_asked_for_and_declined(configs, capsys):
    assert main(["build", "--no-rehearsal", "--rehearsal=require"]) == 2
    assert configs == []
    assert "exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["fast", "release"])
def test_how_small_the_files_become_is_chosen_by_a_word(configs, name):
    assert main(["build", f"--{name}"]) == 0
    assert configs[0].compression == name


def test_fast_and_small_exclude_each_other(configs, capsys):
    assert main(["build", "--fast", "--release"]) == 2
    assert "--fast and --release exclude each other" in capsys.readouterr().err
    assert configs == []
