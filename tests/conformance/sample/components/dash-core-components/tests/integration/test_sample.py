"""A component of dcc, for the harness."""

from dash import Dash, Input, Output, dcc, html


def test_smpl011_checklist(dash_dcc):
    app = Dash(__name__)
    app.layout = html.Div(
        [dcc.Checklist(["red", "green"], ["red"], id="colors"), html.Div(id="chosen")]
    )

    @app.callback(Output("chosen", "children"), Input("colors", "value"))
    def show(colors):
        return ", ".join(colors)

    dash_dcc.start_server(app)
    dash_dcc.wait_for_text_to_equal("#chosen", "red")
    dash_dcc.find_elements("#colors input")[1].click()
    dash_dcc.wait_for_text_to_equal("#chosen", "red, green")
    assert dash_dcc.get_logs() == []
