"""1,000 buttons and texts: each text follows its button (MATCH), one text counts all (ALL).

One more button presses them all, which calls 1,000 callbacks of MATCH and one of ALL.
"""

from dash import ALL, MATCH, Dash, Input, Output, html

SIZE = 1000
app = Dash(__name__, prevent_initial_callbacks=True)
app.layout = html.Div(
    [
        html.Button("all", id="all", n_clicks=0),
        html.Div("total 0", id="total"),
        html.Div(
            [html.Button(n, id={"type": "button", "index": n}, n_clicks=0) for n in range(SIZE)],
            className="buttons",
        ),
        html.Div(
            [html.Div("clicked 0", id={"type": "text", "index": n}) for n in range(SIZE)],
            className="texts",
        ),
    ]
)


@app.callback(
    Output({"type": "text", "index": MATCH}, "children"),
    Input({"type": "button", "index": MATCH}, "n_clicks"),
)
def follow(clicks):
    return f"clicked {clicks}"


@app.callback(Output("total", "children"), Input({"type": "button", "index": ALL}, "n_clicks"))
def count(clicks):
    return f"total {sum(clicks)}"


@app.callback(Output({"type": "button", "index": ALL}, "n_clicks"), Input("all", "n_clicks"))
def press(clicks):
    return [1000 * clicks] * SIZE
