import dash
from dash import html

dash.register_page(__name__)

layout = html.Div([html.H1("Lost in space"), html.P("There is no page at this address.")])
