"""Two choices, all answers known: `pyrt build --static` makes a site of it that has no Python."""

from dash import Dash, Input, Output, callback, dcc, html

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
# First and last hour of each day; none where it is closed.
HOURS: dict[str, list[tuple[int, int] | None]] = {
    "Lighthouse": [None, None, (10, 16), (10, 16), (10, 16), (9, 18), (9, 18)],
    "Maritime museum": [None, (10, 17), (10, 17), (10, 20), (10, 17), (10, 17), (10, 17)],
    "Observatory": [None, None, None, None, (20, 24), (20, 24), None],
    "Swimming hall": [(6, 21), (6, 21), (6, 21), (6, 21), (6, 20), (8, 18), (8, 18)],
}
PRICES = {"adult": 8, "child": 3, "senior": 5}

app = Dash(__name__, title="Opening hours")

app.layout = html.Main(
    [
        html.H1("Opening hours"),
        dcc.Dropdown(list(HOURS), "Lighthouse", id="place", clearable=False),
        dcc.RadioItems(DAYS, "Saturday", id="day", inline=True),
        html.P(id="sentence"),
        html.Table(id="week"),
        html.H2("Tickets"),
        dcc.Checklist(list(PRICES), ["adult"], id="visitors", inline=True),
        html.P(id="price"),
    ]
)


def name_hours(hours):
    return f"{hours[0]:02}:00 to {hours[1]:02}:00" if hours else "closed"


@callback(
    Output("sentence", "children"),
    Output("week", "children"),
    Input("place", "value"),
    Input("day", "value"),
    precompute=True,
)
def show_hours(place, day):
    week = HOURS[place]
    rows = [
        html.Tr(
            [html.Th(name), html.Td(name_hours(hours))], className="chosen" if name == day else ""
        )
        for name, hours in zip(DAYS, week, strict=True)
    ]
    return f"{place}, {day}: {name_hours(week[DAYS.index(day)])}", html.Tbody(rows)


@callback(Output("price", "children"), Input("visitors", "value"), precompute=True)
def show_price(visitors):
    if not visitors:
        return "Nobody goes."
    return f"One ticket each: {sum(PRICES[who] for who in visitors)} euros"


if __name__ == "__main__":
    app.run(debug=True)
