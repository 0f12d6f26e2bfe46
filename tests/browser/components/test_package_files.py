"""Files of packages: Python reads them where they lie, and they are fetched at the first read."""

import functools
import hashlib
import http.server
import io
import json
import random
import shutil
import threading
import zipfile

import pytest
from playwright.sync_api import expect

from tests.support.paths import BROWSER_APPS
from tests.support.wheels import make_wheel

CODE = b"""
import warnings

from dash.development.base_component import Component

_css_dist = [{"relative_package_path": "static/look.css", "namespace": "framed"}]
_js_dist = [{"relative_package_path": "static/bundle.js", "namespace": "framed"}]


class Frame(Component):
    _namespace = "framed"
    _type = "Frame"


def word():
    return "frame"


def warn():
    warnings.warn("look out")
"""
SUFFIXES = (".csv", ".json", ".html", ".txt", ".svg", ".js", ".css", ".py", ".pyi", ".bin", "")
NAMES = ("a", "b c", "über", "50%", "x#1", "q?", "n+m", "it's", "[k]", "Ω", "under_score", "-d")
LOST = {1: b"gone\n" * 10, 2: b"a page of html\n" * 10, 3: b"offline\n" * 10}


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return data.getvalue()


def random_tree(seed, count=40):
    """Files of random names, depths, kinds and sizes, empty ones among them."""
    source = random.Random(seed)
    files = {}
    for number in range(count):
        folders = source.choices(NAMES, k=source.randrange(4))
        suffix = source.choice(SUFFIXES)
        path = "/".join(["framed", *folders, f"{source.choice(NAMES)}{number}{suffix}"])
        is_code = suffix in {".py", ".pyi"}
        files[path] = b"x = 1\n" if is_code else source.randbytes(source.choice((0, 1, 700, 9000)))
    return files


def package():
    return {
        "framed/__init__.py": CODE,
        "framed/templates/page.html": b"<p>{{ word }}</p>",
        "framed/data/small.csv": b"a,b\n1,2\n3,4\n",
        "framed/data/archive.zip": zipped({"inner.txt": "inside"}),
        "framed/static/word.txt": b"frame",
        "framed/static/look.css": b"pre { color: rgb(0, 128, 0) }",
        "framed/static/bundle.js": b"window.framed = 'frame';",
        **random_tree(14),
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory, built_site):
    """The site of the app, whose package is in a wheel beside it."""
    folder = tmp_path_factory.mktemp("files") / "package_files"
    shutil.copytree(BROWSER_APPS / "package_files", folder)
    files = package()
    lost = {f"framed/data/lost{number}.csv": data for number, data in LOST.items()}
    points = b"[framed.words]\nword = framed:word\n"
    wheel = make_wheel(
        folder,
        "framed",
        files | lost | {"framed/native.pyx": b"never read", "framed/native.h": b"never read"},
        info={"entry_points.txt": points},
        description="A long description.",
    )
    (folder / "requirements.txt").write_text(f"dash\n./{wheel.name}\n", encoding="utf-8")
    expected = {p: [len(d), hashlib.sha256(d).hexdigest()] for p, d in files.items()}
    (folder / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    return built_site(folder / "app.py", "--rehearsal=require")


class Host(http.server.SimpleHTTPRequestHandler):
    """Serves a site that has lost a file; has a page of HTML in place of another one."""

    requested: list[str]

    def do_GET(self):
        self.requested.append(self.path.partition("?")[0])
        if self.path.endswith("/lost1.csv"):
            self.send_error(404)
        elif self.path.endswith("/lost2.csv"):
            page = b"<!doctype html><p>Not found</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def host(site):
    """The address of the site, and the paths that were requested, in order."""
    requested: list[str] = []
    handler = type("RecordingHost", (Host,), {"requested": requested})
    serve = functools.partial(handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", requested
        server.shutdown()


@pytest.fixture
def opened(page, host):
    address, requested = host
    requested.clear()
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('pyrt:complete').length > 0")
    return page


def text(page, name):
    """What the callback of a button says."""
    page.click(f"#{name}")
    found = page.locator(f"#{name}-text")
    expect(found).not_to_be_empty()
    return found.inner_text()


def test_every_file_of_a_package_is_read_as_it_is_in_the_wheel(opened, host):
    requested = host[1]
    files = package()
    before = [path for path in requested if path.startswith("/pkg/framed/")]
    # The page's own files, and no other one.
    assert sorted(before) == ["/pkg/framed/static/bundle.js", "/pkg/framed/static/look.css"]
    assert not [path for path in requested if path.startswith("/pyrt/sources-")]
    assert text(opened, "all") == f"{len(files)} files, different: []"
    packs = [path for path in requested if path.startswith("/pyrt/sources-")]
    assert len(packs) == 1
    count = len(requested)
    assert opened.evaluate("window.framed") == "frame"
    assert text(opened, "all") == f"{len(files)} files, different: []"
    assert len(requested) == count


def test_python_finds_files_in_all_ways_that_packages_use(opened):
    assert json.loads(text(opened, "ways")) == [
        "<p>{{ word }}</p>",
        "1,2",
        "frame",
        sorted(path.rsplit("/")[-1] for path in package() if path.endswith(".css")),
        sorted(path.rsplit("/")[-1] for path in package() if path.endswith(".py"))[:2],
        [True, False],
        "inside",
        ",2\n3",
        ["def word():", "__init__.py"],
    ]


def test_metadata_is_that_of_the_wheel(opened):
    assert json.loads(text(opened, "metadata")) == {
        "version": "1.0",
        "description": "A long description.",
        "points": {"word": "frame"},
        "missing": [],
        "wheel": "Wheel-Version: 1.0",
        "dash": "dash",
    }


def test_a_file_that_cannot_be_had_is_an_os_error_with_its_name_and_address(opened, host):
    address = f"{host[0]}/pkg/framed/data"
    place = "/pyrt/packages/framed/data"
    expect(opened.locator("#lost-text")).to_be_empty()
    opened.click("#lost")
    said = opened.locator("#lost-text")
    expect(said).to_have_text(
        f"OSError: [Errno 29] {address}/lost1.csv: the server answered 404: '{place}/lost1.csv'"
    )
    opened.click("#lost")
    expect(said).to_have_text(
        f"OSError: [Errno 29] {address}/lost2.csv: the server sent 31 bytes (a page of "
        f"HTML, as some hosts send for files that they do not have) in place of {len(LOST[2])}: "
        f"'{place}/lost2.csv'"
    )
    opened.context.set_offline(True)
    opened.click("#lost")
    expect(said).to_have_text(
        f"OSError: [Errno 29] {address}/lost3.csv: the network cannot be reached: "
        f"'{place}/lost3.csv'"
    )
    opened.context.set_offline(False)


def test_a_warning_of_a_package_does_not_fetch_its_sources(opened, host):
    assert "UserWarning: look out" in text(opened, "warn")
    assert not [path for path in host[1] if path.startswith("/pyrt/sources-")]
