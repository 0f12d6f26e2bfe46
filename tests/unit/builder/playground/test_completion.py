"""What the editor completes, from the metadata of component packages."""

import json

from pyrt_build.playground.completion import completion_json
from tests.support.wheels import make_wheel


def prop(kind, text=""):
    return {"type": {"name": kind}, "description": text}


def metadata(**components):
    return json.dumps({f"src/{n}.react.js": {"props": p} for n, p in components.items()}).encode()


def test_components_have_their_props_with_the_first_sentence_of_each(tmp_path):
    html = metadata(
        Div={
            "id": prop("string", "The ID. More of it."),
            "children": prop("node"),
            "setProps": prop("func"),
            "title": prop("string", "A  text\nin two lines"),
        }
    )
    dash = make_wheel(
        tmp_path,
        "dash",
        {
            "dash/html/metadata.json": html,
            "dash/dcc/metadata.json": metadata(),
            "dash/dash_table/metadata.json": metadata(),
        },
    )
    own = metadata(Box={"width": prop("number", "x" * 500)})
    files = {"boxes/metadata.json": own, "boxes/_inner/metadata.json": b"[]", "metadata.json": b""}
    found = json.loads(completion_json(dash, [make_wheel(tmp_path, "boxes", files)]))
    assert found["dash.html"]["Div"] == [
        ["children", ""],
        ["id", "The ID."],
        ["title", "A text in two lines"],
    ]
    ((name, text),) = found["boxes"]["Box"]
    assert name == "width"
    assert len(text) == 160
    assert text.endswith("x…")
