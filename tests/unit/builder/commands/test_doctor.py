"""`pyrt doctor`: its exit code and its two forms."""

import json

import pytest

from pyrt_build.cli import main
from pyrt_build.doctor import checks, report
from pyrt_build.doctor.checks import Section


@pytest.mark.parametrize(("missing", "code"), [([], 0), (["no pip"], 1)])
def test_the_exit_code_says_whether_something_is_missing(missing, code, monkeypatch, capsys):
    made = report.Report([Section("Versions", {"pyrt": "1"}, missing)])
    monkeypatch.setattr(report, "make", lambda: made)
    assert main(["doctor"]) == code
    assert capsys.readouterr().out.startswith("Versions\n  pyrt  1\nResult\n")
    assert main(["doctor", "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert found["command"] == "doctor"
    assert found["complete"] is (code == 0)
    assert found["missing"] == missing


def test_each_check_is_part_of_the_report():
    assert {check.__name__ for check in checks.ALL} == {
        *("versions", "programs", "caches", "index", "cdn", "screen")
    }
