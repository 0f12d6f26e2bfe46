from datetime import date

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback
from dash_iconify import DashIconify
from harbour import ISLANDS
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/mantine",
    name="Mantine",
    order=4,
    colour="#228be6",
    description="A hundred polished components, charts included",
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STEPS = ("Choose an island", "Pack", "Sail")


def visitors(islands):
    """Visitors by month: a wave with its crest in summer, higher on larger islands."""
    rows = []
    for number, month in enumerate(MONTHS):
        season = 8 + 42 * max(0, 6 - abs(number - 6.5)) / 6
        visits = {name: round(season * ISLANDS[name].people ** 0.5 / 10) for name in islands}
        rows.append({"month": month, **visits})
    return rows


def planner():
    return card(
        "Plan a week",
        dmc.Stepper(
            [
                dmc.StepperStep(label=label, description=f"Step {number}")
                for number, label in enumerate(STEPS, 1)
            ],
            id="dmc-stepper",
            active=0,
            size="sm",
        ),
        dmc.Group(
            [
                dmc.Button("Back", id="dmc-back", variant="default"),
                dmc.Button(
                    "Next",
                    id="dmc-next",
                    rightSection=DashIconify(icon="sea:sail", width=18),
                ),
                dmc.DatePickerInput(
                    id="dmc-date",
                    value=date(2026, 7, 4).isoformat(),
                    valueFormat="D MMMM YYYY",
                    w=190,
                ),
                dmc.Rating(id="dmc-rating", value=4, fractions=2),
            ]
        ),
        answer("dmc-plan"),
        wide=True,
    )


def charts():
    colours = ("blue.6", "teal.6", "orange.6", "grape.6", "lime.6", "cyan.6", "pink.6")
    return card(
        "Visitors, by month",
        dmc.MultiSelect(
            id="dmc-islands",
            data=list(ISLANDS),
            value=["Aldra", "Corr", "Fenholm"],
            maxValues=5,
            clearable=True,
        ),
        dmc.SegmentedControl(
            id="dmc-kind",
            data=["default", "stacked", "percent"],
            value="default",
            fullWidth=True,
        ),
        dmc.AreaChart(
            id="dmc-chart",
            h=260,
            data=visitors(["Aldra", "Corr", "Fenholm"]),
            dataKey="month",
            series=[
                {"name": name, "color": colour}
                for name, colour in zip(ISLANDS, colours, strict=True)
            ],
            curveType="natural",
            withLegend=True,
        ),
        answer("dmc-chart-text"),
        wide=True,
    )


def cabin():
    return card(
        "The cabin",
        dmc.Text("Heating", size="sm"),
        dmc.Slider(
            id="dmc-heat",
            min=0,
            max=30,
            value=19,
            marks=[{"value": value, "label": f"{value}°"} for value in (0, 10, 20, 30)],
            mb="lg",
        ),
        dmc.Group(
            [
                dmc.Switch(id="dmc-light", label="Reading light", checked=True),
                dmc.ChipGroup(
                    dmc.Group([dmc.Chip(word, value=word, size="xs") for word in ("tea", "rum")]),
                    id="dmc-drinks",
                    multiple=True,
                    value=["tea"],
                ),
            ]
        ),
        dmc.ColorPicker(
            id="dmc-colour",
            format="hex",
            value="#228be6",
            swatches=["#228be6", "#12b886", "#fab005", "#fa5252"],
            fullWidth=True,
        ),
        dmc.Paper("The cabin's wall", id="dmc-wall", p="md", radius="md", withBorder=True),
        answer("dmc-cabin"),
    )


def log():
    items = [
        ("Left Aldra", "Calm sea, one gull on board", "sea:anchor"),
        ("Fog off Brisa", "Horn every two minutes", "sea:fog"),
        ("Gull Rock in sight", "The light is on", "sea:lighthouse"),
        ("Moored", "Kettle on", "sea:cup"),
    ]
    return card(
        "The log",
        dmc.Timeline(
            [
                dmc.TimelineItem(
                    dmc.Text(text, c="dimmed", size="sm"),
                    title=title,
                    bullet=DashIconify(icon=icon, width=14),
                )
                for title, text, icon in items
            ],
            id="dmc-timeline",
            active=1,
            bulletSize=26,
            lineWidth=2,
        ),
        dmc.Group(
            [
                dmc.Button("Next entry", id="dmc-entry", variant="light"),
                dmc.RingProgress(
                    id="dmc-ring",
                    size=90,
                    thickness=9,
                    roundCaps=True,
                    sections=[{"value": 50, "color": "blue"}],
                    label=dmc.Text("50 %", ta="center", size="sm"),
                ),
            ]
        ),
    )


def layout():
    content = page(
        "Mantine",
        "dash-mantine-components",
        "Dash Mantine Components carries its styles inside; components sit in the props of"
        " others, and charts arrive in chunks of their own when a page first needs them.",
        planner(),
        charts(),
        cabin(),
        log(),
    )
    return dmc.MantineProvider(content, theme={"fontFamily": "inherit"})


@callback(
    Output("dmc-stepper", "active"),
    Output("dmc-plan", "children"),
    Input("dmc-next", "n_clicks"),
    Input("dmc-back", "n_clicks"),
    Input("dmc-date", "value"),
    Input("dmc-rating", "value"),
    State("dmc-stepper", "active"),
)
def plan(_forward, _back, day, stars, step):
    step += {"dmc-next": 1, "dmc-back": -1}.get(dash.ctx.triggered_id, 0)
    step = max(0, min(len(STEPS), step))
    when = date.fromisoformat(day).strftime("%A, %d %B %Y") if day else "some day"
    task = f"Next: {STEPS[step].lower()}" if step < len(STEPS) else "All done"
    return step, f"{task}. You leave on {when}, hoping for {stars:g} stars."


@callback(
    Output("dmc-chart", "data"),
    Output("dmc-chart", "series"),
    Output("dmc-chart", "type"),
    Output("dmc-chart-text", "children"),
    Input("dmc-islands", "value"),
    Input("dmc-kind", "value"),
    State("dmc-chart", "series"),
)
def draw_visitors(islands, kind, series):
    colours = {entry["name"]: entry["color"] for entry in series}
    rows = visitors(islands)
    total = sum(sum(row[name] for name in islands) for row in rows)
    shown = [{"name": name, "color": colours.get(name, "gray.6")} for name in islands]
    return rows, shown, kind, f"{total} thousand visitors on {len(islands)} islands in a year"


@callback(
    Output("dmc-wall", "bg"),
    Output("dmc-cabin", "children"),
    Input("dmc-heat", "value"),
    Input("dmc-light", "checked"),
    Input("dmc-drinks", "value"),
    Input("dmc-colour", "value"),
)
def furnish(heat, light, drinks, colour):
    lamp = "on" if light else "off"
    text = f"{heat} °C, light {lamp}, {' and '.join(drinks) or 'nothing'} to drink, walls {colour}"
    return colour, text


@callback(
    Output("dmc-timeline", "active"),
    Output("dmc-ring", "sections"),
    Output("dmc-ring", "label"),
    Input("dmc-entry", "n_clicks"),
    prevent_initial_call=True,
)
def write_log(clicks):
    active = (1 + clicks) % 4
    percent = (active + 1) * 25
    label = dmc.Text(f"{percent} %", ta="center", size="sm", id="dmc-percent")
    return active, [{"value": percent, "color": "blue"}], label
