"""async def callbacks: several wait at once, and the page goes on answering."""

import asyncio

from dash import Dash, Input, Output, callback, html, set_props

app = Dash(__name__, title="Async work")

app.layout = html.Main(
    [
        html.H1("Async work"),
        html.Button("Start three jobs", id="start"),
        html.Ul([html.Li("idle", id=f"job-{number}") for number in range(3)]),
        html.P(id="steps"),
        html.Button("Still here?", id="ping"),
        html.P(id="pong"),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "40em", "margin": "3em auto"},
)


async def work(number):
    for step in range(1, 6):
        await asyncio.sleep(0.1 * (number + 1))
        set_props(f"job-{number}", {"children": f"job {number}: step {step} of 5"})
    return number


@callback(
    Output("steps", "children"),
    Input("start", "n_clicks"),
    running=[(Output("start", "disabled"), True, False)],
    prevent_initial_call=True,
)
async def start(_clicks):
    done = await asyncio.gather(*(work(number) for number in range(3)))
    return f"{len(done)} jobs done"


@callback(Output("pong", "children"), Input("ping", "n_clicks"), prevent_initial_call=True)
def ping(clicks):
    return f"yes, {clicks} times"


if __name__ == "__main__":
    app.run(debug=True)
