from dash import Dash, Input, Output, callback, ctx, dcc, html

app = Dash(__name__)
app.layout = html.Main(
    [
        html.H1("Temperatures"),
        html.Label("Celsius ", htmlFor="celsius"),
        dcc.Input(id="celsius", type="number", value=20),
        html.Br(),
        html.Label("Fahrenheit ", htmlFor="fahrenheit"),
        dcc.Input(id="fahrenheit", type="number"),
    ]
)


# Both are inputs, and both are outputs: the one that was typed in decides.
@callback(
    Output("celsius", "value"),
    Output("fahrenheit", "value"),
    Input("celsius", "value"),
    Input("fahrenheit", "value"),
)
def convert(celsius, fahrenheit):
    if ctx.triggered_id == "fahrenheit":
        celsius = None if fahrenheit is None else round((fahrenheit - 32) / 1.8, 2)
    else:
        fahrenheit = None if celsius is None else round(celsius * 1.8 + 32, 2)
    return celsius, fahrenheit


if __name__ == "__main__":
    app.run(debug=True)
