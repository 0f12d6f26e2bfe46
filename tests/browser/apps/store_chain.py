"""Callbacks chained through a dcc.Store."""

from dash import Dash, Input, Output, dcc, html

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Input(id="text", value="abc"),
        dcc.Store(id="letters"),
        dcc.Store(id="counts"),
        html.P(id="summary"),
    ]
)


@app.callback(Output("letters", "data"), Input("text", "value"))
def letters(text):
    return list(text or "")


@app.callback(Output("counts", "data"), Input("letters", "data"))
def counts(found):
    return {letter: found.count(letter) for letter in found}


@app.callback(Output("summary", "children"), Input("counts", "data"))
def summary(found):
    return ", ".join(f"{letter} {number}" for letter, number in sorted(found.items()))


if __name__ == "__main__":
    app.run()
