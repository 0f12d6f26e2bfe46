import dash
from dash import html

dash.register_page(__name__, name="About")

layout = html.Div([html.H1("About"), html.P("A site of several pages.")])
