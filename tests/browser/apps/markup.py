"""Every html tag once, and the events and attributes that html components know."""

import json

from dash import Dash, Input, Output, callback, html

VOID = {"Area", "Base", "Basefont", "Br", "Col", "Embed", "Frame", "Hr", "Img", "Keygen", "Meta"}
VOID |= {"Input", "Link", "Param", "Source", "Spacer", "Track", "Wbr"}
# Tags that are valid only inside of another tag; a browser would remove them or warn.
INSIDE = {
    "Area": html.MapEl,
    "Caption": html.Table,
    "Col": html.Colgroup,
    "Colgroup": html.Table,
    "Dd": html.Dl,
    "Dt": html.Dl,
    "Frame": html.Div,
    "Legend": html.Fieldset,
    "Li": html.Ul,
    "Optgroup": html.Select,
    "Option": html.Datalist,
    "Source": html.Picture,
    "Summary": html.Details,
    "Tbody": html.Table,
    "Td": html.Tr,
    "Tfoot": html.Table,
    "Th": html.Tr,
    "Thead": html.Table,
    "Tr": html.Tbody,
    "Track": html.Video,
}
# What stands in these is another tag, or, in a Textarea, its value.
HOLDERS = {"Colgroup", "Table", "Tbody", "Thead", "Tfoot", "Tr", "Select", "Picture", "Video"}
HOLDERS |= {"Textarea"}
# They load another page, change how addresses are read, or show themselves as text.
APART = {"Base", "Frame", "Plaintext", "Script", "Link", "Meta"}
NAMES = [name for name in dir(html) if name[0].isupper()]


def one(name):
    """One tag, with a text in it where it can have one, in the parent tag that it needs."""
    tag = getattr(html, name)
    has_text = name not in VOID | HOLDERS
    content = (name.lower(),) if has_text else ()
    component = tag(*content, id=f"tag-{name}", title=f"the {name}")
    for _ in range(3):
        if name not in INSIDE:
            break
        outside = INSIDE[name]
        component, name = outside(component), outside.__name__
    return html.Div(component, className="tag")


app = Dash(__name__)
app.layout = html.Div(
    [
        html.Pre(json.dumps([name for name in NAMES if name not in APART]), id="names"),
        html.Div([one(name) for name in NAMES if name not in APART], id="tags"),
        html.Button("Press", id="press"),
        html.Button("Quiet", id="quiet", disable_n_clicks=True),
        html.Button("Another", id="another"),
        html.Pre(id="pressed"),
        html.A(
            "dangerous",
            href="javascript:alert(1)",  # what is tested is that it is refused
            id="danger",
        ),
        html.A("safe", href="https://example.org/?a=b", id="safe"),
        html.Div(
            "attributes",
            id="attributes",
            className="one two",
            style={"fontWeight": "bold", "--own": "7px", "marginTop": 4},
            hidden=False,
            tabIndex=3,
            lang="de",
            dir="rtl",
            role="note",
            contentEditable="true",
            **{"data-colour": "red", "aria-label": "spoken"},
        ),
        html.Div(
            [0, False, True, None, "", "text", 1.5, html.B("bold")],
            id="children",
        ),
        html.Details([html.Summary("More"), "hidden text"], id="details", open=False),
        html.Pre(id="opened"),
        html.Label(["Name", html.Span(" of the boat")], htmlFor="name"),
        html.Pre(id="clicked"),
        html.Div(id={"kind": "row", "index": 1}, children="with a dictionary for an id"),
        html.ObjectEl(data="data:text/plain,object", type="text/plain", id="object"),
        html.Img(
            src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=", alt="dot", id="image"
        ),
        html.Button("Redraw", id="redraw"),
        html.Ul([html.Li(str(n)) for n in range(3)], id="list"),
    ]
)


@callback(
    Output("pressed", "children"), Input("press", "n_clicks"), Input("press", "n_clicks_timestamp")
)
def press(clicks, timestamp):
    return json.dumps([clicks, timestamp is None or timestamp > 1e12])


@callback(
    Output("clicked", "children"),
    Input("tag-Article", "n_clicks"),
    Input("tag-Td", "n_clicks"),
    Input("quiet", "n_clicks"),
)
def click(*clicks):
    return json.dumps(clicks)


@callback(Output("opened", "children"), Input("details", "open"), Input("details", "n_clicks"))
def opened(is_open, clicks):
    return json.dumps([is_open, clicks])


@callback(Output("list", "children"), Input("redraw", "n_clicks"), prevent_initial_call=True)
def redraw(clicks):
    return [html.Li([html.Em(f"{n}"), f" of {clicks}"]) for n in range(200)]


if __name__ == "__main__":
    app.run(debug=True)
