"""DataTables: the user's edits and selections of rows, and the props that Python receives."""

import json

from dash import Dash, Input, Output, State, callback, dash_table, html
from dash.dash_table import FormatTemplate
from dash.dash_table.Format import Format, Scheme, Symbol

BOATS = [
    {"id": "auk", "boat": "Auk", "harbour": "Aldra", "fee": 310, "since": "2001-05-01"},
    {"id": "brant", "boat": "Brant", "harbour": "Brisa", "fee": 45, "since": "2011-02-11"},
    {"id": "coot", "boat": "Coot", "harbour": "Aldra", "fee": 1200, "since": "1999-12-31"},
    {"id": "dunlin", "boat": "Dunlin", "harbour": "Corr", "fee": 80, "since": "2020-08-08"},
]
NAMES = ("boat", "harbour", "fee", "since")

app = Dash(__name__)


def show_received(table, *properties):
    """The table, followed by each of the properties as Python receives it."""

    def echo(name):
        @callback(Output(f"{table.id}-{name}", "children"), Input(table.id, name))
        def tell(value):
            return json.dumps(value)

        return html.Pre(id=f"{table.id}-{name}")

    return html.Div([table, *map(echo, properties)])


many = [{"number": n, "square": n * n} for n in range(5000)]
app.layout = html.Div(
    [
        show_received(
            dash_table.DataTable(
                id="native",
                data=BOATS,
                columns=[
                    {"name": "boat", "id": "boat"},
                    {"name": "harbour", "id": "harbour", "hideable": True},
                    {
                        "name": "fee",
                        "id": "fee",
                        "type": "numeric",
                        "format": Format(precision=2, scheme=Scheme.fixed, symbol=Symbol.yes)
                        .symbol_prefix("")
                        .symbol_suffix(" kr"),
                    },
                    {"name": "since", "id": "since", "type": "datetime"},
                ],
                filter_action="native",
                sort_action="native",
                sort_mode="multi",
                row_selectable="multi",
                row_deletable=True,
                style_cell={"width": 120},
                style_data_conditional=[
                    {
                        "if": {"filter_query": "{fee} > 300", "column_id": "fee"},
                        "backgroundColor": "rgb(255, 220, 220)",
                    },
                    {"if": {"state": "active"}, "border": "3px solid rgb(0, 0, 255)"},
                    {"if": {"row_index": "odd"}, "color": "rgb(0, 100, 0)"},
                ],
                style_header_conditional=[
                    {"if": {"column_type": "datetime"}, "fontStyle": "italic"}
                ],
                tooltip_data=[{"boat": {"value": "**first** boat", "type": "markdown"}}],
                tooltip_header={"fee": "crowns a year"},
                tooltip_delay=0,
                tooltip_duration=None,
            ),
            "derived_virtual_row_ids",
            "filter_query",
            "sort_by",
            "selected_row_ids",
            "active_cell",
            "hidden_columns",
            "derived_filter_query_structure",
        ),
        show_received(
            dash_table.DataTable(
                id="edited",
                data=[{**row, "paid": "no"} for row in BOATS],
                columns=[
                    {"name": "boat", "id": "boat", "editable": False},
                    {
                        "name": "fee",
                        "id": "fee",
                        "type": "numeric",
                        "selectable": True,
                        "on_change": {"action": "coerce", "failure": "reject"},
                        "validation": {"allow_null": False},
                        "format": FormatTemplate.money(0),
                    },
                    {"name": "paid", "id": "paid", "presentation": "dropdown"},
                    {"name": "note", "id": "note", "presentation": "markdown"},
                ],
                editable=True,
                dropdown={"paid": {"options": [{"label": w, "value": w} for w in ("yes", "no")]}},
                export_format="csv",
                export_columns="all",
                column_selectable="single",
            ),
            "data_timestamp",
            "selected_columns",
            "data_previous",
        ),
        html.Pre(id="total"),
        html.Button("Add", id="add"),
        dash_table.DataTable(
            id="books",
            data=BOATS,
            columns=[{"name": name, "id": name} for name in NAMES],
            export_format="xlsx",
            export_headers="display",
        ),
        show_received(
            dash_table.DataTable(
                id="paged",
                data=many,
                columns=[{"name": name, "id": name} for name in many[0]],
                page_size=10,
                sort_action="native",
            ),
            "page_current",
            "derived_viewport_data",
        ),
        dash_table.DataTable(
            id="virtual",
            data=many,
            columns=[{"name": name, "id": name} for name in many[0]],
            virtualization=True,
            page_action="none",
            fixed_rows={"headers": True},
            style_table={"height": 250},
            style_cell={"width": 100, "minWidth": 100, "maxWidth": 100},
        ),
        dash_table.DataTable(
            id="custom",
            columns=[{"name": name, "id": name} for name in many[0]],
            page_action="custom",
            page_current=0,
            page_size=5,
            page_count=1000,
            sort_action="custom",
            filter_action="custom",
        ),
    ]
)


@callback(Output("total", "children"), Input("edited", "data"))
def total(rows):
    return f"{sum(row['fee'] for row in rows)} for {len(rows)}, paid {[r['paid'] for r in rows]}"


@callback(
    Output("edited", "data"),
    Input("add", "n_clicks"),
    State("edited", "data"),
    prevent_initial_call=True,
)
def add(clicks, rows):
    return [*rows, {"id": f"new{clicks}", "boat": "New", "fee": 1, "paid": "yes", "note": "*n*"}]


@callback(
    Output("custom", "data"),
    Input("custom", "page_current"),
    Input("custom", "page_size"),
    Input("custom", "sort_by"),
    Input("custom", "filter_query"),
)
def serve(page, size, sort, query):
    rows = [row for row in many if row["number"] % 2 == 0] if query else many
    for by in sort or []:
        backwards = by["direction"] == "desc"
        rows = sorted(rows, key=lambda row: row[by["column_id"]], reverse=backwards)
    return rows[page * size : (page + 1) * size]


if __name__ == "__main__":
    app.run(debug=True)
