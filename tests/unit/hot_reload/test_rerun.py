"""The app's script runs again; what fails leaves the run before as it was."""

import pytest

from pyrt.model.failures import StartError

APP = """
from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div([html.Button(id="b", n_clicks=0), html.P(id="text")])

@callback(Output("text", "children"), Input("b", "n_clicks"))
def show(n):
    return f"{n} WORD"
"""

HELLO = {"type": "Hello", "lazy": []}


def click(n):
    change = {"path": [], "id": "b", "props": {"n_clicks": n}, "origin": "internal"}
    return {"type": "SetProps", "seen": 1, "changes": [change]}


def texts(messages):
    return [
        change["props"]["children"]
        for message in messages
        if message["type"] == "Update"
        for change in message["changes"]
    ]


def test_a_changed_callback_answers(running):
    running.start(APP)
    running.send(HELLO)
    running.save(APP.replace("WORD", "times"))
    assert [each["type"] for each in running.posted][-2:] == ["Document", "Callbacks"]
    assert texts(running.send(HELLO)) == ["0 times"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (APP.replace("return f", "return f("), "SyntaxError in app.py, line 9"),
        (f"{APP}\nundefined_name", "NameError: name 'undefined_name' is not defined"),
        ("import dash", "created no Dash app"),
        (APP.replace('id="text"', "title=object()"), "The layout"),
        (APP.replace("app.layout = ", "app.layout = lambda: 1 / 0 #"), "ZeroDivisionError"),
        (f"{APP}\napp.index_string = 'nothing'", "index"),
    ],
)
def test_the_old_run_goes_on_when_the_new_one_fails(running, source, message):
    running.start(APP)
    running.send(HELLO)
    with pytest.raises(StartError) as failed:
        running.save(source)
    assert message in str(failed.value)
    assert texts(running.send(click(3))) == ["3 WORD"]
    running.save(APP.replace("WORD", "again"))
    assert texts(running.send(HELLO)) == ["0 again"]


def test_two_saves_within_a_second_of_the_same_length_are_two_versions(running):
    running.start(APP)
    for word in ("one", "two", "six"):
        running.write("TEXT = 'one'".replace("one", word), "words.py")
        running.save(f"from words import TEXT\n{APP.replace('WORD', '{TEXT}')}")
        assert texts(running.send(HELLO)) == [f"0 {word}"]
