"""JupyterLab as a process, and what a test does with a notebook in a browser."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path

from playwright.sync_api import Frame, Locator, Page, expect

from tests.support.paths import ROOT
from tests.support.ports import Port

# The Python that has JupyterLab; None where `make notebooks` has not started the tests.
PYTHON = os.environ.get("PYRT_JUPYTER")
PATIENCE_MS = 120_000
READY = "performance.getEntriesByName('pyrt:ready').length > 0"
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
KERNEL_IS_IDLE = """() => {
  const widget = window.jupyterapp?.shell.currentWidget;
  return widget?.content?.widgets && widget.sessionContext?.session?.kernel?.status === "idle";
}"""
# Nothing that covers the notebook: news, questions about extensions.
SETTINGS: Mapping[str, Mapping[str, object]] = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}


def notebook_json(cells: Sequence[str], kernel_name: str = "python3") -> str:
    """Return a notebook of cells with code."""
    kernel = {"display_name": "Python", "language": "python", "name": kernel_name}
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
    }
    made = [{**cell, "id": f"cell-{n}", "source": source} for n, source in enumerate(cells)]
    return json.dumps(
        {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


@contextmanager
def jupyter_lab(python: Path, folder: Path) -> Iterator[str]:
    """Serve the notebooks of a folder by the JupyterLab of a Python; yields the address."""
    port = Port()
    settings = folder / ".settings"
    for name, values in SETTINGS.items():
        path = settings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    environment = {
        **os.environ,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(
            map(str, (ROOT, ROOT / "build", ROOT / "build/site_packages"))
        ),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTER_DATA_DIR": str(folder / ".data"),
        "IPYTHONDIR": str(folder / ".ipython"),
    }
    command = [
        *(str(python), "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        "--expose-app-in-browser",
        *(f"--port={port.number}", "--ServerApp.port_retries=0", "--IdentityProvider.token="),
        *("--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}"),
    ]
    address = f"http://127.0.0.1:{port.number}"
    with (folder / ".lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        wait_for_answer(server, f"{address}/api/status", folder / ".lab.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def wait_for_answer(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    """Wait until a server answers, as long as its process lives."""
    while True:
        assert server.poll() is None, log.read_text()
        with suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return


class Notebook:
    """A notebook that is open in JupyterLab.

    Args:
        page: of the browser.
        address: of the JupyterLab.
        name: file name of the notebook.
    """

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        self.name = name
        self.address = f"{address}/lab/tree/{name}?reset"
        self._place = 0  # among the notebooks of the page
        page.set_default_timeout(PATIENCE_MS)
        self.open()

    def open(self) -> None:
        """Open the notebook, or open it again."""
        self.page.goto(self.address)
        expect(self.cell(0)).to_be_visible(timeout=PATIENCE_MS)
        self.page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE_MS)

    def duplicate(self) -> "Notebook":
        """Copy the file of the notebook, and open the copy below it as the current one."""
        copied = self.page.evaluate(
            """async (name) => {
              const { path } = await jupyterapp.serviceManager.contents.copy(name, "");
              await jupyterapp.commands.execute(
                "docmanager:open", { path, options: { mode: "split-bottom" } },
              );
              return path;
            }""",
            self.name,
        )
        made = copy(self)
        made.name, made._place = copied, self._place + 1
        expect(made.cell(0)).to_be_visible()
        self.page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE_MS)
        return made

    def cell(self, number: int) -> Locator:
        """Return a cell."""
        return self.page.locator(".jp-Notebook").nth(self._place).locator(".jp-Cell").nth(number)

    def command(self, name: str, **arguments: object) -> None:
        """Run a command of JupyterLab."""
        self.page.evaluate(
            "([name, given]) => { void jupyterapp.commands.execute(name, given) }",
            [name, arguments],
        )

    def run_all(self) -> None:
        """Run all cells, as soon as the kernel is there."""
        self.command("notebook:run-all-cells")

    def _run(self, cell: Locator) -> None:
        cell.locator(".jp-InputPrompt").first.click()
        self.command("notebook:run-cell")

    def run(self, number: int) -> None:
        """Run one cell."""
        self._run(self.cell(number))

    def save(self) -> None:
        """Save the notebook, and wait until that is done."""
        self.page.evaluate("jupyterapp.shell.currentWidget.context.save()")

    def restart_kernel(self) -> None:
        """Start the kernel anew, and wait until it is there."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE_MS)

    def start_kernel(self) -> None:
        """Start a kernel where there is none, as one chooses it in the toolbar."""
        self.page.evaluate(
            "jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: 'python3' })"
        )
        self.page.wait_for_function(KERNEL_IS_IDLE, timeout=PATIENCE_MS)

    def interrupt_kernel(self) -> None:
        """Interrupt what the kernel does."""
        self.page.evaluate(f"{KERNEL}.interrupt()")

    def shut_down_kernel(self) -> None:
        """End the kernel for good, as one does at the end of a day."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def clear_output(self, number: int) -> None:
        """Clear the output of a cell."""
        self.cell(number).locator(".jp-InputPrompt").first.click()
        self.command("notebook:clear-cell-output")

    def notice(self, number: int) -> Locator:
        """Return the line above the app of a cell."""
        return self.cell(number).locator(".pyrt-notebook-notice")

    def write(self, number: int, source: str) -> None:
        """Replace the code of a cell."""
        self.page.evaluate(
            """([number, source]) => jupyterapp.shell.currentWidget.content.widgets[number]
              .model.sharedModel.setSource(source)""",
            [number, source],
        )

    def text(self, number: int) -> Locator:
        """Return the text below a cell."""
        return self.cell(number).locator(".jp-OutputArea-output")

    def view(self, number: int, place: int = 0) -> Frame:
        """Return the frame with an app below a cell, once its initial callbacks have run."""
        frame = self.cell(number).locator("iframe:not([sandbox], [data-page])").nth(place)
        content = frame.element_handle().content_frame()
        assert content is not None
        content.wait_for_function(READY, timeout=PATIENCE_MS)
        return content
