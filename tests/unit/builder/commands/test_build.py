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


def test_without_options_what_the_folder_says_is_built_into_dist(configs, tmp_path, capsys):
    assert main(["build"]) == 0
    expected = SiteConfig(entry=tmp_path / "app.py", out=tmp_path / "dist", target="")
    assert configs == [expected]
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
    assert config.target == "a.py"
    assert config.requirements.name == "r.txt"


def test_the_forms_of_an_app_and_its_environment(configs, tmp_path):
    options = ["--env", "A=1", "--env", "B=2", "--env-file", "x.env", "--run"]
    assert main(["build", "-m", "tides", *options]) == 0
    assert main(["build", "app.main:server"]) == 0
    module, server = configs
    assert (module.module, module.target, module.run) == ("tides", "", True)
    assert (module.env, [f.name for f in module.env_files]) == (("A=1", "B=2"), ["x.env"])
    assert server.target == "app.main:server"


def test_a_file_and_a_module_exclude_each_other(configs, capsys):
    assert main(["build", "a.py", "-m", "b"]) == 2
    assert "exclude each other" in capsys.readouterr().err
    assert configs == []


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


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["app.py"], "app.html"),
        (["src/my app.py"], "my app.html"),
        (["app.main:server"], "main.html"),
        (["-m", "tides"], "tides.html"),
        ([], "app.html"),
        (["app.py", "-o", "out/x.html"], "out/x.html"),
    ],
)
def test_a_single_file_has_the_name_of_what_is_run(configs, tmp_path, options, name):
    assert main(["build", "--single-file", *options]) == 0
    (config,) = configs
    assert (config.single_file, config.small) == (True, False)
    assert config.out == tmp_path / name


def test_a_small_file_is_a_single_one(configs, capsys):
    assert main(["build", "--small"]) == 2
    assert "--small is for --single-file" in capsys.readouterr().err
    assert main(["build", "--single-file", "--small"]) == 0
    assert configs[0].small


def test_what_means_nothing_for_a_single_file_is_refused_at_once(configs, capsys):
    options = ["--cdn", "--precompress", "--base-url", "/x"]
    assert main(["build", "--single-file", *options]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert all(option in said for option in ("--cdn", "--precompress", "--base-url"))
    assert configs == []


def test_a_site_that_browsers_keep_has_all_of_its_files(configs, capsys):
    assert main(["build", "--offline"]) == 0
    assert configs[0].offline
    assert main(["build", "--offline", "--cdn"]) == 2
    assert "--offline needs all of them" in capsys.readouterr().err
    assert main(["build", "--offline", "--single-file"]) == 2
    assert "a single file needs no network" in capsys.readouterr().err
