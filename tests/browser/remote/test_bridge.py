"""Sites whose callbacks are answered by servers: `pyrt serve-bridge`, and a Dash server."""

import os
import re
import signal
import time
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.support.bridge import Server, Worker, worker_command
from tests.support.built_sites import build
from tests.support.paths import BROWSER_APPS, ROOT
from tests.support.plain_dash import DashServer, dash_python
from tests.support.programs import Redis, wait_for
from tests.support.site_files import everything

ANY_PRICE = re.compile(r"^\$\d+\.\d\d$")


@pytest.fixture
def origin(sites, examples):
    """Scheme, host and port of the sites."""
    return "/".join(sites(examples / "live_stream" / "app.py").split("/")[:3])


@pytest.fixture
def bridge_at(page):
    """Set the address of the bridge in the page."""
    return lambda url: page.add_init_script(f"window.__pyrt_bridge__ = '{url}'")


@pytest.fixture
def start_bridge(origin, tmp_path, bridge_at, examples):
    """Start `pyrt serve-bridge` for an example, and set its address in the page."""
    with ExitStack() as ends:

        def start(name, **variables):
            app = examples / name / "app.py"
            server = Server(app, tmp_path, "--origin", origin, "--debug", **variables)
            ends.callback(server.end)
            bridge_at(server.url)
            return server.start()

        yield start


@pytest.fixture
def served(origin, tmp_path, bridge_at):
    """A bridge for the small app of all kinds of callbacks; not started yet."""
    server = Server(BROWSER_APPS / "served.py", tmp_path, "--origin", origin, "--debug")
    bridge_at(server.url)
    yield server
    server.end()


def test_each_callback_is_answered_where_it_belongs(served, open_small_app, expected_errors):
    """S-50, S-54, S-62, S-91: however it is marked; other callbacks are answered in the tab."""
    expected_errors += ["only the server knows 1", "exists only on a server", "500"]
    served.start()
    page = open_small_app("served")
    for name in ("marked", "named", "fallback"):
        expect(page.locator(f"#{name}")).to_have_text("server None")
        page.click(f"#{name}-go")
        expect(page.locator(f"#{name}")).to_have_text("server 1")
    page.click("#marked-go")
    expect(page.locator("#local")).to_have_attribute("title", "set by the server")
    page.click("#local-go")
    expect(page.locator("#local")).to_have_text("tab 1")
    page.click("#stream-go")
    shown = "1: the page shows 'step 2 of server'"
    expect(page.locator("#stream")).to_have_text(shown)
    with page.expect_console_message(lambda m: "only the server knows 1" in m.text):
        page.click("#failing-go")
    with page.expect_console_message(lambda m: "redis exists only on a server" in m.text) as said:
        page.click("#stub-go")
    assert "in the callback use_stub (served.py:" in said.value.text
    lines = served.access_log[: served.mark_log()]
    asked = [re.split(r" \(", line["callback"])[0] for line in lines]
    assert sorted(set(asked)) == ["failing", "marked", "named", "stream", "with_fallback"]


def test_without_a_server_the_tab_takes_over_what_it_may(served, open_small_app, expected_errors):
    """Callbacks without a fallback begin to work as soon as the server is there."""
    expected_errors += ["net::ERR_", "cannot be reached"]
    page = open_small_app("served")
    expect(page.locator("#fallback")).to_have_text("tab None", timeout=30_000)
    expect(page.locator("#marked")).to_have_text("—")
    page.click("#local-go")
    expect(page.locator("#local")).to_have_text("tab 1")
    served.start()
    page.click("#marked-go")
    expect(page.locator("#marked")).to_have_text("server 1")
    page.click("#fallback-go")
    expect(page.locator("#fallback")).to_have_text("server 1")


def test_a_rehearsed_site_has_nothing_of_the_server_and_was_built_without_asking_it(
    served, tmp_path
):
    """All files of the site, and the memory of a started Python."""
    served.start()
    flags = ("--rehearsal=require", "--bridge", served.url)
    site = build(BROWSER_APPS / "served.py", tmp_path / "site", *flags)
    assert list(site.glob("pyrt/snapshot-*.bin"))
    markers = (b"only the server knows", b"set by the server", b"L3AK", b"the page shows")
    files = [path for path in site.rglob("*") if path.is_file()]
    opened = [part for path in files for part in everything(path.name, path.read_bytes())]
    assert [(name, m) for name, data in opened for m in markers if m in data] == []
    assert [name for name, data in opened if b"def use_stub" in data]
    assert served.mark_log() == 0


def test_a_persistent_callback_pushes_prices_and_begins_anew_after_a_restart(
    start_bridge, open_example, expected_errors
):
    """S-131, S-132."""
    server = start_bridge("live_stream")
    page = open_example("live_stream")
    state, price = page.locator("#state"), page.locator(".price").first
    expect(state).to_have_text("live")
    expect(price).to_have_text(ANY_PRICE)
    _wait_for_change(page)

    page.get_by_label("EUR").check()  # answered in the tab
    expect(price).to_have_text(re.compile(r"^€\d+\.\d\d$"))

    page.get_by_label("pause").check()  # read by the server, with get_prop
    expect(state).to_have_text("paused")
    page.get_by_label("pause").uncheck()
    expect(state).to_have_text("live")

    expected_errors.append("WebSocket connection to")
    server.stop()
    page.get_by_label("USD").check()
    expect(price).to_have_text(ANY_PRICE)  # answered by the tab
    server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    _wait_for_change(page)
    ended = [line for line in server.access_log if line.get("via") == "websocket"]
    assert all("push" in line["callback"] for line in ended)


def _wait_for_change(page):
    """Wait until the price changes."""
    before = page.locator(".price").all_inner_texts()
    page.wait_for_function(
        "b => [...document.querySelectorAll('.price')].some((p, i) => p.innerText !== b[i])",
        arg=before,
    )


class Plant:
    """The servers of heavy_work: Redis, a Celery worker, and a bridge or a Dash server."""

    def __init__(self, kind, app, folder, origin):
        self.redis = Redis(folder / "redis")
        variables = {"REDIS_URL": self.redis.url}
        if kind == "pyrt":
            paths = f"{ROOT}{os.pathsep}{ROOT / 'build'}"
            command = worker_command(app)
            self.server: Server | DashServer = Server(
                app, folder, "--origin", origin, "--debug", **variables
            )
        else:
            paths = str(app.parent)
            celery = [str(dash_python()), "-m", "celery", "-A", "app.queue", "worker"]
            command = [*celery, "--loglevel", "INFO", "--concurrency", "2"]
            self.server = DashServer(app, folder / "dash.log", origin, **variables)
        variables["PYTHONPATH"] = paths
        self.worker = Worker(folder / "worker", variables, command)

    def __enter__(self):
        for part in (self.redis, self.worker, self.server):
            part.start()
        return self

    def __exit__(self, *_):
        self.server.end()
        self.worker.stop(signal.SIGKILL)
        self.redis.stop()


@pytest.fixture
def make_plant(examples, tmp_path, origin, bridge_at):
    """Start everything for heavy_work; a `dash` plant has no byte of pyrt in it."""
    with ExitStack() as ends:

        def make(kind):
            app = examples / "heavy_work" / "app.py"
            plant = ends.enter_context(Plant(kind, app, tmp_path, origin))
            bridge_at(plant.server.url)
            return plant

        yield make


@pytest.mark.parametrize("kind", ["pyrt", "dash"])
def test_heavy_work_runs_in_the_tab_at_a_bridge_and_at_dash(kind, make_plant, open_example):
    """The same site, unchanged, with pyrt's bridge and with a Dash server."""
    plant = make_plant(kind)
    page = open_example("heavy_work")
    page.get_by_label("100 000").check()
    expect(page.locator("#tab-note")).to_contain_text("100 000 darts: about ± 0.0052")
    for name, where in (("worker", "without leaving the tab"), ("celery", ", process ")):
        page.click(f"#{name}-start")
        expect(page.locator(f"#{name}-note")).to_contain_text(where)
        expect(page.locator(f"#{name}-note")).to_contain_text("100 000 darts in ")
        expect(page.locator(f"#{name}-pi")).to_have_text(re.compile(r"^3\.1\d\d\d$"))
        expect(page.locator(f"#{name}-start")).to_be_enabled()
    wait_for(lambda: "succeeded in" in plant.worker.log, "the end of the task")
    assert plant.worker.log.count("succeeded in") == 1  # one of the two jobs was here


@pytest.mark.parametrize("kind", ["pyrt", "dash"])
def test_heavy_work_is_cancelled_in_tab_and_server_and_the_tab_answers_meanwhile(
    kind, make_plant, open_example
):
    """S-99, S-122, S-123: the Celery task is ended, too."""
    plant = make_plant(kind)
    page = open_example("heavy_work")
    page.get_by_label("100 million").check()
    for name in ("worker", "celery"):
        page.click(f"#{name}-start")
        expect(page.locator(f"#{name}-note")).to_have_text("throwing …")
        expect(page.locator(f"#{name}-bar")).not_to_have_attribute("value", "0", timeout=60_000)
        expect(page.locator(f"#{name}-pi")).to_contain_text("3.1")
    page.fill("#echo", "still here")
    expect(page.locator("#echoed")).to_contain_text("ereh llits")
    for name in ("worker", "celery"):
        page.click(f"#{name}-cancel")
        expect(page.locator(f"#{name}-note")).to_have_text("stopped")
        expect(page.locator(f"#{name}-start")).to_be_enabled()
    wait_for(lambda: "Terminating" in plant.worker.log, "the end of the task")


def test_a_job_continues_after_a_restart_of_the_bridge_and_a_network_failure(
    make_plant, open_example, expected_errors
):
    """Polls for the job are repeated until the server can be reached."""
    expected_errors.append("net::ERR_")
    plant = make_plant("pyrt")
    page = open_example("heavy_work")
    page.get_by_label("10 million").check()
    page.click("#celery-start")
    expect(page.locator("#celery-bar")).not_to_have_attribute("value", "0")
    plant.server.stop()
    wait_for(lambda: "succeeded in" in plant.worker.log, "the end of the task")
    plant.server.start()
    expect(page.locator("#celery-note")).to_contain_text("10 million darts in ")

    page.click("#celery-start")
    expect(page.locator("#celery-note")).to_have_text("throwing …")
    page.context.set_offline(True)
    page.fill("#echo", "offline")
    expect(page.locator("#echoed")).to_contain_text("enilffo")
    wait_for(lambda: plant.worker.log.count("succeeded in") == 2, "the end of the task")
    expect(page.locator("#celery-note")).to_have_text("throwing …")
    page.context.set_offline(False)
    expect(page.locator("#celery-note")).to_contain_text("10 million darts in ")


def test_the_job_of_a_killed_worker_runs_again_and_the_page_says_that_it_waits(
    make_plant, open_example, page
):
    """Within a minute, by the settings of the example; and the author's own code is told."""
    page.add_init_script(
        "told = []; addEventListener('pyrt:failure', ({detail}) => told.push(detail))"
    )
    plant = make_plant("pyrt")
    open_example("heavy_work")
    page.get_by_label("10 million").check()
    page.click("#celery-start")
    expect(page.locator("#celery-bar")).not_to_have_attribute("value", "0")
    plant.worker.stop(signal.SIGKILL)
    killed = time.monotonic()
    notice = page.locator(".pyrt-notice")
    expect(notice).to_contain_text("celery-pi.children, celery-note.children waits. Its worker")
    plant.worker.start()
    expect(notice).to_be_hidden(timeout=60_000)
    assert time.monotonic() - killed < 60
    expect(page.locator("#celery-note")).to_contain_text("10 million darts in ", timeout=60_000)
    (detail,) = page.evaluate("told")
    name = "..celery-pi.children...celery-note.children.."
    assert (detail["kind"], detail["callback"], detail["file"]) == ("waiting", name, None)
    assert detail["abilities"]["cores"] > 0
    assert page.evaluate("window.__pyrt__.failures") == [detail]


def test_what_needs_a_server_that_cannot_be_reached_fails_with_a_notice(
    open_example, bridge_at, expected_errors
):
    """Callbacks that need no server still run."""
    expected_errors += ["net::ERR_", "cannot be reached"]
    bridge_at("http://127.0.0.1:9")
    page = open_example("heavy_work")
    with page.expect_console_message(lambda m: "127.0.0.1:9 cannot be reached" in m.text):
        page.click("#celery-start")
    expect(page.locator("#celery-start")).to_be_enabled()
    page.get_by_label("100 000").check()
    page.click("#worker-start")
    expect(page.locator("#worker-note")).to_contain_text("without leaving the tab")
