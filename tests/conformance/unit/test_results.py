"""The file of results, the summary, and the tests that are known to fail."""

import json
from pathlib import Path

import pytest

from tests.conformance.harness.command_line import make_parser
from tests.conformance.harness.items import Item
from tests.conformance.harness.results import (
    folder_of,
    new_failures,
    read_known_failures,
    read_results,
    summarize,
)
from tests.conformance.harness.run_test import folder_name, judge
from tests.conformance.harness.selection import is_selected

FILE = "tests/integration/callbacks/test_a.py"


def result(name, outcome, **more):
    return {"id": f"{FILE}::{name}", "file": FILE, "outcome": outcome, **more}


def collected(name):
    return Item(
        id=f"{FILE}::{name}",
        file=FILE,
        func=name,
        name=name,
        skip=None,
        cls=False,
        fixtures=[],
        params={},
    )


def test_the_last_result_of_a_test_counts(tmp_path):
    lines = [json.dumps(result("test_1", outcome)) for outcome in ("fail", "pass")]
    (tmp_path / "results").write_text("\n".join([*lines, '{"id": "cut o']))
    assert list(read_results(tmp_path / "results").values()) == [result("test_1", "pass")]
    assert read_results(tmp_path / "missing") == {}


def test_the_summary_counts_outcomes():
    results = [
        result("test_1", "pass"),
        result("test_2", "fail"),
        result("test_3", "pass"),
        result("test_4", "n/a", rule="mcp"),
        result("test_5", "harness-error"),
    ]
    header, row, total, rules = summarize(results, "folder")
    assert header.split() == ["folder", "pass", "fail", "h-err", "n/a", "pass%"]
    assert row.split() == ["integration/callbacks", "2", "1", "1", "1", "67"]
    assert total.split() == ["TOTAL", "2", "1", "1", "1", "66.7"]
    assert rules == "n/a by rule: mcp 1"


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        (FILE, "integration/callbacks"),
        ("tests/integration/test_b.py", "integration/*.py"),
        ("components/dash-table/tests/selenium/test_c.py", "table/*.py"),
        ("elsewhere/test_d.py", "elsewhere/test_d.py"),
    ],
)
def test_files_are_grouped_by_folder(file, folder):
    assert folder_of(file) == folder


def test_only_failures_that_are_not_known_count(tmp_path):
    (tmp_path / "known").write_text("# a table\n\ntest_1[a]: needs: the internet\n")
    known = read_known_failures(tmp_path / "known")
    assert known == {"test_1[a]": "needs: the internet"}
    results = [result("test_1[a]", "fail"), result("test_2", "fail"), result("test_3", "pass")]
    assert new_failures(results, known) == [f"{FILE}::test_2"]


def test_the_table_of_known_failures_can_be_read():
    known = read_known_failures(Path(__file__).parents[1] / "known_failures")
    assert all(name.startswith("test_") and reason for name, reason in known.items())


@pytest.mark.parametrize(
    ("record", "outcome", "stage"),
    [
        ({}, "harness-error", "pytest"),
        ({"outcome": "passed"}, "pass", None),
        ({"outcome": "skipped"}, "n/a", None),
        ({"outcome": "failed", "when": "call", "started": True}, "fail", "test"),
        ({"outcome": "failed", "when": "call", "started": False}, "harness-error", "before-start"),
        (
            {"outcome": "failed", "when": "setup", "started": False},
            "harness-error",
            "fixture-setup",
        ),
        (
            {
                "outcome": "failed",
                "when": "call",
                "started": True,
                "error_type": "NoSuchWindowException",
            },
            "harness-error",
            "browser",
        ),
    ],
)
def test_outcome_of_a_test_process(tmp_path, record, outcome, stage):
    (tmp_path / "log").write_text("")
    judged = judge(record, tmp_path / "log", 9, is_timeout=False)
    assert (judged["outcome"], judged.get("stage")) == (outcome, stage)
    late = judge(record, tmp_path / "log", 9, is_timeout=True)
    assert (late["outcome"], late["stage"]) == ("fail", "timeout")


def test_names_of_folders_are_safe_and_different():
    names = [folder_name(collected(f"test[{value}]")) for value in ("/", "%")]
    assert names[0] != names[1]
    assert all(name.startswith("test___-") for name in names)


@pytest.mark.parametrize(
    ("filters", "is_found"),
    [
        ([], True),
        (["tests/integration"], True),
        (["components"], False),
        (["test_smpl00*"], True),
        (["smpl001"], True),
        (["nothing", "callbacks"], True),
        (["integration/callbacks"], False),
    ],
)
def test_filters(filters, is_found):
    item = collected("test_smpl001_click")
    assert is_selected(item, filters, None) is is_found
    assert not is_selected(item, filters, {"another"})


def test_options_with_several_values():
    options = make_parser().parse_args(
        ["--dash", "d", "--have", "numpy, pandas", "--header", "A: b", "--header", "C:d", "x"]
    )
    assert options.have == ["numpy", "pandas"]
    assert options.header == [("A", "b"), ("C", "d")]
    assert options.filters == ["x"]
