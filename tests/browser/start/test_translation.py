"""pyrt's own words in the language that the author has given, and in its direction."""

import json

import pytest

from tests.support.faulty_host import faulty_host
from tests.support.workspace import write_files

APP = "from dash import Dash, html\n\napp = Dash()\napp.layout = html.P('app')\n"
TEXTS = {
    "Starting Python": "[python]",
    "Loading Python": "[loading]",
    "The app could not start": "[title]",
    "It stopped while downloading Python and the app's packages.": "[where]",
    "the server answered {status}.": "[{status}]",
    "Try again": "[again]",
}
TRANSLATION = json.dumps({"lang": "ar", "texts": TEXTS})
SETTINGS = '[tool.pyrt]\ntranslation = "translation.ar.json"\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory, built_site):
    folder = tmp_path_factory.mktemp("translated") / "translated"
    files = {"app.py": APP, "translation.ar.json": TRANSLATION, "pyproject.toml": SETTINGS}
    write_files(folder, files)
    return built_site(folder / "app.py", "--debug", "--no-rehearsal")


def test_the_start_and_its_failure_are_told_in_another_language(site, page):
    (interpreter,) = (path.name for path in (site / "pyrt").glob("interpreter-*"))
    with faulty_host(site) as host:
        page.add_init_script(
            """
            window.told = [];
            new MutationObserver(() => {
              const shown = document.querySelector('.pyrt-start[lang=ar][dir=rtl] span');
              const text = shown?.textContent;
              if (text && !told.includes(text)) told.push(text);
            }).observe(document, { childList: true, subtree: true, characterData: true });
            """
        )
        host.fail(f"pyrt/{interpreter}", "404")
        page.goto(host.address)
        box = page.locator(".pyrt-failure[lang=ar][dir=rtl]")
        box.wait_for()
        assert box.locator("h1").inner_text() == "[title]"
        assert box.locator("p").inner_text() == "[where]"
        message = box.locator("pre").inner_text()
        assert f"pyrt/{interpreter}: [404]" in message
        assert "Reload the page" in message  # not translated
        assert box.get_by_role("button", name="[again]").is_visible()
        assert "[python]" in page.evaluate("told")
