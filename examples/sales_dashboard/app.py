"""Sales of a small shop: choose a region, click a bar, sort the table."""

from pathlib import Path

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, callback, dash_table, dcc, html

sales = pd.read_csv(Path(__file__).parent / "sales.csv", parse_dates=["month"])
REGIONS = sorted(sales["region"].unique())

app = Dash(__name__, title="Sales")

app.layout = html.Main(
    [
        html.Header(
            [
                html.H1("Sales"),
                dcc.Dropdown(REGIONS, REGIONS[0], id="region", clearable=False),
            ]
        ),
        html.Section(
            [
                dcc.Graph(id="by-product", config={"displayModeBar": False}),
                dcc.Graph(id="by-month", config={"displayModeBar": False}),
            ],
            className="charts",
        ),
        html.H2(id="table-title"),
        dash_table.DataTable(
            id="table",
            columns=[
                {"name": "Month", "id": "month"},
                {"name": "Product", "id": "product"},
                {"name": "Units", "id": "units", "type": "numeric"},
                {"name": "Revenue", "id": "revenue", "type": "numeric"},
            ],
            sort_action="native",
            page_size=12,
            style_cell={"fontFamily": "system-ui, sans-serif", "padding": "6px 12px"},
            style_cell_conditional=[
                {"if": {"column_id": column}, "textAlign": "left"}
                for column in ("month", "product")
            ],
            style_header={"fontWeight": "600"},
        ),
    ]
)


def of_region(region):
    return sales[sales["region"] == region]


@callback(Output("by-product", "figure"), Input("region", "value"))
def draw_products(region):
    totals = of_region(region).groupby("product", as_index=False)["revenue"].sum()
    figure = px.bar(totals, x="product", y="revenue", color="product", title=f"Revenue, {region}")
    return figure.update_layout(showlegend=False, xaxis_title=None, clickmode="event+select")


def clicked_product(click_data):
    return click_data["points"][0]["x"] if click_data else None


@callback(
    Output("by-month", "figure"),
    Output("table", "data"),
    Output("table-title", "children"),
    Input("region", "value"),
    Input("by-product", "clickData"),
)
def filter_product(region, click_data):
    rows = of_region(region)
    product = clicked_product(click_data)
    if product is not None:
        rows = rows[rows["product"] == product]
    monthly = rows.groupby("month", as_index=False)["revenue"].sum()
    title = f"{product or 'All products'}, {region}"
    figure = px.line(monthly, x="month", y="revenue", markers=True, title=f"By month: {title}")
    table = rows.assign(month=rows["month"].dt.strftime("%Y-%m"))
    records = table[["month", "product", "units", "revenue"]].to_dict("records")
    return figure.update_layout(xaxis_title=None), records, title


if __name__ == "__main__":
    app.run(debug=True)
