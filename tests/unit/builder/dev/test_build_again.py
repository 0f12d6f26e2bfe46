"""`pyrt build --watch`: one build for each change; one that fails ends nothing."""

from types import SimpleNamespace

import pytest

from pyrt_build import build
from pyrt_build.app.config import SiteConfig
from pyrt_build.dev import build_again as module
from pyrt_build.dev.build_again import build_again
from pyrt_build.errors import BuildError


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """What happens; `changes` is what the watcher tells, `errors` what builds raise."""
    made = SimpleNamespace(written=0, tried=0, changes=[], errors=[])

    def build_it(config):
        made.tried += 1
        error = made.errors.pop(0) if made.errors else None
        if error:
            raise error
        return SimpleNamespace(write=lambda: setattr(made, "written", made.written + 1))

    class Watcher:
        def __init__(self, read, folders):
            self.is_built = True

        def changes(self):
            for changed in made.changes:
                assert self.is_built
                self.is_built = False
                yield {tmp_path / name for name in changed}
            raise KeyboardInterrupt

        def built(self):
            self.is_built = True

    monkeypatch.setattr(build, "build", build_it)
    monkeypatch.setattr(build, "prepare", lambda config: None)
    monkeypatch.setattr(module, "Watcher", Watcher)
    made.config = SiteConfig(tmp_path / "app.py", tmp_path / "dist")
    return made


def test_each_change_is_built_and_the_site_itself_is_none(builds):
    builds.changes = [["app.py"], ["dist"], ["data.csv", "dist"]]
    build_again(builds.config)
    assert builds.written == 3


def test_a_build_that_fails_leaves_the_last_one_and_the_next_one_is_made(builds, capsys):
    builds.changes = [["app.py"], ["app.py"]]
    builds.errors = [None, BuildError("app.py:3: this is wrong")]
    build_again(builds.config)
    assert (builds.tried, builds.written) == (3, 2)
    written = capsys.readouterr().err
    assert "app.py:3: this is wrong\nThe site of the build before stays." in written


def test_a_first_build_that_fails_is_the_error_of_the_command(builds):
    builds.errors = [BuildError("there is no app")]
    with pytest.raises(BuildError, match="there is no app"):
        build_again(builds.config)
