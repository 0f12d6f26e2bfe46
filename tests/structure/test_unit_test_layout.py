"""tests/unit has the same folders as the product, and each module has a test file of its name.

    pyrt/engine/tree/index.py           tests/unit/engine/tree/test_index.py
    build/pyrt_build/app/discover.py    tests/unit/builder/app/test_discover.py

A folder must not have more files than a reader can take in as a list.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import pytest

from tests.support.repository import read, tracked

MIRRORED = {"pyrt": "tests/unit", "build/pyrt_build": "tests/unit/builder"}
NOT_MIRRORED = "pyrt/compat"  # Dash's names, in Dash's modules

# A module without a test file of its name: the tests that hold it, and why these.
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "build/pyrt_build/build.py": (
        "whole builds",
        "tests/builder/test_plan.py",
        "tests/builder/test_bad_input.py",
    ),
    **dict.fromkeys(
        (
            "build/pyrt_build/packages/search/candidates.py",
            "build/pyrt_build/packages/search/explain.py",
            "build/pyrt_build/packages/search/missing.py",
            "build/pyrt_build/packages/search/need.py",
            "build/pyrt_build/packages/search/provider.py",
            "build/pyrt_build/packages/search/search.py",
            "build/pyrt_build/packages/search/table.py",
        ),
        (
            "by the real pip, from a folder of tiny wheels",
            "tests/builder/test_relaxed.py",
            "tests/builder/test_out_of_reach.py",
            "tests/builder/test_bad_input.py",
        ),
    ),
    "pyrt/app/notebooks.py": (
        "with the notebook that it leads to",
        "tests/unit/notebook/test_run.py",
    ),
    "build/pyrt_build/packages/resolve.py": (
        "by the real pip, from a folder of tiny wheels",
        "tests/builder/test_resolution.py",
        "tests/builder/test_bad_input.py",
    ),
    **{
        f"build/pyrt_build/check/{name}.py": (
            "by checks of apps",
            "tests/unit/builder/check/test_check.py",
        )
        for name in (
            *("cost", "declarations", "files", "finding", "ids", "missing", "modules", "names"),
        )
    },
    "build/pyrt_build/check/report.py": (
        "by the command",
        "tests/unit/builder/commands/test_check.py",
    ),
    **{
        f"build/pyrt_build/starters/{name}.py": (
            "by the command; each starter has a test of its own",
            "tests/unit/builder/commands/test_new.py",
        )
        for name in (
            *("bridge/app", "bridge/test_app", "dashboard/app", "dashboard/test_app"),
            *("minimal/app", "minimal/test_app", "multi_page/app", "multi_page/test_app"),
            *("multi_page/pages/about", "multi_page/pages/home", "write"),
        )
    },
    **{
        f"build/pyrt_build/playground/example_apps/{name}.py": (
            "by the menu that names them",
            "tests/unit/builder/playground/test_examples.py",
        )
        for name in ("counter", "temperatures", "to_do", "waves", "islands")
    },
    "build/pyrt_build/rehearsal/server.py": (
        "serves to a browser",
        "tests/builder/test_rehearsal.py",
    ),
    "build/pyrt_build/testing/browsers.py": ("opens one", "tests/browser/start/test_pyrt_site.py"),
    "build/pyrt_build/testing/sites.py": ("builds", "tests/browser/start/test_pyrt_site.py"),
    "build/pyrt_build/templates/watch.py": (
        "runs in Python in a browser",
        "tests/builder/test_rehearsal.py",
    ),
    "build/pyrt_build/site/bytecode_cache.py": (
        "a step of `make release`",
        "tests/release/test_distributions.py",
    ),
    "build/pyrt_build/site/compile/wheel_bytecode.py": (
        "needs what `bytecode` needs",
        "tests/unit/builder/site/compile/test_bytecode.py",
    ),
    "build/pyrt_build/site/plan.py": ("by builds", "tests/builder/test_plan.py"),
    "pyrt/engine/session_config.py": (
        "defaults; every test of the session sets some",
        "tests/unit/engine/test_session.py",
    ),
    "pyrt/engine/wire/messages.py": (
        "the forms of messages, by their reader and writer",
        "tests/unit/engine/wire/test_protocol.py",
        "tests/property/test_protocol.py",
    ),
    "pyrt/server/asgi.py": ("routes, of a server that runs", "tests/server/test_http.py"),
    "pyrt/server/deadlines.py": ("of a server that runs", "tests/server/test_deadlines.py"),
    "pyrt/server/http.py": ("of a server that runs", "tests/server/test_http.py"),
    "pyrt/server/jobs/fork_server.py": ("forks processes", "tests/server/test_jobs.py"),
    "pyrt/server/serve.py": ("the command, as a process", "tests/server/test_command.py"),
    **dict.fromkeys(
        ("pyrt/testing/host.py", "pyrt/testing/storage.py", "pyrt/testing/timers.py"),
        ("by pages of apps", "tests/unit/testing/test_page.py"),
    ),
    "pyrt/testing/jobs.py": ("by pages of apps", "tests/unit/testing/test_background.py"),
    "pyrt/testing/records.py": ("by pages of apps", "tests/unit/testing/test_page.py"),
}

# Modules in which nothing is computed.
DECLARATIONS = {
    "pyrt/server/__main__.py": "starts `serve`",
    "build/pyrt_build/app/config.py": "options",
    "build/pyrt_build/errors.py": "the one exception",
    "build/pyrt_build/types.py": "a type",
    "pyrt/model/dash_messages.py": "texts",
}

# Tests of no single module.
OF_SEVERAL = {
    "tests/unit/engine/test_wildcards.py": "S-14 to S-20, from the ids to the scheduler",
    "tests/unit/notebook/test_run.py": "`app.run()` and `app`, from pyrt/app to the widget",
    "tests/unit/test_benchmarks.py": "the tables, the history and the verdict of benchmarks/",
    "tests/unit/test_dash_stubs.py": "the types that tools/dash_stubs.py writes",
    "tests/unit/test_prop_types.py": "the types that tools/prop_types.py writes",
    "tests/unit/test_public_api.py": "the names of pyrt/compat, compared with Dash's",
}

MAX_TESTS = 20  # files of tests in a folder of tests/unit
MAX_CODE = 15  # files of code in a folder below one of SMALL
SMALL = ("web/src", "pyrt/engine", "build/pyrt_build")
CODE = {".py", ".ts", ".tsx"}


def is_below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def mirrors(files: Iterable[str]) -> dict[str, str]:
    """The test file of each module."""
    found = {}
    for path in map(PurePosixPath, files):
        for product, tests in MIRRORED.items():
            is_module = path.suffix == ".py" and path.name != "__init__.py"
            if is_module and is_below(str(path), product) and not is_below(str(path), NOT_MIRRORED):
                found[str(path)] = str(
                    tests / path.relative_to(product).with_stem(f"test_{path.stem}")
                )
    return found


def find_faults(
    files: Iterable[str], elsewhere: Mapping[str, tuple[str, ...]], several: Iterable[str]
) -> Iterator[str]:
    """Yield what does not fit between modules, their tests and the tables above."""
    present = set(files)
    modules = mirrors(present)
    for module, test in modules.items():
        if test in present and module in elsewhere:
            yield f"{module} has a test file: it does not belong into ELSEWHERE"
        if test not in present and module not in elsewhere:
            yield f"{module} has no {test}"
    for module, (_, *held) in elsewhere.items():
        yield from (f"ELSEWHERE: {path} does not exist" for path in {module, *held} - present)
    known = {*modules.values(), *several}
    tests = {path for path in present if is_below(path, "tests/unit") and "/test_" in path}
    yield from (f"{path} is named after no module" for path in tests - known)
    yield from (f"OF_SEVERAL: {path} does not exist" for path in set(several) - present)


def count_code(files: Iterable[str], *roots: str) -> Counter[str]:
    """How many files of code each folder holds, of those below the roots."""
    return Counter(
        str(path.parent)
        for path in map(PurePosixPath, files)
        if path.suffix in CODE and any(is_below(str(path), root) for root in roots)
    )


def find_large(counts: Mapping[str, int], most: int) -> list[str]:
    return [f"{folder}: {count}" for folder, count in counts.items() if count > most]


FILES = [path.as_posix() for path in tracked()]
HELD = {**ELSEWHERE, **dict.fromkeys(DECLARATIONS, ("nothing is computed",))}


def test_every_module_has_its_test_file_or_stands_in_the_table():
    assert list(find_faults(FILES, HELD, OF_SEVERAL)) == []
    assert len(mirrors(FILES)) > 100


@pytest.mark.parametrize("module", DECLARATIONS)
def test_in_a_module_of_declarations_nothing_is_computed(module):
    computing = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While)
    assert not [node for node in ast.walk(ast.parse(read(module))) if isinstance(node, computing)]


def test_every_reason_is_given():
    assert all(reason and tests for reason, *tests in ELSEWHERE.values())
    assert all([*DECLARATIONS.values(), *OF_SEVERAL.values()])


GOOD = ["pyrt/model/a.py", "pyrt/model/__init__.py", "pyrt/compat/dash/b.py", "web/src/c.ts"]
GOOD += ["build/pyrt_build/app/d.py", "build/pyrt_build/e.py", "tests/server/test_e.py"]
GOOD += ["tests/unit/model/test_a.py", "tests/unit/builder/app/test_d.py", "tests/unit/conftest.py"]
TABLE = {"build/pyrt_build/e.py": ("a process", "tests/server/test_e.py")}


def test_the_check_is_content_with_a_mirror():
    assert list(find_faults(GOOD, TABLE, ())) == []


@pytest.mark.parametrize(
    ("files", "elsewhere", "several", "fault"),
    [
        ([*GOOD, "pyrt/model/new.py"], TABLE, (), "has no tests/unit/model/test_new.py"),
        (GOOD, {}, (), "build/pyrt_build/e.py has no tests/unit/builder/test_e.py"),
        (
            [*GOOD, "tests/unit/model/test_old.py"],
            TABLE,
            (),
            "test_old.py is named after no module",
        ),
        (
            [*GOOD, "tests/unit/test_a.py"],
            TABLE,
            (),
            "tests/unit/test_a.py is named after no module",
        ),
        ([*GOOD, "tests/unit/builder/test_e.py"], TABLE, (), "e.py has a test file"),
        (GOOD[:6] + GOOD[7:], TABLE, (), "tests/server/test_e.py does not exist"),
        (GOOD, {**TABLE, "pyrt/gone.py": ("", GOOD[6])}, (), "pyrt/gone.py does not exist"),
        (GOOD, TABLE, ["tests/unit/test_gone.py"], "test_gone.py does not exist"),
    ],
)
def test_the_check_finds_each_kind_of_fault(files, elsewhere, several, fault):
    (found,) = find_faults(files, elsewhere, several)
    assert fault in found


def test_folders_are_small():
    assert find_large(count_code(FILES, *SMALL), MAX_CODE) == []
    assert find_large(count_code(FILES, "tests/unit"), MAX_TESTS) == []
    assert {"web/src/session", "pyrt/engine/tree", "build/pyrt_build"} <= {
        *count_code(FILES, *SMALL)
    }


def test_a_large_folder_is_found():
    files = [f"web/src/wire/{n}.{kind}" for n in range(5) for kind in ("ts", "tsx", "py", "css")]
    counts = count_code([*files, "web/src/a.ts", "web/test/b.ts"], "web/src")
    assert counts == {"web/src/wire": 15, "web/src": 1}
    assert find_large(counts, 14) == ["web/src/wire: 15"]
    assert find_large(counts, 15) == []
