import dash_core_components as dcc
import dash_html_components as html
import dash_table
from dash.dependencies import Input, Output
from jupyter_dash import JupyterDash

app = JupyterDash(__name__)
app.layout = html.Div([
    dcc.Input(id="word", value="lamp"),
    html.P(id="length"),
    html.Button("Count", id="go"),
    html.P(id="counted"),
    dash_table.DataTable(id="table", columns=[{"id": "a", "name": "a"}], data=[{"a": "cell"}]),
])


@app.callback(Output("length", "children"), [Input("word", "value")])
def length(word):
    return len(word)


@app.long_callback(Output("counted", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    return f"counted {clicks}"


if __name__ == "__main__":
    app.run_server(mode="external", debug=False)
