"""A list of things to do: wildcards. Each line has its own id; ALL reads them, MATCH writes one."""

from dash import ALL, MATCH, Dash, Input, Output, Patch, State, callback, dcc, html

app = Dash(__name__, title="To do")

app.layout = html.Main(
    [
        html.H1("To do"),
        html.Div(
            [
                dcc.Input(id="text", placeholder="What is to be done?"),
                html.Button("Add", id="add"),
            ],
            className="row",
        ),
        dcc.RadioItems(["all", "open", "done"], "all", id="filter", inline=True),
        html.Div(id="items", children=[]),
        html.Footer(
            [
                html.Span(id="summary"),
                html.Button("Clear done", id="clear"),
            ],
            className="row",
        ),
    ]
)


def item(number, text):
    """One line of the list; its parts share the index."""
    return html.Label(
        [
            dcc.Checklist([""], [], id={"type": "done", "index": number}, inline=True),
            html.Span(text, id={"type": "text", "index": number}),
        ],
        id={"type": "item", "index": number},
    )


@callback(
    Output("items", "children"),
    Output("text", "value"),
    Input("add", "n_clicks"),
    Input("text", "n_submit"),
    State("text", "value"),
    State({"type": "item", "index": ALL}, "id"),
    prevent_initial_call=True,
)
def add(_clicks, _submits, text, ids):
    lines = Patch()
    if text and text.strip():
        number = max((line["index"] for line in ids), default=0) + 1
        lines.append(item(number, text.strip()))
    return lines, ""


@callback(
    Output("items", "children", allow_duplicate=True),
    Input("clear", "n_clicks"),
    State({"type": "done", "index": ALL}, "value"),
    prevent_initial_call=True,
)
def clear(_clicks, ticked):
    lines = Patch()
    for place in reversed([place for place, value in enumerate(ticked) if value]):
        del lines[place]
    return lines


@callback(
    Output({"type": "text", "index": MATCH}, "className"),
    Input({"type": "done", "index": MATCH}, "value"),
)
def strike(value):
    return "done" if value else ""


@callback(
    Output({"type": "item", "index": ALL}, "hidden"),
    Output("summary", "children"),
    Input({"type": "done", "index": ALL}, "value"),
    Input("filter", "value"),
)
def show(ticked, wanted):
    hidden = [wanted != "all" and bool(value) != (wanted == "done") for value in ticked]
    left = sum(not value for value in ticked)
    return hidden, f"{left} left of {len(ticked)}"


if __name__ == "__main__":
    app.run(debug=True)
