"""Takes the pictures of the playground's examples, which stand beside the apps as `NAME.webp`.

    python -m tools.example_pictures [NAME ...]      needs Chromium (or PYRT_BROWSER) and Playwright

Each app is built and opened, and something is done to it, so that it shows what it is for. pyrt is
deterministic; how text is drawn depends on the fonts of the machine.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from pyrt_build.playground import examples
from tests.support.servers import static_server

FOLDER = Path(examples.__file__).with_name("example_apps")
SHAPE = 8 / 5
WIDTH = 320  # of the picture: twice what the page shows
QUALITY = 0.72
MOST_BYTES = 15_000
TO_WEBP = """async ([data, width, quality]) => {
  const image = new Image();
  image.src = data;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round((width * image.naturalHeight) / image.naturalWidth);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", quality);
}"""


def _count(page: Page) -> None:
    for _ in range(3):
        page.get_by_role("button", name="Count").click()
    expect(page.locator("#text")).to_have_text("Clicked 3 times")


def _convert(page: Page) -> None:
    page.locator("#celsius").fill("37")
    expect(page.locator("#fahrenheit")).to_have_value("98.6")


def _note(page: Page) -> None:
    for number, text in enumerate(("Learn Dash", "Write an app", "Share the link"), 1):
        page.locator("#text").fill(text)
        page.get_by_role("button", name="Add").click()
        expect(page.locator("#left")).to_have_text(f"{number} of {number} to do")
    page.get_by_label("Learn Dash").check()
    expect(page.locator("#left")).to_have_text("2 of 3 to do")


def _draw(page: Page) -> None:
    expect(page.locator("#graph .scatterlayer path.js-line")).to_have_count(1)


def _show(page: Page) -> None:
    expect(page.locator("#graph .bars .point")).to_have_count(6)
    expect(page.locator("#table td").first).to_be_visible()


# What is done to each app before its picture is taken; how wide its page is, in CSS pixels.
PLAYED: Mapping[str, tuple[Callable[[Page], None], int]] = {
    "counter": (_count, 420),
    "temperatures": (_convert, 420),
    "to_do": (_note, 480),
    "waves": (_draw, 800),
    "islands": (_show, 960),
}


def _take(page: Page, name: str, folder: Path) -> bytes:
    """Build an example, play it, and return its picture."""
    source = FOLDER / f"{name}.py"
    command = [sys.executable, "-m", "pyrt_build.cli", "build", str(source), "-o", str(folder)]
    subprocess.run([*command, "--fast"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
    play, width = PLAYED[name]
    page.set_viewport_size({"width": width, "height": round(width / SHAPE)})
    with static_server(folder) as address:
        page.goto(address)
        play(page)
        # Without the focus, the pointer, and what moves.
        page.evaluate("document.activeElement?.blur()")
        page.mouse.move(width - 1, 0)
        png = page.screenshot(animations="disabled")
    data = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    webp: str = page.evaluate(TO_WEBP, [data, WIDTH, QUALITY])
    return base64.b64decode(webp.partition(",")[2])


def main() -> None:
    """Take the pictures that are named, or all."""
    names = sys.argv[1:] or [*examples.EXAMPLES]
    unknown = {*names} - PLAYED.keys()
    if unknown:
        raise SystemExit(f"no example {', '.join(sorted(unknown))}; there are {', '.join(PLAYED)}")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        path = os.environ.get("PYRT_BROWSER") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path)
        page = browser.new_page(device_scale_factor=2)
        page.set_default_timeout(120_000)
        expect.set_options(timeout=120_000)
        for name in names:
            picture = _take(page, name, Path(scratch, name))
            if len(picture) > MOST_BYTES:
                raise SystemExit(f"{name}: {len(picture)} bytes are more than {MOST_BYTES}")
            (FOLDER / f"{name}.webp").write_bytes(picture)
            sys.stdout.write(f"{name}.webp: {len(picture)} bytes\n")
        browser.close()


if __name__ == "__main__":
    main()
