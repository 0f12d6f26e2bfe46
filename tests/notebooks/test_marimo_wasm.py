"""An app in a notebook of marimo that was exported as a page: its kernel is in the browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.jupyter import PATIENCE_MS, PYTHON
from tests.support.marimo_notebook import COUNTER, IMPORTS, marimo_notebook
from tests.support.marimo_wasm import OtherHosts, export
from tests.support.servers import static_server

ACTIVATE = """
import pyrt
pyrt.activate()"""


@pytest.fixture
def address(tmp_path, page):
    """Export the notebook and serve its page; all that it asks other hosts for is answered."""
    if PYTHON is None:
        pytest.skip("needs a Python with marimo: `make notebooks` installs one")
    folders = [tmp_path / name for name in ("hosts", "notebook")]
    for folder in folders:
        folder.mkdir()
    hosts = OtherHosts(Path(PYTHON), folders[0])
    site = export(Path(PYTHON), [marimo_notebook([ACTIVATE + IMPORTS, COUNTER])], folders[1])
    with static_server(site) as found:
        page.context.route(lambda url: not url.startswith((found, "blob:", "data:")), hosts.answer)
        yield found
    assert hosts.refused == []


def test_counter(address, page):
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    view = page.frame_locator("iframe[srcdoc]")
    view.locator("#add").click()
    view.locator("#text").fill("typed")
    expect(view.locator("#count")).to_have_text("1")
    expect(view.locator("#echo")).to_have_text("TYPED")
