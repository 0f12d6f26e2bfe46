"""The harness on tests of our own: it needs chromedriver, and the package index at its first run.

`make sample` runs them; `make single-files` runs them on apps in one file (`--form single-file`).
"""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.harness.environment import find_program, find_python
from tests.conformance.harness.results import read_results
from tests.support import quick_pyrt
from tests.support.paths import ROOT

SAMPLE = Path(__file__).with_name("sample")
WORK = ROOT / ".cache" / "conformance-sample"
BUILD = f"{shlex.quote(sys.executable)} {shlex.quote(quick_pyrt.__file__)} build {{app}}"
BUILD_SITE = f"{BUILD} --out {{out}} --debug {quick_pyrt.SNAPSHOT_ONLY}"
FORMS = {
    "site": ["--builder", BUILD_SITE],
    "single-file": ["--single-file", "--builder", f"{BUILD_SITE} --single-file"],
}


def run_harness(work, *options):
    """Run the command line; return its process and the results by the tests' names."""
    find_program("chromedriver", "chromium-driver")
    command = [sys.executable, "-m", "tests.conformance.harness", "--dash", str(SAMPLE)]
    command += ["--work", str(work), "--python", find_python(WORK, packages=[]), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    results = read_results(work / "results-builder.jsonl")
    return done, {name.rpartition("::")[2]: result for name, result in results.items()}


@pytest.fixture(scope="module")
def results(tmp_path_factory, pytestconfig):
    """One run of the whole sample."""
    work = tmp_path_factory.mktemp("sample")
    form = FORMS[pytestconfig.getoption("--form", "site")]
    done, results = run_harness(work, "--locks", "remote", *form)
    assert done.returncode == 0, done.stderr
    return results


EXPECTED = {
    "test_smpl001_click": "pass",
    "test_smpl002_clientside": "pass",
    "test_smpl003_pages": "pass",
    "test_smpl004_pattern_matching": "pass",
    "test_smpl005_dev_tools_error": "pass",
    "test_smpl006_remote_name": "pass",
    "test_smpl007_server_route": "n/a",
    "test_smpl008_lock": "pass",
    "test_smpl010_cell[options0]": "pass",
    "test_smpl011_checklist": "pass",
}


def test_all_tests_of_the_sample_have_a_result(results):
    assert sorted(results) == sorted(EXPECTED)


@pytest.mark.parametrize(("name", "outcome"), EXPECTED.items(), ids=EXPECTED)
def test_outcome_of_a_test_of_the_sample(results, name, outcome):
    assert results[name]["outcome"] == outcome, results[name]


def test_results_say_how_tests_were_run(results):
    assert results["test_smpl007_server_route"]["rule"] == "flask-server"
    assert results["test_smpl001_click"]["mode"] == "inline"
    assert results["test_smpl010_cell[options0]"]["mode"] == "capture"
    remote = results["test_smpl006_remote_name"]
    assert remote["remote"] == ["calls", "names"]
    assert remote["remote_evals"] == 5
    assert results["test_smpl008_lock"]["lock"]
    assert len(results["test_smpl003_pages"]["boots"]) == 2


def test_a_site_without_an_app_fails(tmp_path):
    known = tmp_path / "known"
    known.write_text("test_smpl001_click: to be found\n")
    options = ["smpl001", "smpl002", "--builder", "mkdir {out}", "--known-failures", str(known)]
    done, results = run_harness(tmp_path / "work", *options)
    assert results["test_smpl001_click"]["stage"] == "test"
    assert done.returncode == 1
    assert "smpl002_clientside" in done.stdout.splitlines()[-1]
    assert "smpl001" not in "".join(done.stdout.splitlines()[-1:])


def test_a_build_that_fails_is_a_failure(tmp_path):
    _, results = run_harness(tmp_path / "work", "smpl001", "--builder", "echo no; exit 3")
    result = results["test_smpl001_click"]
    assert (result["outcome"], result["stage"]) == ("fail", "build")
    assert (result["error"], result["build_output"]) == ("builder exited 3", "no\n")
