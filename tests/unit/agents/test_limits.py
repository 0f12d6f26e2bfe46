"""Results are cut at a stated size."""

from pyrt.agents.limits import cut, cut_text, to_json


def test_what_is_small_stays():
    value = {"a": [1, 2, {"b": "c"}]}
    assert cut(value) == (value, "")


def test_long_lists_lose_their_last_items():
    made, note = cut({"rows": list(range(10_000)), "title": "t"}, 1000)
    assert len(to_json(made)) <= 1100
    assert made["rows"][:3] == [0, 1, 2]
    assert made["title"] == "t"
    assert "was cut from" in note


def test_long_texts_lose_their_end():
    made, _ = cut({"text": "x" * 10_000}, 1000)
    assert made["text"].endswith("...")
    assert 900 < len(made["text"]) <= 1000


def test_what_small_values_leave_is_for_large_ones():
    made, _ = cut({"a": "x" * 10_000, **{f"b{n}": n for n in range(20)}}, 2000)
    assert made["b19"] == 19
    assert len(made["a"]) > 1000


def test_a_large_first_item_is_cut_itself():
    made, _ = cut([{"x": "y" * 5000}], 500)
    assert made[0]["x"].startswith("yyy")
    assert len(to_json(made)) < 600


def test_a_text_says_how_long_it_was():
    assert cut_text("abc", 10) == "abc"
    assert cut_text("abcdef", 3) == "abc... (cut, 6 characters in all)"


def test_what_is_no_json_is_text():
    assert to_json({"a": set}) == '{"a": "<class \'set\'>"}'
