import dash
import dash_bootstrap_components as dbc
from dash import Input, Output, State, callback, html
from harbour import ISLANDS, quickest_way
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/bootstrap",
    name="Bootstrap",
    order=3,
    colour="#7952b3",
    description="Forms, modals, toasts and cards, with a theme of our own",
)

CROWNS_PER_MINUTE = 2


def labelled(text, field):
    return html.Div([dbc.Label(text, html_for=field.id), field], className="mb-3")


def ticket():
    names = list(ISLANDS)
    form = [
        dbc.Row(
            [
                dbc.Col(labelled("From", dbc.Select(names, "Aldra", id="dbc-from"))),
                dbc.Col(labelled("To", dbc.Select(names, "Fenholm", id="dbc-to"))),
            ]
        ),
        dbc.Label("Traveller", html_for="dbc-name"),
        dbc.InputGroup(
            [
                dbc.InputGroupText("@"),
                dbc.Input(id="dbc-name", placeholder="Your name", value="", debounce=False),
            ],
            className="mb-3",
        ),
        dbc.Checklist(
            [
                {"label": "A bicycle comes along", "value": "bicycle"},
                {"label": html.Span(["There ", html.Em("and back")]), "value": "return"},
            ],
            ["return"],
            id="dbc-extras",
            switch=True,
        ),
        html.Div(
            [
                dbc.Button("Buy a ticket", id="dbc-buy", color="primary"),
                dbc.Button("Conditions", id="dbc-conditions", color="link"),
            ],
            className="d-flex gap-2 mt-3",
        ),
        dbc.Tooltip("No money is taken", target="dbc-buy"),
        answer("dbc-price"),
    ]
    return card("The ticket office", *form)


def dialogs():
    return html.Div(
        [
            dbc.Modal(
                [
                    dbc.ModalHeader(dbc.ModalTitle("Your ticket")),
                    dbc.ModalBody(id="dbc-ticket"),
                    dbc.ModalFooter(dbc.Button("Thank you", id="dbc-thanks", color="primary")),
                ],
                id="dbc-modal",
                centered=True,
            ),
            dbc.Offcanvas(
                html.Ol(
                    [
                        html.Li("The captain is right."),
                        html.Li("Dogs travel free; cats do as they like."),
                        html.Li("Singing is allowed past Gull Rock."),
                    ]
                ),
                id="dbc-offcanvas",
                title="Conditions of carriage",
                placement="end",
            ),
            dbc.Toast(
                "The harbour master has been told.",
                id="dbc-toast",
                header="Sold",
                icon="success",
                is_open=False,
                dismissable=True,
                duration=6000,
            ),
        ]
    )


def notices():
    islands = [
        dbc.AccordionItem(
            f"{island.people:,} people live here. It is known for {island.known_for}.",
            title=island.name,
            item_id=island.name,
        )
        for island in list(ISLANDS.values())[:4]
    ]
    return card(
        "Notices",
        dbc.Alert(
            [html.Strong("Fog "), "on the crossing to Eska until noon."],
            color="warning",
            dismissable=True,
        ),
        dbc.Accordion(islands, id="dbc-accordion", active_item="Brisa"),
        answer("dbc-opened"),
    )


def seats():
    return card(
        "The car deck",
        html.Div(
            [
                dbc.ButtonGroup(
                    [
                        dbc.Button("-", id="dbc-less", color="secondary", outline=True),
                        dbc.Button("+", id="dbc-more", color="secondary", outline=True),
                    ]
                ),
                dbc.Badge("0 cars", id="dbc-cars", color="primary", pill=True),
                dbc.Spinner(size="sm", color="secondary"),
            ],
            className="d-flex gap-3 align-items-center",
        ),
        dbc.Progress(id="dbc-progress", value=0, label="", striped=True, color="success"),
        dbc.Pagination(id="dbc-deck", max_value=4, active_page=1, first_last=True),
        answer("dbc-deck-text"),
    )


def crew():
    tabs = dbc.Tabs(
        [
            dbc.Tab(label="Crew", tab_id="crew"),
            dbc.Tab(label="Menu", tab_id="menu"),
            dbc.Tab(label="Timetable", tab_id="times"),
        ],
        id="dbc-tabs",
        active_tab="crew",
    )
    return card("On board", tabs, html.Div(id="dbc-tab"))


def layout():
    return page(
        "Bootstrap",
        "dash-bootstrap-components",
        "Dash Bootstrap Components brings no colours of its own: this page wears a small theme"
        " from the assets folder, which knows Bootstrap's class names.",
        ticket(),
        notices(),
        seats(),
        crew(),
        dialogs(),
    )


@callback(
    Output("dbc-price", "children"),
    Input("dbc-from", "value"),
    Input("dbc-to", "value"),
    Input("dbc-name", "value"),
    Input("dbc-extras", "value"),
)
def price(start, goal, name, extras):
    who = name or "Somebody"
    if start == goal:
        return f"{who} is already on {goal}."
    minutes, way = quickest_way(start, goal)
    crowns = minutes * CROWNS_PER_MINUTE * (2 if "return" in extras else 1)
    crowns += 15 * ("bicycle" in extras)
    return f"{who} travels {' → '.join(way)} in {minutes} minutes for {crowns} crowns."


@callback(
    Output("dbc-modal", "is_open"),
    Output("dbc-ticket", "children"),
    Output("dbc-toast", "is_open"),
    Input("dbc-buy", "n_clicks"),
    Input("dbc-thanks", "n_clicks"),
    State("dbc-price", "children"),
    prevent_initial_call=True,
)
def sell(_buy, _thanks, text):
    bought = dash.ctx.triggered_id == "dbc-buy"
    return bought, [html.P(text), dbc.Badge("No. 1042", color="success")], not bought


@callback(
    Output("dbc-offcanvas", "is_open"),
    Input("dbc-conditions", "n_clicks"),
    prevent_initial_call=True,
)
def show_conditions(_clicks):
    return True


@callback(Output("dbc-opened", "children"), Input("dbc-accordion", "active_item"))
def tell_opened(name):
    return f"{name} is open." if name else "Everything is closed."


@callback(
    Output("dbc-cars", "children"),
    Output("dbc-progress", "value"),
    Output("dbc-progress", "label"),
    Input("dbc-more", "n_clicks"),
    Input("dbc-less", "n_clicks"),
)
def load_cars(more, less):
    cars = max(0, min(20, 7 + (more or 0) - (less or 0)))
    return f"{cars} cars", cars * 5, f"{cars * 5} %"


@callback(Output("dbc-deck-text", "children"), Input("dbc-deck", "active_page"))
def show_deck(number):
    return f"Deck {number}: {('cars', 'lorries', 'bicycles', 'sheep')[number - 1]}"


@callback(Output("dbc-tab", "children"), Input("dbc-tabs", "active_tab"))
def show_tab(tab):
    if tab == "menu":
        dishes = [("Fish soup", 48), ("Oysters", 65), ("Rhubarb cake", 30)]
        items = [
            dbc.ListGroupItem([name, dbc.Badge(f"{crowns} kr", className="ms-auto")])
            for name, crowns in dishes
        ]
        return dbc.ListGroup(items, flush=True)
    if tab == "times":
        header = html.Thead(html.Tr([html.Th("To"), html.Th("Minutes")]))
        rows = [
            html.Tr([html.Td(goal), html.Td(quickest_way("Aldra", goal)[0])]) for goal in ISLANDS
        ]
        return dbc.Table([header, html.Tbody(rows)], hover=True, size="sm", striped=True)
    return dbc.Card(
        [
            dbc.CardHeader("Captain"),
            dbc.CardBody([html.H4("Ottilie Vane"), html.P("At sea since she was nine.")]),
        ]
    )
