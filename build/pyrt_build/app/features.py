"""Packages that pandas, plotly and Python import only when a feature is used.

    pandas    df.style            -> jinja2          df.corr("kendall")       -> scipy
    plotly    trendline="lowess"  -> statsmodels     zoneinfo                 -> tzdata
    dash_extensions.enrich        -> flask-caching

No import in the app names them. The feature is found in its source: by the name of a method, and
where that says too little, by a string beside it.
"""

from collections.abc import Iterator

from pyrt_build.app.discover import App, Import

# Package that has the feature, name of a method or attribute, strings of which one must occur (none
# for any), and what the feature imports.
FEATURES: tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...] = (
    ("pandas", "read_excel", frozenset(), ("openpyxl", "xlrd")),
    ("pandas", "to_excel", frozenset(), ("openpyxl",)),
    ("pandas", "ExcelWriter", frozenset(), ("openpyxl",)),
    ("pandas", "read_html", frozenset(), ("lxml",)),
    ("pandas", "read_xml", frozenset(), ("lxml",)),
    ("pandas", "to_xml", frozenset(), ("lxml",)),
    ("pandas", "style", frozenset(), ("jinja2",)),
    ("pandas", "Styler", frozenset(), ("jinja2",)),
    ("pandas", "to_latex", frozenset(), ("jinja2",)),
    ("pandas", "to_markdown", frozenset(), ("tabulate",)),
    ("pandas", "read_parquet", frozenset(), ("pyarrow",)),
    ("pandas", "to_parquet", frozenset(), ("pyarrow",)),
    ("pandas", "read_feather", frozenset(), ("pyarrow",)),
    ("pandas", "to_feather", frozenset(), ("pyarrow",)),
    ("pandas", "read_orc", frozenset(), ("pyarrow",)),
    ("pandas", "read_hdf", frozenset(), ("tables",)),
    ("pandas", "to_hdf", frozenset(), ("tables",)),
    ("pandas", "to_xarray", frozenset(), ("xarray",)),
    ("pandas", "corr", frozenset({"kendall", "spearman"}), ("scipy",)),
    ("pandas", "corrwith", frozenset({"kendall", "spearman"}), ("scipy",)),
    (
        "pandas",
        "interpolate",
        frozenset(
            {"nearest", "zero", "slinear", "quadratic", "cubic", "barycentric", "krogh", "spline"}
            | {"polynomial", "from_derivatives", "piecewise_polynomial", "pchip", "akima"}
            | {"cubicspline"}
        ),
        ("scipy",),
    ),
    (
        "pandas",
        "rolling",
        frozenset(
            {"boxcar", "triang", "blackman", "hamming", "bartlett", "parzen", "bohman"}
            | {"blackmanharris", "nuttall", "barthann", "kaiser", "gaussian", "exponential"}
        ),
        ("scipy",),
    ),
    ("plotly", "scatter", frozenset({"ols", "lowess"}), ("statsmodels",)),
    ("plotly", "density_contour", frozenset({"ols", "lowess"}), ("statsmodels",)),
    ("plotly", "create_distplot", frozenset(), ("scipy",)),
    ("plotly", "create_dendrogram", frozenset(), ("scipy",)),
    ("plotly", "create_trisurf", frozenset(), ("scipy",)),
    ("plotly", "create_ternary_contour", frozenset(), ("scipy", "scikit-image")),
    ("plotly", "create_choropleth", frozenset(), ("geopandas", "pyshp", "shapely")),
)

# Modules that need a package in a browser which does not come otherwise: data of Python's own, and
# the part of a server in which dash-extensions keeps values.
NEEDS_OF_MODULES = {"dash_extensions.enrich": "flask-caching", "zoneinfo": "tzdata"}


def implicit_imports(app: App) -> Iterator[Import]:
    """Yield what features of the app import, once for each distribution; all of it is optional.

    The module of an `Import` is the name of a distribution; its origin also names the feature.
    """
    origins: dict[str, str] = {}
    for found in app.imports:
        origins.setdefault(found.module.partition(".")[0], found.origin)
        origins.setdefault(found.module, found.origin)
    wanted: dict[str, str] = {}
    for module, distribution in NEEDS_OF_MODULES.items():
        if module in origins:
            wanted.setdefault(distribution, origins[module])
    for package, name, strings, distributions in FEATURES:
        said = sorted(strings & app.strings)
        if package in origins and name in app.names and (said or not strings):
            feature = f'{name} with "{said[0]}"' if said else name
            for distribution in distributions:
                wanted.setdefault(distribution, f"{origins[package]}, for {feature}")
    for distribution in sorted(wanted):
        yield Import(distribution, wanted[distribution], optional=True)
