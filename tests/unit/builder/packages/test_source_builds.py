"""Packages by their address, and builds from source, with stand-ins for pip and pyodide-build."""

import os
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pyrt_build import target
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip, source_builds
from tests.support.workspace import BROWSER_TAG, Workspace

PROGRAM = """#!/bin/sh
echo "$@" >> {log}
while [ $# -gt 0 ]; do
  if [ "$1" = --outdir ]; then cp {wheel} "$2"; fi
  shift
done
"""


class World:
    """A workspace, and what pip builds in it."""

    def __init__(self, workspace, pip_builds):
        self.root = workspace.root
        self.add_wheel = workspace.add_wheel
        self.pip_builds = pip_builds


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"]))
    (tmp_path / "bin").mkdir()
    made = Workspace(tmp_path)

    def pip_builds(name, files, tag="py3-none-any"):
        def build(requirement, _index_url=None):
            (tmp_path / "asked").write_text(str(requirement))
            return made.add_wheel(name, "1.0", files, tag=tag, folder=tmp_path / "cache" / "wheels")

        (tmp_path / "cache" / "wheels").mkdir(parents=True, exist_ok=True)
        monkeypatch.setattr(pip, "build", build)

    return World(made, pip_builds)


def add_program(world, name, text="#!/bin/sh\n"):
    path = world.root / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def from_address(url, *allowed):
    requirement = Requirement(f"own @ {url}")
    return source_builds.from_address(requirement, "requirements.txt:1", allowed, None)


def test_a_wheel_by_its_path_is_taken_as_it_is(world):
    wheel = world.add_wheel("own", "1.0", {"own.py": ""})
    assert from_address(wheel.as_uri()) == wheel
    wheel.unlink()
    with pytest.raises(BuildError, match=r"^requirements\.txt:1: there is no file "):
        from_address(wheel.as_uri())


@pytest.mark.parametrize(
    "url", ["git+https://x.example/own.git", "https://x.example/own-1.0.tar.gz", "file:///own"]
)
def test_source_is_not_built_unless_that_is_allowed(world, url):
    world.pip_builds("own", {"own.py": ""})
    with pytest.raises(BuildError, match=r"If you trust it: --allow-build own$"):
        from_address(url, "other")
    assert not (world.root / "asked").exists()
    assert from_address(url, "own").name == "own-1.0-py3-none-any.whl"
    assert (world.root / "asked").read_text() == f"own @ {url}"


def test_a_package_that_can_do_without_its_extensions_is_one_for_any_machine(world):
    world.pip_builds("own", {"own.py": ""}, tag="cp312-cp312-linux_x86_64")
    built = source_builds.build(Requirement("own==1.0"), None)
    assert built.name == "own-1.0-py3-none-any.whl"
    assert source_builds.build(Requirement("own==1.0"), None) == built


def test_compiled_code_is_built_by_pyodide_build(world):
    world.pip_builds("own", {"own/a.so": ""}, tag="cp312-cp312-linux_x86_64")
    wheel = world.add_wheel("own", "1.0", {"own/a.so": ""}, tag=BROWSER_TAG)
    log = world.root / "log"
    add_program(world, "emcc")
    add_program(world, "pyodide", PROGRAM.format(log=log, wheel=wheel))
    built = source_builds.build(Requirement("own==1.0"), None)
    assert built.name == wheel.name
    assert built.parent == world.root / "cache" / "wheels"
    first, second = log.read_text().splitlines()
    assert first == f"xbuildenv install {target.PYODIDE_VERSION}"
    assert second.startswith("build own==1.0 --outdir ")
    assert not list(Path(world.root, "cache", "wheels").glob("*linux*"))


def test_what_is_missing_for_compiling_is_named(world):
    world.pip_builds("own", {"own/a.so": ""}, tag="cp312-cp312-linux_x86_64")
    with pytest.raises(BuildError, match="pip install pyodide-build"):
        source_builds.build(Requirement("own"), None)
    add_program(world, "pyodide")
    with pytest.raises(BuildError, match=f"no Emscripten compiler.*{target.EMSCRIPTEN_VERSION}"):
        source_builds.build(Requirement("own"), None)


def test_a_build_that_fails_says_why(world):
    world.pip_builds("own", {"own/a.so": ""}, tag="cp312-cp312-linux_x86_64")
    add_program(world, "emcc")
    add_program(world, "pyodide", "#!/bin/sh\necho emcc: error: no such file >&2\nexit 1\n")
    with pytest.raises(BuildError, match=r"own does not build: `pyodide xbuildenv(.|\n)*no such"):
        source_builds.build(Requirement("own"), None)
    add_program(world, "pyodide")
    with pytest.raises(BuildError, match="has written no wheel"):
        source_builds.build(Requirement("own"), None)


def test_a_project_is_compiled_in_a_copy_and_again_only_if_it_has_changed(world):
    wheel = world.add_wheel("own", "1.0", {"own/a.so": "", "own/b.py": ""}, tag=BROWSER_TAG)
    log = world.root / "log"
    add_program(world, "emcc")
    add_program(world, "pyodide", PROGRAM.format(log=log, wheel=wheel))
    project = world.root / "project"
    project.mkdir()
    (project / "setup.py").write_text("raise SystemExit\n")
    for _ in range(2):
        built = source_builds.build_project("own", project, ["setup.py"])
        assert built.name == wheel.name
    assert len(log.read_text().splitlines()) == 2  # xbuildenv, build
    assert str(project) not in log.read_text()
    assert [path.name for path in project.iterdir()] == ["setup.py"]
    (project / "setup.py").write_text("# other\n")
    source_builds.build_project("own", project, ["setup.py"])
    assert len(log.read_text().splitlines()) == 4
    ((name, library),) = source_builds.libraries(built).items()
    assert name == "own/a.so"
    assert library.read_bytes() == b""


def test_a_folder_that_is_named_by_its_address_is_given_as_a_path(world):
    world.pip_builds("own", {"own/a.so": ""}, tag="cp312-cp312-linux_x86_64")
    wheel = world.add_wheel("own", "1.0", {"own/a.so": ""}, tag=BROWSER_TAG)
    log = world.root / "log"
    add_program(world, "emcc")
    add_program(world, "pyodide", PROGRAM.format(log=log, wheel=wheel))
    source_builds.build(Requirement("own @ file:///somewhere/own"), None)
    assert "build /somewhere/own --outdir" in log.read_text()
