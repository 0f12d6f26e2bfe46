"""What goes wrong in JupyterLab: kernels that are interrupted or killed, outputs, copies, tabs."""

import re

from playwright.sync_api import expect

from tests.support.jupyter import KERNEL_IS_IDLE, PATIENCE_MS, Notebook

IMPORTS = """from dash import Dash, Input, Output, callback, dcc, html, set_props
import asyncio, os, time"""

COUNTER = """app = Dash("counter")
app.layout = html.Div(
    [html.Button("Add", id="add"), html.P("0", id="count"), dcc.Input("x", id="text"),
     html.P("-", id="progress")]
)


@callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    print("clicked", clicks)
    return str(clicks)


app"""
COUNT_SESSIONS = """import gc
from pyrt.engine.session import Session
gc.collect()
print(sum(isinstance(each, Session) for each in gc.get_objects()), "open")"""
PRINT = '    print("clicked", clicks)\n'
ENDLESS = f"""{PRINT}    while clicks % 2:
        time.sleep(0.01)
"""
UPDATES = """    for number in range(1000):
        set_props("progress", {"children": f"update {number}"})
        await asyncio.sleep(0)
"""


def shows(view, name, text):
    """Wait until a component shows a text."""
    expect(view.locator(f"#{name}")).to_have_text(text)


def show_counter(open_notebook, code=COUNTER):
    """Open a notebook, and return it and the view of its app."""
    notebook = open_notebook(IMPORTS, code)
    notebook.run_all()
    return notebook, notebook.view(1)


def test_an_interrupted_callback_ends_and_its_view_says_so(open_notebook):
    notebook, view = show_counter(open_notebook, COUNTER.replace(PRINT, ENDLESS))
    for clicks in (1, 3):
        view.locator("#add").click()
        expect(notebook.cell(1).get_by_text(f"clicked {clicks}", exact=True)).to_be_visible()
        notebook.interrupt_kernel()
        expect(notebook.notice(1)).to_contain_text("The kernel was interrupted")
        view.locator("#add").click()
        shows(view, "count", str(clicks + 1))
        expect(notebook.notice(1)).to_be_hidden()
        notebook.write(1, COUNTER.replace(PRINT, ENDLESS).replace("def", "async def"))
        notebook.run(1)
        view = notebook.view(1)


def test_a_kernel_that_a_callback_kills(open_notebook):
    code = COUNTER.replace('print("clicked", clicks)', "os.kill(os.getpid(), 9)")
    notebook, view = show_counter(open_notebook, code)
    view.locator("#add").click()
    expect(notebook.notice(1)).to_contain_text("run the cell to make the app live")
    notebook.page.locator(".jp-Dialog button.jp-mod-accept").click()
    notebook.page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE_MS)
    notebook.write(1, COUNTER)
    notebook.run_all()
    expect(notebook.notice(1)).to_be_hidden()
    view = notebook.view(1)
    view.locator("#add").click()
    shows(view, "count", "1")


def test_a_kernel_that_is_shut_down(open_notebook):
    """The view says so and stays as it was left; a new kernel and the cell make it live."""
    notebook, view = show_counter(open_notebook)
    view.locator("#add").click()
    shows(view, "count", "1")
    notebook.shut_down_kernel()
    expect(notebook.notice(1)).to_contain_text("run the cell to make the app live")
    shows(view, "count", "1")
    notebook.start_kernel()
    notebook.run(0)
    expect(notebook.cell(0).locator(".jp-InputPrompt").first).to_have_text("[1]:")
    expect(notebook.notice(1)).to_be_visible()
    notebook.run(1)
    expect(notebook.notice(1)).to_be_hidden()
    view = notebook.view(1)
    shows(view, "count", "0")
    view.locator("#add").click()
    shows(view, "count", "1")


def test_cleared_outputs_leave_no_sessions_behind(open_notebook):
    notebook = open_notebook(IMPORTS, COUNTER, COUNT_SESSIONS)
    notebook.run(0)
    for clicks in range(1, 4):
        notebook.run(1)
        view = notebook.view(1)
        view.locator("#add").click()
        shows(view, "count", str(clicks))
        notebook.run(2)
        expect(notebook.text(2).first).to_have_text("1 open")
        notebook.clear_output(1)
        expect(notebook.cell(1).locator("iframe")).to_have_count(0)
        notebook.run(2)
        expect(notebook.text(2).first).to_have_text("0 open")


def test_a_notebook_that_is_duplicated(open_notebook):
    """The copy shows the last state until its cells run; then both are live, each for itself."""
    notebook, view = show_counter(open_notebook)
    view.locator("#add").click()
    shows(view, "count", "1")
    expect(notebook.cell(1).locator("iframe[sandbox]")).to_have_attribute(
        "srcdoc", re.compile(r'id="count"[^>]*>1<')
    )
    notebook.save()
    duplicate = notebook.duplicate()
    state = duplicate.cell(1).locator("iframe[sandbox]")
    expect(state).to_be_visible()
    shows(state.content_frame, "count", "1")
    duplicate.run_all()
    other = duplicate.view(1)
    expect(state).to_be_hidden()
    shows(other, "count", "0")
    for clicks in ("2", "3"):
        view.locator("#add").click()
        shows(view, "count", clicks)
    other.locator("#add").click()
    shows(other, "count", "1")
    shows(view, "count", "3")


def test_a_notebook_that_is_opened_tomorrow(open_notebook):
    """Its kernel is gone: the last state is there, and the app when its cells have run."""
    notebook, view = show_counter(open_notebook)
    view.locator("#add").click()
    shows(view, "count", "1")
    state = notebook.cell(1).locator("iframe[sandbox]")
    expect(state).to_have_attribute("srcdoc", re.compile(r'id="count"[^>]*>1<'))
    notebook.save()
    notebook.shut_down_kernel()
    notebook.open()
    expect(notebook.text(1).first).to_contain_text("Run the cell to make it live")
    shows(notebook.page.frame_locator("iframe[sandbox]"), "count", "1")
    notebook.run_all()
    view = notebook.view(1)
    expect(state).to_be_hidden()
    shows(view, "count", "0")


def test_two_tabs_have_a_page_each(open_notebook, notebooks):
    notebook, view = show_counter(open_notebook)
    view.locator("#add").click()
    shows(view, "count", "1")
    notebook.save()
    second = Notebook(notebook.page.context.new_page(), notebooks[1], notebook.name)
    other = second.view(1)
    shows(other, "count", "0")
    other.locator("#add").click()
    shows(other, "count", "1")
    view.locator("#add").click()
    shows(view, "count", "2")
    shows(other, "count", "1")


def test_a_thousand_updates(open_notebook):
    code = COUNTER.replace(PRINT, UPDATES).replace("def", "async def")
    _, view = show_counter(open_notebook, code)
    view.locator("#add").click()
    shows(view, "progress", "update 999")
    shows(view, "count", "1")


def test_an_error_in_the_layout_is_told_below_the_cell(open_notebook):
    """And what the app showed before is gone, until the cell is mended: then all is there again."""
    notebook, view = show_counter(open_notebook)
    view.locator("#add").click()
    shows(view, "count", "1")
    notebook.write(1, COUNTER.replace('id="text"', 'idd="text"'))
    notebook.run(1)
    expect(notebook.text(1).first).to_contain_text("unexpected keyword argument: `idd`")
    notebook.write(1, COUNTER.replace('id="progress"', 'id="text"'))
    notebook.run(1)
    expect(notebook.text(1).first).to_contain_text(
        "Two components of the layout have the id `text`"
    )
    assert "pyrt/" not in notebook.text(1).first.inner_text()
    notebook.write(1, COUNTER)
    notebook.run(1)
    shows(notebook.view(1), "count", "1")


def test_errors_of_a_low_app_can_be_read(open_notebook):
    code = COUNTER.replace("return str(clicks)", "return object()")
    _, view = show_counter(open_notebook, code)
    view.locator("#add").click()
    error = view.get_by_text("Callback error updating count.children")
    expect(error).to_be_in_viewport(ratio=1)


def test_an_app_as_high_as_its_frame_gets_a_usual_height(open_notebook):
    code = COUNTER.replace('id="progress")]', 'id="progress")], style={"height": "100vh"}')
    notebook, view = show_counter(open_notebook, code)
    frame = notebook.cell(1).locator("iframe:not([sandbox])")
    expect(frame).to_have_css("height", "650px")
    view.locator("#add").click()
    shows(view, "count", "1")
    expect(frame).to_have_css("height", "650px")
