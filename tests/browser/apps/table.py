"""A DataTable with sorting and paging, and a callback that sees what is shown."""

from dash import Dash, Input, Output, dash_table, html

rows = [
    {"number": n, "square": n * n, "parity": "even" if n % 2 == 0 else "odd"} for n in range(45)
]

app = Dash(__name__)
app.layout = html.Div(
    [
        dash_table.DataTable(
            rows,
            [{"name": name, "id": name} for name in rows[0]],
            id="table",
            sort_action="native",
            page_size=10,
        ),
        html.P(id="seen"),
    ]
)


@app.callback(Output("seen", "children"), Input("table", "derived_viewport_data"))
def seen(shown):
    return " ".join(str(row["number"]) for row in shown or [])


if __name__ == "__main__":
    app.run()
