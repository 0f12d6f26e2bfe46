"""The program that compares whole projects with a real Dash."""

from pathlib import Path

from playwright.sync_api import expect

from tests.support.compare.actions import Chooser, perform
from tests.support.compare.results import Results, table
from tests.support.compare.site import root_below
from tests.support.compare.state import SCRIPT, differences, settle

PAGE = """
<button onclick="count.textContent = +count.textContent + 1">Add</button> <p id=count>0</p>
<label><input type=radio name=size> small</label> <label><input type=radio name=size> large</label>
<a href="#here">no page</a> <p hidden>hidden</p>
"""
ROW = {"name": "a/b", "commit": "c" * 40, "result": "same", "interactions": 10}


def test_differences_name_the_place_and_both_values():
    first = {"text": ["a", "b"], "graphs": [{"title": "t", "traces": [{"x": "2 values"}]}]}
    second = {"text": ["a", "b", "c"], "graphs": [{"title": "t", "traces": [{"x": "3 values"}]}]}
    assert dict(differences(first, second)) == {
        "text.length": '2 / 3, from [2]: [] / ["c"]',
        "graphs[0].traces[0].x": '"2 values" / "3 values"',
    }
    assert not [*differences(first, first)]


def test_what_a_page_shows_and_what_is_done_with_it_is_the_same_each_time(page):
    page.add_init_script(SCRIPT)
    done = []
    for _ in range(2):
        page.goto("about:blank")
        page.set_content(PAGE)
        before = settle(page)
        assert before["text"] == ["Add", "0", "small", "large", "no page"]
        chooser = Chooser()
        actions = [chooser.next(page)]
        while len(actions) < 4:
            assert actions[-1] is not None
            assert perform(page, actions[-1]) == ""
            actions.append(chooser.next(page))
        done.append([str(each) for each in actions])
        expect(page.locator("#count")).to_have_text("1")
        changed = [where for where, _ in differences(before, settle(page))]
        assert changed == ["inputs[1]", "text[1]"]
    assert done[0] == done[1]
    assert done[0][:3] == ['radio 1 "small"', 'button 1 "Add"', 'radio 1 "large"']


def test_the_root_is_the_one_that_the_build_has_said(tmp_path):
    """Not another folder with a file of the entry's name."""
    assert root_below(tmp_path, f"Root: {tmp_path}/b (c)/src (the entry's own folder)\n") == Path(
        "b (c)/src"
    )
    assert root_below(tmp_path, "pyrt: no app") == Path()


def test_a_reason_stays_until_the_result_is_another(tmp_path):
    results = Results(tmp_path / "results.jsonl")
    results.put({**ROW, "name": "z/z"})
    results.put({**ROW, "reason": "all | well"})
    results.put(ROW)
    assert [*results.read()] == ["a/b", "z/z"]
    assert "| cccccccccc | same | 10 | all \\| well |" in table(results.read())
    results.put({**ROW, "result": "stops"})
    assert "reason" not in results.read()["a/b"]
    assert table(results.read()).startswith("2 projects: 1 same, 1 stops.")
