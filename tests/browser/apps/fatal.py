"""A callback that ends the interpreter, one that answers, and a clientside callback."""

import ctypes

from dash import Dash, Input, Output, State, clientside_callback, dcc, html

app = Dash(__name__, title="Fatal")
app.layout = html.Div(
    [
        dcc.Input(id="name", value="", persistence=True),
        html.Button("Ask Python", id="ask", n_clicks=0),
        html.Button("End Python", id="end"),
        html.Div(id="answer"),
        html.Div(id="ended"),
        html.Div(id="local"),
    ]
)


@app.callback(Output("answer", "children"), Input("ask", "n_clicks"), State("name", "value"))
def answer(clicks, name):
    return f"answer {clicks} to {name or 'unknown'}"


@app.callback(Output("ended", "children"), Input("end", "n_clicks"), prevent_initial_call=True)
def end(_clicks):
    """Read from an address outside of the memory: WebAssembly traps, and Python cannot continue."""
    return ctypes.string_at(2**31, 2**30)[:1]


clientside_callback(
    "(clicks) => `the page has counted ${clicks}`",
    Output("local", "children"),
    Input("ask", "n_clicks"),
)

if __name__ == "__main__":
    app.run(debug=True)
