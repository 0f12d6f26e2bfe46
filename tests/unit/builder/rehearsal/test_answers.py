"""Results of callbacks that a rehearsal has computed, as files of the site."""

import json
from types import SimpleNamespace

import pytest

from pyrt_build.app.settings import Settings
from pyrt_build.console.notes import Code
from pyrt_build.rehearsal import answers


def app_with(source):
    return SimpleNamespace(mentions=lambda word: word in source)


def table(name, *texts):
    return {"callback": name, "inputs": [{"id": "region"}], "inputCount": 1, "texts": list(texts)}


def text(content):
    return {"text": content, "buffers": []}


def record(*tables, refused=()):
    return {"text": "{}", "answers": {"tables": list(tables), "refused": list(refused)}}


WANTED = answers.Wanted("{}", 1_000_000)


@pytest.mark.parametrize(
    ("source", "settings", "request_"),
    [
        ("@callback(Output(...))", Settings(), None),
        (
            "@callback(Output(...), precompute=True)",
            Settings(),
            {"functions": [], "scope": "named", "maxCalls": 500},
        ),
        (
            "",
            Settings(precompute=("app:draw",), precompute_calls=7),
            {"functions": ["app:draw"], "scope": "named", "maxCalls": 7},
        ),
        ("", Settings(precompute="auto"), {"functions": [], "scope": "fit", "maxCalls": 500}),
    ],
)
def test_what_is_asked_for(source, settings, request_):
    found = answers.wanted(app_with(source), settings)
    assert (found and json.loads(found.request)) == request_


def test_each_text_is_a_file_which_equal_ones_share():
    recorded = {
        "": record(table("out.children", text("West"), None, text("East"))),
        "other": record(table("out.children", text("West"))),
    }
    records, files, notes = answers.take(recorded, WANTED)
    (of_first,), (of_other,) = records[""]["answers"], records["other"]["answers"]
    west, missing, east = of_first["files"]
    assert missing is None
    assert of_other["files"] == [west]
    assert {name: json.loads(data)["text"] for name, data in files.items()} == {
        west: "West",
        east: "East",
    }
    assert west.startswith("pyrt/answers-")
    assert [note.code for note in notes] == [Code.PRECOMPUTED]
    assert "1 callbacks" in notes[0].text


def test_what_is_left_to_python_is_said_once():
    recorded = {page: record(refused=["show (app.py:3) is async."]) for page in ("", "other")}
    _, files, notes = answers.take(recorded, WANTED)
    assert files == {}
    assert [(note.code, note.text) for note in notes] == [
        (Code.NOT_PRECOMPUTED, "show (app.py:3) is async.")
    ]


def test_results_above_the_limit_are_left_out():
    incompressible = "".join(map(str, range(10_000)))
    recorded = {
        "": record(table("small.children", text("x")), table("big.figure", text(incompressible)))
    }
    records, files, notes = answers.take(recorded, answers.Wanted("{}", 10_000))
    assert [each["callback"] for each in records[""]["answers"]] == ["small.children"]
    assert len(files) == 1
    (said,) = [note.text for note in notes if note.code is Code.NOT_PRECOMPUTED]
    assert said.startswith("The results of big.figure are 0.0 MB")
    assert "0.01 MB (precompute-size)" in said


def test_a_site_without_a_first_frame_has_no_results():
    _, files, (note,) = answers.take({}, WANTED)
    assert files == {}
    assert note.code is Code.NOT_PRECOMPUTED


def test_pages_that_were_not_asked_are_as_before():
    records, files, notes = answers.take({"": {"text": "{}", "answers": None}}, None)
    assert (records[""]["answers"], files, notes) == ([], {}, [])
