"""An app that the test of `pyrt dev` edits, in a copy of this folder."""

from pathlib import Path

from dash import ClientsideFunction, Dash, Input, Output, callback, clientside_callback, dcc, html
from words import WORD

app = Dash(__name__)
app.layout = html.Div(
    [
        html.H1("title 0", id="title"),
        dcc.Input(id="name", value="", debounce=True),
        dcc.Input(id="draft", value="", debounce=True),
        html.Button("Go", id="go", n_clicks=0),
        html.P(id="text"),
        html.P(id="client"),
        html.P(Path("data/d.csv").read_text(encoding="utf-8"), id="data"),
        dcc.Store(id="memory"),
    ]
)


@callback(Output("text", "children"), Input("name", "value"), Input("go", "n_clicks"))
def show(name, clicks):
    return f"{WORD}/{name}/{clicks}"


clientside_callback(
    ClientsideFunction("own", "show"), Output("client", "children"), Input("name", "value")
)

if __name__ == "__main__":
    app.run(debug=True)
