"""The summary that the builder prints after a build."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.console import output
from pyrt_build.console.notes import Code, Note
from pyrt_build.server_code.partition import Partition
from pyrt_build.server_code.removal import Removal
from pyrt_build.summary import Stopwatch, Summary

DEFAULTS, NOTHING = Settings(), Removal()
FILES = {"index.html": bytes(2**20), "pyrt/app-1.img": bytes(2**19), "pkg/x.js": bytes(2**21)}


@pytest.fixture(autouse=True)
def fresh():
    output.begin("build", as_json=False)
    yield
    output.begin("", as_json=False)


def summary(settings=DEFAULTS, removal=NOTHING, notes=(), **options):
    app = App(Path("app.py"), modules={"app.py": Path("app.py")}, left_out=["id_rsa (secret)"])
    config = SiteConfig(entry=Path("app.py"), out=Path("dist"), **options)
    parts = Partition(app, removal, frozenset(), frozenset())
    return Summary(config, settings, parts, [], notes, FILES)


@pytest.fixture
def lines(capsys):
    """The lines that are written of a summary."""

    def write(*given, **options):
        summary(*given, **options).write()
        return capsys.readouterr().out.splitlines()

    return write


def test_what_the_site_contains(lines):
    assert lines()[:5] == [
        "Site: dist",
        "Size: 3.5 MB  (app 0.5 MB, components 2.0 MB, page 1.0 MB)",
        "Packages: none",
        "Files: app.py",
        "Left out: id_rsa (secret)",
    ]
    assert lines()[-1] == "Serve: pyrt serve dist"


def test_what_the_developer_should_know(lines):
    found = lines(
        removal=Removal(removed={"app.py": ["total()", "KEY"]}),
        notes=[Note(Code.NO_BROWSER, "one"), Note(Code.STARTED, "two")],
    )
    assert found[5:8] == [
        "Only on the server: app.py: total(), KEY",
        "Warning PB302: one",
        "Note PB301: two",
    ]


def test_the_policy_allows_the_cdn_and_the_bridge(lines):
    policy = lines(Settings(bridge="https://calc.example.org/api"), cdn=True)[-2]
    assert "connect-src 'self' https://cdn.jsdelivr.net" in policy
    assert "https://calc.example.org wss://calc.example.org;" in policy
    assert "cdn" not in lines()[-2]


def test_json_has_bytes_codes_and_seconds(capsys):
    output.begin("build", as_json=True)
    removal = Removal(removed={"app.py": ["total()"]})
    summary(removal=removal, notes=[Note(Code.NO_BROWSER, "one")]).write()
    found = json.loads(capsys.readouterr().out)
    assert (found["command"], found["ok"], found["site"]) == ("build", True, "dist")
    assert found["size"] == sum(map(len, FILES.values()))
    assert found["sizes"] == {"app": 2**19, "components": 2**21, "page": 2**20}
    assert found["notes"] == [{"code": "PB302", "level": "warning", "text": "one"}]
    assert (found["files"], found["left_out"]) == (["app.py"], ["id_rsa (secret)"])
    assert found["only_on_server"] == {"app.py": ["total()"]}
    assert found["seconds"] == {}


def test_a_terminal_gets_tables(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    summary(notes=[Note(Code.NO_BROWSER, "one")]).write()
    out = capsys.readouterr().out.splitlines()
    assert out[1:4] == ["  part        size", "  app         0.5 MB", "  components  2.0 MB"]
    assert "Warning PB302: one" in out
    # A hash in the policy cannot be broken.
    assert max(len(line) for line in out if "'sha256-" not in line) < 40


def test_the_parts_of_a_build_are_timed():
    watch = Stopwatch()
    watch.lap("packages")
    watch.lap("files")
    assert list(watch.laps_s) == ["packages", "files"]
    assert sum(watch.laps_s.values()) == pytest.approx(watch.total_s)


def test_a_single_file_has_a_size_on_a_disk_and_one_in_a_mail(capsys):
    config = SiteConfig(entry=Path("app.py"), out=Path("app.html"), single_file=True)
    made = replace(summary(), config=config, files={"app.html": bytes(8_000_000)})
    made.write()
    found = capsys.readouterr().out.splitlines()
    assert found[:3] == [
        "File: app.html",
        "Size: 8.0 MB as a file, 11 MB as a mail attachment",
        "Too large for a mail of Exchange (10 MB)",
    ]
    assert not any(line.startswith(("Serve", "Content-Security")) for line in found)
