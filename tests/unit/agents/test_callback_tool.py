"""A callback as a tool: its request, and the values it begins with."""

from dash import ALL, MATCH, Input, Output, State, dcc, html

from tests.support.agents import offer


def tool_of(app, name):
    return offer(app).catalog.by_name[name]


def test_the_request_is_that_of_a_page(app):
    app.layout = html.Div([html.Button(id="b"), dcc.Input(id="i", value="x"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("b", "n_clicks"), State("i", "value"))
    def update(n, value):
        pass

    request = tool_of(app, "update").request({"n": 3, "value": "y"})
    assert request == {
        "output": "o.children",
        "outputs": {"id": "o", "property": "children"},
        "inputs": [{"id": "b", "property": "n_clicks", "value": 3}],
        "state": [{"id": "i", "property": "value", "value": "y"}],
        "changedPropIds": ["b.n_clicks"],
    }


def test_an_argument_that_is_missing_has_not_changed(app):
    app.layout = html.Div([html.Button(id="a"), html.Button(id="b"), html.P(id="o")])
    app.callback(Output("o", "children"), Input("a", "n_clicks"), Input("b", "n_clicks"))(max)
    request = tool_of(app, "max").request({"param_1": 1})
    assert request["changedPropIds"] == ["b.n_clicks"]


def fields(app, output, *inputs):
    app.layout = html.Div(
        [
            *(dcc.Input(id={"type": "in", "index": n}, value=f"v{n}") for n in (0, 1)),
            *(html.P(id={"type": "out", "index": n}) for n in (0, 1)),
        ]
    )

    @app.callback(output, *inputs)
    def f(value):
        pass

    return tool_of(app, "f")


def entry(index, value):
    return {"id": {"type": "in", "index": index}, "property": "value", "value": value}


def test_match_derives_the_output_from_the_given_id(app):
    one = {"index": MATCH, "type": "in"}, {"index": MATCH, "type": "out"}
    tool = fields(app, Output(one[1], "children"), Input(one[0], "value"))
    request = tool.request({"value": entry(1, "new")})
    assert request["outputs"] == {"id": {"type": "out", "index": 1}, "property": "children"}
    assert request["changedPropIds"] == ['{"index":1,"type":"in"}.value']


def test_all_without_an_argument_stands_for_the_layout(app):
    tool = fields(
        app,
        Output({"type": "out", "index": ALL}, "children"),
        Input({"type": "in", "index": ALL}, "value"),
    )
    request = tool.request({})
    assert request["inputs"] == [[entry(0, "v0"), entry(1, "v1")]]
    assert [each["id"]["index"] for each in request["outputs"]] == [0, 1]
    assert len(tool.request({"value": [entry(1, "x")]})["outputs"]) == 1


def chain(app, **options):
    app.layout = html.Div(
        [dcc.Dropdown(["F", "G"], "F", id="a"), dcc.Dropdown(id="b", value="old"), html.P(id="c")]
    )

    @app.callback(Output("b", "options"), Output("b", "value"), Input("a", "value"), **options)
    def first(a):
        return [f"{a}1"], f"{a}1"

    @app.callback(Output("c", "children"), Input("b", "value"))
    def second(b):
        return f"c of {b}"

    return offer(app).catalog


def test_initial_values_are_those_after_the_initial_calls(app):
    catalog = chain(app)
    assert catalog.by_name["second"].parameters[0].initial == "F1"
    assert catalog.initial_value("c", "children") == "c of F1"


def test_a_callback_that_is_not_called_initially_leaves_the_layout(app):
    catalog = chain(app, prevent_initial_call=True)
    assert catalog.by_name["second"].parameters[0].initial == "old"
    assert catalog.initial_value("c", "children") == "c of old"


def test_callbacks_in_a_circle_end(app):
    app.layout = html.Div([dcc.Input(id="a", value=1), dcc.Input(id="b", value=2)])
    app.callback(Output("a", "value"), Input("b", "value"))(lambda b: b)
    app.callback(Output("b", "value"), Input("a", "value"))(lambda a: a)
    catalog = offer(app).catalog
    assert catalog.initial_value("a", "value") in {1, 2}


def test_a_callback_that_fails_at_first_leaves_the_layout(app):
    app.layout = html.Div([dcc.Input(id="a"), dcc.Input(id="b", value="kept")])
    app.callback(Output("b", "value"), Input("a", "value"))(lambda a: a.upper())
    assert offer(app).catalog.initial_value("b", "value") == "kept"


def test_required_is_what_has_a_value_or_a_type_without_none(app):
    app.layout = html.Div([dcc.Input(id="a", value="x"), dcc.Input(id="b"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("a", "value"), Input("b", "value"))
    def plain(a, b):
        pass

    @app.callback(Output("o", "title"), Input("a", "value"), Input("b", "value"))
    def typed(a: str | None, b: int):
        pass

    catalog = offer(app).catalog
    required = {
        name: [each.required for each in tool.parameters] for name, tool in catalog.by_name.items()
    }
    assert required == {"plain": [True, False], "typed": [False, True]}


def test_a_tool_is_complete_if_its_components_are_there(app):
    app.layout = html.Div([dcc.Input(id="a"), html.P(id="o")])
    app.config.suppress_callback_exceptions = True
    app.callback(Output("o", "children"), Input("a", "value"))(lambda here: here)
    app.callback(Output("o", "title"), Input("missing", "value"))(lambda there: there)
    assert [tool.is_complete for tool in offer(app).catalog.tools] == [True, False]
