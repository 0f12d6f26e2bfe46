import dash
import dash_ag_grid as dag
from dash import Input, Output, State, callback
from harbour import sailings
from shell import action, answer, card, page, row

dash.register_page(
    __name__,
    path="/ag-grid",
    name="AG Grid",
    order=5,
    colour="#c0392b",
    description="Cell renderers, editing, filters and selection at any size",
)

SAILINGS = sailings()
COLUMNS = [
    {
        "headerName": "Sailing",
        "children": [
            {"field": "number", "width": 100, "filter": "agNumberColumnFilter"},
            {"field": "from", "cellRenderer": "Harbour"},
            {"field": "to", "cellRenderer": "Harbour"},
            {"field": "departs", "width": 105},
        ],
    },
    {
        "headerName": "Passengers",
        "children": [
            {"field": "seats", "width": 90, "type": "rightAligned"},
            {"field": "sold", "width": 95, "type": "rightAligned", "editable": True},
            {
                "field": "filled",
                "valueGetter": {"function": "params.data.sold / params.data.seats"},
                "valueFormatter": {"function": "d3.format('.0%')(params.value)"},
                "cellRenderer": "Bar",
                "filter": False,
                "width": 126,
            },
        ],
    },
    {
        "field": "weather",
        "editable": True,
        "cellEditor": "agSelectCellEditor",
        "cellEditorParams": {"values": ["calm", "breeze", "swell", "fog"]},
        "cellClassRules": {"foggy": "params.value == 'fog'"},
        "width": 112,
    },
]


def layout():
    grid = dag.AgGrid(
        id="grid",
        rowData=SAILINGS,
        columnDefs=COLUMNS,
        defaultColDef={"filter": True, "floatingFilter": True, "width": 118},
        dashGridOptions={
            "rowSelection": {"mode": "multiRow"},
            "animateRows": False,
            "pagination": True,
            "paginationAutoPageSize": True,
        },
        getRowId="params.data.number.toString()",
        style={"height": "515px"},
    )
    return page(
        "AG Grid",
        "dash-ag-grid",
        "Four hundred sailings. Tick rows, type in the filters under the headings, double-click"
        " a number that was sold or the weather.",
        card(
            "The timetable",
            grid,
            row(action("Only fog", "grid-fog"), answer("grid-selected")),
            answer("grid-edited"),
            wide=True,
        ),
    )


@callback(
    Output("grid-selected", "children"),
    Input("grid", "selectedRows"),
    Input("grid", "virtualRowData"),
)
def count_seats(selected, shown):
    rows = selected or (shown if shown is not None else SAILINGS)
    free = sum(sailing["seats"] - sailing["sold"] for sailing in rows)
    how = "ticked" if selected else "shown"
    return f"{len(rows)} sailings {how}, with {free:,} free seats"


@callback(Output("grid-edited", "children"), Input("grid", "cellValueChanged"))
def tell_edit(changes):
    if not changes:
        return "Double-click to change a value."
    change = changes[0]
    column, old, new = change["colId"], change["oldValue"], change["value"]
    return f"Sailing {change['rowId']}: {column} was {old}, is now {new}."


@callback(
    Output("grid", "filterModel"),
    Output("grid-fog", "children"),
    Input("grid-fog", "n_clicks"),
    State("grid", "filterModel"),
    prevent_initial_call=True,
)
def filter_fog(_clicks, model):
    if "weather" in (model or {}):
        return {}, "Only fog"
    fog = {"filterType": "text", "type": "equals", "filter": "fog"}
    return {"weather": fog}, "Any weather"
