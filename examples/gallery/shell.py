"""The building blocks that the gallery's pages share."""

from dash import html


def page(title, install, text, *cards):
    """A page: its heading, what to install for it, a sentence, and its cards."""
    heading = [html.H1(title), html.P(text), html.Code(f"pip install {install}")]
    return html.Article([html.Header(heading), html.Div(list(cards), className="cards")])


def card(title, *children, wide=False):
    """A titled box; a wide one takes the whole row."""
    name = "gallery-card gallery-card-wide" if wide else "gallery-card"
    return html.Section([html.H2(title), *children], className=name)


def answer(component_id):
    """The line in which a Python callback answers."""
    return html.Div(id=component_id, className="answer")


def action(text, component_id):
    """A button in the gallery's own style."""
    return html.Button(text, id=component_id, className="action", n_clicks=0)


def row(*children):
    """Children side by side, as far as there is room."""
    return html.Div(list(children), className="gallery-row")
