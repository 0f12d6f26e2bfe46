"""The summary that the builder prints after a build."""

from pathlib import Path

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.console.notes import Code, Note
from pyrt_build.server_code.partition import Partition
from pyrt_build.server_code.removal import Removal
from pyrt_build.summary import summarize

DEFAULTS, NOTHING = Settings(), Removal()
FILES = {"index.html": bytes(2**20), "pyrt/app-1.img": bytes(2**19), "pkg/x.js": bytes(2**21)}


def lines(settings=DEFAULTS, removal=NOTHING, notes=(), **options):
    app = App(Path("app.py"), modules={"app.py": Path("app.py")}, left_out=["id_rsa (secret)"])
    config = SiteConfig(entry=Path("app.py"), out=Path("dist"), **options)
    parts = Partition(app, removal, frozenset(), frozenset())
    return summarize(config, settings, parts, [], notes, FILES).splitlines()


def test_what_the_site_contains():
    assert lines()[:5] == [
        "Site: dist",
        "Size: 3.5 MB  (app 0.5 MB, components 2.0 MB, page 1.0 MB)",
        "Packages: none",
        "Files: app.py",
        "Left out: id_rsa (secret)",
    ]
    assert lines()[-1] == "Serve: pyrt serve dist"


def test_what_the_developer_should_know():
    found = lines(
        removal=Removal(removed={"app.py": ["total()", "KEY"]}),
        notes=[Note(Code.NO_BROWSER, "one"), Note(Code.STARTED, "two")],
    )
    assert found[5:8] == [
        "Only on the server: app.py: total(), KEY",
        "Warning PB302: one",
        "Note PB301: two",
    ]


def test_the_policy_allows_the_cdn_and_the_bridge():
    policy = lines(Settings(bridge="https://calc.example.org/api"), cdn=True)[-2]
    assert "connect-src 'self' https://cdn.jsdelivr.net" in policy
    assert "https://calc.example.org wss://calc.example.org;" in policy
    assert "cdn" not in lines()[-2]
