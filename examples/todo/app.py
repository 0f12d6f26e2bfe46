"""A list of things to do: a form with Input and State, a filter, and a count."""

from dash import Dash, Input, Output, State, callback, ctx, dcc, html

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
        dcc.Checklist(id="items", options=[], value=[], className="items"),
        html.Footer(
            [
                html.Span(id="summary"),
                html.Button("Clear done", id="clear"),
            ],
            className="row",
        ),
        dcc.Store(id="tasks", data=[]),
    ]
)


def tick(tasks, shown, ticked):
    """The tasks after the boxes on the page were ticked or cleared; hidden ones stay."""
    visible = {option["value"] for option in shown}
    return [
        {**task, "done": task["id"] in ticked} if task["id"] in visible else task for task in tasks
    ]


def add(tasks, text):
    """The tasks and a new one at the end, if there is anything to do."""
    if not (text and text.strip()):
        return tasks
    number = max((task["id"] for task in tasks), default=0) + 1
    return [*tasks, {"id": number, "text": text.strip(), "done": False}]


@callback(
    Output("tasks", "data"),
    Output("items", "options"),
    Output("items", "value"),
    Output("summary", "children"),
    Output("text", "value"),
    Input("add", "n_clicks"),
    Input("text", "n_submit"),
    Input("clear", "n_clicks"),
    Input("items", "value"),
    Input("filter", "value"),
    State("text", "value"),
    State("tasks", "data"),
    State("items", "options"),
)
def change(_add, _submit, _clear, ticked, wanted, text, tasks, shown):
    match ctx.triggered_id:
        case "items":
            tasks = tick(tasks, shown, ticked)
        case "clear":
            tasks = [task for task in tasks if not task["done"]]
        case "add" | "text":
            tasks, text = add(tasks, text), ""
    visible = [task for task in tasks if wanted == "all" or task["done"] == (wanted == "done")]
    left = sum(not task["done"] for task in tasks)
    return (
        tasks,
        [{"label": task["text"], "value": task["id"]} for task in visible],
        [task["id"] for task in visible if task["done"]],
        f"{left} left of {len(tasks)}",
        text,
    )


if __name__ == "__main__":
    app.run(debug=True)
