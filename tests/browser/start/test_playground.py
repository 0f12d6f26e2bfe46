"""A playground: open, edit, run, error, mend, add a package, share, open elsewhere, download, open.

One playground is built: Dash alone, with one further package.
"""

import subprocess
import sys
import zipfile

import pytest
from playwright.sync_api import expect

from pyrt_build.playground.examples import EXAMPLES, read_examples
from tests.support import quick_pyrt
from tests.support.accessibility import is_too_wide, violations

COUNTER = {each.name: each for each in read_examples()}["counter"].files["app.py"]
WITH_PACKAGE = """import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, callback

app = Dash(__name__)
app.layout = dbc.Container([dbc.Button("Press", id="press"), dbc.Alert("hello", id="alert")])


@callback(Output("alert", "children"), Input("press", "n_clicks"), prevent_initial_call=True)
def answer(clicks):
    return f"pressed {clicks}"
"""
# What the frame's page may do with what the host keeps in the browser.
SPYING = '''from dash import Dash, Input, Output, clientside_callback, html

app = Dash(__name__)
app.layout = html.Div([html.Div("x", id="in"), html.Pre(id="out")])
clientside_callback(
    """(_) => {
        const tell = (name, read) => {
            try { return `${name}: ${read()}`; } catch (error) { return `${name}: ${error.name}`; }
        };
        return [
            tell("origin", () => self.origin),
            tell("storage", () => localStorage.getItem("secret")),
            tell("database", () => indexedDB.open("secret").readyState),
            tell("cookie", () => document.cookie),
            tell("page", () => parent.document.title),
        ].join("; ");
    }""",
    Output("out", "children"),
    Input("in", "children"),
)
'''


@pytest.fixture(scope="session")
def playground(tmp_path_factory, serve_folder):
    """The address of a playground."""
    out = tmp_path_factory.mktemp("playground") / "site"
    command = [sys.executable, quick_pyrt.__file__, "playground", "-o", str(out)]
    command += ["--start", "dash", "--package", "dash-bootstrap-components"]
    done = subprocess.run(
        [*command, quick_pyrt.SNAPSHOT_ONLY], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return serve_folder(out)


class Bench:
    """The page of a playground, and what people do with it."""

    def __init__(self, page):
        self.page = page
        self.app = page.frame_locator("iframe")
        self.status = page.locator(".status")
        self.problems = page.locator(".problems")

    def write(self, code):
        """Replace the code of the file that is open, and run the app, with the keyboard."""
        self.page.locator(".cm-content").focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("ControlOrMeta+Enter")

    def add_file(self, name):
        self.page.get_by_role("button", name="New file").click()
        self.page.get_by_role("textbox", name="Name of the new file").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")

    def download(self, item, folder):
        self.page.get_by_text("Download", exact=True).click()
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=item).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    @property
    def link(self):
        self.page.get_by_role("button", name="Share").click()
        link = self.page.get_by_label("The app is in this link").input_value()
        self.page.keyboard.press("Escape")
        return link

    def clicked(self, count):
        return expect(self.app.get_by_text(f"Clicked {count} times"))


@pytest.fixture
def bench(playground, page):
    page.goto(playground)
    bench = Bench(page)
    bench.clicked(0).to_be_visible()
    return bench


def test_the_whole_way(bench, playground, browser, tmp_path):  # noqa: PLR0915  # one way
    bench.app.get_by_role("button", name="Count").click()
    bench.clicked(1).to_be_visible()

    # Edited: the app runs again, and what was done stays.
    bench.write(COUNTER.replace("Clicked {clicks} times", "Counted {clicks}"))
    expect(bench.app.get_by_text("Counted 1")).to_be_visible()

    # Errors, of syntax and of a name, at their lines; the version before goes on.
    bench.write(COUNTER.replace("app = Dash", "app = = Dash"))
    expect(bench.problems).to_contain_text("SyntaxError in app.py, line 3")
    expect(bench.page.locator(".cm-lint-marker-error")).to_have_count(1)
    bench.app.get_by_role("button", name="Count").click()
    expect(bench.app.get_by_text("Counted 2")).to_be_visible()
    bench.write(COUNTER.replace('id="text")', "id=nothing)"))
    expect(bench.problems).to_contain_text("NameError: name 'nothing' is not defined")
    expect(bench.problems.get_by_role("button", name="app.py, line 8")).to_be_visible()

    # Mended; then an error of a callback.
    bench.write(COUNTER.replace("return f", "return 1 / (clicks - 4) if clicks > 3 else f"))
    expect(bench.problems).to_be_hidden()
    bench.clicked(2).to_be_visible()
    bench.app.get_by_role("button", name="Count").click()
    bench.clicked(3).to_be_visible()
    bench.app.get_by_role("button", name="Count").click()
    expect(bench.problems).to_contain_text("ZeroDivisionError")
    expect(bench.problems.get_by_role("button", name="app.py, line 15")).to_be_visible()

    # An error of a callback that is called when the app is run.
    bench.write(COUNTER.replace("return f", "return {}['first'] or f"))
    expect(bench.problems).to_contain_text("KeyError: 'first'")

    # A package that the playground does not have, and one that it has.
    bench.write(f"import torch\n{COUNTER}")
    expect(bench.problems).to_contain_text("that provides 'torch' is not in this playground")
    expect(bench.problems).to_contain_text("It has: dash-bootstrap-components")
    bench.write(WITH_PACKAGE)
    bench.app.get_by_role("button", name="Press").click()
    expect(bench.app.get_by_text("pressed 1")).to_be_visible()

    # Another module, and a stylesheet, which is exchanged.
    bench.add_file("texts.py")
    bench.write('HELLO = "hello from a module"\n')
    bench.add_file("assets/style.css")
    bench.write(".alert { color: rgb(1, 2, 3) }")
    bench.page.get_by_role("tab", name="app.py").click()
    module = "from texts import HELLO\n"
    bench.write(f"{module}{WITH_PACKAGE}".replace('"hello"', "HELLO"))
    alert = bench.app.locator(".alert")
    expect(alert).to_have_text("hello from a module")
    expect(alert).to_have_css("color", "rgb(1, 2, 3)")
    bench.page.get_by_role("tab", name="assets/style.css").click()
    bench.write(".alert { color: rgb(4, 5, 6) }")
    expect(alert).to_have_css("color", "rgb(4, 5, 6)")

    # Shared, and opened elsewhere.
    link = bench.link
    assert link.startswith(f"{playground}/#app=1.")
    with browser.new_context() as context:
        other = Bench(context.new_page())
        other.page.goto(link)
        expect(other.app.locator(".alert")).to_have_css("color", "rgb(4, 5, 6)")
        expect(other.page.get_by_role("tab")).to_have_text(
            ["app.py", "texts.py", "assets/style.css"]
        )

    # Downloaded: a project, and one file, which opens from the disk without a network.
    with zipfile.ZipFile(bench.download("A project (zip)", tmp_path)) as archive:
        assert archive.read("app/texts.py").decode() == 'HELLO = "hello from a module"\n'
        requirements = archive.read("app/requirements.txt").decode().splitlines()
    assert requirements[0] == "dash"
    assert requirements[1].startswith("dash-bootstrap-components>=")
    file = bench.download("One HTML file", tmp_path)
    with browser.new_context(offline=True) as context:
        alone = context.new_page()
        alone.goto(file.as_uri())
        expect(alone.locator(".alert")).to_have_css("color", "rgb(4, 5, 6)")
        alone.get_by_role("button", name="Press").click()
        expect(alone.get_by_text("pressed 1")).to_be_visible()


def test_an_example_is_chosen_by_its_picture(bench):
    page = bench.page
    page.get_by_role("button", name="Examples").click()
    gallery = page.get_by_role("dialog", name="Examples")
    expect(gallery.locator("img")).to_have_count(len(EXAMPLES))
    page.wait_for_function(
        "[...document.querySelectorAll('dialog img')].every((image) => image.naturalWidth > 0)"
    )
    expect(gallery.get_by_role("button", name="A counter")).to_have_attribute(
        "aria-current", "true"
    )
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 780})
        assert not is_too_wide(page)
        assert violations(page, "dialog") == []
    # With the keyboard; the next click finds the example that is open.
    gallery.get_by_role("button", name="Two inputs").press("Enter")
    expect(bench.app.locator("#fahrenheit")).to_have_value("68")
    expect(page.locator(".cm-content")).to_contain_text("def convert(")
    page.get_by_role("button", name="Examples").click()
    expect(gallery.locator("[aria-current]")).to_have_text("Two inputs that follow each other")
    page.keyboard.press("Escape")
    expect(bench.app.locator("#fahrenheit")).to_have_value("68")


def test_the_app_runs_where_the_editor_cannot_be_loaded(playground, page):
    page.route("**/playground-editor-*.js", lambda route: route.abort())
    page.goto(playground)
    bench = Bench(page)
    bench.clicked(0).to_be_visible()
    expect(bench.problems).to_contain_text("could not be loaded. Check the connection, and reload")


def test_code_of_others_reads_nothing_of_the_host(bench):
    bench.page.evaluate("localStorage.secret = document.cookie = 'secret=kept'")
    bench.write(SPYING)
    expect(bench.app.locator("#out")).to_have_text(
        "origin: null; storage: null; database: SecurityError; cookie: ; page: SecurityError"
    )
    assert bench.page.evaluate("document.cookie") == "secret=kept"


def test_loops_that_never_end_are_stopped_and_the_code_stays(bench):
    endless = COUNTER.replace("app = Dash", "while True:\n    pass\napp = Dash")
    bench.write(endless)
    expect(bench.status).to_have_text("Running")
    bench.page.get_by_role("button", name="Stop").click()
    expect(bench.status).to_contain_text("Stopped")
    expect(bench.page.locator(".cm-content")).to_contain_text("while True:")
    bench.write(COUNTER.replace("return f", "while clicks:\n        pass\n    return f"))
    bench.clicked(0).to_be_visible()
    bench.app.get_by_role("button", name="Count").click()
    bench.page.get_by_role("button", name="Stop").click()
    bench.page.get_by_role("button", name="Run", exact=True).click()
    bench.clicked(0).to_be_visible()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda link: link[:-9], "was cut off on its way"),
        (lambda link: link.replace("=1.", "=7."), "made by a newer playground (version 7"),
        (lambda link: f"{link[:-9]}AAAAAAAAA", "is damaged"),
    ],
    ids=["cut", "newer", "garbage"],
)
def test_a_link_that_cannot_be_opened_says_why(change, said, bench, playground, context):
    page = context.new_page()
    page.goto(change(bench.link))
    expect(page.locator(".problems")).to_contain_text(said)
    expect(page.locator(".cm-content")).to_contain_text("A counter")


def test_it_can_be_used_on_a_phone_in_the_dark_and_with_the_keyboard(bench):
    page = bench.page
    page.set_viewport_size({"width": 390, "height": 780})
    assert not is_too_wide(page)
    bench.add_file("texts.py")
    bench.write("x = = 1")
    page.get_by_role("tab", name="texts.py").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="app.py")).to_be_focused()
    bench.write("import texts")
    expect(bench.problems).to_contain_text("SyntaxError in texts.py, line 1")
    place = bench.problems.get_by_role("button", name="texts.py, line 1")
    place.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Code of texts.py")).to_be_focused()
    # Tab indents; after Escape it leaves the code.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Code of texts.py")).not_to_be_focused()
    assert not is_too_wide(page)
    assert violations(page, "body") == []
