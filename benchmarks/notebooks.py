"""An app below a cell of JupyterLab: a click, against the echo of a bare anywidget.

    make notebooks                                   installs JupyterLab, once
    .venv/bin/python -m benchmarks.notebooks [--quick]

Both are in one notebook and are clicked in turns. Times are taken in the page, from `click()` to
the moment when a MutationObserver sees the answer. "Shown" is the time from the start of the cell
to the mark `pyrt:ready` in its frame.
"""

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Frame, Page, sync_playwright

from benchmarks.measurements import ROOT, Rows
from tests.support.chromium import FLAGS, executable
from tests.support.jupyter import READY, Notebook, jupyter_lab, notebook_json

PYTHON = Path(os.environ.get("PYRT_JUPYTER", ROOT / ".cache" / "jupyter" / "bin" / "python"))
ECHO = '''import anywidget


class Echo(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
      const button = document.createElement("button"), text = document.createElement("p");
      button.className = "echo"; button.textContent = "Echo"; text.className = "echoed";
      button.onclick = () => model.send({});
      model.on("msg:custom", ({ count }) => { text.textContent = count; });
      el.append(button, text);
    } };"""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.on_msg(self.answer)

    def answer(self, *_):
        self.count += 1
        self.send({"count": self.count})


Echo()'''
APP = """from dash import Dash, Input, Output, html
app = Dash()
app.layout = html.Div([html.Button("Add", id="add"), html.P("0", id="count")])


@app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    return str(clicks)


app"""
CLICK = """([button, text]) => new Promise((resolve) => {
  const out = document.querySelector(text), began = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    resolve(performance.now() - began);
  });
  observer.observe(out, { childList: true, characterData: true, subtree: true });
  document.querySelector(button).click();
})"""
RUN = """() => {
  window.began = Date.now();
  void jupyterapp.commands.execute("notebook:run-cell");
}"""


def shown_ms(page: Page, notebook: Notebook) -> tuple[Frame, float]:
    """Run the cell of the app, and return its frame and after how many ms it was ready."""
    notebook.cell(1).locator(".jp-InputPrompt").first.click()
    page.evaluate(RUN)
    notebook.cell(1).locator("iframe:not([sandbox])").wait_for()
    view = notebook.view(1)
    view.wait_for_function(READY)
    at = view.evaluate(
        "performance.timeOrigin + performance.getEntriesByName('pyrt:ready')[0].startTime"
    )
    return view, at - page.evaluate("window.began")


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    times = 20 if parser.parse_args().quick else 60
    rows = Rows("notebooks")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        (folder / "bench.ipynb").write_text(notebook_json([ECHO, APP]), encoding="utf-8")
        with jupyter_lab(PYTHON, folder) as address:
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1300, "height": 1200})
            notebook = Notebook(page, address, "bench.ipynb")
            notebook.run(0)
            page.locator(".echo").wait_for()
            view, first = shown_ms(page, notebook)
            shown = [first, *(shown_ms(page, notebook)[1] for _ in range(3))]
            view = notebook.view(1)
            ours: list[float] = []
            theirs: list[float] = []
            for _ in range(times):
                theirs.append(page.evaluate(CLICK, [".echo", ".echoed"]))
                ours.append(view.evaluate(CLICK, ["#add", "#count"]))
            browser.close()
    rows.compare("click to DOM in a notebook", ours, "a bare anywidget's echo", theirs, limit=1.3)
    rows.add("shown after the start of its cell", shown, limit=2000)


if __name__ == "__main__":
    main()
