"""The steps from a click to the changed page, in microseconds, in the page and in the worker.

    .venv/bin/python -m benchmarks.click_steps [--clicks 200]

Prints the table of docs/performance.md. Moments are noted around functions of the browser that the
page and the worker call, by scripts that run before theirs, and in Python by the app
(apps/click_steps.py): nothing of pyrt is changed. The site is served so that clocks have a
resolution of 5 microseconds (cross-origin isolation), and those of page and worker are joined by
`performance.timeOrigin`. Clicks follow each other with pauses of 10 ms, so that caches of the
processor are cold, as they are for a user's click.
"""

import argparse
import contextlib
import itertools
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.host import hosting

# What is noted on both sides: [name, milliseconds since 1970].
PAGE_MARKS = """
(() => {
  const notes = window.clickMoments = [];
  const note = (name) => void notes.push([name, performance.timeOrigin + performance.now()]);
  window.noteClickMoment = note;
  const microtask = window.queueMicrotask;
  window.queueMicrotask = (callback) => {
    note("microtask");
    microtask.call(window, callback);
  };
  const proto = Worker.prototype, post = proto.postMessage;
  proto.postMessage = function (...given) {
    note("page posts");
    post.apply(this, given);
    note("page has posted");
  };
  const {get, set} = Object.getOwnPropertyDescriptor(proto, "onmessage");
  Object.defineProperty(proto, "onmessage", {
    get,
    set(listener) {
      set.call(this, (event) => {
        note("page task");
        listener.call(this, event);
        note("page task ends");
      });
    },
  });
  const text = Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue");
  Object.defineProperty(Node.prototype, "nodeValue", {
    ...text,
    set(value) { note("text"); text.set.call(this, value); },
  });
})();
"""
WORKER_MARKS = """
{
  const notes = [];
  const note = (name) => void notes.push([name, performance.timeOrigin + performance.now()]);
  const post = self.postMessage.bind(self);
  self.postMessage = (...given) => { note("worker posts"); post(...given); };
  const {set} = Object.getOwnPropertyDescriptor(self, "onmessage");
  Object.defineProperty(self, "onmessage", {
    set(listener) {
      set.call(self, (event) => {
        note("worker task");
        listener.call(self, event);
        note("worker task ends");
      });
    },
  });
  const channel = new BroadcastChannel("click moments");
  channel.onmessage = ({data}) => {
    if (data === "tell") channel.postMessage([performance.timeOrigin, notes.splice(0)]);
  };
}
"""
CLICKS = """
async (count) => {
  const out = document.getElementById("out"), button = document.getElementById("button");
  const number = () => Number(out.textContent.split(" ")[1]);
  const note = window.noteClickMoment;
  let next = number(), resolve = null;
  new MutationObserver(() => {
    if (!resolve || number() !== next) return;
    note("observed");
    resolve();
  }).observe(out, {subtree: true, childList: true, characterData: true});
  window.clickMoments.length = 0;
  for (let i = 0; i < count; i++) {
    next += 1;
    const seen = new Promise((done) => { resolve = done; });
    note("click");
    button.click();
    await seen;
    await new Promise((done) => setTimeout(done, 10));
  }
  return window.clickMoments;
}
"""
ASK_WORKER = """
() => new Promise((resolve) => {
  const channel = new BroadcastChannel("click moments");
  channel.onmessage = ({data}) => resolve(data);
  channel.postMessage("tell");
})
"""
TELL_PYTHON = """
async () => {
  const shown = document.getElementById("moments");
  const told = new Promise((resolve) => {
    new MutationObserver(() => resolve(shown.textContent)).observe(shown, {
      subtree: true, childList: true, characterData: true});
  });
  document.getElementById("moments-button").click();
  return JSON.parse(await told);
}
"""
# The moments of a click in order, and for each but the first what the step before it is.
STEPS = (
    ("click", ""),
    ("microtask", "page: the click, React's handler, `setProps`, to the outbox"),
    ("page posts", "page: mirror, local callbacks, JSON"),
    ("worker task", "`postMessage`, until the worker's task begins"),
    ("Python in", "worker: the task, into Python"),
    ("announced", "Python: message, layout, scheduler, until `RunStarted` is posted"),
    ("called", "Python: out and in again, until the app's function is called"),
    ("returned", "Python: the app's function"),
    ("worker posts", "Python: result, layout, JSON, out of Python"),
    ("page task", "`postMessage`, until the page's task begins"),
    ("text", "page: JSON, mirror, React, until the text is set"),
    ("observed", "page: the rest of the commit and of the task"),
)

type Moments = Sequence[tuple[str, float]]


def marked(site: Path) -> Path:
    """Put the marks in front of the worker's script."""
    page = (site / "index.html").read_text(encoding="utf-8")
    name = re.search(r'"worker": ?"([^"]+)"', page)
    assert name, "the page names its worker's script"
    script = site / name[1]
    script.write_text(WORKER_MARKS + script.read_text(encoding="utf-8"), encoding="utf-8")
    return site


def find_clicks(moments: Moments) -> list[dict[str, float]]:
    """The moments of each click, in microseconds from it.

    The answer is the last message before the text changes; what the worker posts before it calls
    the function belongs to the step that leads to the call.
    """
    ordered = sorted(moments, key=lambda moment: moment[1])
    starts = [at for name, at in ordered if name == "click"]
    clicks = []
    for start, end in zip(starts, [*starts[1:], float("inf")], strict=True):
        during = [(name, 1000 * (at - start)) for name, at in ordered if start <= at < end]

        def first(wanted: str, after: float, during: Moments = during) -> float:
            return next(at for name, at in during if name == wanted and at >= after)

        def last(wanted: str, before: float, during: Moments = during) -> float:
            return max(at for name, at in during if name == wanted and at <= before)

        found = {"click": 0.0}
        for name in ("microtask", "page posts", "worker task", "Python in"):
            found[name] = first(name, max(found.values()))
        found["announced"] = first("worker posts", found["Python in"])
        found["called"] = first("called", found["announced"])
        found["returned"] = first("returned", found["called"])
        found["worker posts"] = first("worker posts", found["returned"])
        observed = first("observed", found["worker posts"])
        text = last("text", observed)
        found |= {"page task": last("page task", text), "text": text, "observed": observed}
        clicks.append(found)
    return clicks


def measure(tab: Tab, count: int) -> list[dict[str, float]]:
    """Click, and collect the moments of both sides."""
    tab.front()
    tab.call(CLICKS, 10)
    tab.call(ASK_WORKER)
    before = {name: len(at) for name, at in tab.call(TELL_PYTHON).items()}
    page = tab.call(CLICKS, count)
    origin, worker = tab.call(ASK_WORKER)
    python = tab.call(TELL_PYTHON)
    own = [(name, origin + at) for name, times in python.items() for at in times[before[name] :]]
    return find_clicks([*map(tuple, page), *map(tuple, worker), *own])


def open_site(profile: Profile, address: str) -> Tab:
    """The page with its marks, after its first callback."""
    tab = profile.new_tab(PAGE_MARKS)
    tab.goto(address)
    tab.wait_until_ready()
    tab.wait_for("document.querySelector('#out')?.textContent.match(/ [0-9]+$/)")
    time.sleep(1)
    return tab


def shown(times: Sequence[float]) -> str:
    """Median and 95th percentile, as two cells."""
    return f"{statistics.median(times):.0f} | {statistics.quantiles(times, n=20)[18]:.0f}"


def main() -> None:
    """Build, serve, click, print."""
    parser = argparse.ArgumentParser(description="the steps from a click to the changed page")
    parser.add_argument("--clicks", type=int, default=200)
    parser.add_argument("--site", type=Path, help="built before, of apps/click_steps.py")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        site = given.site or sites.build(sites.APPS / "click_steps.py", Path(scratch, "site"))
        copy = Path(scratch, "marked")
        shutil.copytree(site, copy)
        host = stack.enter_context(hosting(marked(copy), isolated=True))
        profile = stack.enter_context(open_profile())
        clicks = measure(open_site(profile, host.address), given.clicks)
    print("| | step | median | p95 |\n|---|---|---|---|")
    for number, ((before, _), (name, text)) in enumerate(itertools.pairwise(STEPS), 1):
        print(f"| {number} | {text} | {shown([each[name] - each[before] for each in clicks])} |")
    print(f"| | all | {shown([each['observed'] for each in clicks])} |")


if __name__ == "__main__":
    main()
