# /// script
# dependencies = ["dash", "dash-bootstrap-templates", "vizro"]
# ///
"""Vizro's first dashboard, which makes the app, and a component of ours with its templates."""

from typing import Literal

import dash_bootstrap_components as dbc
import plotly.graph_objects as go
import vizro.models as vm
import vizro.plotly.express as px
from dash import Input, Output, callback, dcc, html
from dash_bootstrap_templates import ThemeSwitchAIO
from vizro import Vizro

SWITCH = ThemeSwitchAIO.ids.switch("theme")


class Themed(vm.VizroBaseModel):  # type: ignore[misc]  # vizro is not installed here
    """A graph in the colours of a theme."""

    type: Literal["themed"] = "themed"

    def build(self):
        themes = [dbc.themes.MINTY, dbc.themes.CYBORG]
        switch = ThemeSwitchAIO(aio_id="theme", themes=themes)
        return html.Div([switch, dcc.Graph(id="themed"), html.P(id="paper")])


@callback(Output("themed", "figure"), Output("paper", "children"), Input(SWITCH, "value"))
def draw(is_light):
    template = "minty" if is_light else "cyborg"
    figure = go.Figure(go.Bar(x=["a"], y=[1]), {"template": template})
    return figure, f"{template} has paper of {figure.layout.template.layout.paper_bgcolor}"


vm.Page.add_type("components", Themed)
iris = px.data.iris()
page = vm.Page(
    title="My first dashboard",
    components=[
        vm.Graph(figure=px.scatter(iris, x="sepal_length", y="petal_width", color="species")),
        Themed(),
    ],
    controls=[vm.Filter(column="species", selector=vm.RadioItems(options=["setosa", "virginica"]))],
)
Vizro().build(vm.Dashboard(pages=[page])).run()
