"""The browser driver of the benchmarks, which works without a debugger."""

import os
import signal
import time

import psutil
import pytest

from benchmarks.chrome import PageError, open_profile
from benchmarks.devtools import CommandError, GoneError

PAGE = """<!doctype html><title>{name}</title><input id="typed">
<script>var before = window.early, began = document.readyState;</script>"""
# Counts how often the console reads the name of an error: more often with a debugger attached.
LOOKS = """() => {
  let looks = 0;
  const error = Object.defineProperty(Error(), "name", { get: () => String(looks++) });
  console.debug(error);
  return looks;
}"""


@pytest.fixture(scope="module")
def address(serve_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name in ("one", "two"):
        (folder / f"{name}.html").write_text(PAGE.format(name=name))
    return serve_folder(folder)


@pytest.fixture(scope="module")
def profile():
    with open_profile() as opened:
        yield opened


@pytest.fixture
def tab(profile, address):
    opened = profile.new_tab(before="window.early = 'early'")
    opened.goto(f"{address}/one.html")
    opened.wait_until_ready()
    yield opened
    opened.close()


def test_a_page_is_not_debugged(tab, profile):
    debugged = profile.new_tab()
    profile.wire.call("Runtime.enable", debugged.session)
    assert tab.call(LOOKS) < debugged.call(LOOKS)
    debugged.close()


def test_a_script_runs_before_those_of_the_page(tab):
    assert tab.evaluate("[before, began]") == ["early", "loading"]


def first_frame(profile):
    """The only frame with a process of its own: it gets one when its document is there."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for frame in profile.frames(()):
            return frame
        time.sleep(0.05)
    raise AssertionError("no frame has got a process of its own within 30 s")


def test_frames_without_an_origin_are_pages_of_their_own(tab, profile):
    tab.evaluate("""void (document.body.innerHTML =
      `<iframe sandbox="allow-scripts" srcdoc="<title>inside</title>"></iframe>`)""")
    frame = first_frame(profile)
    frame.wait_for("document.title === 'inside'")
    assert frame.evaluate("self.origin") == "null"
    assert [*profile.frames({frame.target})] == []
    tab.evaluate("void document.querySelector('iframe').remove()")


def test_values_go_in_and_come_out_as_json_and_promises_are_awaited(tab):
    assert tab.call("async (a, {b}) => [b, a]", "ä\u2028", {"b": None}) == [None, "ä\u2028"]
    assert tab.evaluate("undefined") is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("Promise.reject(Error('too late'))", "Error: too late"),
        ("absent()", "ReferenceError: absent is not defined"),
        ("Promise.reject('a text')", "a text"),
        ("1 +", "SyntaxError: Unexpected end of input"),
    ],
)
def test_what_javascript_throws_is_raised_with_its_text(tab, code, text):
    with pytest.raises(PageError, match=f"^{text}"):
        tab.evaluate(code)


def test_a_condition_may_come_true_in_a_later_document(tab, address):
    tab.evaluate(f"void setInterval(() => location.href = '{address}/two.html', 20)")
    tab.wait_for("document.title === 'two'")


def test_a_condition_that_does_not_come_true_is_named(tab):
    with pytest.raises(TimeoutError, match=r"within 0\.1 s: 1 === 2"):
        tab.wait_for("1 === 2", seconds=0.1)


def test_a_page_that_is_too_busy_to_answer_is_not_waited_for(tab):
    code = "(() => { const end = Date.now() + 3000; while (Date.now() < end); return true; })()"
    with pytest.raises(TimeoutError):
        tab.wait_for(code, seconds=0.1)


def test_keys_reach_what_has_the_focus_of_the_tab_in_front(tab, profile):
    profile.new_tab()
    tab.front()
    tab.focus("#typed")
    for letter in "abc":
        tab.press(letter)
    assert tab.evaluate("document.getElementById('typed').value") == "abc"


def test_an_address_without_a_server_is_an_error(tab):
    with pytest.raises(CommandError, match="ERR_"):
        tab.goto("http://127.0.0.1:9/")


def test_a_page_that_has_crashed_is_an_error(profile):
    crashing = profile.new_tab()
    for method in ("Page.crash", "Runtime.evaluate"):
        with pytest.raises(GoneError, match="the page has ended"):
            profile.wire.call(method, crashing.session, expression="1")


def test_no_process_is_left_of_a_browser_that_has_died():
    before = set(psutil.Process().children(recursive=True))
    with open_profile() as opened:
        tab = opened.new_tab()
        started = set(psutil.Process().children(recursive=True)) - before
        os.kill(os.getpgid(started.pop().pid), signal.SIGKILL)  # the first one; the others stay
        with pytest.raises(GoneError, match="Chromium has ended"):
            tab.evaluate("1")
    left = [each.status() for each in started if each.is_running()]
    assert set(left) <= {psutil.STATUS_ZOMBIE}
