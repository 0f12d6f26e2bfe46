"""Tests share code through tests/support only."""

import ast

import pytest

from tests.support.paths import ROOT

# A component package, the harness of Dash's tests with its tests, and projects of other people.
PACKAGES = {ROOT / "tests" / name for name in ("components", "conformance", "projects/cases")}
OF_BENCHMARKS = {"test_bench_tab.py", "test_benchmarks.py"}
FILES = sorted(f for f in (ROOT / "tests").rglob("*.py") if PACKAGES.isdisjoint(f.parents))


def imported(path):
    """The modules of tests and benchmarks that a file names in an import."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{each.name}" for each in node.names]
        yield from (name for name in names if name.split(".")[0] in {"tests", "benchmarks"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_test_imports_is_support_or_a_product(path):
    for name in imported(path):
        assert name.startswith(("tests.support.", "benchmarks."))
        assert not name.startswith("benchmarks.") or path.name in OF_BENCHMARKS
