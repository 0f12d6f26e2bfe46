"""Results of 30 kB, of each kind, from one click."""

from dash import Dash, Input, Output, callback, dash_table, dcc, html

app = Dash(__name__, title="Soak")
app.layout = html.Div(
    [
        html.Button("Next", id="next", n_clicks=0),
        html.P("0", id="count"),
        html.Pre(id="text", style={"display": "none"}),
        html.Div(id="children", style={"display": "none"}),
        dcc.Store(id="store"),
        dash_table.DataTable(id="table", page_size=3),
    ]
)


def large(clicks):
    return f"{clicks} " * (30_000 // len(f"{clicks} "))


@callback(Output("text", "children"), Input("next", "n_clicks"), prevent_initial_call=True)
def show_text(clicks):
    return large(clicks)


@callback(Output("store", "data"), Input("next", "n_clicks"), prevent_initial_call=True)
def keep(clicks):
    return {"text": large(clicks)}


@callback(Output("table", "data"), Input("next", "n_clicks"), prevent_initial_call=True)
def show_table(clicks):
    return [{"a": row, "b": f"{clicks} {row}"} for row in range(800)]


@callback(Output("children", "children"), Input("next", "n_clicks"), prevent_initial_call=True)
def show_children(clicks):
    return [html.P(f"{clicks} {index}") for index in range(20)]


@callback(
    Output("count", "children"),
    Input("text", "children"),
    Input("store", "data"),
    Input("table", "data"),
    Input("children", "children"),
    prevent_initial_call=True,
)
def count(text, _store, _table, _children):
    return text.split()[0]


if __name__ == "__main__":
    app.run()
