"""Two buttons, one number: two inputs, two outputs, and the id of the one that was pressed."""

from dash import Dash, Input, Output, State, callback, ctx, html

app = Dash(__name__, title="Counter")

app.layout = html.Main(
    [
        html.H1("Counter"),
        html.P(
            [
                html.Button("-", id="decrement", title="one less"),
                html.Output("0", id="count", style={"margin": "0 1em", "fontSize": "2em"}),
                html.Button("+", id="increment", title="one more"),
            ]
        ),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "30em", "margin": "4em auto"},
)


@callback(
    Output("count", "children"),
    Output("count", "style"),
    Input("increment", "n_clicks"),
    Input("decrement", "n_clicks"),
    State("count", "children"),
    State("count", "style"),
    prevent_initial_call=True,
)
def count(_increments, _decrements, value, style):
    value = int(value) + (1 if ctx.triggered_id == "increment" else -1)
    color = "crimson" if value < 0 else "seagreen" if value > 0 else "inherit"
    return str(value), {**style, "color": color}


if __name__ == "__main__":
    app.run(debug=True)
