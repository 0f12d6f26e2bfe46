"""The code of cells, in the order in which they ran first."""

from types import SimpleNamespace

import pytest

from pyrt.notebook import cell_sources
from pyrt.notebook.cell_sources import CellSources


@pytest.fixture
def history(monkeypatch):
    """IPython's history: an empty text, then the cells that have run and the one that runs."""
    sources = ["", "import pandas", "app = Dash()"]
    shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=sources))
    monkeypatch.setattr(cell_sources, "shell", lambda: shell)
    return sources


def test_cells_before_the_first_app_come_from_the_history(history):
    sources = CellSources()
    sources.begin("a")
    history.append("app.run()")
    sources.begin("b", "app.run()")
    assert list(sources) == ["import pandas", "app = Dash()", "app.run()"]


def test_a_cell_that_runs_again_keeps_its_place_and_has_its_new_code(history):
    sources = CellSources()
    sources.begin("a")
    sources.begin("b", "one")
    sources.begin("a", "app = Dash(title='x')")
    assert list(sources)[1:] == ["app = Dash(title='x')", "one"]


def test_cells_without_ids_follow_each_other(history):
    sources = CellSources()
    for source in (None, "one", "one"):
        sources.begin(None, source)
    assert list(sources)[1:] == ["app = Dash()", "one", "one"]


def test_without_a_history_only_what_runs_later_is_known(monkeypatch):
    monkeypatch.setattr(cell_sources, "shell", lambda: None)
    sources = CellSources()
    sources.begin("a")
    sources.begin("b", "one")
    assert list(sources) == ["one"]
