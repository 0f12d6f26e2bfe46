"""What `pyrt new` writes can be built as it is."""

import pytest

from pyrt_build.starters.write import STARTERS, new_app
from tests.support.built_sites import build


@pytest.mark.parametrize("starter", STARTERS)
def test_a_new_app_builds(starter, tmp_path):
    new_app(starter, tmp_path / "app")
    site = build(tmp_path / "app" / "app.py", tmp_path / "site", "--no-rehearsal", "--fast")
    assert (site / "index.html").is_file()
    assert (site / "about" / "index.html").is_file() is (starter == "multi-page")
