"""Results of callbacks for agents."""

import builtins
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from pyrt.agents.callback_tool import Target
from pyrt.agents.limits import MAX_RESULT, to_json
from pyrt.agents.results import RESULT_SCHEMA, draw, format_response, with_numbers, write_table

TABLE = Target("t", "data", {"type": "DataTable", "namespace": "dash_table", "props": {}})
GRAPH = Target("g", "figure", {"type": "Graph", "namespace": "dash_core_components", "props": {}})


def test_the_response_is_text_and_data():
    response = {"multi": True, "response": {"a": {"children": "x"}}}
    result = format_response(response, [Target("a", "children", None)])
    assert result["structuredContent"] == response
    assert result["content"] == [{"type": "text", "text": to_json(response)}]
    assert RESULT_SCHEMA["required"] == ["response"]


def test_a_table_is_added_as_text():
    rows = [{"a": 1, "b": "x|y"}, {"a": 2, "b": "two\nlines"}]
    result = format_response({"response": {"t": {"data": rows}}}, [TABLE])
    assert result["content"][1]["text"].splitlines() == [
        "*2 rows \u00d7 2 columns*",
        "",
        "a | b",
        "--- | ---",
        "1 | x\\|y",
        "2 | two lines",
    ]


def test_only_the_first_rows_are_written():
    text = write_table([{"n": n} for n in range(120)])
    assert "49" in text
    assert "50" not in text.splitlines()
    assert text.endswith("(70 more rows)")


def test_what_is_no_table_is_not_written():
    for value in (None, [], "text", [1, 2]):
        assert len(format_response({"response": {"t": {"data": value}}}, [TABLE])["content"]) == 1


def test_a_large_result_is_cut_and_says_so():
    response = {"response": {"a": {"children": "x" * 2 * MAX_RESULT}}}
    result = format_response(response, [])
    assert len(to_json(result["structuredContent"])) <= MAX_RESULT
    assert "was cut" in result["content"][1]["text"]


def fake(monkeypatch, to_image):
    """Put a plotly and a kaleido in the place of the real ones."""
    graph_objects: Any = ModuleType("plotly.graph_objects")
    graph_objects.Figure = lambda figure: SimpleNamespace(to_image=to_image)
    monkeypatch.setitem(sys.modules, "kaleido", ModuleType("kaleido"))
    monkeypatch.setitem(sys.modules, "plotly", ModuleType("plotly"))
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", graph_objects)


def test_a_figure_is_added_as_a_picture(monkeypatch):
    fake(monkeypatch, lambda **_: b"png")
    result = format_response({"response": {"g": {"figure": {"data": []}}}}, [GRAPH])
    assert result["content"][1] == {"type": "image", "data": "cG5n", "mimeType": "image/png"}


def test_without_kaleido_there_is_no_picture(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name == "kaleido":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert draw({"data": []}) is None


def test_a_kaleido_without_its_browser_gives_no_picture(monkeypatch):
    def fail(**_):
        raise RuntimeError("no Chrome")

    fake(monkeypatch, fail)
    assert draw({"data": []}) is None


def test_numbers_of_figures_can_be_read():
    column = {"dtype": "f8", "bdata": "AAAAAAAA8D8AAAAAAAD4fw=="}
    table = {"dtype": "i1", "bdata": "AQIDBAUG", "shape": "2, 3"}
    other = {"dtype": "f8", "bdata": "not base64!"}
    assert with_numbers({"y": [column], "z": table, "o": other, "t": "x"}) == {
        "y": [[1.0, None]],
        "z": [[1, 2, 3], [4, 5, 6]],
        "o": other,
        "t": "x",
    }
