"""Jobs on two pages, with a button that cancels both; leaving a page takes their outputs away."""

import time

from dash import Dash, Input, Output, dcc, html, page_container, register_page
from manager import make_manager

app = Dash(__name__, use_pages=True, pages_folder="", background_callback_manager=make_manager())
app.layout = html.Div(
    [
        dcc.Link("One", href=app.get_relative_path("/"), id="to-one"),
        dcc.Link("Two", href=app.get_relative_path("/two"), id="to-two"),
        html.Button("Cancel all", id="cancel-all"),
        html.P("no job", id="current-job"),
        page_container,
    ]
)


def page(number):
    return html.Div(
        [
            html.Button("Start", id=f"start-{number}"),
            html.Button("Cancel", id=f"cancel-{number}"),
            html.P("idle", id=f"state-{number}"),
            html.P("nothing", id=f"result-{number}"),
            html.Button("Quick", id=f"quick-{number}"),
            html.P("nothing", id=f"quick-result-{number}"),
        ]
    )


def add_callbacks(number):
    @app.callback(
        Output(f"result-{number}", "children"),
        Input(f"start-{number}", "n_clicks"),
        running=[
            (Output(f"state-{number}", "children"), "running", "idle"),
            (Output("current-job", "children"), f"job {number}", "no job"),
        ],
        cancel=[Input(f"cancel-{number}", "n_clicks"), Input("cancel-all", "n_clicks")],
        background=True,
        interval=200,
        prevent_initial_call=True,
    )
    def work(_):
        time.sleep(60)

    @app.callback(
        Output(f"quick-result-{number}", "children"),
        Input(f"quick-{number}", "n_clicks"),
        background=True,
        interval=200,
        prevent_initial_call=True,
    )
    def quick(clicks):
        return f"quick {clicks}"


for index, path in enumerate(["/", "/two"], start=1):
    register_page(f"page{index}", path=path, layout=page(index))
    add_callbacks(index)


if __name__ == "__main__":
    app.run(debug=True)
