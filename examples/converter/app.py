"""Chained callbacks: a unit feeds a choice, the choice feeds a sum, the sum feeds a sentence."""

from dash import Dash, Input, Output, State, callback, dcc, html
from dash.exceptions import PreventUpdate

UNITS = {
    "length": {"metre": 1.0, "foot": 0.3048, "mile": 1609.344, "nautical mile": 1852.0},
    "mass": {"kilogram": 1.0, "pound": 0.45359237, "ounce": 0.028349523125},
    "volume": {"litre": 1.0, "pint": 0.473176473, "gallon": 3.785411784},
}

app = Dash(__name__, title="Converter")

app.layout = html.Main(
    [
        html.H1("Converter"),
        dcc.RadioItems(list(UNITS), "length", id="quantity", inline=True),
        html.Div(
            [
                dcc.Input(id="amount", type="number", value=1, debounce=False),
                dcc.Dropdown(id="source", clearable=False, style={"width": "12em"}),
                html.Span("in"),
                dcc.Dropdown(id="target", clearable=False, style={"width": "12em"}),
            ],
            style={"display": "flex", "gap": "1em", "alignItems": "center", "margin": "1em 0"},
        ),
        dcc.Store(id="result"),
        html.P(id="sentence", style={"fontSize": "1.5em"}),
        html.P(id="inverse", style={"color": "gray"}),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "44em", "margin": "4em auto"},
)


@callback(
    Output("source", "options"),
    Output("source", "value"),
    Output("target", "options"),
    Output("target", "value"),
    Input("quantity", "value"),
)
def choose_quantity(quantity):
    names = list(UNITS[quantity])
    return names, names[0], names, names[1]


@callback(
    Output("result", "data"),
    Input("amount", "value"),
    Input("source", "value"),
    Input("target", "value"),
    State("quantity", "value"),
)
def convert(amount, source, target, quantity):
    units = UNITS[quantity]
    if amount is None or source not in units or target not in units:
        raise PreventUpdate
    factor = units[source] / units[target]
    return {"amount": amount, "source": source, "target": target, "factor": factor}


@callback(Output("sentence", "children"), Input("result", "data"))
def describe(result):
    if result is None:
        raise PreventUpdate
    converted = result["amount"] * result["factor"]
    return f"{result['amount']:g} {result['source']} = {converted:.6g} {result['target']}"


@callback(Output("inverse", "children"), Input("result", "data"))
def describe_inverse(result):
    if result is None:
        raise PreventUpdate
    return f"1 {result['target']} = {1 / result['factor']:.6g} {result['source']}"


if __name__ == "__main__":
    app.run(debug=True)
