"""The first result of a playground, against the same app on Dash in Pyodide.

    .venv/bin/python -m benchmarks.playground [--quick] [--only loopback|shaped]

A playground is opened in a fresh profile: with its first example, and with an app of plotly that is
in the link. Dash in Pyodide is a page that has the app alone, without an editor. Both sides take
turns in the same Chromium. From the navigation on, the times are those until the text of the first
callback is in the app's page, and until that of a click is there, which is done in that moment.

The app of a playground is in a frame without an origin, which Chromium gives a process of its own:
a script in it tells the page around it what it has seen. Clocks of processes are the same.
"""

import argparse
import base64
import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows
from benchmarks.slow_network import Line, reached_through, shaped

EXAMPLES = sites.ROOT / "build" / "pyrt_build" / "playground" / "example_apps"
LINES = {"loopback": Line, "shaped": shaped}
LIMIT = 0.2
LIMIT_S = 90
POLL_S = 0.02
FIGURES = {"shown": "app shown", "answered": "a click answered"}
# Looks at each frame until the app shows its first text, clicks, and looks for the second one.
OBSERVE = """
(([selector, first, second]) => {
  if (window.__bench__) return;
  window.__bench__ = true;
  const tell = (name) => {
    if (top === window) performance.mark(`bench:${name}`);
    else top.postMessage({ bench: name, at: performance.timeOrigin + performance.now() }, "*");
  };
  const waiting = [["shown", first], ["answered", second]];
  const look = () => {
    const [name, text] = waiting[0];
    if (document.querySelector(selector)?.textContent === text) {
      waiting.shift();
      tell(name);
      if (name === "shown") document.querySelector("#button").click();
    }
    if (waiting.length > 0) requestAnimationFrame(look);
  };
  look();
  if (top === window) addEventListener("message", ({ data }) => {
    if (!data?.bench) return;
    performance.mark(`bench:${data.bench}`, { startTime: data.at - performance.timeOrigin });
  });
})(SIGNS)
"""
MARKS = """
Object.fromEntries(performance.getEntriesByType("mark")
  .filter(({name}) => name.startsWith("bench:"))
  .map(({name, startTime}) => [name.slice(6), startTime]))
"""

# Mark -> milliseconds after the navigation, and `received`: bytes.
type Visit = dict[str, float]


@dataclass(frozen=True, slots=True)
class App:
    """An app that both sides run.

    Attributes:
        start: of the playground, what the app starts from.
        signs: selector of a text, what it says at first, and after a click on `#button`.
        has_link: whether it is in the link; else it is the first example.
    """

    file: Path
    start: str
    signs: tuple[str, str, str]
    has_link: bool = False

    @property
    def hash(self) -> str:
        """What stands behind the playground's address (web/src/playground/share.ts)."""
        if not self.has_link:
            return ""
        content = json.dumps({"files": {"app.py": self.file.read_text()}}).encode()
        code = base64.urlsafe_b64encode(_deflate(content)).decode().rstrip("=")
        return f"#app=1.{_base36(len(code))}.{_base36(_checksum(content))}.{code}"


APPS = {
    "first example": App(
        EXAMPLES / "counter.py", "dash", ("#text", "Clicked 0 times", "Clicked 1 times")
    ),
    "plotly app in a link": App(
        sites.APPS / "plotly_app.py", "plotly", (".gtitle", "clicked 0", "clicked 1"), has_link=True
    ),
}


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _checksum(content: bytes) -> int:
    return reduce(lambda sum_, byte: (sum_ ^ byte) * 0x01000193 % 2**32, content, 0x811C9DC5)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text


def make_playground(out: Path) -> Path:
    """Make a playground with the starts of the apps."""
    sites.note("making a playground")
    pyrt = Path(sys.executable).with_name("pyrt")
    starts = [word for app in APPS.values() for word in ("--start", app.start)]
    done = subprocess.run(
        [pyrt, "playground", "-o", out, *starts], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return out


def warm(address: str, folder: Path) -> None:
    """Ask for all files once: the host compresses what it sends, and keeps that."""
    for path in folder.rglob("*"):
        if path.is_file():
            wanted = urllib.request.Request(
                f"{address}{path.relative_to(folder).as_posix()}",
                headers={"Accept-Encoding": "gzip"},
            )
            urllib.request.urlopen(wanted).read()


def visited(port: int, line: Line, app: App, hash_: str = "") -> Visit:
    """Open a page in a fresh profile and wait for the answer to the click."""
    script = OBSERVE.replace("SIGNS", json.dumps(app.signs))
    with open_profile() as profile, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{port}/"
        if line.rate:
            address = stack.enter_context(reached_through(line, port))
        tab = profile.new_tab(script)
        before = line.received
        tab.goto(f"{address}{hash_}")
        known: set[str] = set()
        end = time.monotonic() + LIMIT_S
        marks: Visit = {}
        while "answered" not in marks:
            if time.monotonic() > end:
                raise SystemExit(f"{address}: no answer within {LIMIT_S} s; seen: {marks}")
            time.sleep(POLL_S)
            observe_frames(profile, script, known)
            marks = tab.evaluate(MARKS)
        return {**marks, "received": line.received - before}


def observe_frames(profile: Profile, script: str, known: set[str]) -> None:
    """Run the script in new frames that have a process of their own."""
    for frame in profile.frames(known, script):
        known.add(frame.target)
        frame.evaluate(script)


def measure(rows: Rows, name: str, ports: tuple[int, int], network: str, times: int) -> None:
    """Open both sides in turns, and add the rows."""
    app = APPS[name]
    ours: list[Visit] = []
    theirs: list[Visit] = []
    for turn in range(times):
        ours.append(visited(ports[0], LINES[network](), app, app.hash))
        theirs.append(visited(ports[1], LINES[network](), app))
        seen = [f"{each[-1]['shown']:.0f} {each[-1]['answered']:.0f}" for each in (ours, theirs)]
        sites.note(f"{network} {turn + 1}/{times} {name}: {seen[0]}; {seen[1]} ms")
    for mark, figure in FIGURES.items():
        rows.compare(
            f"playground, {figure}, cold, {network}: {name}",
            [visit[mark] for visit in ours],
            "Dash in Pyodide, without an editor",
            [visit[mark] for visit in theirs],
            limit=LIMIT,
        )
    if network == "shaped":
        rows.compare(
            f"playground, received until then: {name}",
            [visit["received"] / 1e6 for visit in ours],
            "Dash in Pyodide, without an editor",
            [visit["received"] / 1e6 for visit in theirs],
            unit="MB",
        )


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser(description="the first result of a playground")
    parser.add_argument("--quick", action="store_true", help="three visits of each kind")
    parser.add_argument("--only", choices=list(LINES), action="append")
    given = parser.parse_args()
    times = 3 if given.quick else 5
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        work = Path(scratch)
        site = make_playground(work / "playground")
        host = stack.enter_context(hosting(site))
        warm(host.address, site)
        others = {}
        for number, (name, app) in enumerate(APPS.items()):
            folder = sites.build_dash_in_pyodide(app.file, work / f"dash-{number}")
            other = stack.enter_context(hosting(folder))
            warm(other.address, folder)
            others[name] = other.port
        for network in given.only or LINES:
            rows = Rows(f"playground-{network}")
            for name in APPS:
                measure(rows, name, (host.port, others[name]), network, times)


if __name__ == "__main__":
    main()
