"""Each test begins and ends without apps; scripts of pages are stand-ins that no build makes."""

import pytest

from pyrt.notebook import files
from tests.support import notebooks

SCRIPTS = (
    *("page.js", "frame.js", "widget.js"),
    *("pkg/dash/dcc/dash_core_components.js", "pkg/dash/dcc/dash_core_components-shared.js"),
    *("pkg/dash/dcc/async-mathjax.js", "pkg/dash/html/dash_html_components.min.js"),
    *("pkg/dash/dash_table/bundle.js", "pkg/dash/deps/polyfill@7.12.1.min.js"),
    *("pkg/dash/deps/prop-types@15.8.1.min.js", "pkg/dash/deps/react-dom@18.3.1.min.js"),
    "pkg/dash/deps/react@18.3.1.min.js",
)


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory):
    """A folder in place of the one that `make setup` fills."""
    folder = tmp_path_factory.mktemp("static")
    for name in SCRIPTS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"// {name}")
    return folder


@pytest.fixture(autouse=True)
def _no_apps(static_folder, monkeypatch):
    monkeypatch.setattr(files, "STATIC", static_folder)
    notebooks.forget()
    yield
    notebooks.forget()
