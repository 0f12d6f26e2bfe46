"""The files of a site, for apps with tiny packages."""

import hashlib
import json
import re

import pytest

from pyrt_build import target
from pyrt_build.site import compression, image

APP = "from dash import Dash, html\napp = Dash(__name__, title='Shop & more')\n"
PLOTLY_JS = "plotly/package_data/plotly.min.js"
HASH = re.compile(r"-[0-9a-f]{12}")


def shape(site):
    """The paths of a site without the hashes in them."""
    return sorted(HASH.sub("-x", path) for path in site)


def find(site, pattern):
    """The one file of a site whose path without its hash is `pattern`."""
    (path,) = (path for path in site if HASH.sub("-x", path) == pattern)
    return site[path]


def files_of(site, name):
    return image.unpack(compression.decompress(find(site, f"pyrt/{name}-x.img")))


def image_of(site, name):
    return image.read(compression.decompress(find(site, f"pyrt/{name}-x.img")))


def test_the_smallest_site(workspace):
    assert workspace.build({"app.py": APP}) == 0
    assert shape(workspace.site()) == [
        "404.html",
        "LICENSES.txt",
        "favicon.ico",
        "index.html",
        "pkg/dash-4.4.1.dist-info/METADATA",
        "pkg/dash/dash_table/bundle.js",
        "pkg/dash/dcc/async-graph.js",
        "pkg/dash/dcc/dash_core_components-shared.js",
        "pkg/dash/dcc/dash_core_components.js",
        "pkg/dash/deps/polyfill@7.12.1.min.js",
        "pkg/dash/deps/prop-types@15.8.1.min.js",
        "pkg/dash/deps/react-dom@18.3.1.min.js",
        "pkg/dash/deps/react@18.3.1.min.js",
        "pkg/dash/html/dash_html_components.min.js",
        "pyrt-files.txt",
        "pyrt-lock.json",
        "pyrt/app-x.img",
        "pyrt/engine-x.img",
        "pyrt/interpreter-x.zst",
        "pyrt/packages-x.img",
        "pyrt/page-x.js",
        "pyrt/runtime-x/pyodide-lock.json",
        "pyrt/runtime-x/pyodide.asm.js",
        "pyrt/runtime-x/pyodide.js",
        "pyrt/sources-dash-x.zst",
        "pyrt/stdlib-x.img",
        "pyrt/worker-x.js",
    ]


def test_a_site_without_tools_for_agents_has_not_a_byte_of_them(workspace):
    workspace.build({"app.py": APP})
    without, manifest = workspace.site(), workspace.manifest()
    workspace.build({"app.py": APP.replace("title=", "enable_mcp=True, title=")})
    offers = workspace.site()
    assert {*shape(offers)} - {*shape(without)} == {"pyrt/agents-x.js"}
    differs = {HASH.sub("-x", path) for path in without if offers.get(path) != without[path]}
    assert differs == {
        *("index.html", "404.html", "pyrt-files.txt"),
        *("pyrt/app-x.img", "pyrt/engine-x.img", "pyrt/page-x.js"),
    }
    assert "agents" not in manifest
    assert "agents" in workspace.manifest()
    assert find(without, "pyrt/page-x.js") == b"/* page */"
    assert find(offers, "pyrt/page-x.js") == b"/* page with agents */"
    assert [path for path in files_of(without, "engine") if "agents" in path] == []
    assert "pyrt/agents/tools.py" in files_of(offers, "engine")


def test_no_byte_comes_from_dash_renderer_or_the_python_of_dash(workspace):
    workspace.build({"app.py": APP}, "--debug")
    site = workspace.site()
    assert not [path for path in site if "renderer" in path]
    assert not [path for path, data in site.items() if b"/* dash-renderer" in data]
    assert not [path for path in files_of(site, "packages") if path.startswith("dash/")]


def test_the_manifest_says_where_everything_is_and_with_which_hash(workspace):
    workspace.build({"app.py": APP})
    manifest, site = workspace.manifest(), workspace.site()
    assert manifest["entry"] == "/app/app.py"
    assert manifest["debug"] is False
    assert manifest["packages"] == []
    assert manifest["plotlyUrl"] is None
    assert [image["mount"] for image in manifest["images"]] == [
        "/pyrt/stdlib",
        "/pyrt/engine",
        "/pyrt/packages",
        "/app",
    ]
    assert manifest["react"] == [
        "pkg/dash/deps/polyfill@7.12.1.min.js",
        "pkg/dash/deps/react@18.3.1.min.js",
        "pkg/dash/deps/react-dom@18.3.1.min.js",
        "pkg/dash/deps/prop-types@15.8.1.min.js",
    ]
    runtime = manifest["runtime"]
    listed = [(f.get("url", runtime["url"] + f["name"]), f) for f in runtime["files"]]
    listed += [(image["url"], image) for image in manifest["images"]]
    for url, about in listed:
        assert about["size"] == len(site[url])
        assert about["sha256"] == hashlib.sha256(site[url]).hexdigest()
    for url in (manifest["page"], manifest["worker"], runtime["lockUrl"], *manifest["preload"]):
        assert url in site


def test_addresses_are_relative_and_the_page_has_no_script_of_its_own(workspace):
    workspace.build({"app.py": APP})
    page = (workspace.out / "index.html").read_text()
    assert 'data-root="./"' in page
    assert "<title>Shop &amp; more</title>" in page
    assert not re.search(r'(href|src)="/', page)
    assert "https://" not in page
    inline = re.findall(r"<script([^>]*)>([^<]+)</script>", page)
    assert [attributes for attributes, _ in inline] == [
        "",  # looks at the browser before anything is requested
        ' type="application/json" id="pyrt-manifest"',
    ]


def test_a_script_end_in_the_manifest_cannot_end_the_manifest(workspace):
    workspace.build({"app.py": APP, "assets/favicon.ico": "", "</script>.txt": ""})
    assert workspace.manifest()["entry"] == "/app/app.py"
    assert (
        '<link rel="icon" href="./assets/favicon.ico">'
        in (workspace.out / "index.html").read_text()
    )


def test_an_app_with_a_prefix_has_its_page_and_its_assets_there_too(workspace):
    app = "from dash import Dash\napp = Dash(__name__, url_base_pathname='/boards/tides/')\n"
    workspace.build({"app.py": app, "assets/sea.css": "p {color: navy}"})
    site = workspace.site()
    assert b'data-root="../../"' in site["boards/tides/index.html"]
    assert site["boards/tides/assets/sea.css"] == site["assets/sea.css"]


def test_pages_have_files_that_know_their_way_to_the_root(workspace):
    workspace.build(
        {
            "app.py": "from dash import Dash\napp = Dash(__name__, use_pages=True)\n",
            "pages/reports/may.py": "import dash\ndash.register_page(__name__)\n",
        },
        "--base-url",
        "/shop",
    )
    assert 'data-root="../../"' in (workspace.out / "reports/may/index.html").read_text()
    assert 'src="../../pyrt/page-' in (workspace.out / "reports/may/index.html").read_text()
    assert 'data-root="/shop/"' in (workspace.out / "404.html").read_text()


def test_the_apps_own_files_are_in_the_site_and_secrets_are_not(workspace, capsys):
    workspace.build(
        {
            "app.py": APP + "import local\n",
            "local.py": "",
            "unused.py": "",
            "sales.csv": "1",
            "assets/style.css": "p {}",
            ".env": "TOKEN=1",
        }
    )
    site = workspace.site()
    assert files_of(site, "app") == {
        "app.py": (APP + "import local\n").encode(),
        "local.py": b"",
        "sales.csv": b"1",
        "assets/style.css": b"p {}",
    }
    assert site["assets/style.css"] == b"p {}"
    output = capsys.readouterr().out
    assert "Files: app.py, assets/style.css, local.py, sales.csv\n" in output
    assert "Left out: .env (may hold a secret)\n" in output
    assert not [path for path, data in site.items() if b"TOKEN" in data]


def test_the_engine_has_the_registry_of_the_dash_in_the_site(workspace):
    workspace.build({"app.py": APP})
    engine = files_of(workspace.site(), "engine")
    assert "pyrt/__init__.py" in engine
    assert "pyrt/compat/dash/__init__.py" in engine
    assert "pyrt/managers/managers.py" in engine
    assert "pyrt/server/serve.py" not in engine
    assert "pyrt/server/http.py" not in engine
    assert "pyrt/testing/page.py" not in engine
    registry = json.loads(engine["pyrt/registry.json"])
    assert list(registry["html"]["components"]) == ["Div", "Graph"]


def test_metadata_finds_a_dash_without_its_code(workspace):
    """Packages that ask `importlib.metadata` for Dash find its version."""
    workspace.build({"app.py": APP})
    site = workspace.site()
    where = f"dash-{target.DASH_VERSION}.dist-info/METADATA"
    metadata = site[f"pkg/{where}"]
    assert f"Version: {target.DASH_VERSION}".encode() in metadata
    assert image_of(site, "packages").own == {where: len(metadata)}


def test_a_graph_brings_plotly_js_and_no_python(workspace):
    """R-19."""
    workspace.build({"app.py": APP + "from dash import dcc\ng = dcc.Graph(figure={})\n"})
    assert workspace.manifest()["plotlyUrl"] == "pkg/plotly/package_data/plotly.min.js"
    assert not [p for p in files_of(workspace.site(), "packages") if p.startswith("plotly")]
    assert not [image for image in workspace.manifest()["images"] if "shared" in image]


@pytest.mark.parametrize("requirements", ["boxes", "boxes\nplotly"])
def test_component_package_gets_what_it_trusts_dash_to_have_brought(workspace, requirements):
    """Generated classes import typing_extensions, and no requirement of their package says so."""
    workspace.add_wheel("typing-extensions", "4.16", {"typing_extensions.py": ""})
    workspace.add_wheel("retrying", "1.4", {"retrying.py": ""})
    classes = "import typing\nfrom typing_extensions import TypedDict\nfrom .b import retrying\n"
    files = {"boxes/__init__.py": "_js_dist = []", "boxes/A.py": classes, "boxes/boxes.js": "1"}
    workspace.add_wheel("boxes", "1.0", files, ["dash"])
    workspace.build({"app.py": APP + "import boxes\n", "requirements.txt": requirements})
    packages = files_of(workspace.site(), "packages")
    assert "typing_extensions.py" in packages
    assert "retrying.py" not in packages
    assert not [path for path in packages if path.startswith("plotly")]


def test_an_import_of_plotly_brings_its_python_too_without_plotly_js_in_it(workspace):
    workspace.build({"app.py": APP + "import plotly.graph_objects as go\n"})
    packages = files_of(workspace.site(), "packages")
    assert "plotly/__init__.py" in packages
    assert "narwhals/__init__.py" in packages
    site = workspace.site()
    for own in ("plotly/package_data/templates/plotly.json", PLOTLY_JS):
        assert own not in packages
        assert image_of(site, "packages").own[own] == len(site[f"pkg/{own}"])


def test_a_component_package_is_split_between_python_and_page(workspace):
    workspace.add_wheel(
        "dash-thing",
        "2.0",
        {
            "dash_thing/__init__.py": "_js_dist = []",
            "dash_thing/thing.min.js": "js",
            "dash_thing/thing.min.js.map": "map",
        },
        ["dash>=2"],
    )
    app = {"app.py": APP + "import dash_thing\n", "requirements.txt": "dash-thing\n"}
    workspace.build(app)
    assert [p for p in workspace.site() if "dash_thing/" in p] == ["pkg/dash_thing/thing.min.js"]
    assert "dash_thing/__init__.py" in files_of(workspace.site(), "packages")
    assert "dash_thing/thing.min.js" not in files_of(workspace.site(), "packages")
    workspace.build(app, "--debug")
    assert "pkg/dash_thing/thing.min.js.map" in workspace.site()


def test_compiled_packages_are_vendored_with_a_lock_of_exactly_them(workspace):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": "", "numpy/core.so": b"\0asm"})
    workspace.add_to_pyodide("pandas", "3.0", {"pandas/__init__.py": ""}, ["numpy", "six"])
    workspace.add_to_pyodide("scipy", "1.0", {"scipy/__init__.py": ""})
    workspace.add_wheel("six", "1.17", {"six.py": ""})
    assert (
        workspace.build(
            {"app.py": APP + "import pandas\n"}, "--pyodide", str(workspace.distribution)
        )
        == 0
    )
    assert workspace.manifest()["packages"] == ["numpy", "pandas"]
    site = workspace.site()
    assert "six.py" in files_of(site, "packages")
    lock = json.loads(find(site, "pyrt/runtime-x/pyodide-lock.json"))
    assert sorted(lock["packages"]) == ["numpy", "pandas"]
    assert lock["packages"]["pandas"]["depends"] == ["numpy"]
    for entry in lock["packages"].values():
        wheel = find(site, f"pyrt/runtime-x/{entry['file_name']}")
        assert hashlib.sha256(wheel).hexdigest() == entry["sha256"]


def test_the_lock_file_names_every_package(workspace):
    workspace.build({"app.py": APP + "import plotly\n"})
    lock = json.loads(workspace.site()["pyrt-lock.json"])
    assert lock["pyodide"] == target.PYODIDE_VERSION
    assert [(p["name"], p["version"]) for p in lock["packages"]] == [
        ("dash", target.DASH_VERSION),
        ("narwhals", "2.0"),
        ("plotly", "7.1.0"),
    ]
    wheel = (workspace.wheels / "plotly-7.1.0-py3-none-any.whl").read_bytes()
    assert lock["packages"][2]["sha256"] == hashlib.sha256(wheel).hexdigest()


def test_the_licences_of_all_packages_are_repeated(workspace):
    workspace.build({"app.py": APP + "import plotly\n"})
    text = workspace.site()["LICENSES.txt"].decode()
    for name in ("dash", "narwhals", "plotly"):
        assert f"The licence of {name}." in text
    for name in ("Pyodide", "CPython", "React"):
        assert name in text


def test_with_cdn_the_interpreter_stays_away_and_is_still_checked(workspace):
    workspace.build({"app.py": APP}, "--cdn")
    runtime = workspace.manifest()["runtime"]
    assert runtime["url"] == f"https://cdn.jsdelivr.net/pyodide/v{target.PYODIDE_VERSION}/full/"
    assert {f["name"] for f in runtime["files"]} == {
        "pyodide.mjs",
        "pyodide.asm.mjs",
        "pyodide.asm.wasm",
    }
    assert [path for path in shape(workspace.site()) if "runtime" in path] == [
        "pyrt/runtime-x/pyodide-lock.json"
    ]
    assert runtime["lockUrl"] in workspace.site()


def test_the_same_input_gives_the_same_bytes(workspace, monkeypatch):
    """Another folder, another cache, other file dates: nothing of that is in a site."""
    app = {"app.py": APP + "import plotly\n", "data.csv": "1", "assets/a.css": ""}
    workspace.build(app)
    first = workspace.site()
    monkeypatch.setenv("PYRT_CACHE", str(workspace.root / "another-cache"))
    other = workspace.root / "elsewhere"
    other.mkdir()
    workspace.root = other
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    workspace.build(app)
    assert workspace.site() == first


def test_one_change_changes_only_its_own_names(workspace):
    app = {"app.py": APP, "data.csv": "1"}
    workspace.build(app)
    first = workspace.site()
    workspace.build({"data.csv": "2"})
    second = workspace.site()
    assert sorted(HASH.sub("-x", path) for path in first.keys() - second.keys()) == [
        "pyrt/app-x.img"
    ]


def test_an_older_site_beside_the_app_is_not_packed(workspace):
    workspace.build({"app.py": APP})
    inside = workspace.app / "public"
    workspace.out.rename(inside)
    workspace.build({"app.py": APP})
    assert list(files_of(workspace.site(), "app")) == ["app.py"]


def test_the_summary_says_where_how_large_and_how_to_serve(workspace, capsys):
    workspace.build({"app.py": APP, "requirements.txt": "dash==2.0\n"})
    output = capsys.readouterr().out.splitlines()
    assert output[0] == f"Site: {workspace.out}"
    assert output[1].startswith("Size: ")
    assert "What a browser cannot have as it is written:" in output
    row = f"  dash     ==2.0 (requirements.txt:1)  {target.DASH_VERSION}  a site has the API"
    assert any(line.startswith(row) for line in output)
    assert output[-1] == f"Serve: pyrt serve {workspace.out}"


EVIL = '"><script>alert(1)</script>'


def test_what_an_author_gives_is_escaped_wherever_it_stands(workspace):
    app = APP.replace("Shop & more", "</title><script>alert(1)</script>")
    files = {"app.py": app, "assets/favicon.ico": "", f"assets/a{EVIL.replace('/', '')}.css": ""}
    assert workspace.build(files, "--base-url", f"/{EVIL}/") == 0
    for page in ("index.html", "404.html"):
        text = (workspace.out / page).read_text()
        assert "alert" in text
        assert text.count("<script>") == 1  # pyrt's own
        tags = re.findall(r"<(?:link|script|html)[^>]*>", text)
        assert not [tag for tag in tags if "alert" in tag and tag.count('"') % 2]


def test_large_files_of_the_app_are_files_of_their_own(workspace, monkeypatch):
    monkeypatch.setattr("pyrt_build.site.plan.LARGE_FILE_BYTES", 1000)
    files = {
        "app.py": APP + "x = '" + "y" * 2000 + "'\n",
        "data/large.bin": b"1" * 2000,
        "data/small.bin": b"2" * 1000,
        "assets/large.css": b"3" * 2000,
    }
    assert workspace.build(files) == 0
    images = workspace.manifest()["images"]
    shared = next(image["shared"] for image in images if image["mount"] == "/app")
    assert sorted(shared) == ["assets/large.css", "data/large.bin"]
    assert shared["assets/large.css"]["url"] == "assets/large.css"
    site = workspace.site()
    assert site[shared["data/large.bin"]["url"]] == b"1" * 2000
    assert shared["data/large.bin"]["size"] == 2000


def test_the_script_of_the_element_is_there_where_it_is_asked_for(workspace):
    workspace.build({"app.py": APP})
    assert "pyrt-app.js" not in workspace.site()
    assert "embedOrigins" not in workspace.manifest()
    workspace.build({"app.py": APP}, "--embed")
    assert b"pyrt-app" in workspace.site()["pyrt-app.js"]
    settings = '[tool.pyrt]\nembed-origins = ["https://docs.example.org"]\n'
    workspace.build({"app.py": APP, "pyproject.toml": settings})
    assert workspace.manifest()["embedOrigins"] == ["https://docs.example.org"]
    assert "pyrt-app.js" in workspace.site()
