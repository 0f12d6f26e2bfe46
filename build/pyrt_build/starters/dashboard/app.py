"""A dashboard: data in a file, filters, a figure and a table."""

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, callback, dash_table, dcc, html

sales = pd.read_csv("sales.csv")

app = Dash(__name__, title="Dashboard")

app.layout = html.Main(
    [
        html.H1("Sales"),
        dcc.Dropdown(sorted(sales["region"].unique()), "North", id="region", clearable=False),
        dcc.RadioItems(["revenue", "units"], "revenue", id="measure", inline=True),
        dcc.Graph(id="figure"),
        dash_table.DataTable(id="table", page_size=10),
    ],
    style={"maxWidth": "60em", "margin": "2em auto", "fontFamily": "system-ui"},
)


@callback(
    Output("figure", "figure"),
    Output("table", "data"),
    Input("region", "value"),
    Input("measure", "value"),
)
def show(region, measure):
    chosen = sales[sales["region"] == region]
    figure = px.bar(chosen, x="month", y=measure, color="product")
    return figure, chosen.to_dict("records")


if __name__ == "__main__":
    app.run(debug=True)
