"""Which distribution provides a module."""

import pytest

from pyrt_build.packages.search.module_names import DIFFERENT, SAME, distribution, modules

OF_PYODIDE = {"scikit-image": ("skimage",)}


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("skimage", "scikit-image"),
        ("yaml", "pyyaml"),
        ("dash_bootstrap_components", "dash-bootstrap-components"),
        ("humanize", "humanize"),
        ("helpers", None),
        ("app", None),
        ("config", None),
        ("utils", None),
    ],
)
def test_only_what_is_known_for_sure(module, expected):
    assert distribution(module, OF_PYODIDE) == expected


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("scikit-image", "skimage"),
        ("psycopg2-binary", "psycopg2"),
        ("psycopg2", "psycopg2"),
        ("python-dateutil", "dateutil"),
        ("dash-ag-grid", "dash_ag_grid"),
        ("opencv-python-headless", "cv2"),
    ],
)
def test_the_modules_that_a_distribution_is_likely_to_have(name, module):
    assert module in set(modules(name, OF_PYODIDE))


def test_names_are_written_as_modules():
    assert all(name.isidentifier() for name in SAME | DIFFERENT.keys())
    assert not SAME & DIFFERENT.keys() - {"kaleido", "lifelines", "statsmodels", "tables"}
