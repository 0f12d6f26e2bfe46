import dash
from dash import Input, Output, callback, dcc, html

dash.register_page(__name__, path="/", name="Home")

layout = html.Div([html.H1("Home"), dcc.Input(id="name", value="you"), html.P(id="hello")])


@callback(Output("hello", "children"), Input("name", "value"))
def hello(name):
    return f"Hello {name}"
