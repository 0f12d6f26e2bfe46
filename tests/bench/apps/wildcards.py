"""1,000 buttons and texts: each text follows its button (MATCH), one text counts all (ALL)."""

from dash import ALL, MATCH, Dash, Input, Output, html

SIZE = 1000
app = Dash(__name__)
app.layout = html.Div(
    [
        html.Div(id="total"),
        html.Div([html.Button(n, id={"type": "button", "index": n}) for n in range(SIZE)]),
        html.Div([html.Div(id={"type": "text", "index": n}) for n in range(SIZE)]),
    ]
)


@app.callback(
    Output({"type": "text", "index": MATCH}, "children"),
    Input({"type": "button", "index": MATCH}, "n_clicks"),
)
def follow(clicks):
    return f"clicked {clicks or 0}"


@app.callback(Output("total", "children"), Input({"type": "button", "index": ALL}, "n_clicks"))
def count(clicks):
    return f"total {sum(n or 0 for n in clicks)}"
