"""Notebooks in a real JupyterLab, which `make notebooks` installs."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.chromium import launch_args
from tests.support.jupyter import PYTHON, Notebook, jupyter_lab, notebook_json

expect.set_options(timeout=60_000)  # conditions, not speed, are tested; machines may be busy


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return launch_args(browser_type_launch_args)


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory):
    """The folder of the notebooks, and the address of its JupyterLab."""
    if PYTHON is None:
        pytest.skip("needs a Python with JupyterLab, 100 packages: `make notebooks` installs one")
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter_lab(Path(PYTHON), folder) as address:
        yield folder, address


@pytest.fixture
def open_notebook(notebooks, page, request):
    """Write a notebook of cells, or take a copy of one, and open it."""
    folder, address = notebooks
    page.set_viewport_size({"width": 1300, "height": 1400})

    def open_one(*cells, copy=None):
        name = f"{request.node.originalname}.ipynb"
        text = copy.read_text(encoding="utf-8") if copy else notebook_json(cells)
        (folder / name).write_text(text, encoding="utf-8")
        return Notebook(page, address, name)

    return open_one
