"""The examples on CPython, as an author tests an app: docs/testing.md."""

import pytest
from dash import ALL

from pyrt_build.testing.plugin import pyrt_app as pyrt_app  # noqa: PLC0414  # a fixture
from tests.support.paths import EXAMPLES


@pytest.fixture
def open_example(pyrt_app):
    return lambda name, *args, **options: pyrt_app(EXAMPLES / name / "app.py", *args, **options)


def test_todo(open_example):
    page = open_example("todo")
    for text in ("bread", "milk"):
        page.set("text", value=text)
        page.click("add")
    assert page["text"].value == ""
    page.set({"type": "done", "index": 2}, value=[""])
    assert page["summary"].children == "1 left of 2"
    assert page[{"type": "text", "index": 2}].className == "done"
    page.set("filter", value="open")
    assert [each.hidden for each in page.find_all({"type": "item", "index": ALL})] == [False, True]
    page.click("clear")
    assert page["items"].text == "bread"
    assert page.errors == []


def test_async_work(open_example):
    page = open_example("async_work")
    page.click("start")
    page.click("ping")
    assert page["pong"].children == "yes, 1 times"
    assert page["start"].disabled
    page.advance(0.25)
    jobs = [page[f"job-{number}"].children for number in range(3)]
    assert jobs == ["job 0: step 2 of 5", "job 1: step 1 of 5", "idle"]
    page.advance(2)
    assert page["steps"].children == "3 jobs done"
    assert not page["start"].disabled


def test_pages(open_example):
    page = open_example("pages", "/planet/mars?unit=miles")
    assert page["unit"].value == "miles"
    assert page["size"].children.endswith("miles")
    page.navigate("/")
    assert "size" not in page
    page.navigate("/nowhere")
    assert "not_found" not in page.text
    page.back()
    page.back()
    assert page["name"].children == "Mars"
    assert page.title == "Mars: planets"
    assert page.errors == []


def test_counter(open_example):
    page = open_example("counter")
    page.click("increment")
    page.click("decrement")
    page.click("decrement")
    assert (page["count"].children, page["count"].style["color"]) == ("-1", "crimson")
    assert page.calls == ["count"] * 3


def test_converter(open_example):
    page = open_example("converter")
    assert page["sentence"].children == "1 metre = 3.28084 foot"
    page.calls.clear()
    page.set("quantity", value="mass")
    assert page["sentence"].children == "1 kilogram = 2.20462 pound"
    page.set("amount", value=10)
    page.set("target", value="ounce")
    assert page["inverse"].children == "1 ounce = 0.0283495 kilogram"
    assert page.calls.count("choose_quantity") == 1
    page.set("amount", value=None)
    assert page["sentence"].children.startswith("10 kilogram")
    assert page.errors == []


def test_patch_and_set_props(open_example):
    page = open_example("patch_and_set_props")
    for button in ("extend", "recolour", "extend", "log", "log"):
        page.click(button)
    (trace,) = page["graph"].figure["data"]
    assert (trace["y"], trace["line"]) == ([1, 4, 9, 16, 25], {"color": "teal"})
    assert page["graph"].figure["layout"]["title"]["text"] == "5 points"
    assert [line.children for line in page["lines"].children] == ["line 2", "line 1"]
    assert page["notice"].children == "2 logged"


def test_opening_hours(open_example):
    page = open_example("opening_hours")
    assert page["sentence"].children == "Lighthouse, Saturday: 09:00 to 18:00"
    page.set("day", value="Monday")
    assert page["sentence"].children == "Lighthouse, Monday: closed"
    page.set("visitors", value=["child", "adult"])
    assert page["price"].children == "One ticket each: 11 euros"
    page.set("visitors", value=[])
    assert page["price"].children == "Nobody goes."
