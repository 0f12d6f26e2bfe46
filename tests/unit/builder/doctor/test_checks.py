"""What `pyrt doctor` finds on machines that have things, and on machines that lack them."""

import subprocess
import sys
import urllib.error

import pytest

from pyrt_build import target
from pyrt_build.doctor import checks
from pyrt_build.rehearsal import browser

SECRET = "https://me:word@host/simple"


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine with an own cache and a complete pyrt, without programs."""
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYRT_STATIC", str(tmp_path / "static"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("PYRT_BROWSER", raising=False)
    monkeypatch.setattr(browser, "installed", lambda *_: ())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name in checks.GENERATED:
        file = tmp_path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


@pytest.fixture
def pip(monkeypatch):
    """Answers of pip, by the beginning of its command."""
    answers = {"config": (0, "", ""), "index": (0, "dash (4.4.1)", "")}

    def run(command, **options):
        assert command[:3] == [sys.executable, "-m", "pip"]
        return subprocess.CompletedProcess(command, *answers[command[3]])

    monkeypatch.setattr(subprocess, "run", run)
    return answers


def test_versions_of_all_that_a_bug_can_depend_on(machine):
    found = checks.versions()
    assert found.facts["pyrt"] == target.PYRT_VERSION
    assert found.facts["Pyodide of sites"].startswith(target.PYODIDE_VERSION)
    assert {"Python", "system", "pip", "Dash of sites"} <= found.facts.keys()
    assert found.missing == []


def test_a_pyrt_that_is_not_built_cannot_build(machine):
    (machine / "static" / "worker.js").unlink()
    (problem,) = checks.versions().missing
    assert "worker.js is missing in" in problem
    assert "make web" in problem


def test_a_browser_and_node_are_named_with_their_versions(machine, monkeypatch):
    for name in ("chromium", "node"):
        program = machine / "nothing" / name
        program.write_text(f"#!/bin/sh\necho {name} 1.2\n")
        program.chmod(0o755)
    found = checks.programs()
    assert found.facts["browser"] == f"chromium 1.2 ({machine / 'nothing' / 'chromium'})"
    assert found.facts["Node"] == f"node 1.2 ({machine / 'nothing' / 'node'})"
    assert found.missing == []


def test_without_programs_a_build_works_less_well():
    found = checks.programs()
    assert found.facts["browser"] == found.facts["Node"] == "none"
    assert found.missing == []
    assert any("No browser" in text for text in found.limits)


def test_a_browser_that_is_named_must_be_there(monkeypatch):
    monkeypatch.setenv("PYRT_BROWSER", "/nowhere/chromium")
    (problem,) = checks.programs().missing
    assert problem == "PYRT_BROWSER names /nowhere/chromium, which is no file."


def test_the_cache_is_measured(machine):
    (machine / "cache" / "wheels").mkdir(parents=True)
    (machine / "cache" / "wheels" / "a.whl").write_bytes(bytes(2_000_000))
    found = checks.caches()
    assert found.facts["folder"] == str(machine / "cache")
    assert found.facts["wheels"] == "2.0 MB in 1 file"
    assert found.missing == []


def test_a_cache_that_is_not_there_yet_is_no_problem(machine):
    found = checks.caches()
    assert found.facts["folder"] == str(machine / "cache")
    assert (found.missing, found.limits) == ([], [])
    assert not (machine / "cache").exists()


def test_a_cache_that_cannot_be_written_is_a_limit(machine):
    (machine / "cache").write_text("a file in its place")
    found = checks.caches()
    assert found.missing == []
    assert "Set PYRT_CACHE to a folder that can" in found.limits[0]


def test_the_index_is_asked_through_pip_and_its_configuration(pip):
    settings = f"global.index-url='{SECRET}'\nglobal.timeout='5'\n:env:.no-index='1'\n"
    pip["config"] = (0, settings, "")
    found = checks.index()
    assert found.facts == {
        "pip global.index-url": SECRET,
        "pip :env:.no-index": "1",
        "reached": "yes",
    }
    assert found.missing == []


def test_an_index_out_of_reach_is_missing_unless_dash_is_in_the_cache(pip, machine):
    pip["index"] = (1, "", "WARNING: retry\nERROR: No matching distribution found for dash\n")
    found = checks.index()
    assert found.facts["reached"] == "no"
    (problem,) = found.missing
    assert "No matching distribution found for dash" in problem
    (machine / "cache" / "wheels").mkdir(parents=True)
    (machine / "cache" / "wheels" / f"dash-{target.DASH_VERSION}-py3-none-any.whl").touch()
    found = checks.index()
    assert found.missing == []
    assert "in the cache can be built" in found.limits[0]


def test_a_cdn_out_of_reach_is_a_limit(monkeypatch):
    def fail(request, timeout):
        assert request.get_method() == "HEAD"
        raise urllib.error.URLError("no route")

    monkeypatch.setattr("urllib.request.urlopen", fail)
    found = checks.cdn()
    assert found.facts == {"reached": "no (no route)"}
    assert found.missing == []
    assert len(found.limits) == 1


def test_variables_are_shown_and_secrets_are_not(monkeypatch):
    monkeypatch.setenv("PYRT_BRIDGE_SECRET", "hush")
    monkeypatch.setenv("PYRT_CACHE", "/somewhere")
    monkeypatch.setenv("PYRT_BRIDGE_RATE_STORE", "redis://:word@store/0")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:word@proxy:3128")
    facts = checks.screen().facts
    assert facts["PYRT_BRIDGE_SECRET"] == "(set)"
    assert facts["PYRT_CACHE"] == "/somewhere"
    assert facts["PYRT_BRIDGE_RATE_STORE"] == "redis://***@store/0"
    assert facts["HTTPS_PROXY"] == "http://***@proxy:3128"
    assert {"columns", "colours", "encoding"} <= facts.keys()
