"""A project full of traps and one of harmless files: what of them is in the site."""

import os
import zipfile

import pytest

from pyrt_build.site import compression, image
from tests.support import traps
from tests.support.workspace import write_files

APP = """from dash import Dash, html
import secretary
app = Dash(__name__)
app.layout = html.Div(secretary.NAME)
"""


def contents(workspace):
    """Everything that is in a site, unpacked: path -> bytes."""
    found = {}
    for path, data in workspace.site().items():
        content = compression.decompress(data) if path.endswith((".img", ".zst", ".bin")) else data
        found[path] = content
        if content.startswith(image.MAGIC):
            found |= {f"{path}/{name}": inner for name, inner in image.unpack(content).items()}
    for path, data in list(found.items()):
        if data.startswith(b"PK\x03\x04"):
            (workspace.root / "opened.zip").write_bytes(data)
            with zipfile.ZipFile(workspace.root / "opened.zip") as archive:
                found |= {f"{path}/{name}": archive.read(name) for name in archive.namelist()}
    return found


class Markers:
    """Texts that occur nowhere else."""

    def __init__(self):
        self.made = {}

    def __call__(self, name):
        text = f"Mk{len(self.made):03}q{name.encode().hex()[:8]}"
        self.made[name] = text
        return text

    def found_in(self, files):
        return {
            (name, path)
            for name, text in self.made.items()
            for path, data in files.items()
            if text.encode() in data
        }


def test_no_trap_is_in_the_site(workspace, capsys):
    mark = Markers()
    app = workspace.app
    write_files(app, {where: mark(where) for where in traps.SECRET_NAMES})
    write_files(app, {where: mark(where) for where in traps.LEFTOVER_NAMES})
    write_files(app, traps.secret_contents(mark))
    ignored = ["raw/a.csv", "raw/deep/b.json", "export.parquet", "docker.csv"]
    write_files(app, {where: mark(where) for where in ignored})
    write_files(
        app,
        {
            ".gitignore": "raw/\n*.parquet\n",
            ".dockerignore": "docker.csv\n",
            "image.png": traps.picture(traps.private_key(mark("png")), is_compressed=False),
            "image2.png": traps.picture(traps.private_key(mark("ztxt")), is_compressed=True),
            "secretary.pyc": traps.bytecode(workspace.root, f"KEY = '{mark('pyc')}'"),
        },
    )
    outside = workspace.root / "outside"
    write_files(outside, {"a.csv": mark("outside"), "more/b.csv": mark("outside-folder")})
    (app / "a-link.csv").symlink_to(outside / "a.csv")
    (app / "a-folder").symlink_to(outside / "more")
    (app / "innocent.csv").symlink_to(app / "server.pem")
    (app / "dangling.csv").symlink_to(app / "gone.csv")
    (app / "circle").symlink_to(app)
    os.mkfifo(app / "pipe.csv")
    os.mkfifo(app / "assets.css")
    os.mknod(os.fsencode(app) + b"/caf\xe9.csv")
    files = {"app.py": APP, "secretary.py": "NAME = 'x'\n", "data.csv": "a\n1\n"}
    assert workspace.build(files) == 0
    found = contents(workspace)
    assert any(path.endswith("/data.csv") for path in found), "what is harmless travels"
    assert any(path.endswith("/secretary.py") for path in found), "a module is judged by content"
    assert mark.found_in(found) == set()
    output = capsys.readouterr().out
    for where in ("id_rsa_github", "a-link.csv", "dangling.csv", "pipe.csv", "raw/a.csv"):
        assert f"Left out: {where} (" in output
    for where in traps.secret_contents(Markers()):
        assert f"{where} is not part of the site: it has " in output


def test_every_harmless_file_travels(workspace, capsys):
    files = {
        "app.py": APP,
        "secretary.py": "NAME = 'x'\n",
        **traps.LOOK_ALIKES,
        "assets/id_photo.png": traps.picture("a photo", is_compressed=True),
        "assets/keys.css": ".key { color: red }",
        "sub/monkey.json": "{}",
    }
    assert workspace.build(files, "--files") == 0
    app = {
        path.partition("/app-")[2].partition("/")[2]
        for path in contents(workspace)
        if path.startswith("pyrt/app-")
    }
    assert files.keys() <= app
    output = capsys.readouterr().out
    assert "Left out" not in output
    assert "yes keyboard.json: data beside the app" in output
    assert "yes secretary.py: a module of the app" in output


def test_a_secret_in_the_source_stops_the_build_and_writes_nothing(workspace, capsys):
    token = traps.github_token("m")
    files = {"app.py": APP, "secretary.py": f"NAME = 'x'\nTOKEN = '{token}'\n"}
    assert workspace.build(files) == 1
    message = capsys.readouterr().err
    assert "secretary.py:2: a GitHub token" in message
    assert token not in message
    assert not workspace.out.exists()
    assert workspace.build(files, "--allow-secret", str(workspace.app / "secretary.py")) == 0


def test_a_secret_in_code_that_stays_on_the_server_stops_nothing(workspace):
    token = traps.github_token("m")
    app = (
        "from dash import Dash, Input, Output, callback, html\n"
        "app = Dash(__name__)\n"
        "app.layout = html.Div(id='a')\n"
        f"TOKEN = '{token}'\n"
        "@callback(Output('a', 'children'), Input('a', 'id'), server=True)\n"
        "def total(value):\n    return TOKEN\n"
    )
    assert workspace.build({"app.py": app}, "--bridge", "https://calc.example.org") == 0
    assert not [path for path, data in contents(workspace).items() if token.encode() in data]


def test_a_file_that_does_not_exist_cannot_be_allowed(workspace, capsys):
    assert workspace.build({"app.py": APP}, "--allow-secret", "none.csv") == 1
    assert "there is no such file in" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["data.csv", "assets/a.css"])
def test_what_gitignore_leaves_out_and_the_app_names_travels_and_is_said(workspace, capsys, name):
    write_files(workspace.app, {".gitignore": "*.csv\n*.css\n", name: "x"})
    app = f"from dash import Dash\napp = Dash(__name__)\nFILE = '{name.rpartition('/')[2]}'\n"
    assert workspace.build({"app.py": app}) == 0
    assert f"Note PB701: {name} is part of the site: the app names it, although .gitignore:" in (
        capsys.readouterr().out
    )
