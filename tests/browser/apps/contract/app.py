# /// script
# dependencies = ["dash", "dash-daq"]
# ///
"""Globals that bundles and scripts of the app depend on, and components that are loaded later."""

from dash import ClientsideFunction, Dash, Input, Output, State, callback, clientside_callback, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Count", id="count"),
        html.P(id="doubled"),
        html.P(id="told"),
        html.Button("Late", id="late"),
        html.Div(id="icon"),
        html.P(id="length"),
        html.P(id="python"),
        html.Div(id={"kind": "row", "n": 2}),
        html.Div(id={"kind": "row", "n": 1}),
    ],
    id="root",
)
clientside_callback(
    ClientsideFunction("mine", "double"), Output("doubled", "children"), Input("count", "n_clicks")
)
clientside_callback(
    """clicks => {
        const {callback_context: context, no_update} = window.dash_clientside;
        const known = Object.isFrozen(no_update) && context.triggered_id;
        return clicks === 2 ? no_update : `${known}: ${clicks}`;
    }""",
    Output("told", "children"),
    Input("count", "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output("icon", "children"),
    Input("late", "n_clicks"),
    prevent_initial_call=True,
    _allow_dynamic_callbacks=True,
)
def come_late(clicks):
    from dash_daq import LEDDisplay  # noqa: PLC0415  # that is what this is about

    if clicks == 1:
        clientside_callback(
            "text => text.length", Output("length", "children"), Input("told", "children")
        )

        @callback(Output("python", "children"), Input("count", "n_clicks"), State("root", "id"))
        def tell(count, root):
            return f"late Python heard {count} in {root}"

    return LEDDisplay(value=clicks, id=f"icon-{clicks}")


if __name__ == "__main__":
    app.run(debug=True)
