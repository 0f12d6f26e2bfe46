import numpy as np
import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, callback, dash_table, dcc, html

random = np.random.default_rng(7)
islands = pd.DataFrame(
    {
        "island": ["Amber", "Birch", "Cove", "Drift", "Ember", "Fern"],
        "area": random.integers(2, 90, 6),
        "height": random.integers(10, 900, 6),
        "birds": random.integers(3, 60, 6),
    }
)
NUMBERS = ["area", "height", "birds"]

app = Dash(__name__)
app.layout = html.Main(
    [
        html.H1("Islands"),
        html.P("Nothing of this is true: the numbers are drawn at random."),
        html.Label("Sort by", htmlFor="by"),
        dcc.Dropdown(NUMBERS, "height", id="by", clearable=False),
        dcc.Graph(id="graph"),
        dash_table.DataTable(id="table"),
    ]
)


@callback(
    Output("graph", "figure"),
    Output("table", "data"),
    Output("table", "columns"),
    Input("by", "value"),
)
def sort(by):
    shown = islands.sort_values(by, ascending=False)
    figure = px.bar(shown, x="island", y=by)
    columns = [{"name": name, "id": name} for name in shown.columns]
    return figure, shown.to_dict("records"), columns


if __name__ == "__main__":
    app.run(debug=True)
