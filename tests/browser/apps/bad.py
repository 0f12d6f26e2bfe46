"""Callbacks that raise or return what no callback should, and one that answers."""

from dash import Dash, Input, Output, State, callback, dcc, html


class Mute(Exception):  # noqa: N818
    """Has no text that could be shown."""

    def __str__(self):
        raise ValueError("no text")

    __repr__ = __str__


class Own(BaseException):
    """Derives from no Exception."""


class Unshown:
    """Cannot become JSON, and cannot be shown."""

    def __repr__(self):
        raise Own


def leave():
    raise SystemExit(3)


def generator():
    raise GeneratorExit


def interrupt():
    raise KeyboardInterrupt


def base():
    raise Own


def mute():
    raise Mute


def recursion():
    return recursion()


def script_stack():
    # There only in a tab.
    from js import eval as evaluate  # type: ignore[import-not-found]  # noqa: PLC0415

    evaluate("(function again() { again(); })()")


def deep_list():
    value: list[object] = []
    for _ in range(200_000):
        value = [value]
    return repr(value)


def unshown():
    return {Unshown()}


def nested():
    value = html.Span("core")
    for _ in range(5000):
        value = html.Div(value)
    return value


def large():
    return "x" * 70_000_000


KINDS = {
    function.__name__: function
    for function in (
        leave,
        generator,
        interrupt,
        base,
        mute,
        recursion,
        script_stack,
        deep_list,
        unshown,
        nested,
        large,
    )
}

app = Dash(__name__, title="Bad")
app.layout = html.Div(
    [
        dcc.RadioItems([*KINDS], id="kind"),
        html.Button("Do it", id="do", n_clicks=0),
        html.Div(id="done"),
        html.Button("Ask", id="ask", n_clicks=0),
        html.Div(id="answer"),
    ]
)


@callback(
    Output("done", "children"),
    Input("do", "n_clicks"),
    State("kind", "value"),
    prevent_initial_call=True,
)
def misbehave(_clicks, kind):
    return KINDS[kind]()


@callback(Output("answer", "children"), Input("ask", "n_clicks"))
def answer(clicks):
    return f"answer {clicks}"


if __name__ == "__main__":
    app.run()
