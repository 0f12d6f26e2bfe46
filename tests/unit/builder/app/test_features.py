"""What features of pandas, plotly and Python import, found in the source of an app."""

from pathlib import Path

import pytest

from pyrt_build.app.discover import App, Import
from pyrt_build.app.features import implicit_imports


def app_with(*modules, names=(), strings=()):
    app = App(Path("app.py"))
    app.imports = [Import(m, f"app.py:{n}", optional=False) for n, m in enumerate(modules, start=1)]
    app.names, app.strings = set(names), set(strings)
    return app


@pytest.mark.parametrize(
    ("modules", "names", "strings", "wanted"),
    [
        (["pandas"], ["read_excel"], [], ["openpyxl", "xlrd"]),
        (["pandas"], ["style"], [], ["jinja2"]),
        (["pandas"], ["corr"], ["kendall"], ["scipy"]),
        (["pandas"], ["interpolate"], ["quadratic"], ["scipy"]),
        (["pandas"], ["read_parquet", "to_markdown"], [], ["pyarrow", "tabulate"]),
        (["plotly.express"], ["scatter"], ["lowess"], ["statsmodels"]),
        (["plotly.figure_factory"], ["create_dendrogram"], [], ["scipy"]),
        (["zoneinfo"], [], [], ["tzdata"]),
        (["dash_extensions.enrich"], [], [], ["flask-caching"]),
        (["dash_extensions"], [], [], []),
        (["pandas"], ["corr"], ["pearson"], []),
        (["pandas"], ["interpolate"], ["linear"], []),
        (["plotly.express"], ["scatter"], [], []),
        (["numpy"], ["style", "read_excel"], ["ols"], []),
    ],
)
def test_a_feature_names_what_it_imports(modules, names, strings, wanted):
    found = list(implicit_imports(app_with(*modules, names=names, strings=strings)))
    assert [each.module for each in found] == wanted
    assert all(each.optional for each in found)


def test_it_is_said_where_the_package_with_the_feature_is_imported_and_which_it_is():
    (found,) = implicit_imports(app_with("os", "pandas", names=["style"]))
    assert found.origin == "app.py:2, for style"
    (found,) = implicit_imports(app_with("plotly", names=["scatter"], strings=["lowess"]))
    assert found.origin == 'app.py:1, for scatter with "lowess"'
