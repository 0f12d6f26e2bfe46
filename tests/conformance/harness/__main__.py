"""The command line: `python -m tests.conformance.harness --help`, from the repository's root.

Exit codes: 0 success; 1 a test fails that is not known to, or a program is missing; 2 a wrong
command line.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .app_folder import write_app_folder
from .command_line import make_parser
from .environment import EnvironmentMissingError, find_program, find_python
from .items import Item, half_of
from .options import RunOptions
from .plan import Plan
from .results import (
    Result,
    new_failures,
    read_known_failures,
    read_results,
    summarize,
)
from .rules import NotApplicable, RuleOptions
from .run_test import run_test
from .selection import describe_not_applicable, is_selected, plan_test, without_result
from .suite import collect, copy_suite

ERROR_CHARS = 140


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return the exit code."""
    options = make_parser().parse_args(arguments)
    try:
        return _Command(options).run()
    except EnvironmentMissingError as error:
        _note(str(error))
        return 1


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _print(lines: Iterator[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class _Planned:
    item: Item
    plan: Plan | NotApplicable


class _Command:
    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._label: str = options.label or ("reference" if options.reference else "builder")
        self._work: Path = options.work.resolve()
        self._file: Path = options.results or self._work / f"results-{self._label}.jsonl"
        self._python: str = options.python or find_python(self._work)

    def run(self) -> int:
        """Do what the options say."""
        options = self._options
        self._work.mkdir(parents=True, exist_ok=True)
        suite = copy_suite(options.dash.resolve(), self._work, is_new=options.recollect)
        items = collect(suite, self._work, self._python)
        ids = self._chosen_ids()
        items = [item for item in items if is_selected(item, options.filters, ids)]
        if options.summary:
            return self._summarize(items)
        rules = RuleOptions(options.locks, options.reference, frozenset(options.have))
        planned = [_Planned(item, plan_test(suite, item, rules)) for item in items]
        if options.list:
            _print(_list(planned))
            return 0
        if options.write_app:
            return self._write_app(planned)
        self._run_all(suite, planned)
        return self._summarize(items)

    def _chosen_ids(self) -> set[str] | None:
        chosen = []
        if self._options.ids:
            chosen.append(set(self._options.ids.read_text().splitlines()))
        if self._options.passing_in:
            results = read_results(self._options.passing_in)
            chosen.append({id_ for id_, each in results.items() if each["outcome"] == "pass"})
        return set.intersection(*chosen) if chosen else None

    def _write_app(self, planned: list[_Planned]) -> int:
        for each in planned:
            if isinstance(each.plan, Plan):
                write_app_folder(each.plan, self._options.write_app)
                _print(iter([f"{each.item['id']} -> {self._options.write_app}"]))
                return 0
        _note("no test that can be run matches")
        return 1

    def _summarize(self, items: list[Item]) -> int:
        all_results = read_results(self._file)
        results = [all_results[item["id"]] for item in items if item["id"] in all_results]
        _print(summarize(results, self._options.by))
        if not self._options.known_failures:
            return 0
        failed = new_failures(results, read_known_failures(self._options.known_failures))
        _print(f"fails, and is not known to: {test_id}" for test_id in failed)
        return 1 if failed else 0

    def _run_all(self, suite: Path, planned: list[_Planned]) -> None:
        results = {} if self._options.fresh else read_results(self._file)
        plans = [each.plan for each in planned if isinstance(each.plan, Plan)]
        todo = without_result(plans, results, self._options.rerun)
        todo = todo[: self._options.limit or None]
        self._record_not_applicable(planned, read_results(self._file))
        _note(f"{len(planned)} selected, {len(todo)} to run")
        run = _Run(self._run_options(), suite, self._file, len(todo), self._options.deadline)
        with ThreadPoolExecutor(self._options.workers) as executor:
            list(executor.map(run.run, todo))

    def _record_not_applicable(
        self, planned: list[_Planned], results: Mapping[str, Result]
    ) -> None:
        with self._file.open("a") as file:
            for each in planned:
                if isinstance(each.plan, NotApplicable):
                    old = results.get(each.item["id"], {})
                    if old.get("rule") != each.plan.rule:
                        result = describe_not_applicable(each.item, each.plan, self._label)
                        file.write(f"{json.dumps(result)}\n")

    def _run_options(self) -> RunOptions:
        options = self._options
        return RunOptions(
            label=self._label,
            work=self._work,
            builder=options.builder or "",
            python=self._python,
            is_reference=options.reference,
            is_single_file=options.single_file,
            chromium=options.chromium or find_program("chromium", "chromium"),
            chromedriver=options.chromedriver or find_program("chromedriver", "chromium-driver"),
            locks=options.locks,
            serve_mode=options.serve_mode,
            headers=tuple(options.header),
            build_timeout=options.build_timeout,
            boot_timeout=options.boot_timeout,
            timeout=options.timeout,
            timeout_scale=options.timeout_scale,
            keeps_folders=options.keep,
            takes_screenshots=options.screenshots,
        )


def _list(planned: list[_Planned]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for item, plan in ((each.item, each.plan) for each in planned):
        is_runnable = isinstance(plan, Plan)
        kind = f"run:{plan.mode}" if isinstance(plan, Plan) else f"n/a:{plan.rule}"
        counts[kind] += 1
        remote = sorted(plan.remote) if isinstance(plan, Plan) and is_runnable else []
        names = f"   {{remote: {','.join(remote)}}}" if remote else ""
        yield f"{kind:28} {half_of(item['id']):9} {item['id']}{names}"
    for kind, count in sorted(counts.items()):
        yield f"{count:6} {kind}"
    yield f"{counts.total():6} total"


class _Run:
    """Runs tests in several threads, and appends each result to the file."""

    def __init__(
        self, options: RunOptions, suite: Path, file: Path, total: int, deadline_s: float
    ) -> None:
        self._options, self._suite, self._file, self._total = options, suite, file, total
        self._start = time.monotonic()
        self._deadline_s = deadline_s
        self._guard = threading.Lock()
        self._is_stopped = threading.Event()
        self._done = 0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, *_signal: object) -> None:
        _note("stopping: the tests under way end first")
        self._is_stopped.set()

    def run(self, plan: Plan) -> None:
        """Run a test, unless the run was stopped or its time is over."""
        seconds = time.monotonic() - self._start
        if self._is_stopped.is_set() or (self._deadline_s and seconds > self._deadline_s):
            return
        result = run_test(self._options, self._suite, plan)
        with self._guard:
            self._done += 1
            with self._file.open("a") as file:
                file.write(f"{json.dumps(result)}\n")
            _note(self._progress(result))

    def _progress(self, result: Result) -> str:
        seconds = time.monotonic() - self._start
        reason = str(result.get("error") or result.get("rule"))[:ERROR_CHARS].replace("\n", " ")
        return (
            f"[{self._done}/{self._total} {seconds:4.0f}s] {result['outcome']:13}"
            f" {result['total_s']:5.1f}s {result['id'].rpartition('/')[2]}"
            + ("" if result["outcome"] == "pass" else f" | {reason}")
        )


if __name__ == "__main__":
    sys.exit(main())
