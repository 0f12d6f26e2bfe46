"""What benchmarks/ makes of its measurements: tables, a history, a picture, a verdict."""

import json
import xml.etree.ElementTree as ET  # of our own text

import pytest

from benchmarks import history, history_picture, quick
from benchmarks.measurements import Measured, Row
from benchmarks.results_table import HEAD, compose

BEFORE = f"""{HEAD}
## Budgets

| figure | baseline | at most | run 1: pyrt | baseline | ratio | run 2: pyrt | baseline | ratio |  |
|---|---|---|---|---|---|---|---|---|---|
| **click** | Dash | 0.2 | 2.00 ms | 4.00 | 0.50 x | 2.00 ms | 4.00 | 0.50 x | **missed** |
| **size** (brotli) |  | 3 | 2.00 MB |  |  |  |  |  | held |

Not measured: first paint of a rehearsed site, against the same page as static HTML and React.

## clicks

Measured 2026-01-01, by hand.

| figure | baseline | at most | run 1: pyrt | baseline | ratio | run 2: pyrt | baseline | ratio |  |
|---|---|---|---|---|---|---|---|---|---|
| **click** | Dash | 0.2 | 2.00 ms | 4.00 | 0.50 x | 2.00 ms | 4.00 | 0.50 x | **missed** |

## size

Measured 2026-01-02.

| figure | baseline | at most | run 1: pyrt | baseline | ratio |  |
|---|---|---|---|---|---|---|
| **size** (brotli) |  | 3 | 2.00 MB |  |  | held |
| folder |  |  | 5.00 MB |  |  |  |

What is below the table stays, too.
"""
FASTER = Row("click", [1.0], "Dash", [10.0], limit=0.2, budget="click, Dash")


def measured(section, *rows, run="1"):
    return Measured(section, run, "2026-02-02", rows)


def test_results_without_new_measurements_stay_as_they_are():
    assert compose(BEFORE, []) == BEFORE


def test_a_section_that_was_measured_replaces_its_text_and_its_budget_only():
    after = compose(BEFORE, [measured("clicks", FASTER)])
    row = "| **click** | Dash | 0.2 | 1.00 ms | 10.0 | 0.10 x | held |"
    assert after.count(row) == 2
    assert "0.50 x" not in after
    assert "by hand" not in after
    assert after.partition("## size")[2] == BEFORE.partition("## size")[2]
    assert after.index("**click**") < after.index("**size**") < after.index("## clicks")


def test_a_new_section_comes_last_and_its_budget_below_the_others():
    new = measured("start", Row("ready", [1.0], limit=2, budget="cold", unit="s"))
    after = compose(BEFORE, [new])
    assert after.rstrip().endswith("| **ready** |  | 2 | 1.00 s |  |  | held |")
    budgets = after.partition("## clicks")[0]
    assert budgets.index("**size**") < budgets.index("**ready**") < budgets.index("Not measured")


def test_a_first_file_names_the_budgets_that_nothing_measures():
    after = compose("", [measured("clicks", FASTER)])
    assert "Not measured: click -> Python -> DOM, against real Dash" not in after
    assert after.count("\nNot measured: ") == 11


def test_two_runs_stand_side_by_side():
    runs = [measured("clicks", FASTER), measured("clicks", FASTER, run="2")]
    assert "run 1: pyrt | baseline | ratio | run 2: pyrt" in compose("", runs)


# --- history


def entry(ratios, run="quick", date="2026-02-02"):
    return history.Entry(date, "0123abcd", run, ratios)


def test_a_line_of_the_history_has_its_rows_in_order_and_four_digits():
    line = history.format_line(entry({"b": 0.123456, "a": 12345.6}))
    assert json.loads(line) == {
        "date": "2026-02-02",
        "commit": "0123abcd",
        "run": "quick",
        "ratios": {"a": 12350.0, "b": 0.1235},
    }
    assert line.index('"a"') < line.index('"b"')


def test_the_history_in_the_repository_can_be_read_and_is_in_its_own_format():
    text = history.TARGET.read_text(encoding="utf-8")
    entries = history.read()
    assert "".join(f"{history.format_line(each)}\n" for each in entries) == text
    assert [each.date for each in entries] == sorted(each.date for each in entries)
    assert {each.run for each in entries} <= {"bench", "quick"}


def test_the_picture_in_the_docs_is_that_of_the_history():
    parts = {
        name: list(history.courses(history.read(), run)) for run, name in history.PARTS.items()
    }
    assert history.PICTURE.read_text(encoding="utf-8") == history_picture.draw(parts)


def test_a_row_is_compared_with_the_median_of_its_last_three_runs_of_the_kind():
    runs = [entry({"a": ratio}) for ratio in (9, 1, 3, 2)]
    runs += [entry({"a": 100}, run="bench"), entry({"b": 7})]
    assert history.references(runs, "quick") == {"a": 2, "b": 7}


def test_rows_without_a_baseline_are_not_in_the_history():
    found = history.ratios_of([measured("clicks", FASTER, Row("alone", [1.0]))])
    assert found == {"clicks: click / Dash": pytest.approx(0.1)}


def test_the_picture_has_a_chart_for_each_row_with_several_points():
    rows = history.courses([entry({"<a>": 1, "b": 2}), entry({"<a>": 2})], "quick")
    root = ET.fromstring(history_picture.draw({"quick": list(rows), "none": []}))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["quick", "<a>", "2 x"]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2


def test_the_picture_leaves_out_rows_of_the_bench_whose_baseline_is_no_other_program():
    ratios = {"click / Dash server": 1, "click / the smaller one": 1}
    rows = history.courses([entry(ratios, run="bench")] * 2, "bench")
    assert [each.row for each in rows] == ["click / Dash server"]


def test_a_long_title_has_two_lines():
    words = " ".join(["component"] * 20)
    first, second = history_picture.wrap(words)
    assert words.startswith(first)
    assert second.endswith("…")
    assert max(len(first), len(second)) <= history_picture.LETTERS


# --- quick


@pytest.fixture
def runs(monkeypatch):
    """Replaces what is measured: the ratios of one group, run by run."""

    def use(*found):
        measurements = iter(found)
        monkeypatch.setattr(quick, "GROUPS", {"group": lambda: next(measurements)})

    return use


def test_a_row_that_is_worse_once_is_measured_again_and_keeps_the_better_ratio(runs):
    runs({"a": 1.3, "b": 1.0}, {"a": 1.2, "b": 1.1})
    assert quick.measure(["group"], {"a": 1.0, "b": 1.0}) == ({"a": 1.2, "b": 1.0}, set())


def test_a_row_that_is_worse_twice_has_failed(runs):
    runs({"a": 1.3, "b": 1.0}, {"a": 1.4, "b": 9.0})
    assert quick.measure(["group"], {"a": 1.0, "b": 1.0}) == ({"a": 1.3, "b": 1.0}, {"a"})


def test_rows_that_are_no_worse_or_new_are_measured_once(runs):
    runs({"a": 1.25, "new": 7.0})
    assert quick.measure(["group"], {"a": 1.0}) == ({"a": 1.25, "new": 7.0}, set())


@pytest.mark.parametrize(("ratio", "result"), [(2.0, (1, "in two runs: a")), (1.0, (0, "none"))])
def test_the_last_line_is_the_summary(runs, monkeypatch, capsys, ratio, result):
    code, words = result
    runs({"a": ratio}, {"a": ratio})
    monkeypatch.setattr(history, "read", lambda: [entry({"a": 1.0})])
    monkeypatch.setattr("sys.argv", ["quick", "--only", "group"])
    assert quick.main() == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("1 ratios in ")
    assert words in last


def test_an_unknown_group_is_named(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["quick", "--only", "engine,nothing"])
    with pytest.raises(SystemExit) as ended:
        quick.main()
    assert ended.value.code == 2
    assert "no group nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ours", "expected"), [(30, "**missed**; floor 0.50 x: the bytes"), (10, "held")]
)
def test_a_row_that_is_missed_names_its_floor(ours, expected):
    row = Row("start", [ours], "Dash", [40], limit=0.3, floor=[20], why="the bytes")
    measured = Measured("1", "start", "2026-01-03", [row])
    assert compose("", [measured]).rstrip().endswith(f"| {expected} |")
