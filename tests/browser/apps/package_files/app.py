"""Python reads the files of an installed package in the ways that packages do."""

import glob
import hashlib
import importlib.metadata
import importlib.resources
import inspect
import io
import json
import os
import pkgutil
import warnings
import zipfile
from pathlib import Path

import framed  # type: ignore[import-not-found]  # in a wheel that the test makes
from dash import Dash, Input, Output, html

ROOT = Path(framed.__file__).parent
EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))

app = Dash(__name__)
app.layout = html.Div(
    [
        *(html.Button(name, id=name) for name in ("all", "ways", "metadata", "lost", "warn")),
        *(html.Pre(id=f"{name}-text") for name in ("all", "ways", "metadata", "lost", "warn")),
    ]
)


def differences():
    """Yield the files that are not as in the wheel, by walking the folders."""
    found = {}
    for folder, _, names in os.walk(ROOT):
        for name in names:
            path = Path(folder, name)
            if "__pycache__" in path.parts or name.startswith("lost"):
                continue
            data = path.read_bytes()
            where = f"{ROOT.name}/{path.relative_to(ROOT).as_posix()}"
            size = os.stat(path).st_size  # noqa: PTH116 -- what packages write
            found[where] = [size, hashlib.sha256(data).hexdigest()]
    yield from sorted(
        path for path in found.keys() | EXPECTED.keys() if found.get(path) != EXPECTED.get(path)
    )


@app.callback(Output("all-text", "children"), Input("all", "n_clicks"), prevent_initial_call=True)
def compare_all(_):
    return f"{len(EXPECTED)} files, different: {[*differences()]}"


def ways():
    """Yield what each way of reading gives."""
    files = importlib.resources.files("framed")
    yield files.joinpath("templates", "page.html").read_text(encoding="utf-8")
    with importlib.resources.as_file(files / "data" / "small.csv") as path:
        yield path.read_text(encoding="utf-8").splitlines()[1]
    yield (pkgutil.get_data("framed", "static/word.txt") or b"").decode()
    yield sorted(path.name for path in ROOT.rglob("*.css"))
    modules = glob.glob(f"{ROOT}/**/*.py", recursive=True)  # noqa: PTH207 -- likewise
    yield sorted(map(os.path.basename, modules))[:2]
    is_there = os.path.exists(ROOT / "static" / "word.txt")  # noqa: PTH110 -- likewise
    yield is_there, (ROOT / "no" / "such.txt").exists()
    with zipfile.ZipFile(ROOT / "data" / "archive.zip") as archive:
        yield archive.read("inner.txt").decode()
    with open(ROOT / "data" / "small.csv", "rb") as file:  # noqa: PTH123 -- likewise
        file.seek(5)
        yield file.read(4).decode()
    yield inspect.getsource(framed.word).splitlines()[0], Path(framed.__file__).name


@app.callback(Output("ways-text", "children"), Input("ways", "n_clicks"), prevent_initial_call=True)
def read_in_all_ways(_):
    return json.dumps([*ways()])


@app.callback(
    Output("metadata-text", "children"), Input("metadata", "n_clicks"), prevent_initial_call=True
)
def read_metadata(_):
    found = importlib.metadata.distribution("framed")
    points = importlib.metadata.entry_points(group="framed.words")
    files = sorted(map(str, found.files or ()))
    return json.dumps(
        {
            "version": importlib.metadata.version("framed"),
            "description": str(found.metadata.json["description"]).strip(),
            "points": {point.name: point.load()() for point in points},
            "missing": [path for path in EXPECTED if path not in files],
            "wheel": (found.read_text("WHEEL") or "").splitlines()[0],
            "dash": importlib.metadata.metadata("dash")["Name"],
        }
    )


@app.callback(Output("lost-text", "children"), Input("lost", "n_clicks"), prevent_initial_call=True)
def read_a_lost_file(clicks):
    try:
        return (ROOT / "data" / f"lost{clicks}.csv").read_text(encoding="utf-8")
    except OSError as error:
        return f"{type(error).__name__}: {error}"


@app.callback(Output("warn-text", "children"), Input("warn", "n_clicks"), prevent_initial_call=True)
def warn(_):
    text = io.StringIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        framed.warn()
    for one in caught:
        text.write(warnings.formatwarning(one.message, one.category, one.filename, one.lineno))
    return text.getvalue()
