import dash
import dash_daq as daq
from dash import Input, Output, callback, dcc, html
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/daq",
    name="DAQ",
    order=9,
    colour="#16a085",
    description="Gauges, knobs and tanks: the bridge of a ferry",
)

FAIR_HPA = 1010
COMPASS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
THEME = {"dark": False, "primary": "#0b6e8f", "secondary": "#cfd8dc", "detail": "#8aa0aa"}


def engine():
    return card(
        "Engine",
        html.Div(
            [
                daq.PowerButton(id="daq-power", on=True, color="#4b7f52", size=54, label="engine"),
                daq.Knob(id="daq-throttle", value=6, min=0, max=10, size=110, color="#e4572e"),
                daq.Gauge(
                    id="daq-speed",
                    value=0,
                    min=0,
                    max=24,
                    size=190,
                    units="knots",
                    showCurrentValue=True,
                    color={
                        "gradient": True,
                        "ranges": {"#4b7f52": [0, 12], "#f0b354": [12, 19], "#e4572e": [19, 24]},
                    },
                ),
            ],
            className="instruments",
        ),
        answer("daq-engine"),
        wide=True,
    )


def helm():
    return card(
        "Helm",
        html.Div(
            [
                daq.Joystick(id="daq-stick", size=110, angle=90, force=0),
                daq.LEDDisplay(
                    id="daq-course", value="090", color="#e4572e", backgroundColor="#0f2a3d"
                ),
                daq.StopButton(id="daq-stop", buttonText="Stop", n_clicks=0),
            ],
            className="instruments",
        ),
        answer("daq-helm"),
    )


def tanks():
    return card(
        "Tanks",
        html.Div(
            [
                daq.Tank(
                    id="daq-tank",
                    value=7,
                    min=0,
                    max=10,
                    height=120,
                    width=60,
                    color="#0b6e8f",
                    label="fuel",
                ),
                daq.Thermometer(
                    id="daq-heat", value=70, min=0, max=120, height=110, color="#e4572e"
                ),
                daq.GraduatedBar(id="daq-bar", value=7, max=10, step=1, vertical=True, size=140),
                daq.NumericInput(id="daq-fuel", value=7, min=0, max=10, size=70, label="fill to"),
            ],
            className="instruments",
        ),
        answer("daq-tanks"),
    )


def lamps():
    return card(
        "Lamps and wipers",
        html.Div(
            [
                daq.BooleanSwitch(id="daq-lamp", on=False, color="#f0b354", label="lamp"),
                daq.Indicator(id="daq-glow", value=False, color="#f0b354", label="glow"),
                daq.ToggleSwitch(id="daq-wiper", value=False, label="wipers"),
                daq.PrecisionInput(
                    id="daq-pressure", value=1013, precision=4, min=900, max=1100, size=170
                ),
            ],
            className="instruments",
        ),
        answer("daq-lamps"),
    )


def paint():
    return card(
        "The paint of the hull",
        html.Div(
            [
                daq.ColorPicker(id="daq-colour", value={"hex": "#e4572e"}, size=180),
                html.Div(id="daq-hull"),
            ],
            className="instruments",
        ),
        daq.Slider(id="daq-line", min=0, max=100, value=55, handleLabel="waterline", size=300),
        dcc.Markdown(id="daq-paint", className="answer"),
    )


def layout():
    content = page(
        "DAQ",
        "dash-daq",
        "Controls as they sit on an instrument panel. Turn the knob, push the stick, fill the"
        " tank.",
        engine(),
        html.Div([helm(), lamps()], className="stack"),
        html.Div([tanks(), paint()], className="stack"),
    )
    return daq.DarkThemeProvider(content, theme=THEME)


@callback(
    Output("daq-speed", "value"),
    Output("daq-engine", "children"),
    Input("daq-throttle", "value"),
    Input("daq-power", "on"),
)
def run_engine(throttle, power):
    if not power:
        return 0, "The engine is off; the ferry drifts."
    speed = round(2.4 * throttle**0.98, 1)
    return (
        speed,
        f"Throttle at {throttle:.1f}: {speed} knots, {round(throttle**1.6, 1)} litres a minute",
    )


@callback(
    Output("daq-course", "value"),
    Output("daq-helm", "children"),
    Input("daq-stick", "angle"),
    Input("daq-stick", "force"),
    Input("daq-stop", "n_clicks"),
)
def steer(angle, force, stops):
    if dash.ctx.triggered_id == "daq-stop":
        return "000", f"All stop! ({stops})"
    angle = angle or 0
    course = round((450 - angle) % 360)
    wind = COMPASS[round(angle / 45) % 8]
    return f"{course:03}", f"Course {course}°, to the {wind}, with {force or 0:.0%} of the rudder"


@callback(
    Output("daq-tank", "value"),
    Output("daq-bar", "value"),
    Output("daq-heat", "value"),
    Output("daq-tanks", "children"),
    Input("daq-fuel", "value"),
)
def fill_tank(level):
    return level, level, 50 + 5 * level, f"{level * 120} litres last for {level * 1.4:.1f} hours."


@callback(
    Output("daq-glow", "value"),
    Output("daq-lamps", "children"),
    Input("daq-lamp", "on"),
    Input("daq-wiper", "value"),
    Input("daq-pressure", "value"),
)
def watch(lamp, wipers, pressure):
    sky = "fair" if pressure > FAIR_HPA else "foul"
    words = ["lamp on" if lamp else "lamp off", "wipers on" if wipers else "wipers off"]
    return lamp, f"{', '.join(words)}; {pressure} hPa: {sky} weather"


@callback(
    Output("daq-hull", "style"),
    Output("daq-paint", "children"),
    Input("daq-colour", "value"),
    Input("daq-line", "value"),
)
def paint_hull(colour, waterline):
    colour = colour["hex"]
    hull = f"linear-gradient({colour} {waterline}%, #17222f {waterline}%)"
    return {"background": hull}, f"The hull is **{colour}** above the waterline at {waterline} %."
