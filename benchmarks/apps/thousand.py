"""A thousand components with ids, and a button whose callback changes all of them."""

from dash import ALL, Dash, Input, Output, dcc, html

SIZE = 1000
app = Dash(__name__, prevent_initial_callbacks=True)
app.layout = html.Div(
    [
        html.Button("all", id="all", n_clicks=0),
        html.P("changed 0", id="changed"),
        html.Div([html.Div(f"cell {n}", id={"cell": n}, className="cell") for n in range(SIZE)]),
        html.Div([dcc.Input(id=f"input-{n}", value=n) for n in range(100)]),
        html.Div([dcc.Dropdown(["a", "b", "c"], "a", id=f"dropdown-{n}") for n in range(50)]),
    ]
)


@app.callback(
    Output({"cell": ALL}, "children"), Output("changed", "children"), Input("all", "n_clicks")
)
def change(clicks):
    return [f"cell {n}, click {clicks}" for n in range(SIZE)], f"changed {clicks}"
