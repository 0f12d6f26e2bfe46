"""An app as tools of the browser's agent: what the page is told to do, and the reports."""

import json
from typing import Any

import pytest
from dash import ALL, Dash, Input, Output, State, dcc, html
from dash.mcp import mcp_enabled

from pyrt.agents.open_page.tab import TabAgents
from pyrt.app import awaitables
from pyrt.testing import Page


class Tab:
    """A browser with a page: does the steps, as `web/src/agents/main.ts`."""

    def __init__(self, app):
        self.page = Page(app)
        self.agents = TabAgents(app, lambda: self.page.tree, awaitables.finish)
        self.steps = []
        self.questions = []

    def ask(self, **request):
        return json.loads(self.agents.answer(json.dumps(request)))

    @property
    def facts(self):
        errors = [{"title": each.title, "message": each.message} for each in self.page.errors]
        path = self.page.location.pathname
        return {"text": self.page.text, "title": "Sales", "path": path, "errors": errors}

    def names(self):
        return [tool["name"] for tool in self.ask(list={})["tools"]]

    def call(self, name, *, confirms=None, confirmed=False, **arguments):
        given = {"name": name, "arguments": arguments, "page": self.facts, "confirmed": confirmed}
        answer = self.ask(call=given)
        if "question" in answer and confirms:
            self.questions.append(answer["question"])
            return self.call(name, confirmed=True, **arguments)
        if "steps" not in answer:
            return answer.get("result", answer)
        for group in answer["steps"]:
            for step in group:
                self.steps.append(step)
                self.do(step)
        return self.ask(report={"page": self.facts})["result"]

    def do(self, step):
        if "click" in step:
            self.page.click(step["click"])
        elif "navigate" in step:
            self.page.navigate(step["navigate"])
        else:
            self.page.set(step["id"], **step["props"])


@pytest.fixture
def app():
    return Dash("app", use_pages=False, enable_mcp=True)


@pytest.fixture
def open_tab():
    tabs = []

    def open_it(app, *children):
        app.layout = list(children)
        tabs.append(Tab(app))
        return tabs[-1]

    yield open_it
    for tab in tabs:
        tab.page.close()


@pytest.fixture
def sales(app, open_tab):
    @app.callback(Output("title", "children"), Input("region", "value"), State("year", "value"))
    def show_region(region, year):
        return f"{region}, {year}"

    return open_tab(
        app,
        dcc.Dropdown(["North", "South"], "North", id="region"),
        dcc.Input(id="year", value="2024"),
        html.H1(id="title"),
    )


def test_callbacks_and_what_a_user_does_are_tools(sales):
    names = sales.names()
    assert names == [
        *("show_region", "get_dash_component"),
        *("read_page", "set_values", "click", "navigate"),
    ]
    tool = sales.ask(list={})["tools"][0]
    assert set(tool["inputSchema"]["properties"]) == {"region", "year"}
    assert "North" in tool["inputSchema"]["properties"]["region"]["description"]


def test_a_callback_is_called_by_changing_what_it_reads_states_first(sales):
    result = sales.call("show_region", region="South", year="2025")
    assert sales.steps == [
        {"id": "year", "props": {"value": "2025"}},
        {"id": "region", "props": {"value": "South"}},
    ]
    found = result["structuredContent"]
    assert found["response"] == {"title": {"children": "South, 2025"}}
    assert found["changed"]["title"] == {"children": "South, 2025"}
    assert found["errors"] == []


def test_what_has_the_value_already_is_left_alone(sales):
    result = sales.call("show_region", region="North", year="2024")
    assert sales.steps == []
    assert result["structuredContent"]["response"] == {"title": {"children": "North, 2024"}}


def test_what_a_user_could_not_choose_is_refused_and_nothing_is_done(sales):
    calls: dict[str, dict[str, Any]] = {
        "show_region": {"region": "West", "year": "2025"},
        "set_values": {
            "values": [
                {"component_id": "year", "property": "value", "value": "2025"},
                {"component_id": "region", "property": "value", "value": "West"},
            ]
        },
    }
    for name, given in calls.items():
        result = sales.call(name, **given)
        assert result["isError"]
        assert 'region.value: "West" is not one of its options' in result["content"][0]["text"]
    assert sales.steps == []


def test_arguments_are_checked_against_the_schema(sales):
    for given in ({}, {"region": {"a": 1}, "year": "1"}, {"region": "South", "yaer": "1"}):
        assert sales.call("show_region", **given)["isError"]
    assert sales.call("show_sales")["content"][0]["text"].startswith("Tool not found: show_sales")
    assert sales.call("click", component_id="none")["isError"]
    assert sales.steps == []


def test_the_page_is_read_as_it_is(sales):
    sales.page.set("region", value="South")
    found = sales.call("read_page")["structuredContent"]
    assert (found["title"], "South, 2024" in found["text"]) == ("Sales", True)
    one = sales.call("read_page", component_id="title", property="children")
    assert one["structuredContent"]["props"] == {"children": "South, 2024"}


def test_the_list_follows_the_layout(app, open_tab):
    @app.callback(Output("box", "children"), Input("more", "n_clicks"), prevent_initial_call=True)
    def show_more(_):
        return dcc.Input(id="late", value="a")

    @app.callback(Output("echo", "children"), Input("late", "value"))
    def echo(value):
        return value

    tab = open_tab(app, html.Button("More", id="more"), html.Div(id="box"), html.P(id="echo"))
    assert "echo" not in tab.names()
    tab.call("click", component_id="more")
    assert "echo" in tab.names()
    late = next(each for each in tab.ask(list={})["tools"] if each["name"] == "echo")
    assert "'a'" in late["inputSchema"]["properties"]["value"]["description"]


def test_an_argument_that_is_a_click_clicks(app, open_tab):
    @app.callback(Output("count", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def count(clicks):
        return f"clicked {clicks}"

    tab = open_tab(app, html.Button(id="go", n_clicks=0), html.P(id="count"))
    result = tab.call("count", clicks=1)
    assert tab.steps == [{"click": "go"}]
    assert result["structuredContent"]["response"] == {"count": {"children": "clicked 1"}}


def test_a_button_that_is_disabled_is_not_clicked(app, open_tab):
    @app.callback(Output("count", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def count(clicks):
        return f"clicked {clicks}"

    tab = open_tab(app, html.Button(id="go", n_clicks=0, disabled=True), html.P(id="count"))
    assert tab.call("count", clicks=1)["content"][0]["text"] == "go: it is disabled."
    assert tab.steps == []


def test_a_pattern_stands_for_components_with_their_ids(app, open_tab):
    @app.callback(Output("sum", "children"), Input({"n": ALL}, "value"))
    def add(values):
        return str(sum(values))

    inputs = [dcc.Input(id={"n": n}, type="number", value=n) for n in (1, 2)]
    tab = open_tab(app, *inputs, html.P(id="sum"))
    tab.call("add", values=[{"id": {"n": 2}, "property": "value", "value": 5}])
    assert tab.steps == [{"id": '{"n":2}', "props": {"value": 5}}]
    assert tab.page["sum"].children == "6"


def test_what_stands_behind_a_dialog_asks_the_user(app, open_tab):
    @app.callback(
        Output("out", "children"), Input("sure", "submit_n_clicks"), prevent_initial_call=True
    )
    def delete(clicks):
        return f"deleted {clicks}"

    tab = open_tab(app, dcc.ConfirmDialog(id="sure", message="Delete all?"), html.P(id="out"))
    answer = tab.call("delete", clicks=1)
    assert "Delete all?" in answer["question"]
    assert tab.steps == []
    change = {"component_id": "sure", "property": "submit_n_clicks", "value": 1}
    assert tab.call("set_values", values=[change])["isError"], "not past the dialog"
    tab.call("delete", clicks=1, confirms=True)
    assert len(tab.questions) == 1
    assert tab.page["out"].children == "deleted 1"


def test_what_a_callback_raises_is_in_the_report(app, open_tab):
    @app.callback(Output("out", "children"), Input("in", "value"), prevent_initial_call=True)
    def fail(value):
        raise ValueError(f"no {value}")

    tab = open_tab(app, dcc.Input(id="in"), html.P(id="out"))
    result = tab.call("fail", value="x")
    assert "no x" in result["structuredContent"]["errors"][0]


def test_functions_of_the_app_are_called_here(app, open_tab):
    @mcp_enabled
    def double(number: int) -> int:
        return 2 * number

    tab = open_tab(app, html.P())
    assert "double" in tab.names()
    assert "42" in str(tab.call("double", number=21))


@pytest.mark.parametrize(("option", "offered"), [(True, True), (False, False), (None, True)])
def test_the_app_has_the_last_word(option, offered, open_tab):
    """A site that has this module was built for an app, or a project, that may offer tools."""
    tab = open_tab(Dash("app", use_pages=False, enable_mcp=option), html.P())
    assert bool(tab.names()) is offered
