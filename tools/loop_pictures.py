"""Takes the three pictures of the loop for README.md: `docs/loop-1.webp` to `docs/loop-3.webp`.

    python -m tools.loop_pictures        needs Chromium (or PYRT_BROWSER) and Playwright

A small app is served by `pyrt dev`, typed into, and saved twice, the second time with a mistake.
Each picture has the file as it is saved, the page, and the line of the terminal.
"""

import base64
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path("docs")
SIZE = {"width": 600, "height": 280}  # of the page, in CSS pixels
PATIENCE_MS = 120_000
QUALITY = 0.85
APP = """from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="name"), html.H3(id="text")])


@callback(Output("text", "children"), Input("name", "value"))
def greet(name):
    return f"Hello, {name}"


app.run(debug=True)
"""
STEPS = (
    ("Type", APP, "Hello, Ada", ""),
    ("Save", APP.replace("Hello, {name}", "Good morning, {name}"), "Good morning, Ada", ""),
    ("A mistake", APP.replace('Hello, {name}"', "Good evening, {name}"), "", "unterminated"),
)
CARD = """<meta charset="utf-8"><style>
body {{ margin: 0; width: 640px; padding: 20px; background: white; color: #1a2433;
  font: 18px system-ui, sans-serif; }}
h2 {{ font-size: 22px; margin: 0 0 12px; }}
pre {{ margin: 0; padding: 12px; font: 15px/1.45 "DejaVu Sans Mono", monospace; background: #f6f8fa;
  border: 1px solid #d8dee6; border-radius: 6px; white-space: pre-wrap; }}
mark {{ background: #ffec99; color: inherit; }}
img {{ display: block; width: 638px; margin: 14px 0; border: 1px solid #d8dee6; }}
</style><h2>{title}</h2><pre>{code}</pre><img src="{page}"><pre>{terminal}</pre>"""
TO_WEBP = """async ([data, quality]) => {
  const image = new Image();
  image.src = data;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality);
}"""


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _marked(code: str) -> str:
    """Return the function of an app as HTML, with the changed line marked."""
    shown = code.split("\n\n\n")[1]
    lines = [html.escape(line) for line in shown.splitlines()]
    before = APP.split("\n\n\n")[1].splitlines()
    return "\n".join(
        line if plain in before else f"<mark>{line}</mark>"
        for line, plain in zip(lines, shown.splitlines(), strict=True)
    )


def _write(browser: "Browser", file: Path, **parts: str) -> None:
    """Put one picture together, and write it."""
    tab = browser.new_page(viewport={"width": 680, "height": 100})
    tab.set_content(CARD.format(**parts))
    png = tab.locator("html").screenshot()
    webp: str = tab.evaluate(TO_WEBP, [_data(png), QUALITY])
    file.write_bytes(base64.b64decode(webp.partition(",")[2]))
    tab.close()


def _take(browser: "Browser", folder: Path, tab: "Page", log: Path) -> None:
    for number, (title, code, text, mistake) in enumerate(STEPS, 1):
        if number == 1:
            tab.fill("#name", "Ada")
        else:
            (folder / "app.py").write_text(code, encoding="utf-8")
        if text:
            tab.wait_for_function("text => document.body.innerText.includes(text)", arg=text)
        if mistake:
            tab.locator(".test-devtools-error-toggle").first.click()
            tab.wait_for_function("text => document.body.innerText.includes(text)", arg=mistake)
        written = log.read_text(encoding="utf-8")
        said = "$ pyrt dev app.py" if number == 1 else re.split(r"\n(?=\d\d:)", written.strip())[-1]
        _write(
            browser,
            FOLDER / f"loop-{number}.webp",
            title=f"{number}. {title}",
            code=_marked(code),
            page=_data(tab.screenshot()),
            terminal=html.escape(said),
        )


def main() -> None:
    """Serve the app, and take the pictures."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder, log = Path(scratch, "app"), Path(scratch, "log")
        folder.mkdir()
        (folder / "app.py").write_text(APP, encoding="utf-8")
        command = [sys.executable, "-m", "pyrt_build.cli", "dev", "app.py", "--port", "0"]
        with (
            log.open("wb") as errors,
            subprocess.Popen(  # noqa: S603  # ours
                command, cwd=folder, stdout=subprocess.PIPE, stderr=errors
            ) as served,
        ):
            assert served.stdout is not None
            found = re.search(rb"http://\S+", served.stdout.readline())
            assert found, "pyrt dev has written no address"
            path = os.environ.get("PYRT_BROWSER") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path)
            tab = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # a ViewportSize
            tab.set_default_timeout(PATIENCE_MS)
            tab.goto(found[0].decode())
            tab.wait_for_function("window.__pyrt_ready__")
            _take(browser, folder, tab, log)
            browser.close()
            served.terminate()


if __name__ == "__main__":
    main()
