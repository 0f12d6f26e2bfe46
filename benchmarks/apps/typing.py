"""A full page: a DataTable of 5,000 rows, 200 components, and an Input that Python echoes."""

from dash import Dash, Input, Output, dash_table, dcc, html

ROWS = [
    {
        "number": n,
        "name": f"boat {n}",
        "harbour": "abcdefg"[n % 7],
        "fee": n * 7 % 100,
        "paid": "no",
    }
    for n in range(5000)
]

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Input(id="typed", value=""),
        html.P(id="echo"),
        dash_table.DataTable(
            ROWS,
            [{"name": name, "id": name} for name in ROWS[0]],
            id="table",
            virtualization=True,
            page_action="none",
            filter_action="native",
            sort_action="native",
            style_table={"height": 200},
        ),
        html.Div(
            [
                each
                for n in range(50)
                for each in (
                    dcc.Input(id=f"input-{n}", value=n),
                    dcc.Dropdown(["a", "b", "c"], "a", id=f"dropdown-{n}"),
                    dcc.Slider(0, 10, value=3, id=f"slider-{n}"),
                    html.P(f"paragraph {n}", id=f"paragraph-{n}"),
                )
            ]
        ),
    ]
)


@app.callback(Output("echo", "children"), Input("typed", "value"))
def echo(text):
    return f"heard {text}"
