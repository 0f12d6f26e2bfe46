"""Apps below cells of JupyterLab: five notebooks, played as their authors play them."""

import re
import subprocess

from playwright.sync_api import expect

from tests.support.jupyter import PYTHON, READY
from tests.support.paths import EXAMPLES, ROOT

IMPORTS = """from dash import Dash, Input, Output, State, callback, ctx, dcc, html
import asyncio, os, time
clicked = []"""

COUNTER = """app = Dash("counter")
app.layout = html.Div(
    [html.Button("Add", id="add"), html.P("0", id="count"), dcc.Input("x", id="text"),
     html.P(id="echo")]
)


@callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    print("clicked", clicks)
    clicked.append(clicks)
    return str(clicks)


@callback(Output("echo", "children"), Input("text", "value"))
def echo(value):
    return value.upper()


app"""


# It is over when a second click is answered: the first one must be, while it runs.
BUSY = """print("busy", flush=True)
most = len(clicked) + 2
while len(clicked) < most:
    time.sleep(0.1)
print("over")"""


def shows(view, name, text):
    """Wait until a component shows a text."""
    expect(view.locator(f"#{name}")).to_have_text(text)


def test_counter(open_notebook, notebooks):
    """Clicks, prints, a busy cell, the saved notebook, F5, the end of the kernel."""
    notebook = open_notebook(IMPORTS, COUNTER, BUSY)
    notebook.run(0)
    notebook.run(1)
    view = notebook.view(1)
    view.locator("#add").click()
    view.locator("#text").fill("typed")
    shows(view, "count", "1")
    shows(view, "echo", "TYPED")
    expect(notebook.cell(1).get_by_text("clicked 1", exact=True)).to_be_visible()

    notebook.run(2)
    expect(notebook.text(2).first).to_have_text("busy")
    view.locator("#add").click()
    shows(view, "count", "2")
    view.locator("#add").click()
    shows(view, "count", "3")
    expect(notebook.text(2).first).to_contain_text("over")

    state = notebook.cell(1).locator("iframe[sandbox]")
    expect(state).to_have_attribute("srcdoc", re.compile(r'id="count"[^>]*>3<'))
    notebook.save()
    folder, _ = notebooks
    converted = convert(folder / "test_counter.ipynb")
    assert "Run the cell to make it live" in converted
    assert "TYPED" in converted
    notebook.open()
    view = notebook.view(1)
    shows(view, "count", "3")
    view.locator("#add").click()
    shows(view, "count", "4")
    assert view.locator("#text").input_value() == "typed"

    notebook.restart_kernel()
    notice = notebook.cell(1).locator(".pyrt-notebook-notice")
    expect(notice).to_contain_text("run the cell to make the app live")
    notebook.run(0)
    notebook.run(1)
    expect(notice).to_be_hidden()
    shows(notebook.view(1), "count", "0")


def convert(path):
    """Return a notebook as HTML by nbconvert."""
    command = [str(PYTHON), "-m", "nbconvert", "--to", "html", "--stdout", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_example(open_notebook):
    """The example: a figure, and a function in another cell that is changed."""
    notebook = open_notebook(copy=ROOT / "examples" / "notebook" / "capital.ipynb")
    notebook.run_all()
    view = notebook.view(3)
    expect(view.locator(".js-plotly-plot .point")).to_have_count(21)
    view.locator("#years").fill("10")
    expect(view.locator(".js-plotly-plot .point")).to_have_count(11)


def test_sales(open_notebook):
    """A dashboard that was a file: figures, a table, a choice and a click on a bar."""
    path = EXAMPLES / "sales_dashboard" / "app.py"
    notebook = open_notebook(f"__file__ = {str(path)!r}", path.read_text(encoding="utf-8"))
    notebook.run_all()
    view = notebook.view(1)
    expect(view.locator("#by-product .bars .point")).to_have_count(5)
    view.locator("#region").click()
    view.get_by_role("option", name="West").click()
    expect(view.locator("#by-product .gtitle")).to_have_text("Revenue, West")
    expect(view.locator("#table-title")).to_have_text("All products, West")
    expect(view.locator("#table td[data-dash-column=month]")).to_have_count(12)


def test_pages(open_notebook):
    """Pages, their links and their addresses."""
    notebook = open_notebook(
        IMPORTS + "\nfrom dash import page_container, register_page",
        """app = Dash("pages", use_pages=True, pages_folder="")
register_page("home", path="/", layout=html.P("This is home", id="here"))
register_page("moons", path="/moons", layout=html.P("These are moons", id="here"))
app.layout = html.Div([dcc.Link("Moons", "/moons", id="link"), page_container])
app""",
    )
    notebook.run_all()
    view = notebook.view(1)
    shows(view, "here", "This is home")
    view.locator("#link").click()
    shows(view, "here", "These are moons")


def test_background(open_notebook):
    """A job in a process with progress, which is cancelled; an async callback beside it."""
    notebook = open_notebook(
        IMPORTS,
        """app = Dash("jobs")
app.layout = html.Div(
    [html.Button("Go", id="go"), html.Button("Stop", id="stop"), html.P("-", id="progress"),
     html.P("-", id="result"), html.Button("Wait", id="wait"), html.P("-", id="waited")]
)


@callback(
    Output("result", "children"), Input("go", "n_clicks"), background=True,
    progress=Output("progress", "children"), cancel=Input("stop", "n_clicks"),
    prevent_initial_call=True,
)
def work(set_progress, clicks):
    set_progress("begun")
    if clicks == 1:
        time.sleep(600)
    return "another process" if os.getpid() != kernel else "the kernel"


@callback(Output("waited", "children"), Input("wait", "n_clicks"), prevent_initial_call=True)
async def wait(clicks):
    await asyncio.sleep(0.01)
    return f"waited {clicks}"


kernel = os.getpid()
app""",
    )
    notebook.run_all()
    view = notebook.view(1)
    view.locator("#go").click()
    shows(view, "progress", "begun")
    view.locator("#wait").click()
    shows(view, "waited", "waited 1")
    view.locator("#stop").click()
    view.locator("#go").click()
    shows(view, "result", "another process")


def test_two_apps_and_cells_that_run_again(open_notebook):
    """Two apps with the same ids; their cells are changed and run again."""
    other = COUNTER.replace("counter", "other").replace("value.upper()", "value + '!'")
    later = """@callback(Output("count", "title"), Input("text", "value"))
def title(value):
    return f"title of {value}\""""
    notebook = open_notebook(IMPORTS, COUNTER, other, later)
    notebook.run_all()
    one, two = notebook.view(1), notebook.view(2)
    one.locator("#text").fill("one")
    two.locator("#text").fill("two")
    shows(one, "echo", "ONE")
    shows(two, "echo", "two!")
    expect(two.locator("#count")).to_have_attribute("title", "title of two")
    assert one.locator("#count").get_attribute("title") is None

    notebook.write(1, COUNTER.replace("value.upper()", "1 / 0"))
    notebook.run(1)
    one = notebook.view(1)
    assert one.locator("#text").input_value() == "one"
    shows(one, "count", "0")
    one.get_by_text("Callback error updating echo.children").click()
    expect(one.get_by_text("ZeroDivisionError").first).to_be_visible()
    expect(one.get_by_text("return 1 / 0").first).to_be_visible()

    notebook.write(3, later.replace("title of", "new title of"))
    notebook.run(3)
    expect(two.locator("#count")).to_have_attribute("title", "new title of two")
    assert two.locator("#text").input_value() == "two"
    two.locator("#add").click()
    shows(two, "count", "1")
    assert two.evaluate(READY)


def test_an_exported_notebook_has_its_app_live(open_notebook, notebooks, page):
    """`export="live"`: in the notebook the kernel answers, in the exported file the file itself."""
    notebook = open_notebook(IMPORTS, COUNTER[: -len("app")] + 'app.run(export="live")')
    notebook.run_all()
    notebook.view(1).locator("#add").click()
    shows(notebook.view(1), "count", "1")
    assert notebook.cell(1).locator("iframe[data-page]").get_attribute("srcdoc") is None
    notebook.save()
    folder, _ = notebooks
    exported = folder / "exported.html"
    exported.write_text(
        convert(folder / "test_an_exported_notebook_has_its_app_live.ipynb"), encoding="utf-8"
    )
    page.context.set_offline(True)
    page.goto(exported.as_uri())
    view = page.frame_locator("iframe[data-page]")
    view.locator("#add").click()
    shows(view, "count", "1")
    expect(page.frame_locator("iframe[data-page]").locator("#echo")).to_have_text("X")
