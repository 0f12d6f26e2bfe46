"""A form: nothing happens until the button is pressed (Input and State)."""

from dash import Dash, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Input(id="name", value=""),
        dcc.Input(id="age", type="number", value=30),
        html.Button("Send", id="send"),
        html.P(id="answer"),
    ]
)


@app.callback(
    Output("answer", "children"),
    Input("send", "n_clicks"),
    State("name", "value"),
    State("age", "value"),
)
def answer(clicks, name, age):
    if not clicks:
        raise PreventUpdate
    return f"{name} will be {age + 1}"


if __name__ == "__main__":
    app.run()
