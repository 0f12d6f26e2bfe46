"""A page of an app without a browser."""

import asyncio

import pytest
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html, set_props

from pyrt.model.errors import PyrtError
from pyrt.testing.host import Settings
from pyrt.testing.page import Page


@pytest.fixture
def open_page():
    pages = []

    def open_it(app, **settings):
        pages.append(Page(app, Settings(**settings)))
        return pages[-1]

    yield open_it
    for page in pages:
        page.close()


def make_counter():
    app = Dash(__name__)
    app.layout = html.Div(
        [html.Button("Add", id="add", n_clicks=0), html.P(id="text"), dcc.Input(id="step", value=1)]
    )

    @app.callback(Output("text", "children"), Input("add", "n_clicks"), State("step", "value"))
    def show(clicks, step):
        return f"{clicks * step} clicks"

    return app


def test_a_page_opens_with_its_initial_calls_and_answers_clicks(open_page):
    page = open_page(make_counter())
    assert page["text"].children == "0 clicks"
    page.set("step", value=5)
    page.click("add")
    assert page["text"].children == "5 clicks"
    assert page.calls == ["show", "show"]
    assert [call.outcome for call in page.calls] == ["done", "done"]
    assert page.calls[0].outputs == ("text.children",)
    assert page.errors == []
    assert page.text == "Add\n5 clicks"


def test_a_second_page_of_the_same_app_begins_anew(open_page):
    app = make_counter()
    open_page(app).click("add")
    assert open_page(app)["text"].children == "0 clicks"


def test_setting_a_prop_to_its_value_asks_for_nothing(open_page):
    page = open_page(make_counter())
    page.calls.clear()
    page.set("add", n_clicks=0)
    assert page.calls == []


def test_mistakes_of_a_test_name_what_is_near(open_page):
    page = open_page(make_counter())
    with pytest.raises(PyrtError, match=r"with the id 'texts' now. Do you mean 'text'"):
        page["texts"]
    with pytest.raises(PyrtError, match=r"Input 'step' has no prop 'valu'. Do you mean 'value'"):
        page.set("step", valu=1)
    with pytest.raises(PyrtError, match="Input 'step' has no n_clicks"):
        page.click("step")
    assert "texts" not in page
    assert "text" in page


def test_errors_have_the_frames_of_the_app_only(open_page):
    app = make_counter()

    @app.callback(Output("text", "title"), Input("add", "n_clicks"), prevent_initial_call=True)
    def divide(clicks):
        return clicks / 0

    page = open_page(app, checks=False)
    page.click("add")
    (error,) = page.errors
    assert error.function == "divide"
    assert "division by zero" in error
    assert "return clicks / 0" in error.traceback
    assert "invocation.py" not in error.traceback
    assert page.calls[-1].outcome == "failed"


def test_wrong_ids_are_errors_as_with_the_dev_tools(open_page):
    app = make_counter()
    app.callback(Output("text", "title"), Input("ad", "n_clicks"))(lambda n: n)
    assert any("ad" in error.message for error in open_page(app).errors)


def test_wildcards_dynamic_components_and_set_props(open_page):
    app = Dash(__name__)
    app.layout = html.Div([html.Button(id="more"), html.Ul(id="list"), html.P(id="sum")])

    @app.callback(Output("list", "children"), Input("more", "n_clicks"))
    def fill(clicks):
        return [
            html.Li(
                [
                    dcc.Input(id={"part": "row", "i": i}, value=i),
                    html.B(id={"part": "double", "i": i}),
                ]
            )
            for i in range(clicks or 0)
        ]

    @app.callback(
        Output({"part": "double", "i": MATCH}, "children"),
        Input({"part": "row", "i": MATCH}, "value"),
    )
    def double(value):
        return 2 * value

    @app.callback(Output("sum", "children"), Input({"part": "double", "i": ALL}, "children"))
    def total(values):
        set_props("sum", {"title": str(len(values))})
        return sum(values)

    page = open_page(app)
    page.click("more")
    page.click("more")
    page.set({"part": "row", "i": 1}, value=7)
    assert [each.children for each in page.find_all({"part": "double", "i": ALL})] == [0, 14]
    assert (page["sum"].children, page["sum"].title) == (14, "2")
    assert page["list"].children[0].find_all("B")[0].children == 0


def test_a_click_counts_around_as_it_bubbles_and_not_where_it_is_disabled(open_page):
    app = Dash(__name__)
    button = html.Button(id="inner")
    app.layout = html.Div(
        [html.Div(button, id="outer"), html.Button(id="off", disabled=True), html.P(id="who")]
    )

    @app.callback(Output("who", "children"), Input("inner", "n_clicks"), Input("outer", "n_clicks"))
    def who(*_):
        return sorted(ctx.triggered_prop_ids)

    page = open_page(app)
    page.click("inner")
    assert page["who"].children == ["inner.n_clicks", "outer.n_clicks"]
    with pytest.raises(PyrtError, match="Button 'off' is disabled"):
        page.click("off")


def test_the_clock_stands_still_until_it_is_advanced(open_page):
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Interval(id="timer", interval=500, max_intervals=3),
            html.P(id="ticks"),
            html.P(id="slow"),
        ]
    )

    @app.callback(Output("ticks", "children"), Input("timer", "n_intervals"))
    def tick(count):
        return count

    @app.callback(Output("slow", "children"), Input("ticks", "children"))
    async def follow(count):
        await asyncio.sleep(0.2)
        return f"after {count}"

    page = open_page(app)
    assert (page["ticks"].children, page["slow"].children) == (None, None)
    page.advance(0.6)
    assert (page["ticks"].children, page["slow"].children) == (1, "after None")
    page.advance(0.1)
    assert page["slow"].children == "after 1"
    page.advance(60)
    assert (page["ticks"].children, page["slow"].children) == (3, "after 3")
    page.set("timer", max_intervals=-1)
    page.advance(1)
    assert page["ticks"].children == 5


def make_kept():
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Input(id="name", value="A", persistence=True),
            dcc.Store(id="basket", storage_type="local"),
            dcc.Store(id="draft"),
            html.P(id="hello"),
        ]
    )
    app.callback(Output("hello", "children"), Input("name", "value"))(lambda name: f"Hello {name}")
    return app


def test_persistence_and_stores_survive_a_reload(open_page):
    page = open_page(make_kept())
    page.set("name", value="B")
    page.set("basket", data=[1])
    page.set("draft", data=[2])
    page.reload()
    assert page["hello"].children == "Hello B"
    assert page["name"].value == "B"
    assert page["basket"].data == [1]
    assert page["draft"].data is None


def test_a_cleared_store_is_empty_and_says_when(open_page):
    page = open_page(make_kept())
    page.set("basket", data=[1])
    first = page["basket"].modified_timestamp
    page.advance(2)
    page.set("basket", clear_data=True)
    assert (page["basket"].data, page["basket"].clear_data) == (None, False)
    assert page["basket"].modified_timestamp == first + 2000


def test_locations_links_and_history(open_page):
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Link("Two", href="/two?x=1", id="link"),
            html.P(id="where"),
            html.Button(id="go"),
        ]
    )
    where = Output("where", "children")
    app.callback(where, Input("url", "pathname"), Input("url", "search"))(lambda p, s: f"{p}{s}")
    go = Input("go", "n_clicks")
    app.callback(Output("url", "pathname"), go, prevent_initial_call=True)(lambda _: "/three")
    page = open_page(app, path="/one#top")
    assert page["where"].children == "/one"
    page.click("link")
    assert page["where"].children == "/two?x=1"
    page.click("go")
    assert page["where"].children.startswith("/three")
    assert page.location.pathname == "/three"
    page.back()
    page.back()
    assert page["where"].children == "/one"
    page.forward()
    assert page["where"].children == "/two?x=1"
    assert page.calls.count("<lambda>") >= 5


def test_a_location_that_refreshes_loads_the_page_again(open_page):
    app = Dash(__name__)
    loads = []

    def layout():
        loads.append(1)
        return html.Div([dcc.Location(id="url"), html.Button(id="go"), html.P(id="where")])

    app.layout = layout
    app.callback(Output("where", "children"), Input("url", "pathname"))(lambda path: path)
    go = Input("go", "n_clicks")
    app.callback(Output("url", "href"), go, prevent_initial_call=True)(lambda _: "/new?a=b")
    page = open_page(app)
    before = len(loads)
    page.click("go")
    assert len(loads) == before + 1
    assert page["where"].children == "/new"
    assert page["go"].n_clicks is None
