"""Which distribution provides a module, for modules that an app imports without declaring them.

Nothing is looked for on an index under the name of a module: anybody may have put a package there.
Pyodide's lock knows the modules of its packages; this table knows those of others that many apps
import. An entry is here only if the distribution is known to be the one that provides the module.
"""

from collections.abc import Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

# Module -> distribution, where the names differ.
DIFFERENT = {
    "Crypto": "pycryptodome",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cpuinfo": "py-cpuinfo",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "googleapiclient": "google-api-python-client",
    "igraph": "python-igraph",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "kaleido": "kaleido",
    "lifelines": "lifelines",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "multipart": "python-multipart",
    "osgeo": "gdal",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pydantic_settings": "pydantic-settings",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "snowflake": "snowflake-connector-python",
    "statsmodels": "statsmodels",
    "tables": "tables",
    "umap": "umap-learn",
    "usb": "pyusb",
    "win32api": "pywin32",
    "win32com": "pywin32",
    "win32con": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
# Modules that newer releases of their distribution no longer have -> the requirement that has them.
LAST_WITH = {"pkg_resources": "setuptools<82"}
# Modules whose distribution has the same name, but for `_` and `-`.
SAME = frozenset(
    (  # noqa: SIM905 -- a list would take pages
        "altair anyio arrow attr attrs bcrypt black bleach bokeh boltons boto3 botocore branca"
        " cachetools catboost certifi cffi chardet charset_normalizer click cloudpickle colorama"
        " colorcet colorlog colorlover contourpy country_converter cryptography cufflinks cycler"
        " cytoolz dash_ace dash_ag_grid dash_auth dash_bio dash_bootstrap_components"
        " dash_bootstrap_templates dash_breakpoints dash_canvas dash_chat dash_colorscales"
        " dash_cytoscape dash_daq dash_dangerously_set_inner_html dash_deck dash_design_kit"
        " dash_draggable dash_editor_components dash_emulator_components dash_extensions"
        " dash_holoniq_wordcloud dash_iconify dash_interactive_graphviz dash_leaflet"
        " dash_local_react_components dash_loading_spinners dash_lazy_load"
        " dash_mantine_components dash_mantine_react_table dash_mp_components dash_mui_components"
        " dash_paperdragon dash_pannellum dash_pivottable dash_player dash_quill"
        " dash_resizable_panels dash_robust_components dash_selectable dash_slicer dash_snapshots"
        " dash_split_pane dash_summernote dash_svg dash_trich_components dash_treeview_antd"
        " dash_tvlwc dash_uploader dash_vtk dask datashader datetimerange deepdiff deprecated dill"
        " discretisedfield distro diskcache dotmap duckdb emoji et_xmlfile ezdxf faker fastapi"
        " fastparquet feffery_antd_charts feffery_antd_components feffery_dash_utils"
        " feffery_leaflet_components feffery_markdown_components feffery_utils_components fire"
        " flask flask_caching flask_compress flask_cors flask_login flask_session folium fonttools"
        " formulaic freezegun fsspec ftfy fuzzywuzzy geocoder geojson geopandas geopy gspread"
        " gunicorn h3 holidays holoviews html5lib httpx humanize hvplot hypothesis idna imageio"
        " inflect isodate itsdangerous jinja2 joblib json5 jsonpath_ng jsonpickle jsonschema"
        " jupyter_dash kiwisolver kmodes lightgbm llvmlite loguru lxml lz4 markdown markupsafe"
        " marshmallow matplotlib micropip mizani more_itertools mplfinance msgpack msgspec"
        " multidict multiprocess names narwhals natsort netcdf4 networkx nltk numba numexpr numpy"
        " numpy_financial openai openpyxl orjson packaging pandas pandas_datareader pandas_ta"
        " pandera pathos patsy pendulum pint plotly plotnine polars pooch portion prettytable"
        " prophet psutil pulp pvlib pyarrow pycountry pydantic pydeck pyecharts pygments pymongo"
        " pymysql pynndescent pyodbc pyparsing pypdf pyperclip pyproj pyreadstat pyshp pyspark"
        " pytest pytz pyvis pyvista qrcode quantstats rapidfuzz rasterio rdflib redis regex"
        " reportlab requests requests_cache retrying rich ruamel scipy scrapy seaborn selenium"
        " sentencepiece shap shapely simplejson simpy six sniffio sortedcontainers sqlalchemy"
        " sqlglot sqlmodel squarify starlette statistics streamlit stumpy sympy ta tabulate"
        " tenacity tensorflow termcolor textblob texttable threadpoolctl tiktoken tldextract toml"
        " tomli tomli_w toolz toposort torch torchvision tornado tqdm traitlets transformers"
        " trimesh typeguard typer typing_extensions tzdata tzlocal ujson unidecode uncertainties"
        " urllib3 us user_agents uvicorn vega_datasets vizro validators waitress wcwidth webcolors"
        " websockets werkzeug whitenoise wordcloud wrapt xarray xgboost xlrd xlsxwriter xmltodict"
        " xlwt yarl yfinance zarr zipp zstandard"
    ).split()
)


type Modules = Mapping[str, Sequence[str]]
"""The packages of Pyodide's lock, and the top-level modules of each."""


def distribution(module: str, of_pyodide: Modules) -> str | None:
    """Return the distribution that provides a top-level module; None if none is known for sure."""
    for name, provided in of_pyodide.items():
        if module in provided:
            return str(canonicalize_name(name))
    if module in DIFFERENT:
        return DIFFERENT[module]
    return str(canonicalize_name(module)) if module in SAME else None


def modules(name: str, of_pyodide: Modules) -> Iterator[str]:
    """Yield the modules that a distribution is likely to provide, by its canonical name."""
    yield from of_pyodide.get(name, ())
    plain = name.removesuffix("-binary").removesuffix("-headless")
    yield from (
        module for module, known in DIFFERENT.items() if known.removesuffix("-binary") == plain
    )
    yield plain.replace("-", "_")
    yield plain.removeprefix("python-").replace("-", "_")
