"""Which starts a rehearsal makes of an app that fails; with a browser: tests/builder."""

import json
from pathlib import Path
from typing import Any

import pytest

from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError
from pyrt_build.rehearsal import browser, prerender, rehearse
from pyrt_build.rehearsal.answers import Wanted
from pyrt_build.rehearsal.start import AppError, Start
from pyrt_build.site import native_modules

KINDS = ("with a snapshot", "unpacked", "with wheels")


def site(kind):
    about = {"worker": "w.js", "runtime": {}, "images": [], "path": [], "packages": []}
    manifest = json.dumps(about | {"kind": kind})
    return {"index.html": f'<script id="pyrt-manifest">{manifest}</script>'.encode()}


@pytest.fixture
def starts(monkeypatch):
    """Which starts are made; `errors` says of each kind what it ends with."""
    made = []
    errors: dict[str, Exception] = {}

    def start(files, *_args, **_options):
        kind = next(kind for kind in KINDS if kind.encode() in files["index.html"])
        made.append(kind)
        if kind in errors:
            raise errors[kind]
        return Start(notes=[], prerendered={}, used={})

    monkeypatch.setattr(browser, "find", lambda: Path("chromium"))
    monkeypatch.setattr(native_modules, "unpack_wheels", lambda *_: site(KINDS[1]))
    monkeypatch.setattr(rehearse, "with_cached_snapshot", lambda *_: site(KINDS[0]))
    monkeypatch.setattr(
        rehearse, "with_fit_snapshot", lambda _, imports, *__: (site(KINDS[0]), imports)
    )
    monkeypatch.setattr(rehearse, "cached_start", start)
    monkeypatch.setattr(prerender, "with_prerendered", lambda files, _: files)
    return made, errors


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


def run():
    return rehearse.rehearse(site(KINDS[2]), required=False, from_cdn=False)


def test_an_app_that_starts_is_started_once(starts):
    run()
    assert starts[0] == ["with a snapshot"]


def test_without_a_first_frame_no_results_are_computed_and_that_is_said(starts, monkeypatch):
    asked = []

    def start(*_, precompute, **_options):
        asked.append(precompute)
        return Start(notes=[], prerendered={}, used={})

    monkeypatch.setattr(rehearse, "cached_start", start)
    options: Any = {"required": False, "from_cdn": False, "wanted": Wanted("{}", 1)}
    for first_paint, request in ((False, ""), (True, "{}")):
        done = rehearse.rehearse(site(KINDS[2]), first_paint=first_paint, **options)
        assert asked.pop() == request
        assert [note.code for note in done.notes] == [Code.NOT_PRECOMPUTED]


def test_an_error_that_two_kinds_of_start_show_is_the_apps(starts):
    made, errors = starts
    errors |= dict.fromkeys(KINDS, AppError("KeyError: 'tide'"))
    with pytest.raises(AppError, match="tide"):
        run()
    assert made == ["with a snapshot", "unpacked"]


def test_an_error_that_differs_is_looked_at_once_more(starts):
    made, errors = starts
    errors |= {kind: AppError(f"KeyError: {kind}") for kind in KINDS}
    with pytest.raises(AppError, match="with wheels"):
        run()
    assert made == [*KINDS]


def test_what_is_not_the_apps_fault_may_work_otherwise(starts):
    made, errors = starts
    errors |= {KINDS[0]: BuildError("stage packages"), KINDS[1]: BuildError("stage packages")}
    run()
    assert made[:3] == [*KINDS]
