from dash import ALL, Dash, Input, Output, Patch, State, callback, dcc, html

app = Dash(__name__)
app.layout = html.Main(
    [
        html.H1("To do"),
        html.Label("What? ", htmlFor="text"),
        dcc.Input(id="text", debounce=True),
        html.Button("Add", id="add"),
        html.Div(id="list"),
        html.P(id="left"),
    ]
)


@callback(
    Output("list", "children"),
    Output("text", "value"),
    Input("add", "n_clicks"),
    Input("text", "n_submit"),
    State("text", "value"),
    prevent_initial_call=True,
)
def add(clicks, submits, text):
    items = Patch()
    if text:
        number = (clicks or 0) + (submits or 0)
        items.append(dcc.Checklist([text], [], id={"item": number}))
    return items, ""


@callback(Output("left", "children"), Input({"item": ALL}, "value"))
def count(values):
    return f"{sum(not value for value in values)} of {len(values)} to do"


if __name__ == "__main__":
    app.run(debug=True)
