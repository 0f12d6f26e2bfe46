"""What a user of a phone does: touches, words that the keyboard composes, forms, files."""

import base64

from dash import Dash, Input, Output, State, callback, ctx, dcc, html

app = Dash(__name__, title="Phone")
COLOURS = ["red", "green", "blue"]


def field(name, control):
    return html.Div([html.Label(name, htmlFor=name), control, html.Output("-", id=f"{name}-shown")])


app.layout = html.Main(
    [
        html.H1("Phone"),
        html.Div([html.Button("add", id="add", n_clicks=0), html.Output("-", id="added")]),
        field("text", dcc.Input(id="text", value="")),
        field("late", dcc.Input(id="late", value="", debounce=True)),
        field("long", dcc.Textarea(id="long", value="")),
        html.Div([dcc.Slider(0, 10, 1, value=0, id="slider"), html.Output("-", id="slid")]),
        html.Div([dcc.RadioItems(COLOURS, "red", id="colour"), html.Output("-", id="coloured")]),
        html.Div([dcc.Upload(html.Button("open"), id="opened"), html.Output("-", id="content")]),
        html.Div([html.Button("save", id="save"), dcc.Download(id="saved")]),
        html.Div([html.Button("fail", id="fail"), html.Output("-", id="failed")]),
        dcc.Store(id="clicks", data=[]),
        html.Ol(id="history"),
        html.Div([html.P(f"line {n}") for n in range(30)]),
        html.Div([html.Button("last", id="last", n_clicks=0), html.Output("-", id="lasted")]),
    ]
)


@callback(
    Output("added", "children"),
    Output("clicks", "data"),
    Input("add", "n_clicks"),
    State("clicks", "data"),
)
def add(clicks, known):
    known = [*known, clicks] if ctx.triggered_id else known
    return f"added {clicks}", known


@callback(Output("history", "children"), Input("clicks", "data"))
def show_history(clicks):
    return [html.Li(f"click {each}") for each in clicks]


for name in ("text", "late", "long"):
    callback(Output(f"{name}-shown", "children"), Input(name, "value"))(
        lambda value: f"typed: {value}"
    )
callback(Output("slid", "children"), Input("slider", "value"))(lambda value: f"at {value}")
callback(Output("coloured", "children"), Input("colour", "value"))(lambda value: f"it is {value}")
callback(Output("lasted", "children"), Input("last", "n_clicks"))(lambda clicks: f"last {clicks}")


@callback(Output("failed", "children"), Input("fail", "n_clicks"), prevent_initial_call=True)
def fail(clicks):
    raise ValueError(f"click {clicks} has failed")


@callback(Output("saved", "data"), Input("save", "n_clicks"), prevent_initial_call=True)
def save(_):
    return {"content": "text of the app", "filename": "saved.txt"}


@callback(
    Output("content", "children"),
    Input("opened", "contents"),
    State("opened", "filename"),
    prevent_initial_call=True,
)
def show_content(contents, name):
    return f"{name}: {base64.b64decode(contents.partition(',')[2]).decode()}"


if __name__ == "__main__":
    app.run(debug=True)
