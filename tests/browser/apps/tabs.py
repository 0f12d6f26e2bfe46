"""Tabs whose content comes from a callback."""

from dash import Dash, Input, Output, dcc, html

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Tabs(
            id="tabs",
            value="one",
            children=[dcc.Tab(label="First", value="one"), dcc.Tab(label="Second", value="two")],
        ),
        html.Main(id="content"),
    ]
)


@app.callback(Output("content", "children"), Input("tabs", "value"))
def content(tab):
    if tab == "one":
        return html.H3("The first page")
    return dcc.Graph(id="graph", figure={"data": [{"type": "bar", "y": [1, 3, 2]}]})


if __name__ == "__main__":
    app.run()
