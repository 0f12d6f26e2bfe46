import dash
from dash import Input, Output, State, callback, dash_table
from dash.dash_table.Format import Format, Group, Scheme
from harbour import BOATS, ISLANDS, sailings
from shell import action, answer, card, page, row

dash.register_page(
    __name__,
    path="/table",
    name="DataTable",
    order=2,
    colour="#4b7f52",
    description="Edit, filter, sort, style and export rows",
)

FONT = {"fontFamily": "system-ui, sans-serif", "fontSize": 14, "padding": "7px 12px"}
HEADER = {"fontWeight": 600, "backgroundColor": "#f3ede1", "border": "none"}
CORAL, MOSS = "#fbe3dc", "#e2efe3"
COLUMNS = [
    {"name": ["Boat", "name"], "id": "boat"},
    {"name": ["Boat", "harbour"], "id": "harbour", "presentation": "dropdown"},
    {"name": ["Boat", "built"], "id": "built", "type": "numeric"},
    {
        "name": ["Boat", "metres"],
        "id": "metres",
        "type": "numeric",
        "format": Format(precision=1, scheme=Scheme.fixed),
    },
    {
        "name": ["Year", "fee"],
        "id": "fee",
        "type": "numeric",
        "format": Format(group=Group.yes).symbol_suffix(" kr"),
    },
    {"name": ["Year", "paid"], "id": "paid", "presentation": "dropdown"},
]


def bars(column, biggest):
    """One rule for each length of a bar behind a number."""
    rules = []
    for percent in range(5, 101, 5):
        low, high = biggest * (percent - 5) / 100, biggest * percent / 100
        bar = f"linear-gradient(90deg, #cfe4ec {percent}%, transparent {percent}%)"
        query = f"{{{column}}} > {low} && {{{column}}} <= {high}"
        rules.append({"if": {"column_id": column, "filter_query": query}, "background": bar})
    return rules


def ledger():
    return card(
        "The harbour master's ledger",
        dash_table.DataTable(
            id="table-ledger",
            columns=COLUMNS,
            data=BOATS,
            editable=True,
            row_deletable=True,
            row_selectable="multi",
            filter_action="native",
            sort_action="native",
            sort_mode="multi",
            merge_duplicate_headers=True,
            export_format="csv",
            page_size=8,
            dropdown={
                "harbour": {"options": [{"label": name, "value": name} for name in ISLANDS]},
                "paid": {"options": [{"label": word, "value": word} for word in ("yes", "no")]},
            },
            tooltip_header={"fee": ["", "Forty crowns a metre, less the harbour's goodwill"]},
            style_cell=FONT,
            style_header=HEADER,
            style_cell_conditional=[
                {"if": {"column_id": column}, "textAlign": "left"}
                for column in ("boat", "harbour", "paid")
            ],
            style_data_conditional=[
                *bars("metres", 16),
                {
                    "if": {"column_id": "paid", "filter_query": "{paid} = no"},
                    "backgroundColor": CORAL,
                },
                {
                    "if": {"column_id": "paid", "filter_query": "{paid} = yes"},
                    "backgroundColor": MOSS,
                },
            ],
            css=[
                {
                    "selector": ".export",
                    "rule": "padding: 5px 14px; border: 1px solid #b9b09c; border-radius: 8px;"
                    " margin-bottom: 10px; background: #fff; cursor: pointer",
                }
            ],
        ),
        row(action("Add a boat", "table-add"), answer("table-total")),
        answer("table-cell"),
        wide=True,
    )


def timetable():
    return card(
        "Two thousand sailings, drawn as they scroll into view",
        dash_table.DataTable(
            id="table-sailings",
            columns=[
                {"name": name, "id": name}
                for name in ("number", "from", "to", "departs", "minutes", "seats", "sold")
            ],
            data=sailings(2000),
            virtualization=True,
            page_action="none",
            fixed_rows={"headers": True},
            sort_action="native",
            style_table={"height": 300},
            style_cell={**FONT, "minWidth": 90, "width": 90, "maxWidth": 90},
            style_header=HEADER,
        ),
        wide=True,
    )


def layout():
    return page(
        "DataTable",
        "dash",
        "The spreadsheet inside Dash. Change a fee, filter a harbour, and Python adds up.",
        ledger(),
        timetable(),
    )


@callback(
    Output("table-total", "children"),
    Input("table-ledger", "derived_virtual_data"),
    Input("table-ledger", "derived_virtual_selected_rows"),
)
def add_up(rows, selected):
    rows = rows if rows is not None else BOATS
    chosen = [rows[index] for index in selected or [] if index < len(rows)] or rows
    fees = sum(float(boat["fee"] or 0) for boat in chosen)
    open_fees = sum(float(boat["fee"] or 0) for boat in chosen if boat["paid"] != "yes")
    return f"{len(chosen)} boats owe {fees:,.0f} kr, of which {open_fees:,.0f} kr are still open."


@callback(
    Output("table-cell", "children"),
    Input("table-ledger", "active_cell"),
    State("table-ledger", "derived_viewport_data"),
)
def tell_cell(cell, rows):
    if not cell or not rows or cell["row"] >= len(rows):
        return "Click a cell."
    column = cell["column_id"]
    return f"{rows[cell['row']]['boat']}: {column} is {rows[cell['row']][column]}"


@callback(
    Output("table-ledger", "data"),
    Input("table-add", "n_clicks"),
    State("table-ledger", "data"),
    prevent_initial_call=True,
)
def add_boat(clicks, rows):
    new = {"boat": f"New {clicks}", "harbour": "Aldra", "built": 2026, "metres": 7.5}
    return [{**new, "fee": 250, "paid": "no"}, *rows]
