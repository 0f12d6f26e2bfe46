"""A file of 6 MB beside the app: it is fetched when a callback reads it."""

import hashlib
from pathlib import Path

from dash import Dash, Input, Output, callback, html

FILE = Path(__file__).with_name("measured.dat")

app = Dash(__name__)

app.layout = html.Div(
    [
        html.Button("Read some", id="some"),
        html.P(id="part"),
        html.Button("Read all", id="all"),
        html.P(id="whole"),
    ]
)


@callback(Output("part", "children"), Input("some", "n_clicks"), prevent_initial_call=True)
def read_some(_):
    with FILE.open("rb") as file:
        file.seek(5_000_000)
        return f"{file.read(5)!r} of {FILE.stat().st_size}"


@callback(Output("whole", "children"), Input("all", "n_clicks"), prevent_initial_call=True)
def read_all(_):
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


if __name__ == "__main__":
    app.run(debug=True)
