from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Main(
    [
        html.H1("A counter"),
        html.Button("Count", id="button", n_clicks=0),
        html.P(id="text"),
    ]
)


@callback(Output("text", "children"), Input("button", "n_clicks"))
def show(clicks):
    return f"Clicked {clicks} times"


if __name__ == "__main__":
    app.run(debug=True)
