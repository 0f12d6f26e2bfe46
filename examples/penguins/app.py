"""Penguins: lasso birds in one picture and see them in all others.

The data are synthetic (see make_penguins.py): three hundred penguins that never lived.
"""

from pathlib import Path

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, callback, ctx, dcc, html, no_update
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

penguins = pd.read_csv(Path(__file__).parent / "penguins.csv")
MEASURES = {
    "bill_length": "Bill length (mm)",
    "bill_depth": "Bill depth (mm)",
    "flipper": "Flipper (mm)",
    "mass": "Mass (g)",
}
SPECIES = list(penguins["species"].unique())
COLOURS = dict(zip(SPECIES, ("#e07a3f", "#7b5ea7", "#1d8a99"), strict=True))
scaled = StandardScaler().fit_transform(penguins[list(MEASURES)])
pca = PCA(n_components=2).fit(scaled)
penguins[["first", "second"]] = pca.transform(scaled)

app = Dash(__name__, title="Penguins")


def panel(title, *children):
    return dbc.Card([dbc.CardHeader(title), dbc.CardBody(list(children))])


def field(label, component):
    return html.Div([dbc.Label(label, html_for=component.id), component], className="mb-3")


def graph(graph_id, height=330):
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["toImage", "autoScale2d"]}
    return dcc.Graph(id=graph_id, config=config, style={"height": height})


axes = [{"label": label, "value": name} for name, label in MEASURES.items()]
controls = panel(
    "Which birds?",
    field(
        "Species",
        dbc.Checklist(
            [{"label": name, "value": name} for name in SPECIES], SPECIES, id="species", switch=True
        ),
    ),
    field("Across", dbc.Select(axes, "bill_length", id="across")),
    field("Up", dbc.Select(axes, "bill_depth", id="up")),
    field("Clusters for k-means", dcc.Slider(2, 6, 1, value=3, id="clusters")),
    html.Div(id="summary"),
)
grid = dag.AgGrid(
    id="grid",
    columnDefs=[
        {"field": "bird", "width": 90},
        {"field": "species"},
        {"field": "island"},
        {"field": "sex"},
        *({"field": name, "headerName": label} for name, label in MEASURES.items()),
        {"field": "cluster", "width": 100},
    ],
    defaultColDef={"sortable": True, "filter": True, "width": 142},
    dashGridOptions={"animateRows": False, "rowHeight": 34},
    style={"height": 300},
)
app.layout = dbc.Container(
    [
        html.Header(
            [
                html.H1("Penguins"),
                html.P("Draw a lasso or a box in one picture; the others follow. Synthetic data."),
            ]
        ),
        dbc.Row(
            [
                dbc.Col(controls, md=3),
                dbc.Col(
                    [
                        dbc.Row(
                            [
                                dbc.Col(panel("Measured", graph("measured")), md=6),
                                dbc.Col(panel("Principal components", graph("components")), md=6),
                            ]
                        ),
                        panel("Mass", graph("masses", height=220)),
                    ],
                    md=9,
                ),
            ]
        ),
        panel("Chosen birds", grid),
        dcc.Store(id="chosen"),
    ],
    fluid=True,
)


@callback(
    Output("chosen", "data"),
    Input("measured", "selectedData"),
    Input("components", "selectedData"),
    Input("species", "value"),
)
def choose(measured, components, _species):
    """The birds of the newest lasso; None when there is none."""
    selected = {"measured": measured, "components": components}.get(ctx.triggered_id)
    if not selected:
        return None
    if not selected.keys() & {"lassoPoints", "range"}:
        return no_update  # plotly.js 4 reports an empty selection when it draws a new figure
    return [point["customdata"][0] for point in selected["points"]]


def clustered(species, clusters):
    """The birds of some species, with their cluster."""
    birds = penguins[penguins["species"].isin(species)].copy()
    if len(birds) < clusters:
        return birds.assign(cluster="")
    model = KMeans(n_clusters=clusters, n_init=4, random_state=0)
    labels = model.fit_predict(scaled[birds.index])
    return birds.assign(cluster=[chr(ord("A") + label) for label in labels])


def chosen_only(birds, chosen):
    return birds if chosen is None else birds[birds["bird"].isin(chosen)]


def scatter(birds, chosen, x, y, labels):
    """A scatter plot whose chosen birds stand out; symbols tell the clusters."""
    figure = px.scatter(
        birds,
        x=x,
        y=y,
        color="species",
        symbol="cluster",
        custom_data=["bird"],
        color_discrete_map=COLOURS,
        category_orders={"cluster": sorted(birds["cluster"].unique())},
        labels=labels,
    )
    if chosen is not None:
        wanted = set(chosen)
        for trace in figure.data:
            birds_of_trace = (row[0] for row in trace.customdata)
            hits = [index for index, bird in enumerate(birds_of_trace) if bird in wanted]
            trace.update(selectedpoints=hits, unselected={"marker": {"opacity": 0.12}})
    return tidy(figure).update_layout(dragmode="lasso", showlegend=False)


def tidy(figure):
    return figure.update_layout(
        template="plotly_white",
        margin={"l": 50, "r": 10, "t": 10, "b": 45},
        font={"family": "system-ui, sans-serif", "size": 12},
        legend_title=None,
        uirevision="same",
    )


@callback(
    Output("measured", "figure"),
    Output("components", "figure"),
    Output("masses", "figure"),
    Output("grid", "rowData"),
    Output("summary", "children"),
    Input("species", "value"),
    Input("across", "value"),
    Input("up", "value"),
    Input("clusters", "value"),
    Input("chosen", "data"),
)
def draw(species, across, up, clusters, chosen):
    birds = clustered(species, clusters)
    shown = chosen_only(birds, chosen)
    explained = [f"{share:.0%}" for share in pca.explained_variance_ratio_]
    components = {"first": f"first ({explained[0]})", "second": f"second ({explained[1]})"}
    masses = px.histogram(
        shown, x="mass", color="species", nbins=40, labels=MEASURES, color_discrete_map=COLOURS
    )
    return (
        scatter(birds, chosen, across, up, MEASURES),
        scatter(birds, chosen, "first", "second", components),
        tidy(masses).update_layout(bargap=0.05, yaxis_title=None),
        shown.drop(columns=["first", "second"]).to_dict("records"),
        summarise(shown),
    )


def summarise(birds):
    """A line for each species: how many, how heavy."""
    lines = [
        html.Li(
            [
                html.I(style={"background": COLOURS[species]}),
                html.Span(species),
                dbc.Badge(len(group), pill=True),
                html.Small(f"{group['mass'].mean():,.0f} g"),
            ]
        )
        for species, group in birds.groupby("species", sort=False)
    ]
    return [html.Strong(f"{len(birds)} birds"), html.Ul(lines)]


if __name__ == "__main__":
    app.run(debug=True)
