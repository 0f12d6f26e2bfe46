"""Runs one test: writes the app, makes the site, runs pytest on it, and judges the result."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from .app_folder import write_app_folder
from .hosting import Hosted, TestEnded, end_process, host
from .items import Item, half_of
from .options import RunOptions
from .plan import Plan, UnsplittableError
from .run_spec import RunSpec
from .suite import PYTEST, plugin_environment, root_folder

LOG_CHARS = 2500
TRACE_CHARS = 1500
SERVER_LOG_CHARS = 800
NAME_CHARS = 80
PYTEST_ENDS_S = 15  # after the interrupt: it closes the browser and writes its result
# Of the record of the test process, in results of tests that failed.
FAILURE_FIELDS = (
    "error_type",
    "error",
    "where",
    "line",
    "console",
    "page_url",
    "page_text",
    "pyrt_log",
    "boots",
    "remote_evals",
    "seconds",
)
BROWSER_ERRORS = {
    "InvalidSessionIdException",
    "NoSuchWindowException",
    "SessionNotCreatedException",
}

type Result = dict[str, Any]


def run_test(options: RunOptions, suite: Path, plan: Plan) -> Result:
    """Run a test and return its result, whatever happens."""
    start = time.monotonic()
    item = plan.item
    result: Result = {
        "id": item["id"],
        "file": item["file"],
        "half": half_of(item["id"]),
        "builder": options.label,
        "mode": plan.mode,
        "remote": sorted(plan.remote),
    }
    if plan.is_blocked_by_lock:
        result["lock"] = True
    folder = options.work / "run" / options.label / folder_name(item)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        result |= _write_and_run(options, suite, plan, folder)
    except TestEnded as ended:
        result |= {"outcome": ended.outcome, **ended.fields}
    except Exception as error:  # noqa: BLE001 - the other tests are run
        result |= _harness_error("harness", error)
    result["total_s"] = round(time.monotonic() - start, 2)
    if not options.keeps_folders:
        _clean(folder, is_all=result["outcome"] in {"pass", "n/a"})
    return result


def folder_name(item: Item) -> str:
    """A name for the test's folder: of letters that are safe in paths, and different for each."""
    safe = "".join(each if each.isalnum() or each in "._-" else "_" for each in item["name"])
    return f"{safe[:NAME_CHARS]}-{hashlib.sha1(item['id'].encode()).hexdigest()[:4]}"


def _harness_error(stage: str, error: Exception) -> Result:
    return {
        "outcome": "harness-error",
        "stage": stage,
        "error": repr(error),
        "trace": traceback.format_exc()[-TRACE_CHARS:],
    }


def _clean(folder: Path, *, is_all: bool) -> None:
    for path in [folder] if is_all else [folder / "site", folder / "profile"]:
        shutil.rmtree(path, ignore_errors=True)


def _write_and_run(options: RunOptions, suite: Path, plan: Plan, folder: Path) -> Result:
    try:
        write_app_folder(plan, folder / "app")
    except UnsplittableError as error:
        return {"outcome": "n/a", "rule": "unsplittable", "detail": str(error)}
    except Exception as error:  # noqa: BLE001 - a limit of the harness
        return _harness_error("write-app", error)
    with host(options, folder) as hosted:
        result: Result = {} if hosted.build_s is None else {"build_s": hosted.build_s}
        spec = _make_spec(options, suite, plan, folder, hosted)
        is_timeout = _run_pytest(options, spec, folder)
        judged = judge(_read_record(spec), folder / "pytest.log", options.timeout, is_timeout)
        result |= judged
        if hosted.server.site.misses:
            result["static_misses"] = hosted.server.site.misses[-10:]
        if hosted.log and judged["outcome"] != "pass":
            result["server_log"] = hosted.log.read_text()[-SERVER_LOG_CHARS:]
    return result


def _make_spec(
    options: RunOptions, suite: Path, plan: Plan, folder: Path, hosted: Hosted
) -> RunSpec:
    return RunSpec(
        item=plan.item,
        suite=str(suite),
        url=hosted.url,
        lock_url=hosted.server.harness_url,
        locks=options.locks,
        boot_timeout=options.boot_timeout,
        timeout_scale=options.timeout_scale,
        chromium=options.chromium,
        profile=str(folder / "profile"),
        is_capture=plan.mode == "capture",
        result=str(folder / "result.json"),
        screenshot=str(folder / "fail.png") if options.takes_screenshots else None,
    )


def _run_pytest(options: RunOptions, spec: RunSpec, folder: Path) -> bool:
    """Run the test in a process; return whether it took too long."""
    spec.write(folder / "spec.json")
    suite, item = Path(spec.suite), spec.item
    root = root_folder(suite, item["file"])
    command = [options.python, *PYTEST, "-q", "-x", "-p", "harness.running", "-p", "no:flaky"]
    command += ["--rootdir", str(root), "--headless", "--basetemp", str(folder / "tmp")]
    command.append(f"{suite / item['file']}::{item['name']}")
    programs = f"{Path(options.chromedriver).parent}{os.pathsep}{os.environ['PATH']}"
    environment = plugin_environment(
        CONF_RUN=str(folder / "spec.json"), CONF_SUITE=str(suite), PATH=programs
    )
    with (folder / "pytest.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(options.timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PYTEST_ENDS_S)
            return True
        finally:
            end_process(process)
    return False


def _read_record(spec: RunSpec) -> Result:
    """What the test process recorded; empty if it recorded nothing."""
    file = Path(spec.result)
    record: Result = json.loads(file.read_text()) if file.exists() else {}
    return record


def judge(record: Result, log: Path, timeout: float, is_timeout: bool) -> Result:  # noqa: FBT001
    """The outcome of a test from the record of its process.

    Args:
        record: see running.py.
        log: the output of pytest.
        timeout: seconds that the test was given.
        is_timeout: whether it took longer.
    """
    tail = log.read_text()[-LOG_CHARS:]
    if is_timeout:
        seen = {name: record.get(name) for name in ("console", "boots")}
        error = f"test ran past {timeout}s"
        return {"outcome": "fail", "stage": "timeout", "error": error, "log": tail, **seen}
    if record.get("outcome") == "passed":
        seen = {name: record.get(name) for name in ("seconds", "boots", "remote_evals")}
        return {"outcome": "pass", **seen}
    if record.get("outcome") == "skipped":
        return {"outcome": "n/a", "rule": "skipped-upstream", "detail": "skipped at run time"}
    if record.get("outcome") is None:
        error = "no result from pytest"
        return {"outcome": "harness-error", "stage": "pytest", "error": error, "log": tail}
    kept = {name: record[name] for name in FAILURE_FIELDS if record.get(name) not in (None, [], "")}
    if stage := _harness_stage(record):
        return {"outcome": "harness-error", "stage": stage, "log": tail, **kept}
    return {"outcome": "fail", "stage": "test", **kept}


def _harness_stage(record: Result) -> str | None:
    """The stage at which a failure is the harness's or the machine's; None if it is the site's."""
    if record["when"] != "call":
        return f"fixture-{record['when']}"
    if not record["started"]:
        return "before-start"
    return "browser" if record.get("error_type") in BROWSER_ERRORS else None
