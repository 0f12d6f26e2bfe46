"""`<pyrt-app>`: the counter three and ten times in a page; a strict policy; a foreign page."""

import pytest
from playwright.sync_api import Error, expect

from pyrt_build import static_files
from tests.support.paths import EXAMPLES
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.servers import static_server

POLICY = "default-src 'none'; script-src 'self'; frame-src 'self'; img-src data:"
# Policies forbid styles in attributes: lines make the page long.
HOST = f"""<!DOCTYPE html>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,">
<script src="pyrt-app.js" defer></script>
<pyrt-app id="one" src="app/"></pyrt-app>
<pyrt-app id="two" src="app/" height="300"></pyrt-app>
{"<br>" * 600}
<pyrt-app id="three" src="app/" loading="lazy"></pyrt-app>
"""
# Notes the states of all elements, in order.
NOTE_STATES = """
    window.states = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            window.states.push(`${target.id} ${target.getAttribute("state")}`);
        }
    }).observe(document, { attributeFilter: ["state"], subtree: true });
"""
# The frame of `one` is as high as its content.
FITS = """() => {
    const html = one.shadowRoot.querySelector("iframe").contentDocument.documentElement;
    const isAsHigh = Math.abs(html.offsetHeight - html.clientHeight) <= 1;
    return isAsHigh && html.scrollHeight <= html.clientHeight;
}"""
# Shows `three`, and moves it while it starts: it is `four` then.
REMOVE_STARTING = """() => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
        if (three.getAttribute("state") !== "starting") return;
        observer.disconnect();
        const moved = three;
        moved.remove();
        moved.id = "four";
        document.body.append(moved);
        resolve();
    });
    observer.observe(three, { attributes: true });
    three.scrollIntoView();
})"""


@pytest.fixture
def folder(built_site, tmp_path):
    """A folder with the counter's site in `app/`, and the script of the element."""
    site = built_site(EXAMPLES / "counter" / "app.py", "--debug", SNAPSHOT_ONLY)
    (tmp_path / "app").symlink_to(site)
    (tmp_path / "pyrt-app.js").write_bytes(static_files.read("app-element.js"))
    return tmp_path


@pytest.fixture
def errors(page):
    """What pages write to the console as errors."""
    found = []
    page.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def state(page, name, value):
    expect(page.locator(f"#{name}")).to_have_attribute("state", value, timeout=120_000)


def test_apps_of_one_page_start_in_turn_and_tell_it_their_props(folder, page, errors):
    (folder / "index.html").write_text(HOST)
    page.add_init_script(NOTE_STATES)
    with static_server(folder) as address:
        page.goto(address)
        state(page, "two", "ready")
        assert page.evaluate("states.indexOf('one ready') < states.indexOf('two starting')")
        assert page.evaluate("three.getAttribute('state')") is None

        # Props: observed, set, read; of this app and of no other. Functions are waited for, not
        # expressions: the policy lets those be evaluated once only.
        page.evaluate("window.values = []")
        page.evaluate("one.observe('count', 'children', (v) => values.push(v)).then(() => null)")
        one = page.frame_locator("#one iframe")
        one.locator("#increment").click()
        page.wait_for_function("() => values.join() == '0,1'")
        page.evaluate("one.set('count', { children: '41' })")
        one.locator("#increment").click()
        page.wait_for_function("() => values.join() == '0,1,41,42'")
        assert page.evaluate("one.get('count', 'children')") == "42"
        assert page.evaluate("two.get('count', 'children')") == "0"
        with pytest.raises(Error, match="There is no component with the id totl"):
            page.evaluate("one.get('totl', 'children')")

        # The height of one is that of its content, that of two the author's.
        page.wait_for_function(FITS)
        assert page.evaluate("two.clientHeight") == 300

        # Seen for the first time, and removed while it starts: another app has its turn.
        page.evaluate(REMOVE_STARTING)
        state(page, "four", "ready")
    assert errors == []


def test_ten_apps_of_one_page_start_one_at_a_time_and_answer(folder, page, errors):
    names = [f"app-{number}" for number in range(10)]
    elements = [f'<pyrt-app id="{name}" src="app/" height="240"></pyrt-app>' for name in names]
    (folder / "index.html").write_text(
        '<!DOCTYPE html><link rel="icon" href="data:,"><script src="pyrt-app.js" defer></script>'
        f"<p>Ten of them.</p>{''.join(elements)}"
    )
    page.add_init_script(NOTE_STATES)
    with static_server(folder) as address:
        page.goto(address)
        for name in names:
            state(page, name, "ready")
        began, starting = [], set()
        for name, value in map(str.split, page.evaluate("states")):
            if value == "starting":
                began.append(name)
                starting.add(name)
            else:
                starting.discard(name)
            assert len(starting) <= 1
        # In the order in which their frames were loaded.
        assert sorted(began) == names
        # Each has a Python of its own.
        for clicks, name in enumerate(names):
            frame = page.frame_locator(f"#{name} iframe")
            for _ in range(clicks):
                frame.locator("#increment").click()
        for clicks, name in enumerate(names):
            frame = page.frame_locator(f"#{name} iframe")
            expect(frame.locator("#count")).to_have_text(str(clicks))
    assert errors == []


def test_a_page_of_another_origin_may_not_use_props(folder, page, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    with static_server(folder) as app, static_server(other) as address:
        (other / "index.html").write_text(
            '<!DOCTYPE html><link rel="icon" href="data:,">'
            f'<script src="{app}/pyrt-app.js" defer></script>'
            f'<pyrt-app id="one" src="{app}/app/" run="click"></pyrt-app>'
        )
        page.goto(address)
        state(page, "one", "held")
        page.locator("#one .run").click()
        state(page, "one", "ready")
        page.frame_locator("#one iframe").locator("#increment").click()
        expect(page.frame_locator("#one iframe").locator("#count")).to_have_text("1")
        with pytest.raises(Error, match=rf'embed-origins = \["{address}"\]'):
            page.evaluate("one.get('count', 'children')")


def test_the_script_has_at_most_3_kb_and_reads_the_same_in_every_encoding():
    script = static_files.read("app-element.js")
    assert len(script) <= 3000
    assert script.isascii()
